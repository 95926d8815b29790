package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.RWMutex;
import dev.gofer.Rule;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Go: {@code src/sync/rwmutex_test.go}. */
@Timeout(60)
class RwmutexTest {
    private final RWMutex mu = new RWMutex();

    @ParameterizedTest
    @CsvSource({"4, 1", "4, 3", "2, 4"})
    void testParallelReaders(int processors, int readers) {
        int before = Go.gomaxprocs(processors);
        var locked = new Chan<Integer>();
        var unlock = new Chan<Integer>();
        try (var crew = new Crew()) {
            for (int i = 0; i < readers; i++) {
                crew.go(() -> {
                    mu.rlock();
                    locked.send(1);
                    unlock.receive();
                    mu.runlock();
                });
            }
            for (int i = 0; i < readers; i++) {
                assertEquals(1, locked.receive()); // would never come if one kept the others out
            }
            assertEquals("RWMutex (" + readers + " readers)", mu.toString());
            unlock.close();
            crew.join();
        } finally {
            Go.gomaxprocs(before);
        }
    }

    @Test
    @Rule(31)
    void testRWMutex() {
        mu.lock();
        assertFalse(mu.tryLock());
        assertFalse(mu.tryRlock());
        mu.unlock();
        assertTrue(mu.tryLock());
        mu.unlock();
        assertTrue(mu.tryRlock());
        assertTrue(mu.tryRlock());
        assertFalse(mu.tryLock());
        mu.runlock();
        mu.runlock();
        assertTrue(mu.tryLock());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "1, 10", "4, 1", "4, 3", "4, 10", "10, 1", "10, 3", "10, 10", "10, 5"})
    void testRWMutexHammer(int processors, int readers) {
        int before = Go.gomaxprocs(processors);
        var inside = new AtomicInteger(); // readers, and 1,000 per writer
        try (var crew = new Crew()) {
            for (int i = 0; i < readers; i++) {
                crew.go(() -> {
                    for (int round = 0; round < 1_000; round++) {
                        mu.rlock();
                        int now = inside.incrementAndGet();
                        assertTrue(now >= 1 && now <= readers, () -> now + " inside");
                        inside.decrementAndGet();
                        mu.runlock();
                    }
                });
            }
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    for (int round = 0; round < 1_000; round++) {
                        mu.lock();
                        assertEquals(1_000, inside.addAndGet(1_000));
                        inside.addAndGet(-1_000);
                        mu.unlock();
                    }
                });
            }
            crew.join();
        } finally {
            Go.gomaxprocs(before);
        }
        assertEquals("RWMutex (unlocked)", mu.toString());
    }

    @Test
    @Rule(32)
    void testRLocker() {
        var reader = mu.rlocker();
        var events = new Chan<String>(2);
        var go = new Chan<Integer>();
        try (var crew = new Crew()) {
            var other = crew.go(() -> {
                for (int round = 0; round < 10; round++) {
                    reader.lock();
                    reader.lock();
                    events.send("read-locked twice");
                    mu.lock();
                    events.send("locked");
                    go.receive();
                }
            });
            for (int round = 0; round < 10; round++) {
                assertEquals("read-locked twice", events.receive());
                reader.unlock();
                other.asleep();
                assertNull(events.tryReceive()); // one read lock is left
                reader.unlock();
                assertEquals("locked", events.receive());
                assertFalse(mu.tryRlock());
                mu.unlock();
                go.send(1);
            }
            crew.join();
        }
    }
}
