package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CondTest {
    private final Mutex mu = new Mutex();
    private final Cond cond = new Cond(mu);

    private void awaitOnce() {
        mu.lock();
        try {
            cond.await();
        } finally {
            mu.unlock();
        }
    }

    @Test
    @Rule(35)
    void theOneWhoHasWaitedLongestGoesFirst() {
        var order = new Chan<Integer>(5);
        try (var crew = new Crew()) {
            for (int i = 1; i <= 5; i++) {
                int number = i;
                crew.go(() -> {
                            awaitOnce();
                            order.send(number);
                        })
                        .asleep();
            }
            for (int i = 1; i <= 5; i++) {
                cond.signal();
                assertEquals(i, order.receive());
            }
            crew.join();
        }
        assertEquals("Cond (0 waiting)", cond.toString());
    }

    @Test
    @Rule(35)
    void nobodyWakesWithoutASignal() {
        var woken = new AtomicInteger();
        try (var crew = new Crew()) {
            var waiter = crew.go(() -> {
                        awaitOnce();
                        woken.incrementAndGet();
                    })
                    .asleep();
            for (int i = 0; i < 1_000; i++) {
                LockSupport.unpark(waiter.thread()); // as spurious as it gets
                Go.gosched();
            }
            waiter.asleep();
            assertEquals("Cond (1 waiting)", cond.toString());
            assertEquals(0, woken.get());
            cond.signal();
            assertNull(waiter.failure());
        }
    }

    @Test
    @Rule(35)
    void aSignalNeedsNoLockAndIsLostWhereNobodyWaits() {
        cond.signal();
        cond.broadcast();
        try (var crew = new Crew()) {
            var waiter = crew.go(this::awaitOnce).asleep();
            assertFalse(waiter.isOver());
            cond.signal();
            assertNull(waiter.failure());
        }
    }

    @Test
    void awaitHoldsTheLockAgainWhenItReturns() {
        try (var crew = new Crew()) {
            var waiter = crew.go(this::awaitOnce).asleep();
            mu.lock();
            cond.broadcast();
            Asleep.until(mu, "1 waiting");
            assertFalse(waiter.isOver());
            mu.unlock();
            assertNull(waiter.failure());
        }
    }

    @Test
    void awaitWithoutTheLockIsMisuseAndLeavesNoTrace() {
        Misuse.expect("sync: unlock of unlocked mutex", cond::await);
        assertEquals("Cond (0 waiting)", cond.toString());
    }

    @Test
    void anInterruptedAwaitThrowsWithTheLockHeld() {
        try (var crew = new Crew()) {
            var waiter = crew.go(this::awaitOnce).asleep(); // would throw misuse if the lock were not held
            mu.lock();
            waiter.interrupt();
            Asleep.until(mu, "1 waiting"); // though interrupted
            mu.unlock();
            assertInstanceOf(CancellationException.class, waiter.failure());
            assertTrue(waiter.endedInterrupted());
            assertEquals("Mutex (unlocked)", mu.toString());
            assertEquals("Cond (0 waiting)", cond.toString());
        }
    }

    @Test
    void aContextEndsTheAwaitWithTheLockHeld() {
        var ctx = Context.background().withCancel();
        try (var crew = new Crew()) {
            var waiter = crew.go(() -> {
                        mu.lock();
                        try {
                            cond.await(ctx);
                        } finally {
                            mu.unlock();
                        }
                    })
                    .asleep();
            ctx.cancel();
            assertInstanceOf(CanceledException.class, waiter.failure());
            assertFalse(waiter.endedInterrupted());
            assertEquals("Mutex (unlocked)", mu.toString());
        }
    }

    @Test
    void aSignalIsNeverSpentOnOneWhoGivesUp() {
        for (int round = 0; round < 2_000; round++) {
            try (var crew = new Crew()) {
                var first = crew.go(this::awaitOnce);
                Asleep.until(cond, "1 waiting");
                var second = crew.go(this::awaitOnce);
                Asleep.until(cond, "2 waiting");
                var interrupter = crew.go(first::interrupt);
                cond.signal(); // ends the first, or if he has given up, the second
                assertNull(interrupter.failure());
                if (first.failure() != null) {
                    assertNull(second.failure());
                }
            }
        }
    }

    @Test
    void theReadersSideOfALockWillDo() {
        var shared = new RWMutex();
        var changed = new Cond(shared.rlocker());
        try (var crew = new Crew()) {
            var waiter = crew.go(() -> {
                        shared.rlock();
                        changed.await();
                        shared.runlock();
                    })
                    .asleep();
            assertEquals("RWMutex (unlocked)", shared.toString());
            changed.signal();
            assertNull(waiter.failure());
        }
    }

    @Test
    void aDumpNamesWhoWaitsAndWhy() {
        try (var crew = new Crew()) {
            var waiter = crew.go(this::awaitOnce).asleep();
            var dump = Go.dump();
            assertTrue(dump.contains("goroutine " + waiter.thread().threadId() + " [sync.Cond.Wait]:"), dump);
        }
    }
}
