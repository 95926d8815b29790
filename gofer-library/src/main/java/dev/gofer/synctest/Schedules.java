package dev.gofer.synctest;

import dev.gofer.Task;
import dev.gofer.runtime.Bubble.Step;
import dev.gofer.runtime.Chooser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task again and again, each time in a new bubble and with other choices of who runs next: chosen by a seed, so that each run can be repeated.
 *
 * {@snippet class="dev.gofer.synctest.SynctestSnippets" region="explore" :
 * Schedules.explore(10_000, () -> {
 *     var account = new Account(); // a new one for each schedule
 *     var wg = new WaitGroup();
 *     wg.go(() -> account.deposit(1));
 *     wg.go(() -> account.deposit(1));
 *     wg.await();
 *     assertEquals(2, account.balance());
 * });
 * }
 *
 * <p>Goroutines take turns where they wait, start, end and yield, and at steps inside of this library's channels, locks and other primitives, before each look at
 * what they share. Between two of those, a goroutine is alone: a race between plain reads and writes of fields is not found, unless one of
 * these steps lies between; or unless the agent is there that makes steps of those, too ({@link dev.gofer.synctest}).
 *
 * <p>A schedule is written as text: {@code random/SEED}, in which each goroutine is as likely as the others; {@code pct/DEPTH/LENGTH/SEED}, in which goroutines have
 * priorities that change at {@code DEPTH - 1} of about {@code LENGTH} steps; or {@code choices/…}, the list of all choices.
 *
 * <p>The task has to do the same when the same choices are made: it takes no other source of chance, and nothing from outside.
 */
public final class Schedules {
    /* The i-th schedule is made of the i-th number that the seed brings. The kinds take turns: which one finds a bug, nobody knows before. */
    private static final int MOST_SHORTENINGS = 2_000;
    private static final long TIME_TO_SHORTEN =
            10_000_000_000L; // nanoseconds: a failure may take half a minute to show
    private static final int MOST_STEPS_TOLD = 200;

    private final Task task;
    private final Drive drive;

    private Schedules(Task task, Drive drive) {
        this.task = task;
        this.drive = drive;
    }

    /**
     * What an exploration did.
     *
     * @param schedules how many it ran
     * @param choices how many choices it made in all of them
     */
    public record Summary(int schedules, long choices) {}

    /**
     * Runs {@code task} with {@code count} schedules, of a seed that is new each time; a failure tells it.
     *
     * @param count how many
     * @param task what to run; called once for each schedule
     * @return what was done
     * @throws ScheduleFailure when the task throws, one of its goroutines does, or they are in a deadlock
     */
    public static Summary explore(int count, Task task) {
        return explore(count, ThreadLocalRandom.current().nextLong(), task);
    }

    /**
     * The same, with the schedules of {@code seed}: always the same ones.
     *
     * @param count how many
     * @param seed any number
     * @param task what to run; called once for each schedule
     * @return what was done
     * @throws ScheduleFailure when the task throws, one of its goroutines does, or they are in a deadlock
     */
    public static Summary explore(int count, long seed, Task task) {
        Objects.requireNonNull(task);
        Synctest.requireOutside("Schedules.explore");
        return Drive.on(drive -> new Schedules(task, drive).explore(count, seed));
    }

    /**
     * Runs {@code task} with one schedule.
     *
     * @param schedule as {@link ScheduleFailure#schedule} has it
     * @param task what to run
     * @throws IllegalArgumentException when {@code schedule} is no schedule
     * @throws ScheduleFailure when the task fails, with its steps
     */
    public static void replay(String schedule, Task task) {
        Objects.requireNonNull(task);
        var chooser = chooser(schedule); // throws here
        Synctest.requireOutside("Schedules.replay");
        Drive.on(drive -> {
            new Schedules(task, drive).replay(schedule, chooser);
            return "";
        });
    }

    private Summary explore(int count, long seed) {
        var seeds = new SplittableRandom(seed);
        long choices = 0;
        long longest = 1;
        for (int i = 0; i < count && !drive.isStopped(); i++) {
            long own = seeds.nextLong();
            var schedule = switch (i % 4) {
                case 0, 2 -> "random/" + hex(own);
                case 1 -> "pct/2/" + longest + "/" + hex(own);
                default -> "pct/3/" + longest + "/" + hex(own);
            };
            var chooser = new RecordingChooser(chooser(schedule));
            var failure = Drive.failure(drive.run(chooser, task, null));
            if (failure != null && !drive.isStopped()) {
                throw failed(
                        "schedule " + (i + 1) + " of " + count + ", seed " + seed,
                        schedule,
                        chooser.choices(),
                        failure);
            }
            choices += chooser.count();
            longest = Math.max(longest, chooser.count());
        }
        return new Summary(count, choices);
    }

