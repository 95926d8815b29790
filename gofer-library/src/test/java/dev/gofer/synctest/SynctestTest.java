package dev.gofer.synctest;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.Ticker;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SynctestTest {
    @Test
    void awaitReturnsWhenTheLastTaskIsDone() {
        Synctest.run(() -> {
            var wg = new WaitGroup();
            var woke = new AtomicBoolean();
            wg.add(2);
            go(() -> {
                wg.await();
                woke.set(true);
            });
            wg.done();
            Synctest.await();
            assertFalse(woke.get());
            wg.done();
            Synctest.await();
            assertTrue(woke.get());
        });
    }

    @Test
    void aMinuteOfTickers() {
        for (int i = 0; i < 50; i++) {
            long t = System.nanoTime();
            Synctest.run(() -> {
                try (var ticker = new Ticker(Duration.ofMillis(100))) {
                    for (int n = 0; n < 600; n++) {
                        ticker.channel().receive();
                    }
                }
                assertEquals(Instant.parse("2000-01-01T00:01:00Z"), Synctest.clock().instant());
            });
            if (i % 10 == 9) System.err.println("minute: " + (System.nanoTime() - t) / 1000 + " µs");
        }
    }

    @Test
    void deadlockIsThrown() {
        var e = assertThrows(DeadlockError.class, () -> Synctest.run(() -> new Chan<String>().receive()));
        System.err.println(e.getMessage());
    }

    @Test
    void lostUpdate() {
        var e = assertThrows(ScheduleFailure.class, () -> Schedules.explore(1000, 1, () -> {
            var n = new int[1];
            var mu = new Mutex();
            var wg = new WaitGroup();
            for (int i = 0; i < 2; i++) {
                wg.go(() -> {
                    mu.lock();
                    int v = n[0];
                    mu.unlock();
                    mu.lock();
                    n[0] = v + 1;
                    mu.unlock();
                });
            }
            wg.await();
            assertEquals(2, n[0]);
        }));
        System.err.println(e.getMessage());
    }

    @Test
    void speed() {
        for (int i = 0; i < 5; i++) {
            long t = System.nanoTime();
            var s = Schedules.explore(20000, 1, () -> {
                var ch = new Chan<Integer>();
                go(() -> ch.send(1));
                ch.receive();
            });
            System.err.println(s + " " + 20000e9 / (System.nanoTime() - t) + "/s");
        }
    }

    @Test
    void future() {
        Synctest.run(() -> {
            var f = new CompletableFuture<String>();
            go(() -> {
                Go.sleep(Duration.ofHours(1));
                f.complete("x");
            });
            assertEquals("x", f.get());
        });
    }
}
