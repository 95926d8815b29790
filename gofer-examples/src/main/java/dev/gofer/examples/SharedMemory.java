package dev.gofer.examples;

import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.WaitGroup;

/** Goroutines share memory: a mutex guards what many write, a channel publishes what one has written. Tutorial, section 2. */
public final class SharedMemory {
    public static void main(String[] args) {
        Go.main(() -> {
            System.out.println("counted " + count(100, 1_000));
            System.out.println("published: " + publish());
        });
    }

    // @start region=mutex
    static int count(int goroutines, int times) {
        var counter = new Counter();
        var wg = new WaitGroup();
        for (int i = 0; i < goroutines; i++) {
            wg.go(() -> counter.add(times));
        }
        wg.await();
        return counter.value;
    }

    static final class Counter {
        private final Mutex mutex = new Mutex(); // guards value
        private int value;

        void add(int times) {
            for (int i = 0; i < times; i++) {
                mutex.lock();
                try {
                    value++; // read, add, write: three steps that nobody may come between
                } finally {
                    mutex.unlock();
                }
            }
        }
    }
    // @end

    // @start region=publish
    static String publish() {
        var letter = new StringBuilder(); // plain memory: no lock, nothing volatile
        var written = new Chan<Void>();
        go(() -> {
            letter.append("dear reader");
            written.close(); // what was written before it ...
        });
        written.receive(); // ... is seen after it
        return letter.toString();
    }
    // @end
}
