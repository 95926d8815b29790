package dev.gofer.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The clock. Instants are nanoseconds from an arbitrary origin, as {@link System#nanoTime}; compare them by difference only. */
public final class Time {
    /** The deadline that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long LONGEST = Long.MAX_VALUE / 4; // 73 years; keeps every difference of two instants in range

    static final WorldTimers WORLD = new WorldTimers();

    /** An action to come, once for each time it is set. */
    public sealed interface Timer permits TimerHeap.Entry, InBubble {
        /** Sets it, {@code delay} from now, whatever it was set to before; returns whether it was set, and its action had not begun. */
        boolean reset(Duration delay);

        /** Calls the action off; false when it has begun, was called off before, or is not set. Does not wait. */
        boolean stop();

        /** Whether it is of a bubble that the calling thread is not in. */
        boolean isForeign();
    }

    /** One that goes by the clock of a bubble. */
    private static final class InBubble implements Timer {
        /* Of several who stop the same shot, one hears that it was still to come. Who hears otherwise of a shot that is no longer current asks the
         * next one: else stop could say "not to come" while a reset has just set it again. */
        private final Runnable action;
        private final Bubble bubble;
        private final AtomicReference<@Nullable Shot> current =
                new AtomicReference<>(); // that was set last; null: none yet

        InBubble(Runnable action, Bubble bubble) {
            this.action = action;
            this.bubble = bubble;
        }

        @Override
        public boolean isForeign() {
            return bubble != Bubble.current();
        }

        @Override
        public boolean reset(Duration delay) {
            var shot = new Shot();
            shot.event = bubble.schedule(nanos(delay), shot);
            var before = current.getAndSet(shot);
            return before != null && before.stop();
        }

        @Override
        public boolean stop() {
            while (true) {
                var shot = current.get();
                if (shot != null && shot.stop()) {
                    return true;
                }
                if (shot == current.get()) {
                    return false;
                }
            }
        }

        private final class Shot implements Runnable {
            private final AtomicBoolean isOpen = new AtomicBoolean(true); // false once it has begun or is called off
            private volatile Bubble.@Nullable Event event; // written once, maybe after it has run

            boolean stop() {
                Bubble.step("stops a timer");
                if (!isOpen.compareAndSet(true, false)) {
                    return false;
                }
                var made = event;
                if (made != null) {
                    bubble.cancel(made);
                }
                return true;
            }

            /** Called by the bubble. */
            @Override
            public void run() {
                Bubble.step("runs what a timer was set for");
                if (isOpen.compareAndSet(true, false)) {
                    action.run();
                }
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

    /** A timer that is not set yet. Its action will run on a thread of the clock of the calling thread: it must be short and must not block. */
    public static Timer timer(Runnable action) {
        var bubble = Bubble.current();
        return bubble == null ? WORLD.timer(action) : new InBubble(action, bubble);
    }

    /** A timer that is set: runs {@code action} {@code delay} from now; see {@link #timer}. */
    public static Timer schedule(Duration delay, Runnable action) {
        var timer = timer(action);
        timer.reset(delay);
        return timer;
    }

    /** Unparks {@code sleeper} at the instant {@code deadline} of the world's clock. */
    static Timer wake(Thread sleeper, long deadline) {
        var timer = WORLD.timer(() -> LockSupport.unpark(sleeper));
        WORLD.set(timer, deadline);
        return timer;
    }

    /** Whether {@code instant} comes before {@code other}; either may be NEVER. */
    static boolean isBefore(long instant, long other) {
        return instant != NEVER && (other == NEVER || instant - other < 0);
    }

    /** Whether a timer is set or an action runs. Who saw true before an action has begun and false afterwards has seen its effects. */
    public static boolean hasPendingActions() {
        return pendingActions() > 0;
    }

    static int pendingActions() {
        return WORLD.pending();
    }
}
