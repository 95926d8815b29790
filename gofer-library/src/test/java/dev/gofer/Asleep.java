package dev.gofer;

import dev.gofer.runtime.Registry;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits, without a clock, until others have fallen asleep. */
public final class Asleep {
    private Asleep() {}

    /** Returns when {@code condition} holds. A test's time limit interrupts it. */
    public static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the time is over, and what was waited for has not come true");
            }
            Go.gosched();
        }
    }

    /** Returns when {@code primitive} has these words in its {@code toString}: {@code "2 waiting"}. */
    public static void until(Object primitive, String words) {
        until(() -> primitive.toString().contains(words));
    }

    /** Returns when {@code thread} sleeps on a primitive, or on anything else that says what it is. */
    public static void until(Thread thread) {
        until(() -> isAsleep(thread));
    }

    /** Returns when as many sends wait at {@code channel}; the cases of sleeping selects count too. */
    public static void untilSending(Chan<?> channel, int count) {
        until(() -> sleepers(channel, "chan send") == count);
    }

    /** Returns when as many receives wait at {@code channel}; the cases of sleeping selects count too. */
    public static void untilReceiving(Chan<?> channel, int count) {
        until(() -> sleepers(channel, "chan receive") == count);
    }

    /** How many waits there are at {@code channel}. */
    public static int sleepers(Chan<?> channel) {
        return sleepers(channel, "chan send") + sleepers(channel, "chan receive");
    }

    /** Whether {@code thread} sleeps on a primitive, or on anything else that says what it is. */
    public static boolean isAsleep(Thread thread) {
        var state = thread.getState();
        return (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING)
                && LockSupport.getBlocker(thread) != null;
    }

    /**
     * What each of {@code threads} sleeps in, or null where one is awake. Two equal answers in a row prove an instant at which all slept: an
     * episode ends with its sleep.
     */
    public static @Nullable Map<Thread, Object> episodes(Collection<Thread> threads) {
        var sleeps = Sleepers.of(Registry.goroutines());
        var episodes = new HashMap<Thread, Object>();
        for (var thread : threads) {
            var sleep = sleeps.get(thread);
            if (sleep == null || !isAsleep(thread)) { // who has just been woken still has his select as his blocker
                return null;
            }
            episodes.put(thread, sleep.episode());
        }
        return episodes;
    }

    private static int sleepers(Chan<?> channel, String wanted) {
        var count = new AtomicInteger();
        channel.visitSleepers((waiter, reason) -> {
            if (reason.equals(wanted)) {
                count.incrementAndGet();
            }
        });
        return count.get();
    }
}
