package dev.gofer;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;

/** Ends a {@link Go#main} program whose heap is full. Go: {@code fatal error: out of memory}. */
final class HeapWatch {
    /* In a full heap the JVM drops goroutines: an OutOfMemoryError in its own scheduler reaches nobody, and the program would sleep for ever.
     *
     * (1) The heap is full when a small block cannot be had, twice in a row: the JVM has collected all garbage before it says so. The look
     *     between the two lets a goroutine that failed die and print its panic, which tells more than we can.
     * (2) Or when for some seconds the collector alone has run and found nothing: the JVM's parallel collector gives up by the same
     *     figures (GCTimeLimit, GCHeapFreeLimit), the others would go on for ever.
     * (3) From (1) and (2) on nothing can be allocated. So all that the end needs is made beforehand, and whatever fails is tried again. */
    private static final int PROBE =
            64 << 10; // bytes; a goroutine that parks deep in calls needs as much for its stack
    private static final int LOOKS = 16; // over which (2) judges: four seconds of Watch
    private static final double BUSY = 0.95; // of the time
    private static final double FULL = 0.98; // of the heap

    /** What the watch looks at. */
    interface Heap {
        /** Whether a block of as many bytes can be had. */
        boolean has(int bytes);

        /** Whether the last collection left next to nothing free. */
        boolean isFullAfterCollection();

        /** How long the program has stood still for the collector, in milliseconds since the start. */
        long collecting();
    }

    private final Heap heap;
    private final long[] times = new long[LOOKS]; // of the last looks, in turn: instants of Time
    private final long[] collected = new long[LOOKS]; // heap.collecting() at these
    private int looks;
    private int failures; // of probes, in a row

    HeapWatch(Heap heap) {
        this.heap = heap;
    }

    /** A watch over the heap of this JVM. */
    static HeapWatch ofThisJvm() {
        return new HeapWatch(new ThisHeap());
    }

    /** Whether the last look found no room, so that the next should be soon. */
    boolean isSuspicious() {
        return failures > 0;
    }

    /** The looking itself found no room: (3). */
    void failed() {
        failures++;
    }

    /** Whether the heap is full, as far as this look and those before tell. */
    boolean looksFull(long now) {
        failures = heap.has(PROBE) ? 0 : failures + 1;
        int oldest = looks++ % LOOKS;
        long elapsed = (now - times[oldest]) / 1_000_000;
        long busy = heap.collecting() - collected[oldest];
        times[oldest] = now;
        collected[oldest] += busy;
        boolean thrashes = looks > LOOKS && busy >= BUSY * elapsed && heap.isFullAfterCollection();
        return failures >= 2 || thrashes; // (1), (2)
    }

    /** The heap of this JVM. */
    private static final class ThisHeap implements Heap {
        private static final byte[] NOTHING = {};

        private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isCollectionUsageThresholdSupported())
                .toList();
        private final GarbageCollectorMXBean[] collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> !collector.getName().endsWith("Cycles")) // the program goes on meanwhile
                .filter(collector -> !collector.getName().contains("Concurrent"))
                .toArray(GarbageCollectorMXBean[]::new);
        private volatile byte[] probe = NOTHING; // volatile: so that the compiler cannot leave the allocation out

        @Override
        public boolean has(int bytes) {
            try {
                probe = new byte[bytes];
                return probe.length == bytes;
            } catch (OutOfMemoryError e) {
                return false;
            } finally {
                probe = NOTHING;
            }
        }

        @Override
        public boolean isFullAfterCollection() {
            long used = 0;
            for (var pool : pools) {
                used += pool.getCollectionUsage().getUsed();
            }
            return used >= FULL * Runtime.getRuntime().maxMemory();
        }

        @Override
        public long collecting() {
            long sum = 0;
            for (var collector : collectors) {
                sum += collector.getCollectionTime();
            }
            return sum;
        }
    }
}
