package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.Misuse;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.Rule;
import dev.gofer.Weighted;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code src/sync/mutex_test.go}. */
@Timeout(60)
class MutexTest {
    @Test
    void testSemaphore() {
        var semaphore = new Weighted(1);
        int[] count = new int[1];
        try (var crew = new Crew()) {
            for (int i = 0; i < 10; i++) {
                crew.go(() -> {
                    for (int round = 0; round < 1_000; round++) {
                        semaphore.acquire(1);
                        count[0]++;
                        semaphore.release(1);
                    }
                });
            }
            crew.join();
        }
        assertEquals(10_000, count[0]);
    }

    @Test
    @Rule(31)
    void testMutex() {
        var mu = new Mutex();
        mu.lock();
        assertFalse(mu.tryLock());
        mu.unlock();
        assertTrue(mu.tryLock());
        mu.unlock();
        int[] count = new int[1];
        int[] tried = new int[10];
        try (var crew = new Crew()) {
            for (int i = 0; i < tried.length; i++) {
                int me = i;
                crew.go(() -> {
                    for (int round = 0; round < 1_000; round++) {
                        boolean tries = round % 3 == 0;
                        if (!tries) {
                            mu.lock();
                        } else if (!mu.tryLock()) {
                            continue;
                        } else {
                            tried[me]++;
                        }
                        count[0]++;
                        mu.unlock();
                    }
                });
            }
            crew.join();
        }
        int expected = 10 * 666;
        for (int successes : tried) {
            expected += successes;
        }
        assertEquals(expected, count[0]);
    }

    @Test
    @Rule(24)
    void testMutexMisuse() {
        Misuse.expect("sync: unlock of unlocked mutex", () -> new Mutex().unlock());
        Misuse.expect("sync: unlock of unlocked mutex", () -> {
            var mu = new Mutex();
            mu.lock();
            mu.unlock();
            mu.unlock();
        });
        Misuse.expect("sync: Unlock of unlocked RWMutex", () -> new RWMutex().unlock());
        Misuse.expect("sync: Unlock of unlocked RWMutex", () -> {
            var mu = new RWMutex();
            mu.rlock();
            mu.unlock();
        });
        Misuse.expect("sync: Unlock of unlocked RWMutex", () -> {
            var mu = new RWMutex();
            mu.lock();
            mu.unlock();
            mu.unlock();
        });
        Misuse.expect("sync: RUnlock of unlocked RWMutex", () -> new RWMutex().runlock());
        Misuse.expect("sync: RUnlock of unlocked RWMutex", () -> {
            var mu = new RWMutex();
            mu.lock();
            mu.runlock();
        });
        Misuse.expect("sync: RUnlock of unlocked RWMutex", () -> {
            var mu = new RWMutex();
            mu.rlock();
            mu.runlock();
            mu.runlock();
        });
    }

    @Test
    @Rule(30)
    void testMutexFairness() {
        var mu = new Mutex();
        var stop = new AtomicBoolean();
        try (var crew = new Crew()) {
            var greedy = crew.go(() -> {
                while (!stop.get()) { // has it nearly always, and lets go for an instant only
                    mu.lock();
                    for (int i = 0; i < 10; i++) {
                        Go.gosched();
                    }
                    mu.unlock();
                }
            });
            var modest = crew.go(() -> {
                for (int i = 0; i < 10; i++) {
                    Asleep.until(mu, "locked"); // by the greedy one
                    mu.lock();
                    mu.unlock();
                }
            });
            assertEquals(null, modest.failure());
            stop.set(true);
            assertEquals(null, greedy.failure());
        }
    }
}
