package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.CanceledException;
import dev.gofer.Context;
import dev.gofer.Crew;
import dev.gofer.DeadlineExceededException;
import dev.gofer.Go;
import dev.gofer.Misuse;
import dev.gofer.Rule;
import dev.gofer.Weighted;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The documented behaviour of Go's {@code golang.org/x/sync/semaphore}, under the names of its tests. */
@Timeout(60)
class SemaphoreTest {
    private final Context.Cancellable ctx = Context.background().withCancel();

    @Test
    void testWeighted() {
        int size = Go.gomaxprocs(0);
        var semaphore = new Weighted(size);
        var held = new AtomicLong();
        try (var crew = new Crew()) {
            for (int i = 0; i < size; i++) {
                int weight = i + 1;
                crew.go(() -> {
                    for (int round = 0; round < 2_000; round++) {
                        semaphore.acquire(ctx, weight);
                        assertTrue(held.addAndGet(weight) <= size);
                        Go.gosched();
                        held.addAndGet(-weight);
                        semaphore.release(weight);
                    }
                });
            }
            crew.join();
        }
        assertTrue(semaphore.tryAcquire(size));
    }

    @Test
    @Rule(39)
    void testWeightedPanic() {
        Misuse.expect("semaphore: released more than held", () -> new Weighted(1).release(1));
    }

    @Test
    void testWeightedTryAcquire() {
        var semaphore = new Weighted(2);
        assertTrue(semaphore.tryAcquire(1));
        assertTrue(semaphore.tryAcquire(1));
        assertFalse(semaphore.tryAcquire(1));
        semaphore.release(2);
        assertTrue(semaphore.tryAcquire(1));
    }

    @Test
    @Rule(39)
    void testWeightedAcquire() {
        var semaphore = new Weighted(2);
        try (var limited = Context.background().withTimeout(Duration.ofMillis(5))) {
            semaphore.acquire(ctx, 1);
            semaphore.acquire(ctx, 1);
            assertThrows(DeadlineExceededException.class, () -> semaphore.acquire(limited, 1));
            semaphore.release(2);
            semaphore.acquire(ctx, 1);
        }
    }

    @Test
    @Rule(39)
    void testWeightedDoesntBlockIfTooBig() {
        var semaphore = new Weighted(2);
        try (var crew = new Crew()) {
            var tooBig = crew.go(() -> semaphore.acquire(ctx, 3)).asleep();
            for (int i = 0; i < 3; i++) {
                crew.go(() -> {
                    for (int round = 0; round < 100; round++) {
                        semaphore.acquire(1);
                        Go.gosched();
                        semaphore.release(1);
                    }
                });
            }
            Asleep.until(semaphore, "0 of 2 held, 1 waiting");
            ctx.cancel();
            assertInstanceOf(CanceledException.class, tooBig.failure());
        }
    }

    @Test
    @Rule(39)
    void testLargeAcquireDoesntStarve() {
        long size = Go.gomaxprocs(0);
        var semaphore = new Weighted(size);
        var running = new AtomicBoolean(true);
        try (var crew = new Crew()) {
            for (long i = size; i > 0; i--) { // at every moment some of the permits are held
                semaphore.acquire(1);
                crew.go(() -> {
                    while (running.get()) {
                        Go.gosched();
                        semaphore.release(1);
                        semaphore.acquire(1);
                    }
                    semaphore.release(1);
                });
            }
            semaphore.acquire(size);
            running.set(false);
            semaphore.release(size);
            crew.join();
        }
        assertTrue(semaphore.tryAcquire(size));
    }

    @Test
    void testAllocCancelDoesntStarve() {
        var semaphore = new Weighted(10);
        try (var crew = new Crew()) {
            semaphore.acquire(1);
            var big = crew.go(() -> semaphore.acquire(ctx, 10)).asleep();
            var small = crew.go(() -> semaphore.acquire(1)).asleep();
            ctx.cancel(); // the big one gives up: nothing holds up the small one any more
            assertInstanceOf(CanceledException.class, big.failure());
            assertNull(small.failure());
        }
    }

    @Test
    @Rule(39)
    void testWeightedAcquireCanceled() {
        for (int round = 0; round < 200; round++) {
            var semaphore = new Weighted(2);
            semaphore.acquire(1);
            var cancelled = Context.background().withCancel();
            try (var crew = new Crew()) {
                var both = crew.go(() -> semaphore.acquire(cancelled, 2));
                Asleep.until(semaphore, "1 of 2 held, 1 waiting");
                cancelled.cancel(); // before the permits are there: they must not count
                semaphore.release(1);
                assertInstanceOf(CanceledException.class, both.failure());
            }
            assertTrue(semaphore.tryAcquire(2));
            assertEquals("Weighted (2 of 2 held, 0 waiting)", semaphore.toString());
        }
    }
}
