package dev.gofer.examples.fromjava;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.gofer.Context;
import dev.gofer.Weighted;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;

/** Work that needs some megabytes of a common budget, and does not wait for them for long. */
final class Permits {
    // @start region=before
    static void runBySemaphore(Semaphore memory, int megabytes, Runnable work)
            throws InterruptedException, TimeoutException {
        if (!memory.tryAcquire(megabytes, 100, MILLISECONDS)) {
            throw new TimeoutException("too little memory");
        }
        try {
            work.run();
        } finally {
            memory.release(megabytes);
        }
    }
    // @end

    // @start region=after
    static void runByWeighted(Weighted memory, int megabytes, Runnable work) {
        try (var ctx = Context.background().withTimeout(Duration.ofMillis(100))) {
            memory.acquire(ctx, megabytes); // throws a DeadlineExceededException
        }
        try {
            work.run();
        } finally {
            memory.release(megabytes);
        }
    }
    // @end

    private Permits() {}
}
