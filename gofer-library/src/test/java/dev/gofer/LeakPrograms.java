package dev.gofer;

import dev.gofer.leaks.Bug;
import dev.gofer.leaks.Bugs;
import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Registry;
import dev.gofer.runtime.Time;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Runs each program of {@link Bugs} and prints which leaks the garbage collector proves, in a JVM that lets go of virtual threads.
 *
 * <p>A line for each: its name, a tab, the leaks separated by "; ".
 */
final class LeakPrograms {
    /** Goroutines whose leak was told already, by their number. */
    private static final Set<Long> TOLD = new HashSet<>();

    private static final int LOOKS = 3;
    private static final Pattern EACH = Pattern.compile("(?=goroutine \\d+ \\[)");

    private LeakPrograms() {}

    public static void main(String[] args) throws Exception {
        Goroutine.setUncaughtHandler((goroutine, exception) -> {
            exception.printStackTrace();
            Runtime.getRuntime().halt(3);
        });
        for (var bug : Bugs.all()) {
            for (int i = 0; i < bug.copies(); i++) {
                bug.program().run();
            }
            awaitQuiet(bug);
            System.out.println(bug.name() + "\t" + String.join("; ", found()));
        }
        System.out.println("the end");
    }

    /** Until every goroutine sleeps, and no timer could wake one. */
    private static void awaitQuiet(Bug bug) {
        boolean waitsForTime = bug.name().equals("DaisyChain"); // for an hour
        while ((Time.hasPendingActions() && !waitsForTime)
                || !Registry.allMatch(goroutine -> isAsleep(goroutine, waitsForTime))
                || (waitsForTime && Go.numGoroutine() < TOLD.size() + 1_000)) {
            Park.yieldFairly();
        }
    }

    private static boolean isAsleep(Goroutine goroutine, boolean waitsForTime) {
        var thread = goroutine.thread();
        var state = thread == null ? Thread.State.WAITING : thread.getState();
        return state == Thread.State.WAITING || (waitsForTime && state == Thread.State.TIMED_WAITING);
    }

    /** The leaks that were not told yet. Asked for more than once: what a processor has just let go of may be seen by one collection still. */
    private static Set<String> found() {
        var leaks = new TreeSet<String>();
        for (int i = 0; i < LOOKS; i++) {
            leaks.addAll(found(Leaks.report(true)));
        }
        return leaks;
    }

    /** The leaks in {@code report} that were not told yet, as {@link Bug} writes them. */
    private static Set<String> found(String report) {
        var leaks = new TreeSet<String>();
        for (var goroutine : EACH.splitAsStream(report).toList()) {
            if (!goroutine.isBlank() && TOLD.add(Long.parseLong(goroutine.substring(10, goroutine.indexOf(" ["))))) {
                leaks.add(beginning(goroutine) + reason(goroutine));
            }
        }
        return leaks;
    }

    /** The method of a program in which the goroutine began. */
    private static String beginning(String goroutine) {
        var beginning = "?";
        for (var line : goroutine.lines().toList()) {
            if (line.startsWith("\tat dev.gofer.leaks.") && !line.contains(".lambda$")) {
                var name = line.substring(0, line.indexOf('('));
                beginning = name.substring(Math.max(name.lastIndexOf('$'), name.indexOf("leaks.") + 5) + 1);
            }
        }
        return beginning;
    }

    private static String reason(String goroutine) {
        var reason = goroutine.substring(goroutine.indexOf('[') + 1, goroutine.indexOf(" (leaked)"));
        int comma = reason.indexOf(',');
        return " [" + (comma < 0 ? reason : reason.substring(0, comma)) + "]";
    }
}
