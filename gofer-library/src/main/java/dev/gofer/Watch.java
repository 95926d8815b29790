package dev.gofer;

import dev.gofer.runtime.HouseThread;
import dev.gofer.runtime.Registry;
import dev.gofer.runtime.Time;
import java.time.Duration;

/** The thread that looks after a {@link Go#main} program: its heap, its processors, and since when its goroutines wait. */
final class Watch {
    private static final long PAUSE = 250; // milliseconds
    private static final int LOOKS_PER_STAMP = 120; // half a minute
    private static final long LIMIT = 10; // seconds a goroutine may keep others waiting

    private final HeapWatch heap = HeapWatch.ofThisJvm();
    private final ProcessorWatch processors;
    private int looks;

    private Watch() {
        var limit = limit(Long.getLong("gofer.watchdog", LIMIT));
        processors = new ProcessorWatch(new ProcessorWatch.Jdk(), limit, hog -> ProcessorWatch.warn(hog, limit));
    }

    /** How long a goroutine may keep others waiting: for ever where {@code seconds} is not positive. */
    static Duration limit(long seconds) {
        return Duration.ofSeconds(seconds > 0 ? Math.min(seconds, Integer.MAX_VALUE) : Integer.MAX_VALUE);
    }

    /** Watches from now on. */
    static void start() {
        var watch = new Watch();
        watch.look(); // loads what it needs while there is room in the heap
        new HouseThread("gofer-watch", watch::run).start();
    }

    private void run() {
        while (true) {
            try {
                Thread.sleep(heap.isSuspicious() ? PAUSE / 5 : PAUSE);
                look();
            } catch (InterruptedException e) {
                return; // somebody wants this thread to end
            } catch (OutOfMemoryError e) {
                heap.failed();
            }
        }
    }

    private void look() {
        ProgramEnd.haltIfOverdue();
        long now = Time.now();
        if (heap.looksFull(now)) {
            ProgramEnd.outOfMemory();
        }
        processors.look(now);
        if (looks++ % LOOKS_PER_STAMP == 0) {
            Sleepers.stamp(Registry.goroutines(), now);
        }
    }
}
