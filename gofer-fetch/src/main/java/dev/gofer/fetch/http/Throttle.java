package dev.gofer.fetch.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Keeps all bodies together below a number of bytes a second: who has read pays for it in time. */
final class Throttle {
    /* paid is the instant until which the rate is used up. Whoever pays moves it on by what his bytes cost, and waits for
     * what it was before: so payers queue up in the order in which they came, and nobody needs a lock.
     * (1) paid never falls behind the clock by more than CREDIT, so a pause is followed by no burst.
     * (2) One waits in slices, since the end of an attempt closes a socket and wakes nobody here. */
    private static final long CREDIT = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(100);

    /** Where time comes from, and how to pass it: the system's, or a test's. */
    interface Clock {
        Clock SYSTEM = new Clock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleep(long nanos) {
                LockSupport.parkNanos(this, nanos);
            }
        };

        long nanoTime();

        /** May return early. */
        void sleep(long nanos);
    }

    static final Throttle NONE = new Throttle(0, Clock.SYSTEM);

    private final double nanosPerByte;
    private final Clock clock;
    private final AtomicLong paid;

    Throttle(long bytesPerSecond, Clock clock) {
        this.nanosPerByte = bytesPerSecond == 0 ? 0 : 1e9 / bytesPerSecond;
        this.clock = clock;
        this.paid = new AtomicLong(clock.nanoTime() - CREDIT);
    }

    /** Pays for bytes that were read, unless the attempt ends meanwhile. The time it takes does not count for the attempt's limits. */
    void pay(int bytes, Attempt attempt) {
        if (nanosPerByte == 0) return;
        long cost = Math.max(1, (long) (bytes * nanosPerByte));
        long begun = clock.nanoTime();
        long until =
                paid.updateAndGet(before -> before - begun < -CREDIT ? begun - CREDIT + cost : before + cost); // (1)
        for (long now = begun; until - now > 0; now = clock.nanoTime()) {
            if (attempt.isEnded() || Thread.currentThread().isInterrupted()) break;
            clock.sleep(Math.min(until - now, SLICE)); // (2)
        }
        attempt.extend(clock.nanoTime() - begun);
    }
}
