package dev.gofer.cli;

import dev.gofer.fetch.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gofer report}. */
@Command(
        name = "report",
        header = "Tells what failed in a run, by reason and by server.",
        description = "Reads the manifest that a run has written with --manifest, and counts its failures. "
                + "To try them again: gofer fetch --retry-failed MANIFEST.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing failed",
            "1:something failed",
            "2:wrong usage",
            "3:the manifest cannot be read, or is none"
        })
final class ReportCommand implements Callable<Integer> {
    private static final int EXAMPLES = 3;
    private static final int HOSTS = 10; // that are shown
    private static final int MOST_HOSTS = 100_000; // that are counted; the others are counted together

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "MANIFEST", description = "What --manifest wrote: JSON Lines, or CSV if it ends in .csv.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var reasons = new TreeMap<String, Group>();
        var hosts = new HashMap<String, Group>();
        var statuses = new TreeMap<String, Long>();
        try (var manifest = new ManifestReader(file)) {
            for (var entry = manifest.next(); entry != null; entry = manifest.next()) {
                statuses.merge(entry.status(), 1L, Long::sum);
                if (!entry.status().equals("failed")) continue;
                reasons.computeIfAbsent(entry.reason(), Group::new).add(entry, "");
                if (entry.host().isEmpty()) continue;
                var host =
                        hosts.size() < MOST_HOSTS || hosts.containsKey(entry.host()) ? entry.host() : "other servers";
                hosts.computeIfAbsent(host, Group::new).add(entry, entry.reason());
            }
        } catch (InputException e) {
            spec.commandLine().getErr().println("gofer: " + Text.printable(String.valueOf(e.getMessage())));
            return ExitCode.INPUT;
        }
        var all = statuses.values().stream().mapToLong(Long::longValue).sum();
        long failed = statuses.getOrDefault("failed", 0L);
        long duplicates = statuses.getOrDefault("duplicate", 0L);
        out.println(file + ": " + Units.count(all, "URL") + ", " + Units.count(all - failed - duplicates)
                + " in the archive, "
                + (duplicates > 0 ? Units.count(duplicates, "duplicate") + ", " : "")
                + Units.count(failed) + " failed");
        if (failed == 0) return ExitCode.OK;
        out.println();
        out.println("By reason");
        for (var group : sorted(reasons)) {
            out.println(row(group, failed));
            for (var example : group.examples) {
                out.println("              " + Text.printable(example.url()));
                out.println("                " + Text.printable(example.message()));
            }
            var more = group.count - group.examples.size();
            if (more > 0) out.println("              … and " + Units.count(more) + " more");
        }
        if (hosts.isEmpty()) return ExitCode.SOME_FAILED;
        out.println();
        out.println("By server");
        var servers = sorted(hosts);
        for (var group : servers.subList(0, Math.min(HOSTS, servers.size()))) {
            out.println(row(group, failed) + "  " + group.reasons());
        }
        if (servers.size() > HOSTS) out.println("              … and " + Units.count(servers.size() - HOSTS) + " more");
        return ExitCode.SOME_FAILED;
    }

    private static String row(Group group, long all) {
        return String.format(
                "%8s %3d%%  %s", Units.count(group.count), group.count * 100 / all, Text.printable(group.name));
    }

    private static List<Group> sorted(Map<String, Group> groups) {
        return groups.values().stream()
                .sorted(Comparator.comparingLong((Group group) -> -group.count).thenComparing(group -> group.name))
                .toList();
    }

    /** The failures that have something in common. */
    private static final class Group {
        private final String name;
        private final List<ManifestReader.Entry> examples = new ArrayList<>();
        private final Map<String, Long> reasons = new TreeMap<>();
        private long count;

        Group(String name) {
            this.name = name;
        }

        void add(ManifestReader.Entry entry, String reason) {
            count++;
            if (!reason.isEmpty()) reasons.merge(reason, 1L, Long::sum);
            else if (examples.size() < EXAMPLES) examples.add(entry);
        }

        String reasons() {
            return String.join(
                    ", ",
                    reasons.entrySet().stream()
                            .map(reason -> Text.printable(reason.getKey()) + " " + Units.count(reason.getValue()))
                            .toList());
        }
    }
}
