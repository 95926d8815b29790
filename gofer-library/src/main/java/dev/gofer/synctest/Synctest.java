package dev.gofer.synctest;

import dev.gofer.MisuseException;
import dev.gofer.Task;
import dev.gofer.runtime.Bubble;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;

/** Runs tests of concurrent code in a bubble, in which time is virtual. Go: {@code testing/synctest}. */
public final class Synctest {
    private Synctest() {}

    /**
     * Runs {@code task} as the first goroutine of a new bubble, and waits until all goroutines of the bubble have ended. Go: {@code synctest.Test(t,
     * f)}.
     *
     * <p>What {@code task} throws, or any other goroutine of the bubble, is thrown here, and the goroutines that are left are interrupted. All that they
     * did happens-before the return.
     *
     * @param task the test
     * @throws DeadlockError when no goroutine can go on; or when something outside of the bubble keeps one waiting for too long
     * @throws MisuseException when the caller is in a bubble
     * @throws java.util.concurrent.CancellationException when the calling thread is interrupted; the flag stays set
     */
    public static void run(Task task) {
        Objects.requireNonNull(task);
        requireOutside("synctest.Run");
        var chooser = new RandomChooser(ThreadLocalRandom.current().nextLong(), false);
        Drive.rethrow(Drive.once(chooser, task));
    }

    /**
     * Waits until all other goroutines of the bubble are durably blocked, or have ended. What they did until then happens-before the return. Go: {@code
     * synctest.Wait()}.
     *
     * @throws MisuseException when the caller is in no bubble, or another goroutine waits so already
     * @throws java.util.concurrent.CancellationException when the thread is interrupted first; the flag stays set
     */
    public static void await() {
        if (!requireInside().awaitIdle()) {
            throw new MisuseException("wait already in progress: let one goroutine of the bubble call await at a time");
        }
    }

    /**
     * {@return whether the calling thread is in a bubble}
     */
    public static boolean isInBubble() {
        return Bubble.current() != null;
    }

    /**
     * {@return the clock of the caller's bubble, in UTC} It may be read from anywhere.
     *
     * @throws MisuseException when the caller is in no bubble
     */
    public static Clock clock() {
        return new BubbleClock(requireInside());
    }

    /**
     * {@return an executor that goes by the clock of the caller's bubble, and runs each task in a goroutine of the bubble} For code that asks for a {@link
     * ScheduledExecutorService}. Shut it down before the end of the test: a task that repeats keeps the clock going.
     *
     * @throws MisuseException when the caller is in no bubble
     */
    public static ScheduledExecutorService scheduler() {
        requireInside();
        return new BubbleScheduler();
    }

    private static Bubble requireInside() {
        var bubble = Bubble.current();
        if (bubble == null) {
            throw new MisuseException("goroutine is not in a bubble: call this in Synctest.run(…)");
        }
        return bubble;
    }

    static void requireOutside(String what) {
        if (Bubble.current() != null) {
            throw new MisuseException(what + " called from within a synctest bubble: bubbles do not nest");
        }
    }
}
