package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Chan;
import dev.gofer.Cond;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.Rule;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code src/sync/cond_test.go}. */
@Timeout(60)
class CondTest {
    private final Mutex mu = new Mutex();
    private final Cond cond = new Cond(mu);

    @Test
    @Rule(35)
    void testCondSignal() {
        var awake = new Chan<Integer>(2);
        try (var crew = new Crew()) {
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    mu.lock();
                    cond.await();
                    awake.send(1);
                    mu.unlock();
                });
            }
            for (int left = 2; left > 0; left--) {
                Asleep.until(cond, left + " waiting");
                assertNull(awake.tryReceive());
                mu.lock();
                cond.signal();
                mu.unlock();
                assertEquals(1, awake.receive());
                assertNull(awake.tryReceive());
            }
            crew.join();
        }
        cond.signal(); // for nobody
    }

    @Test
    @Rule(35)
    void testCondSignalGenerations() {
        var waits = new Chan<Integer>(100);
        var awake = new Chan<Integer>(100);
        try (var crew = new Crew()) {
            for (int i = 0; i < 100; i++) {
                int number = i;
                crew.go(() -> {
                    mu.lock();
                    waits.send(number);
                    cond.await();
                    awake.send(number);
                    mu.unlock();
                });
                if (i > 0) {
                    assertEquals(i - 1, awake.receive()); // the signal was his: he came first
                }
                assertEquals(i, waits.receive());
                mu.lock(); // when we have it, he waits
                cond.signal();
                mu.unlock();
            }
            crew.join();
        }
    }

    @Test
    void testCondBroadcast() {
        int n = 50;
        var waits = new Chan<Integer>(n);
        var awake = new Chan<Integer>(n);
        boolean[] exit = new boolean[1]; // guarded by mu
        try (var crew = new Crew()) {
            for (int i = 0; i < n; i++) {
                int number = i;
                crew.go(() -> {
                    mu.lock();
                    while (!exit[0]) {
                        waits.send(number);
                        cond.await();
                        awake.send(number);
                    }
                    mu.unlock();
                });
            }
            for (int round = 0; round < n; round++) {
                for (int i = 0; i < n; i++) {
                    var _ = Crew.next(waits);
                }
                assertNull(awake.tryReceive());
                mu.lock();
                exit[0] = round == n - 1;
                cond.broadcast();
                mu.unlock();
                var seen = new BitSet(n);
                for (int i = 0; i < n; i++) {
                    int number = Crew.next(awake);
                    assertFalse(seen.get(number), "woke twice");
                    seen.set(number);
                }
            }
            crew.join();
            assertNull(waits.tryReceive());
        }
        cond.broadcast(); // for nobody
    }

    @Test
    void testRace() {
        int[] x = new int[1]; // guarded by mu
        try (var crew = new Crew()) {
            crew.go(() -> {
                mu.lock();
                x[0] = 1;
                cond.await();
                assertEquals(2, x[0]);
                x[0] = 3;
                cond.signal();
                mu.unlock();
            });
            crew.go(() -> {
                lockWhen(x, 1, 1);
                x[0] = 2;
                cond.signal();
                mu.unlock();
            });
            crew.go(() -> {
                lockWhen(x, 2, 3);
                if (x[0] == 2) {
                    cond.await();
                }
                assertEquals(3, x[0]);
                mu.unlock();
            });
            crew.join();
        }
    }

    private void lockWhen(int[] x, int low, int high) {
        mu.lock();
        while (x[0] < low || x[0] > high) {
            mu.unlock();
            Go.gosched();
            mu.lock();
        }
    }

    @Test
    @Rule(35)
    void testCondSignalStealing() {
        for (int round = 0; round < 1_000; round++) {
            boolean[] done = new boolean[1]; // guarded by mu
            try (var crew = new Crew()) {
                var first = crew.go(() -> {
                    mu.lock();
                    cond.await();
                    mu.unlock();
                });
                Asleep.until(cond, "1 waiting");
                crew.go(cond::broadcast);
                var second = crew.go(() -> {
                    mu.lock();
                    while (!done[0]) {
                        cond.await();
                    }
                    mu.unlock();
                });
                assertNull(first.failure()); // he waited before: the other cannot have taken it from him
                mu.lock();
                done[0] = true;
                mu.unlock();
                cond.broadcast();
                assertNull(second.failure());
                assertTrue(first.isOver());
            }
        }
    }
}
