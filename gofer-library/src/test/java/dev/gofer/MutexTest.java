package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.runtime.Time;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MutexTest {
    private final Mutex mu = new Mutex();

    @Test
    void onlyOneHasIt() {
        mu.lock();
        assertEquals("Mutex (locked)", mu.toString());
        assertFalse(mu.tryLock());
        mu.unlock();
        assertEquals("Mutex (unlocked)", mu.toString());
        assertTrue(mu.tryLock());
    }

    @Test
    @Rule(30)
    void itIsNotReentrant() {
        try (var crew = new Crew()) {
            var twice = crew.go(() -> {
                        mu.lock();
                        mu.lock();
                    })
                    .asleep();
            assertEquals("Mutex (locked, 1 waiting)", mu.toString());
            assertFalse(twice.isOver());
        }
    }

    @Test
    @Rule(30)
    void itIsNotOwned() {
        try (var crew = new Crew()) {
            mu.lock();
            var other = crew.go(mu::lock).asleep();
            crew.go(mu::unlock);
            assertNull(other.failure());
            assertEquals("Mutex (locked)", mu.toString());
        }
    }

    @Test
    @Rule(24)
    void unlockingWhatIsNotLockedIsMisuse() {
        Misuse.expect("sync: unlock of unlocked mutex", mu::unlock);
        mu.lock();
        mu.unlock();
        Misuse.expect("sync: unlock of unlocked mutex", mu::unlock);
        assertTrue(mu.tryLock());
    }

    @Test
    @Rule({30, 31})
    void whoHasStarvedIsHandedTheMutexAndNobodyCanSnatchIt() {
        try (var crew = new Crew()) {
            starve(crew);
            var newcomer = crew.go(mu::lock).asleep();
            mu.unlock(); // to the one who starves
            assertFalse(mu.tryLock());
            assertFalse(newcomer.isOver());
            Asleep.until(mu, "locked, 1 waiting");
            mu.unlock();
            assertNull(newcomer.failure());
        }
    }

    @Test
    @Rule(30)
    void starvationIsOverWhenTheLastWaiterHasIt() {
        boolean snatched = false;
        try (var crew = new Crew()) {
            while (!snatched) {
                var starved = starve(crew);
                mu.unlock();
                assertNull(starved.failure());
                var next = crew.go(mu::lock).asleep();
                mu.unlock();
                snatched = mu.tryLock(); // as only an ordinary mutex allows; maybe `next` was faster
                if (snatched) {
                    mu.unlock();
                }
                assertNull(next.failure());
                mu.unlock();
            }
        }
    }

    @Test
    @Rule(31)
    void tryLockFailsWhileTheMutexIsHandedOver() {
        try (var crew = new Crew()) {
            for (int round = 0; round < 20; round++) {
                var starved = starve(crew);
                mu.unlock();
                assertFalse(mu.tryLock());
                assertNull(starved.failure());
                mu.unlock();
            }
        }
    }

    @Test
    void oneWhoStarvesAndGivesUpTakesTheStarvationAlong() {
        try (var crew = new Crew()) {
            var starved = starve(crew);
            starved.interrupt();
            assertInstanceOf(CancellationException.class, starved.failure());
            assertEquals("Mutex (locked)", mu.toString());
            mu.unlock();
            assertTrue(mu.tryLock());
        }
    }

    /** Locks the mutex, with one other who waits, has lost to newcomers for longer than a millisecond, and insists on it now. */
    private Crew.Member starve(Crew crew) {
        mu.lock();
        var starved = crew.go(mu::lock);
        Asleep.until(mu, "1 waiting");
        long since = Time.now();
        Asleep.until(() -> Time.now() - since > 2_000_000);
        while (true) {
            mu.unlock(); // wakes him
            if (!mu.tryLock()) { // he was faster: lock again, and he shall wait again
                assertNull(starved.failure());
                mu.unlock();
                return starve(crew);
            }
            Asleep.until(mu, "1 waiting"); // he lost, and waits again
            return starved;
        }
    }

    @Test
    void anInterruptEndsTheWait() {
        try (var crew = new Crew()) {
            mu.lock();
            var waiter = crew.go(mu::lock).asleep();
            var other = crew.go(mu::lock).asleep();
            waiter.interrupt();
            assertInstanceOf(CancellationException.class, waiter.failure());
            assertTrue(waiter.endedInterrupted());
            assertEquals("Mutex (locked, 1 waiting)", mu.toString());
            mu.unlock();
            assertNull(other.failure());
        }
    }

    @Test
    void whatIsFreeIsLockedThoughInterrupted() {
        Thread.currentThread().interrupt();
        mu.lock();
        assertTrue(Thread.interrupted());
        assertEquals("Mutex (locked)", mu.toString());
    }

    @Test
    void aContextEndsTheWait() {
        var ctx = Context.background().withCancel();
        try (var crew = new Crew()) {
            mu.lock(ctx);
            var waiter = crew.go(() -> mu.lock(ctx)).asleep();
            ctx.cancel();
            assertInstanceOf(CanceledException.class, waiter.failure());
            assertFalse(waiter.endedInterrupted());
            assertEquals("Mutex (locked)", mu.toString());
            assertThrows(CanceledException.class, () -> mu.lock(ctx)); // at once
            mu.unlock();
            mu.lock(ctx); // free: the context does not matter
        }
    }

    @Test
    void nobodyIsForgottenThoughManyGiveUp() {
        int[] count = new int[1];
        try (var crew = new Crew()) {
            var workers = new Crew.Member[6];
            for (int i = 0; i < workers.length; i++) {
                workers[i] = crew.go(() -> {
                    for (int round = 0; round < 3_000; ) {
                        try {
                            mu.lock();
                            count[0]++;
                            if (round % 16 == 0) {
                                Go.gosched(); // so that others have to wait
                            }
                            mu.unlock();
                            round++;
                        } catch (CancellationException e) {
                            assertTrue(Thread.interrupted());
                        }
                    }
                });
            }
            for (var worker : workers) {
                crew.go(() -> {
                    for (int i = 0;
                            i < 500 && !worker.isOver();
                            i++) { // an end: who is always interrupted gets nowhere
                        worker.interrupt();
                        Go.gosched();
                    }
                });
            }
            crew.join();
        }
        assertEquals(18_000, count[0]);
        assertEquals("Mutex (unlocked)", mu.toString());
        assertTrue(mu.tryLock());
    }

    @Test
    void aDumpNamesWhoWaitsAndWhy() {
        try (var crew = new Crew()) {
            mu.lock();
            var waiter = crew.go(mu::lock).asleep();
            var dump = Go.dump();
            assertTrue(dump.contains("goroutine " + waiter.thread().threadId() + " [sync.Mutex.Lock]:"), dump);
        }
    }
}
