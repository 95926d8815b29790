package dev.gofer.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The clock. Instants are nanoseconds from an arbitrary origin, as {@link System#nanoTime}; compare them by difference only. */
public final class Time {
    /** The deadline that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long LONGEST = Long.MAX_VALUE / 4; // 73 years; keeps every difference of two instants in range

    /** Made when the first timer is set: most programs need none. */
    private static final class Timers {
        static final ScheduledThreadPoolExecutor POOL =
                new ScheduledThreadPoolExecutor(1, body -> new HouseThread("gofer-timers", body));

        static {
            POOL.setRemoveOnCancelPolicy(true); // a stopped timer holds nothing
        }
    }

    /** Timers that are set, and actions that run. */
    private static final AtomicInteger PENDING = new AtomicInteger();

    /** An action to come. */
    public static final class Timer implements Runnable {
        /* (1) isOpen goes from true to false once: by the clock, which then runs the action, or by stop. The pool's own cancel would not do:
         *     it says yes to a task that runs already.
         * (2) PENDING counts the timer from before it is set until it is stopped, or its action has run: the pool has an instant at which an
         *     action is neither in its queue nor running. */
        private final Runnable action;
        private final AtomicBoolean isOpen = new AtomicBoolean(true);
        private final @Nullable Bubble bubble; // whose clock it goes by
        private volatile @Nullable Future<?> scheduled; // these two: written once, maybe after it has run
        private volatile Bubble.@Nullable Event event;

        private Timer(Runnable action, @Nullable Bubble bubble) {
            this.action = action;
            this.bubble = bubble;
        }

        /** Whether it is of a bubble that the calling thread is not in. */
        public boolean isForeign() {
            return bubble != null && bubble != Bubble.current();
        }

        /** Calls the action off; false when it has begun or was called off before. Does not wait. */
        public boolean stop() {
            if (!isOpen.compareAndSet(true, false)) {
                return false;
            }
            var future = scheduled;
            if (future != null) {
                future.cancel(false); // takes it out of the pool's queue
            }
            var inBubble = event;
            if (bubble != null && inBubble != null) {
                bubble.cancel(inBubble);
            }
            countDown();
            return true;
        }

        /** Called by the clock. */
        @Override
        public void run() {
            if (!isOpen.compareAndSet(true, false)) {
                return;
            }
            try {
                action.run();
            } finally {
                countDown();
            }
        }

        private void countDown() {
            if (bubble == null) {
                PENDING.decrementAndGet();
            }
        }
    }

    private Time() {}

    /** Now, in nanoseconds. */
    public static long now() {
        return now(Bubble.current());
    }

    /** Now, in nanoseconds, by the clock of {@code bubble}; null for the clock of the world. */
    public static long now(@Nullable Bubble bubble) {
        return bubble == null ? System.nanoTime() : bubble.now();
    }

    /** Now, as the calendar has it. */
    public static Instant instant() {
        return instant(Bubble.current());
    }

    /** Now, as the calendar of {@code bubble} has it; null for that of the world. */
    public static Instant instant(@Nullable Bubble bubble) {
        return bubble == null ? Instant.now() : bubble.instant();
    }

    /** The instant {@code delay} from now; now for a negative delay. Delays of more than 73 years count as 73 years. */
    public static long deadline(Duration delay) {
        return plus(now(), nanos(delay));
    }

    /** The instant {@code nanos} after {@code instant}. */
    public static long plus(long instant, long nanos) {
        long at = instant + nanos;
        return at == NEVER ? at + 1 : at;
    }

    /** {@code delay} in nanoseconds: 0 for a negative one, at most 73 years. */
    public static long nanos(Duration delay) {
        if (delay.isNegative()) {
            return 0;
        }
        return delay.toSeconds() >= LONGEST / 1_000_000_000 ? LONGEST : delay.toNanos();
    }

    /** Runs {@code action} once, {@code delay} from now, on a thread of this clock: it must be short and must not block. */
    public static Timer schedule(Duration delay, Runnable action) {
        var bubble = Bubble.current();
        var timer = new Timer(action, bubble);
        if (bubble != null) {
            timer.event = bubble.schedule(nanos(delay), timer);
            return timer;
        }
        long nanos = nanos(delay);
        PENDING.incrementAndGet();
        try {
            timer.scheduled = Timers.POOL.schedule(timer, nanos, TimeUnit.NANOSECONDS);
        } catch (Throwable e) { // no memory for it
            timer.stop();
            throw e;
        }
        return timer;
    }

    /** Whether a timer is set or an action runs. Who saw true before an action has begun and false afterwards has seen its effects. */
    public static boolean hasPendingActions() {
        return pendingActions() > 0;
    }

    static int pendingActions() {
        return PENDING.get();
    }
}
