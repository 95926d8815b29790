package dev.gofer.examples.fromjava;

import dev.gofer.Chan;
import dev.gofer.WaitGroup;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Runners start at one signal, and somebody waits until all have arrived. */
final class Latch {
    // @start region=before
    static int raceByLatches(int runners) throws InterruptedException {
        var start = new CountDownLatch(1);
        var finish = new CountDownLatch(runners);
        var arrived = new AtomicInteger();
        for (int i = 0; i < runners; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    start.await();
                    arrived.incrementAndGet();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    finish.countDown();
                }
            });
        }
        start.countDown();
        finish.await();
        return arrived.get();
    }
    // @end

    // @start region=after
    static int raceByClose(int runners) {
        var start = new Chan<Void>(); // nothing is ever sent: closing it is the signal
        var finish = new WaitGroup();
        var arrived = new AtomicInteger();
        for (int i = 0; i < runners; i++) {
            finish.go(() -> {
                start.receive();
                arrived.incrementAndGet();
            });
        }
        start.close();
        finish.await();
        return arrived.get();
    }
    // @end

    private Latch() {}
}
