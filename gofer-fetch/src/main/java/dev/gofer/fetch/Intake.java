package dev.gofer.fetch;

import dev.gofer.fetch.archive.EntryNames;
import dev.gofer.fetch.archive.NameTemplate;
import java.net.URI;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes jobs of lines, in the order of the list: numbers them and names their entries. Used by the window's goroutine only. */
final class Intake {
    private final BitSet settled; // by an earlier run
    private final @Nullable NameTemplate template;
    private final FetchEvents events;
    private final Consumer<Result> tell;
    private final EntryNames names;
    private final @Nullable Duplicates duplicates; // null: none are looked for
    private int lines;

    /** {@code tell} hears of the lines that need no fetching; the folder {@code spool} may have to be made. */
    Intake(BitSet settled, FetchOptions options, Path spool, FetchEvents events, Consumer<Result> tell) {
        this.template = options.names();
        this.names = new EntryNames(template, spool);
        this.duplicates = options.dedupe() ? new Duplicates(spool) : null;
        this.settled = settled;
        this.events = events;
        this.tell = tell;
    }

    /** The line's job, or null where its outcome is known already. */
    @Nullable
    Job admit(Line line) {
        var index = lines++;
        events.listed(line);
        if (line instanceof Line.Malformed bad) {
            var had = settled.get(index) ? new Result.Had(bad, index, null) : null;
            var failed = new Outcome.Failed(bad, index, null, bad.reason(), bad.problem(), 0);
            tell.accept(had != null ? had : new Result.Told(failed));
            return null;
        }
        var entry = (Line.Entry) line;
        var first = duplicates == null ? null : duplicates.first(entry, index);
        if (first != null) {
            tell.accept(new Result.Told(new Outcome.Duplicate(entry, index, first)));
            return null;
        }
        var name = name(entry, index); // also of what is done: names go by the whole list
        if (!settled.get(index)) return Job.first(entry, index, name);
        tell.accept(new Result.Had(entry, index, name));
        return null;
    }

    private String name(Line.Entry entry, int index) {
        var wish = entry.name();
        if (wish != null) return names.forName(wish);
        if (template == null)
            return names.forUrl(entry.url().path(), entry.url().query());
        var url = URI.create(entry.url().toString());
        return names.forTemplate(template.expand(url, index, entry.columns()));
    }
}
