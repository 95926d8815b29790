package dev.gofer.cli;

import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.FetchSummary;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a person is told at the end: the failures, grouped by reason, then what was written where, and what to do next. */
final class Report implements FetchEvents {
    private static final int EXAMPLES = 3;

    private volatile boolean begun;
    private final TreeMap<String, Group> groups =
            new TreeMap<>(); // by reason; the packer's thread writes it, later the main thread reads it

    /** Whether the run came so far as to read its list. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    public void listed(Line line) {
        if (!begun) begun = true;
    }

    @Override
    public void finished(Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            groups.computeIfAbsent(failed.reason(), Group::new).add(failed);
        }
    }

    /** The failures: each reason with how many there were of it and a few of them. */
    List<String> failures(Terminal terminal, int columns) {
        var lines = new ArrayList<String>();
        var sorted = groups.values().stream()
                .sorted((a, b) -> Long.compare(b.count, a.count))
                .toList();
        for (var group : sorted) {
            lines.add(terminal.red(Units.count(group.count) + " " + group.reason));
            for (var example : group.examples) {
                lines.add("  " + Text.shorten(address(example.line()), columns - 2));
                lines.add("    " + Text.printable(example.message()) + attempts(example));
            }
            if (group.count > EXAMPLES) lines.add("  … and " + Units.count(group.count - EXAMPLES) + " more");
        }
        return lines;
    }

    /** The totals: how many files, how large, how long it took. */
    static String totals(FetchSummary summary, long retries) {
        var parts = new ArrayList<String>();
        parts.add(Units.count(summary.stored(), "file") + " fetched");
        if (summary.kept() > 0) parts.add(Units.count(summary.kept()) + " kept from the run before");
        if (summary.failed() > 0) parts.add(Units.count(summary.failed()) + " failed");
        if (summary.duplicates() > 0) parts.add(Units.count(summary.duplicates(), "duplicate"));
        if (retries > 0) parts.add(Units.count(retries) + (retries == 1 ? " retry" : " retries"));
        return String.join(", ", parts) + "; " + Units.size(summary.bytes()) + " in " + Units.time(summary.time())
                + rate(summary);
    }

    private static String rate(FetchSummary summary) {
        var seconds = summary.time().toNanos() / 1e9;
        if (summary.bytes() == 0 || seconds <= 0) return "";
        return " (" + Units.size((long) (summary.bytes() / seconds)) + "/s)";
    }

    static String archive(Path path, long entries, long size) {
        return path + ": " + Units.count(entries) + (entries == 1 ? " entry, " : " entries, ") + Units.size(size);
    }

    private static String address(Line line) {
        var text = Text.printable(line.text());
        return line instanceof Line.Malformed ? line.where() + ": " + text : text;
    }

    private static String attempts(Outcome.Failed failed) {
        return failed.attempts() > 1 ? " (" + failed.attempts() + " attempts)" : "";
    }

    /** The failures of one reason. */
    private static final class Group {
        private final String reason;
        private final List<Outcome.Failed> examples = new ArrayList<>();
        private long count;

        Group(String reason) {
            this.reason = reason;
        }

        void add(Outcome.Failed failed) {
            if (count++ < EXAMPLES) examples.add(failed);
        }
    }
}
