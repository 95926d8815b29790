package dev.gofer.check;

import dev.gofer.synctest.ScheduleFailure;
import dev.gofer.synctest.Schedules;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs all explorations in turns, until one fails; then runs that schedule again and again. The library that it is started with has a bug. */
final class Hunt {
    private static final int AT_ONCE = 50; // schedules of one exploration, before the next one's turn
    private static final int REPLAYS = 100;
    private static final Pattern WHICH = Pattern.compile("schedule (\\d+) of ");

    private Hunt() {}

    /**
     * What was found.
     *
     * @param exploration the one that failed
     * @param schedules how many were run until then, of all explorations together
     * @param replays how many of {@value #REPLAYS} replays failed in the same way
     * @param failure with the schedule, and its steps
     */
    private record Found(Exploration exploration, int schedules, int replays, ScheduleFailure failure) {}

    /** Arguments: how many schedules at most, and the seed. Prints what was found, for {@link PlantedBugs}, or nothing. */
    public static void main(String[] args) {
        var found = find(Exploration.all(), Integer.parseInt(args[0]), Long.parseLong(args[1]));
        if (found != null) {
            var message = String.valueOf(found.failure.getMessage());
            System.out.println(found.exploration);
            System.out.println(found.schedules);
            System.out.println(found.replays);
            System.out.println(switches(found.failure.shortest()));
            System.out.println(message.lines()
                    .filter(line -> line.startsWith("  goroutine "))
                    .count());
            System.out.println(message);
        }
        System.exit(0); // whatever sleeps on
    }

    private static @Nullable Found find(List<Exploration> explorations, int schedules, long seed) {
        int run = 0;
        for (long round = 0; run < schedules; round++) {
            for (var exploration : explorations) {
                int count = Math.min(AT_ONCE, schedules - run);
                try {
                    Schedules.explore(count, seed + round, exploration.task());
                } catch (ScheduleFailure e) {
                    return new Found(exploration, run + which(e), replays(exploration, e), e);
                }
                run += count;
            }
        }
        return null;
    }

    private static int which(ScheduleFailure failure) {
        var matcher = WHICH.matcher(String.valueOf(failure.getMessage()));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static int replays(Exploration exploration, ScheduleFailure failure) {
        int failed = 0;
        for (int i = 0; i < REPLAYS; i++) {
            try {
                Schedules.replay(failure.schedule(), exploration.task());
            } catch (ScheduleFailure again) {
                failed += isSame(failure, again) ? 1 : 0;
            }
        }
        return failed;
    }

    private static boolean isSame(ScheduleFailure failure, ScheduleFailure again) {
        var one = Objects.requireNonNull(failure.getCause());
        var other = Objects.requireNonNull(again.getCause());
        return one.getClass() == other.getClass() && firstLine(one).equals(firstLine(other));
    }

    private static String firstLine(Throwable e) {
        var first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return first.replaceAll("@[0-9a-f]+", ""); // the identity of an object
    }

    /** How many choices of {@code schedule}, which lists them, are not the first candidate. */
    private static long switches(String schedule) {
        return Arrays.stream(schedule.substring(schedule.indexOf('/') + 1).split(","))
                .filter(choice -> !choice.isEmpty() && !choice.endsWith("z"))
                .count();
    }
}
