package dev.gofer.fetch.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** One thread that looks at every attempt under way, ends those that broke a limit, and sweeps the pool. */
final class Watchdog implements AutoCloseable {
    /* A platform thread, so that limits hold even when every carrier of virtual threads is busy. It looks about ten times
     * within the shortest limit, and at most ten times a second: limits are kept to within a tenth, at no cost to the
     * reads they guard.
     * (1) The watchdog sets asleep, then looks for work; watch() adds work, then reads asleep: no attempt is unguarded. */
    private final Set<Attempt> attempts = ConcurrentHashMap.newKeySet();
    private final Pool pool;
    private final Http2 http2;
    private final long tick;
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    Watchdog(TransportOptions options, Pool pool, Http2 http2) {
        this.pool = pool;
        this.http2 = http2;
        this.tick = tick(options);
        this.thread = Thread.ofPlatform().daemon().name("gofer-fetch-watchdog").unstarted(this::run);
        thread.start();
    }

    private static long tick(TransportOptions options) {
        long shortest = Math.min(Limits.nanos(options.stallTimeout()), Limits.nanos(options.connectTimeout()));
        shortest = Math.min(shortest, Math.min(Limits.maxTime(options, 0), Limits.nanos(options.idleTimeout())));
        return Math.clamp(
                shortest / 10,
                Duration.ofMillis(1).toNanos(),
                Duration.ofMillis(100).toNanos());
    }

    void watch(Attempt attempt) {
        attempts.add(attempt);
        if (asleep) LockSupport.unpark(thread);
    }

    void forget(Attempt attempt) {
        attempts.remove(attempt);
    }

    private void run() {
        while (!closed) {
            asleep = true; // (1)
            if (attempts.isEmpty() && pool.isEmpty() && http2.isEmpty()) LockSupport.park(this);
            asleep = false;
            LockSupport.parkNanos(this, tick);
            long now = System.nanoTime();
            for (var attempt : attempts) attempt.inspect(now);
            pool.evict(now);
            http2.evict(now);
        }
    }

    /** Ends every attempt under way. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        for (var attempt : attempts) attempt.end(new Attempt.Verdict(Reason.CANCELLED, "the transport was closed"));
    }
}
