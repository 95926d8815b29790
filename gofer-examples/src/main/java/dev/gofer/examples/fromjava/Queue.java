package dev.gofer.examples.fromjava;

import dev.gofer.Chan;
import dev.gofer.WaitGroup;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/** Some workers take numbers from a queue and add them up. */
final class Queue {
    // @start region=before
    private static final int NO_MORE = -1;

    static long sumByQueue(int upTo, int workers) throws InterruptedException {
        var queue = new ArrayBlockingQueue<Integer>(10);
        var sum = new LongAdder();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < workers; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    for (int n = queue.take(); n != NO_MORE; n = queue.take()) {
                        sum.add(n);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (int n = 1; n <= upTo; n++) {
            queue.put(n);
        }
        for (int i = 0; i < workers; i++) {
            queue.put(NO_MORE); // one for each worker
        }
        for (var thread : threads) {
            thread.join();
        }
        return sum.sum();
    }
    // @end

    // @start region=after
    static long sumByChannel(int upTo, int workers) {
        var numbers = new Chan<Integer>(10);
        var sum = new LongAdder();
        var wg = new WaitGroup();
        for (int i = 0; i < workers; i++) {
            wg.go(() -> {
                for (int n : numbers) {
                    sum.add(n);
                }
            });
        }
        for (int n = 1; n <= upTo; n++) {
            numbers.send(n);
        }
        numbers.close(); // tells all workers
        wg.await();
        return sum.sum();
    }
    // @end

    private Queue() {}
}
