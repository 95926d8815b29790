package dev.gofer.bench;

import static dev.gofer.Go.go;
import static dev.gofer.Go.gosched;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.WaitGroup;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Go: {@code runtime/proc_test.go}; and what we measure of our own, whose twin is in {@code src/main/go}. */
final class GoferGoroutines {
    private GoferGoroutines() {}

    static void addTo(Map<String, Body> bodies) {
        bodies.put("PingPongHog", GoferGoroutines::pingPongHog);
        bodies.put("CreateGoroutines", b -> create(b, 1));
        bodies.put("CreateGoroutinesParallel", b -> create(b, b.procs()));
        bodies.put("CreateGoroutinesCapture", GoferGoroutines::createCapture);
        bodies.put("CreateGoroutinesSingle", GoferGoroutines::createSingle);
        bodies.put("BytesPerGoroutine", GoferGoroutines::bytes);
        bodies.put("ParkAndRelease", GoferGoroutines::parkAndRelease);
    }

    private static void pingPongHog(B b) {
        var stop = new Chan<Boolean>();
        var done = new Chan<Boolean>();
        go(
                () -> { // the hog; Go would take the processor from it, here it gives it away
                    while (!stop.isClosed()) {
                        gosched();
                    }
                    done.send(true);
                });
        var ping = new Chan<Integer>();
        var pong = new Chan<Integer>();
        go(() -> {
            for (int j = 0; j < b.n; j++) {
                pong.send(ping.receive() + 1);
            }
            stop.close();
            done.send(true);
        });
        go(() -> {
            for (int i = 0; i < b.n; i++) {
                ping.send(pong.receive() + 1);
            }
            done.send(true);
        });
        b.resetTimer();
        ping.send(0);
        stop.receive();
        b.stopTimer();
        int last = ping.receive();
        for (int i = 0; i < 3; i++) {
            done.receive();
        }
        b.check("passed on", 2L * b.n, last);
    }

    private static void create(B b, int procs) {
        var c = new Chan<Integer>();
        for (int i = 0; i < procs; i++) {
            go(() -> chain(b.n / procs, 0, c));
        }
        long made = 0;
        for (int i = 0; i < procs; i++) {
            made += c.receive();
        }
        b.check("made", (long) b.n / procs * procs, made);
    }

    private static void chain(int n, int made, Chan<Integer> c) {
        if (n == 0) {
            c.send(made);
            return;
        }
        go(() -> chain(n - 1, made + 1, c));
    }

    private static void createCapture(B b) {
        int n = 4;
        var bad = new AtomicInteger();
        for (int i = 0; i < b.n; i++) {
            var wg = new WaitGroup();
            wg.add(n);
            for (int j = 0; j < n; j++) {
                int mine = j;
                go(() -> {
                    if (mine >= n) {
                        bad.incrementAndGet();
                    }
                    wg.done();
                });
            }
            wg.await();
        }
        b.check("bad", 0, bad.get());
    }

    private static void createSingle(B b) {
        warmUpScheduler(b.procs());
        b.resetTimer();
        var wg = new WaitGroup();
        wg.add(b.n);
        for (int i = 0; i < b.n; i++) {
            go(wg::done);
        }
        wg.await();
    }

    /** Goroutines run on all processors when it returns. Go: {@code warmupScheduler}. */
    private static void warmUpScheduler(int procs) {
        var wg = new WaitGroup();
        var count = new AtomicInteger();
        for (int i = 0; i < procs; i++) {
            wg.go(() -> {
                count.incrementAndGet();
                while (count.get() < procs) {
                    Thread.onSpinWait();
                }
                Local.spin(1_000_000);
            });
        }
        wg.await();
    }

    /** Bytes of a goroutine that is parked in a receive; everything that is live counts, after a collection. */
    private static void bytes(B b) {
        var stop = new Chan<Boolean>();
        var started = new WaitGroup();
        var ended = new WaitGroup();
        started.add(b.n);
        ended.add(b.n);
        long before = Heap.used();
        for (int i = 0; i < b.n; i++) {
            go(() -> {
                started.done();
                stop.receive();
                ended.done();
            });
        }
        started.await();
        Go.sleep(java.time.Duration.ofMillis(50)); // until the last has parked
        b.report((double) (Heap.used() - before) / b.n);
        stop.close();
        ended.await();
    }

    /** A goroutine made, parked, released by a close that releases all. */
    private static void parkAndRelease(B b) {
        var stop = new Chan<Boolean>();
        var wg = new WaitGroup();
        var woken = new AtomicLong();
        var started = new WaitGroup();
        wg.add(b.n);
        started.add(b.n);
        for (int i = 0; i < b.n; i++) {
            go(() -> {
                started.done();
                stop.receive();
                woken.incrementAndGet();
                wg.done();
            });
        }
        started.await();
        stop.close();
        wg.await();
        b.check("woken", b.n, woken.get());
    }
}
