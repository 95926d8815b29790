package dev.gofer.fetch;

import dev.gofer.fetch.archive.EntryNames;
import java.net.URI;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes jobs of lines, in the order of the list: numbers them and names their entries. Used by the window's goroutine only. */
final class Intake {
    private final BitSet done; // by an earlier run
    private final FetchEvents events;
    private final Consumer<Outcome> tell;
    private final EntryNames names = new EntryNames();
    private int lines;

    /** {@code tell} hears of the lines that need no fetching. */
    Intake(BitSet done, FetchEvents events, Consumer<Outcome> tell) {
        this.done = done;
        this.events = events;
        this.tell = tell;
    }

    /** The line's job, or null where its outcome is known already. */
    @Nullable
    Job admit(Line line) {
        var index = lines++;
        events.listed(line);
        return switch (line) {
            case Line.Entry entry -> {
                var name = name(entry); // also of what is done: names go by the whole list
                if (!done.get(index)) yield new Job(entry, index, name, 1);
                tell.accept(new Outcome.Kept(entry, index, name));
                yield null;
            }
            case Line.Malformed bad -> {
                tell.accept(new Outcome.Failed(bad, index, bad.reason(), bad.problem(), 0));
                yield null;
            }
        };
    }

    private String name(Line.Entry entry) {
        var wish = entry.name();
        return wish != null
                ? names.forName(wish)
                : names.forUrl(URI.create(entry.url().toString()));
    }
}
