package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.go;
import static dev.gofer.Go.goexit;
import static dev.gofer.Go.gosched;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.RWMutex;
import dev.gofer.Rule;
import dev.gofer.SendChan;
import dev.gofer.Task;
import dev.gofer.WaitGroup;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: the programs of {@code test/fixedbugs} about goroutines and channels, but for those that select. */
@Timeout(60)
class FixedbugsTest {
    @Test
    void bug067() {
        var channel = new Chan<Integer>();
        go(() -> channel.send(0));
        assertEquals(0, channel.receive());
    }

    @Test
    @Rule(18)
    void bug084() {
        class Service {
            final Chan<Long> served = new Chan<>();

            void serve(long a) {
                served.send(a);
            }
        }
        var service = new Service();
        go(() -> service.serve(1234));
        assertEquals(1234, service.served.receive());
    }

    private interface Sender {
        void send(SendChan<Integer> channel);
    }

    @Test
    void bug130() {
        Sender sender = channel -> channel.send(7);
        var channel = new Chan<Integer>();
        go(() -> sender.send(channel)); // a method of an interface
        assertEquals(7, channel.receive());
    }

    @Test
    @Rule(7)
    void bug147() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var count = new int[1]; // plain memory: the channel orders it
            crew.go(() -> {
                next(channel);
                count[0]++;
                gosched();
                count[0]++;
                next(channel);
            });
            channel.send(1);
            channel.send(2);
            assertEquals(2, count[0], "a synchronous send waits");
            crew.join();
        }
    }

    @Test
    void bug243() {
        try (var crew = new Crew()) {
            var listener = new Chan<Integer>();
            var accepted = new AtomicInteger();
            crew.go(() -> {
                for (int connection : listener) {
                    accepted.addAndGet(connection);
                }
            });
            listener.send(1);
            listener.close();
            crew.join();
            assertEquals(1, accepted.get());
        }
    }

    @Test
    @Rule(10)
    void bug273() {
        for (int size : new int[] {-1, Integer.MIN_VALUE}) {
            var refused = assertThrows(IllegalArgumentException.class, () -> new Chan<Integer>(size));
            assertTrue(String.valueOf(refused.getMessage()).startsWith("makechan: size out of range"));
        }
    }

    @Test
    @Rule(18)
    void bug512() {
        class Holder {
            int number = 1;
        }
        try (var crew = new Crew()) {
            var holder = new Holder();
            var changed = new Chan<Void>();
            int copied = holder.number; // what Go does of itself with the arguments of go
            crew.go(() -> {
                changed.receive();
                assertEquals(1, copied);
                assertEquals(3, holder.number);
            });
            holder.number = 3;
            changed.close();
            crew.join();
        }
    }

    @Test
    @Rule(23)
    void issue11256() {
        for (int i = 0; i < 5; i++) {
            var mayEnd = new AtomicBoolean();
            var ended = new Chan<Void>();
            go(() -> {
                try {
                    while (!mayEnd.get()) {
                        gosched();
                    }
                    goexit();
                } finally {
                    ended.close();
                }
            });
            System.gc(); // while it runs
            mayEnd.set(true);
            ended.receive();
        }
    }

    /** Goroutines whose stacks grow and shrink while they send each other objects. */
    @Test
    void issue13169() {
        record Triple(int a, int b, int c) {}
        int values = 2_000;
        try (var crew = new Crew()) {
            var channel = new Chan<Object>();
            for (int i = 0; i < 10; i++) {
                crew.go(() -> {
                    for (int k = 0; k < values; k++) {
                        channel.send(new Triple(k, k, k));
                    }
                });
                crew.go(() -> {
                    for (int k = 0; k < values; k++) {
                        var got = (Triple) next(channel);
                        assertEquals(got.a, got.c);
                        assertEquals(32, deep(32));
                    }
                });
            }
            crew.join();
        }
    }

    private static int deep(int depth) {
        return depth == 0 ? 0 : deep(depth - 1) + 1;
    }

    @Test
    void issue16016() {
        int count = 10_000;
        var group = new WaitGroup();
        var deferred = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            group.go(() -> {
                try {
                    Go.sleep(Duration.ofMillis(1));
                } finally {
                    deferred.incrementAndGet();
                }
            });
        }
        group.await();
        assertEquals(count, deferred.get());
    }

    @Test
    void issue19182() {
        try (var crew = new Crew()) {
            var count = new AtomicLong();
            var over = new AtomicBoolean();
            crew.go(() -> {
                while (!over.get()) {
                    count.incrementAndGet(); // never yields
                }
            });
            while (count.get() == 0) {
                Thread.onSpinWait();
            }
            over.set(true);
            crew.join();
        }
    }

    /** A task that the JVM generated, kept by nobody, while collections run. */
    @Test
    void issue25897a() {
        int count = 100;
        var ran = new Chan<Boolean>(count);
        for (int i = 0; i < count; i++) {
            go((Task) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Task.class}, (proxy, method, args) -> {
                        ran.send(true);
                        return null;
                    }));
            if (i % 20 == 0) {
                System.gc();
            }
        }
        for (int i = 0; i < count; i++) {
            assertNotNull(ran.receive());
        }
    }

    @Test
    void issue5493() {
        try (var crew = new Crew()) {
            var captured = startsAGoroutineThatCaptures(crew);
            crew.join();
            Asleep.until(() -> {
                System.gc();
                return captured.get() == null;
            });
        }
    }

    private static WeakReference<Object> startsAGoroutineThatCaptures(Crew crew) {
        var object = new Object();
        var ended = new Chan<Void>();
        go(() -> {
            assertNotNull(object);
            ended.close();
        });
        crew.go(ended::receive);
        return new WeakReference<>(object);
    }

    @Test
    @Rule({31, 32})
    void issue79186() {
        try (var crew = new Crew()) {
            var mutex = new RWMutex();
            var map = new HashMap<Integer, Integer>(); // a plain one
            for (int i = 0; i < 16; i++) {
                int id = i;
                crew.go(() -> {
                    for (int k = 0; k < 500; k++) {
                        int key = (id + k) & 15;
                        mutex.rlock();
                        boolean known = map.get(key) != null;
                        mutex.runlock();
                        if (!known || (k & 7) == 0) {
                            mutex.lock();
                            map.put(key, k);
                            mutex.unlock();
                        }
                    }
                });
            }
            crew.join();
            assertEquals(16, map.size());
        }
    }

    @Test
    void issue8011() {
        var outer = new Chan<Chan<Integer>>(1);
        var inner = new Chan<Integer>(1);
        inner.send(42);
        outer.send(inner);
        assertEquals(42, next(next(outer)));
    }

    /** Goexit of a goroutine that has just caught an exception, in a finally block. */
    @Test
    @Rule(23)
    void issue8158() {
        for (int i = 0; i < 2; i++) {
            var done = new Chan<Boolean>(1);
            go(() -> {
                try {
                    try {
                        throw new IllegalStateException("planted");
                    } catch (IllegalStateException e) {
                        System.gc();
                        throw e;
                    } finally {
                        done.send(true);
                        goexit(); // the exception is forgotten
                    }
                } finally {
                    done.close();
                }
            });
            assertEquals(true, done.receive());
            assertNull(done.receive());
        }
    }

    /** Dumps of all goroutines, taken by two of them at once. */
    @Test
    void issue9321() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    for (int k = 0; k < 5; k++) {
                        assertTrue(Go.dump().contains("goroutine "));
                    }
                });
            }
            crew.join();
        }
    }
}
