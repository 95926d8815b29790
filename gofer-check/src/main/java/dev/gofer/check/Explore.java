package dev.gofer.check;

import dev.gofer.synctest.ScheduleFailure;
import dev.gofer.synctest.Schedules;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Runs explorations with schedules out of a seed, and tells of each; {@code scripts/explore}. */
final class Explore {
    private Explore() {}

    /** What became of one exploration. */
    private record Report(Exploration exploration, Schedules.@Nullable Summary summary, String failure, long nanos) {}

    /** Arguments: how many schedules in all, the seed, and a regular expression for the names of the explorations. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        int schedules = Integer.parseInt(args[0]);
        long seed = Long.parseLong(args[1]);
        var explorations = Exploration.matching(args.length > 2 ? args[2] : "");
        if (explorations.isEmpty()) {
            System.err.println("no exploration has such a name");
            System.exit(2);
        }
        int each = Math.ceilDiv(schedules, explorations.size());
        long begun = System.nanoTime();
        long all = 0;
        int failed = 0;
        try (var drivers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Report>> reports = drivers.invokeAll(explorations.stream()
                    .map(exploration -> (Callable<Report>) () -> explore(exploration, each, seed))
                    .toList());
            for (var report : reports) {
                all += told(report.get());
                failed += report.get().failure.isEmpty() ? 0 : 1;
            }
        }
        System.out.printf(
                "%,d schedules of %d explorations in %.1f s, seed %d: %s%n",
                all,
                explorations.size(),
                (System.nanoTime() - begun) / 1e9,
                seed,
                failed == 0 ? "no failure" : failed + " FAILED");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static Report explore(Exploration exploration, int schedules, long seed) {
        long begun = System.nanoTime();
        Schedules.Summary summary = null;
        var failure = "";
        try {
            summary = Schedules.explore(schedules, seed, exploration.task());
        } catch (ScheduleFailure e) {
            failure = String.valueOf(e.getMessage());
        }
        return new Report(exploration, summary, failure, System.nanoTime() - begun);
    }

    /** Prints what is to tell of one; returns its number of schedules. */
    private static int told(Report report) {
        var summary = report.summary;
        if (summary == null) {
            System.out.printf("%-60s FAILED%n%s%n", report.exploration, report.failure.indent(2));
            return 0;
        }
        System.out.printf(
                "%-60s %,9d schedules of %5.1f choices, %,9.0f a second%n",
                report.exploration,
                summary.schedules(),
                summary.choices() / (double) summary.schedules(),
                summary.schedules() / (report.nanos / 1e9));
        return summary.schedules();
    }
}