    private void replay(String schedule, Chooser chooser) {
        var recording = new RecordingChooser(chooser);
        var steps = new ArrayList<Step>();
        var failure = Drive.failure(drive.run(recording, task, steps));
        if (failure != null) {
            throw new ScheduleFailure(
                    "schedule " + schedule + " failed: " + failure + "\n" + told(steps), schedule, schedule, failure);
        }
    }

    private ScheduleFailure failed(String which, String schedule, int[] choices, Throwable failure) {
        var shortest = shorten(choices, failure);
        var steps = new ArrayList<Step>();
        var last = Drive.failure(drive.run(new ReplayChooser(shortest), task, steps));
        var shortSchedule = text(shortest);
        return new ScheduleFailure(
                which + " failed: " + failure + "\n"
                        + "run it again: Schedules.replay(\"" + schedule + "\", task)\n"
                        + "or, shortened: Schedules.replay(\"" + shortSchedule + "\", task), which "
                        + (last == null ? "does not fail: the task does not do the same each time" : "goes like this:")
                        + "\n" + told(steps),
                schedule,
                shortSchedule,
                failure);
    }

    /** As few choices other than 0 as can be found that fail in the same way. */
    private int[] shorten(int[] choices, Throwable failure) {
        var best = choices;
        long begun = System.nanoTime();
        int left = MOST_SHORTENINGS;
        for (int size = Math.max(1, best.length / 2); left > 0; size = Math.max(1, size / 2)) {
            boolean isShorter = false;
            for (int end = best.length;
                    end > 0 && left > 0 && System.nanoTime() - begun < TIME_TO_SHORTEN;
                    end -= size) {
                var tried = best.clone();
                if (!clear(tried, Math.max(0, Math.min(end, tried.length) - size), Math.min(end, tried.length))) {
                    continue;
                }
                left--;
                var chooser = new RecordingChooser(new ReplayChooser(tried));
                var other = Drive.failure(drive.run(chooser, task, null));
                if (other != null
                        && other.getClass() == failure.getClass()
                        && weight(chooser.choices()) < weight(best)) {
                    best = chooser.choices();
                    isShorter = true;
                }
            }
            if ((size == 1 && !isShorter) || System.nanoTime() - begun >= TIME_TO_SHORTEN) {
                break;
            }
        }
        return best;
    }

    private static boolean clear(int[] choices, int from, int to) {
        boolean any = false;
        for (int i = from; i < to; i++) {
            any |= choices[i] != 0;
            choices[i] = 0;
        }
        return any;
    }

    private static long weight(int[] choices) {
        return 1_000_000L * Arrays.stream(choices).filter(choice -> choice != 0).count() + choices.length;
    }

    /** The chooser that {@code schedule} tells of. */
    private static Chooser chooser(String schedule) {
        var parts = schedule.split("/", -1);
        try {
            switch (parts[0]) {
                case "random" -> {
                    return new RandomChooser(Long.parseUnsignedLong(parts[1], 16), true);
                }
                case "pct" -> {
                    return new PctChooser(
                            Long.parseUnsignedLong(parts[3], 16), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
                }
                case "choices" -> {
                    return new ReplayChooser(choices(parts[1]));
                }
                default -> {}
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // said below
        }
        throw new IllegalArgumentException("no schedule: " + schedule + "; a ScheduleFailure tells one");
    }

    /** Runs of zeros are written as their length and a z. */
    private static int[] choices(String text) {
        var choices = new ArrayList<Integer>();
        for (var word : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (word.endsWith("z")) {
                int zeros = Integer.parseInt(word.substring(0, word.length() - 1));
                for (int i = 0; i < zeros; i++) {
                    choices.add(0);
                }
            } else {
                choices.add(Integer.parseInt(word));
            }
        }
        return choices.stream().mapToInt(Integer::intValue).toArray();
    }

    private static String text(int[] choices) {
        var words = new ArrayList<String>();
        int zeros = 0;
        for (int choice : choices) {
            if (choice == 0) {
                zeros++;
                continue;
            }
            if (zeros > 0) {
                words.add(zeros + "z");
                zeros = 0;
            }
            words.add(String.valueOf(choice));
        }
        return "choices/" + String.join(",", words);
    }

    private static String hex(long number) {
        return Long.toHexString(number);
    }

    private static String told(List<Step> steps) {
        int from = Math.max(0, steps.size() - MOST_STEPS_TOLD);
        var first = from == 0 ? "" : "(" + from + " steps left out)\n";
        return steps.subList(from, steps.size()).stream()
                .map(step -> "  goroutine " + step.goroutine() + " " + step.operation() + at(step.place()))
                .collect(Collectors.joining("\n", first, "\n"));
    }

    private static String at(@Nullable StackTraceElement place) {
        return place == null ? "" : "  at " + place;
    }
}
