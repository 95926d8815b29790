package dev.gofer.cli;

import dev.gofer.fetch.Duplicates;
import dev.gofer.fetch.InputException;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.UrlList;
import dev.gofer.fetch.archive.EntryNames;
import dev.gofer.fetch.archive.NameTemplate;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a list as a fetch would, and tells what is in it. */
final class Plan {
    private static final int SHOWN = 10;
    private static final int EXAMPLES = 5;
    private static final int MOST_HOSTS = 100_000; // that are counted one by one

    private final @Nullable NameTemplate template;
    private final @Nullable Duplicates duplicates; // null: none are looked for
    private long entries;
    private long twins; // of these, lines that say the same as an earlier one
    private long bad;
    private long elsewhere; // on servers beyond MOST_HOSTS
    private final Map<String, Long> hosts = new HashMap<>();
    private final List<Line.Malformed> problems = new ArrayList<>();
    private final List<String> first = new ArrayList<>();

    Plan(@Nullable NameTemplate template, boolean dedupe) {
        this.template = template;
        this.duplicates = dedupe ? new Duplicates(null) : null;
    }

    /** Reads the list to its end; gives the exit code. */
    int run(UrlList list, PrintWriter out) throws InputException {
        var names = new EntryNames();
        var index = 0;
        for (var line = list.next(); line != null; line = list.next(), index++) {
            switch (line) {
                case Line.Entry entry -> {
                    if (duplicates != null && duplicates.first(entry, index) != null) twins++;
                    else if (first.size() < EXAMPLES) first.add(name(names, entry, index));
                    count(entry);
                }
                case Line.Malformed none -> {
                    if (bad++ < EXAMPLES) problems.add(none);
                }
            }
        }
        if (index == 0) throw new InputException("no URL in " + list.name());
        tell(out);
        return bad == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private String name(EntryNames names, Line.Entry entry, int index) {
        var wish = entry.name();
        if (wish != null) return names.forName(wish);
        var url = URI.create(entry.url().toString());
        return template == null ? names.forUrl(url) : names.forName(template.expand(url, index, entry.columns()));
    }

    private void count(Line.Entry entry) {
        entries++;
        var host = entry.url().server();
        if (hosts.size() < MOST_HOSTS || hosts.containsKey(host)) hosts.merge(host, 1L, Long::sum);
        else elsewhere++;
    }

    private void tell(PrintWriter out) {
        out.println(Units.count(entries, "URL") + " on " + (elsewhere > 0 ? "more than " : "")
                + Units.count(hosts.size(), "server"));
        hosts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN)
                .forEach(host -> out.println(String.format("%10s  %s", Units.count(host.getValue()), host.getKey())));
        if (hosts.size() > SHOWN)
            out.println("            … and " + Units.count(hosts.size() - SHOWN, "server") + " more");
        if (twins > 0) out.println(Units.count(twins, "duplicate") + ", which will not be fetched again");
        if (!first.isEmpty()) out.println("first entries: " + String.join(", ", first));
        if (bad == 0) return;
        out.println(Units.count(bad, "line") + (bad == 1 ? " is no URL" : " are no URLs"));
        for (var problem : problems) {
            out.println("  " + problem.where() + ": " + Text.printable(problem.text()));
            out.println("    " + Text.printable(problem.problem()));
        }
        if (bad > EXAMPLES) out.println("  … and " + Units.count(bad - EXAMPLES) + " more");
    }
}
