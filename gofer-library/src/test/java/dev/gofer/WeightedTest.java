package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WeightedTest {
    private final Weighted semaphore = new Weighted(4);

    @Test
    void permitsAreTakenAndGivenBack() {
        semaphore.acquire(3);
        assertEquals("Weighted (3 of 4 held, 0 waiting)", semaphore.toString());
        assertFalse(semaphore.tryAcquire(2));
        assertTrue(semaphore.tryAcquire(1));
        assertTrue(semaphore.tryAcquire(0));
        semaphore.release(4);
        assertTrue(semaphore.tryAcquire(4));
    }

    @Test
    @Rule(39)
    void aBigWaiterHoldsUpSmallerOnesBehindIt() {
        try (var crew = new Crew()) {
            semaphore.acquire(2);
            var big = crew.go(() -> semaphore.acquire(3)).asleep();
            var small = crew.go(() -> semaphore.acquire(1)).asleep();
            assertFalse(semaphore.tryAcquire(1)); // though 2 are free
            semaphore.release(1);
            assertNull(big.failure());
            assertEquals("Weighted (4 of 4 held, 1 waiting)", semaphore.toString());
            assertFalse(small.isOver());
            semaphore.release(1);
            assertNull(small.failure());
        }
    }

    @Test
    void oneReleaseServesAllWhoFitInOrder() {
        try (var crew = new Crew()) {
            semaphore.acquire(4);
            var first = crew.go(() -> semaphore.acquire(1)).asleep();
            var second = crew.go(() -> semaphore.acquire(2)).asleep();
            var third = crew.go(() -> semaphore.acquire(2)).asleep();
            semaphore.release(4);
            assertNull(first.failure());
            assertNull(second.failure());
            assertFalse(third.isOver());
            assertEquals("Weighted (3 of 4 held, 1 waiting)", semaphore.toString());
            semaphore.release(1);
            assertNull(third.failure());
            assertEquals("Weighted (4 of 4 held, 0 waiting)", semaphore.toString());
        }
    }

    @Test
    @Rule(39)
    void anEndedContextFailsThoughPermitsAreFree() {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        assertThrows(CanceledException.class, () -> semaphore.acquire(ctx, 1));
        assertTrue(semaphore.tryAcquire(4));
    }

    @Test
    @Rule(39)
    void releasingMoreThanIsHeldIsMisuse() {
        semaphore.acquire(2);
        Misuse.expect("semaphore: released more than held", () -> semaphore.release(3));
        assertEquals("Weighted (2 of 4 held, 0 waiting)", semaphore.toString());
        semaphore.release(2);
        Misuse.expect("semaphore: released more than held", () -> semaphore.release(1));
    }

    @Test
    void aWaiterWhoGivesUpLetsThoseBehindGo() {
        try (var crew = new Crew()) {
            semaphore.acquire(2);
            var big = crew.go(() -> semaphore.acquire(4)).asleep();
            var small = crew.go(() -> semaphore.acquire(1)).asleep();
            var other = crew.go(() -> semaphore.acquire(1)).asleep();
            big.interrupt();
            assertInstanceOf(CancellationException.class, big.failure());
            assertTrue(big.endedInterrupted());
            assertNull(small.failure());
            assertNull(other.failure());
            assertEquals("Weighted (4 of 4 held, 0 waiting)", semaphore.toString());
        }
    }

    @Test
    void whoWantsMoreThanThereIsWaitsForEverAndHoldsUpNobody() {
        var ctx = Context.background().withCancel();
        try (var crew = new Crew()) {
            var greedy = crew.go(() -> semaphore.acquire(ctx, 5)).asleep();
            var forever = crew.go(() -> semaphore.acquire(6)).asleep();
            assertTrue(semaphore.tryAcquire(4));
            semaphore.release(4);
            ctx.cancel();
            assertInstanceOf(CanceledException.class, greedy.failure());
            assertFalse(forever.isOver());
            assertEquals("Weighted (0 of 4 held, 1 waiting)", semaphore.toString());
        }
        assertEquals("Weighted (0 of 4 held, 0 waiting)", semaphore.toString());
    }

    @Test
    void negativeNumbersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Weighted(-1));
        assertThrows(IllegalArgumentException.class, () -> semaphore.acquire(-1));
        assertThrows(IllegalArgumentException.class, () -> semaphore.tryAcquire(-1));
        assertThrows(IllegalArgumentException.class, () -> semaphore.release(-1));
    }

    @Test
    void noPermitIsLostThoughManyGiveUp() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 6; i++) {
                int weight = 1 + i % 4;
                var worker = crew.go(() -> {
                    for (int round = 0; round < 1_000; round++) {
                        try {
                            semaphore.acquire(weight);
                            Go.gosched();
                            semaphore.release(weight);
                        } catch (CancellationException e) {
                            assertTrue(Thread.interrupted());
                        }
                    }
                });
                crew.go(() -> {
                    for (int times = 0;
                            times < 500 && !worker.isOver();
                            times++) { // an end: who is always interrupted gets nowhere
                        worker.interrupt();
                        Go.gosched();
                        Go.gosched();
                    }
                });
            }
            crew.join();
        }
        assertEquals("Weighted (0 of 4 held, 0 waiting)", semaphore.toString());
    }

    @Test
    void aDumpNamesWhoWaitsAndWhy() {
        try (var crew = new Crew()) {
            var waiter = crew.go(() -> semaphore.acquire(5)).asleep();
            var dump = Go.dump();
            assertTrue(dump.contains("goroutine " + waiter.thread().threadId() + " [semacquire]:"), dump);
        }
    }
}
