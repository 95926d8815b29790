package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Registry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/** Names a goroutine that computes without a pause and so keeps others from running. Go needs none: its scheduler interrupts goroutines. */
final class ProcessorWatch {
    /* (1) Somebody waits: all processors are taken and the queue is not empty. Then we queue up, too, with a probe that does nothing. As long as
     *     it is not served, nobody who came later is.
     * (2) Somebody hogs: a goroutine that was on the same processor in every look since the probe queued up. With others in the queue, who pauses
     *     has to queue up behind them and is seen elsewhere, or nowhere.
     * (3) Both for the whole limit: a warning, one for each goroutine until the probe is served.
     * (4) A goroutine in a native method is let off: it may be waiting for a disk. */
    /** The scheduler, as far as this watch looks at it. */
    interface Scheduler {
        /** Whether all processors are taken and somebody waits for one. */
        boolean isCrowded();

        /** Queues a probe up. */
        Probe probe();

        /** The processor of each goroutine that is on one. */
        Map<Goroutine, String> processors();

        /** The processor that {@code goroutine} is on, and runs Java code; null for none. */
        @Nullable
        String processor(Goroutine goroutine);
    }

    /** One that waits for a processor. */
    interface Probe {
        /** Whether it has had it. */
        boolean isServed();
    }

    private final Scheduler scheduler;
    private final long limit; // nanoseconds
    private final Consumer<Goroutine> warning;
    private @Nullable Probe probe; // null while nobody waits
    private long since; // an instant of Time: when the probe queued up
    private @Nullable Map<Goroutine, String>
            suspects; // on the same processor since then, those in native methods too; null before (2)
    private final Set<Goroutine> warned = new HashSet<>();

    /** A watch that calls {@code warning} for each goroutine that keeps a processor for {@code limit}. */
    ProcessorWatch(Scheduler scheduler, Duration limit, Consumer<Goroutine> warning) {
        this.scheduler = scheduler;
        this.limit = limit.toNanos();
        this.warning = warning;
    }

    /** Looks, at {@code now}, an instant of the clock. */
    void look(long now) {
        if (probe != null && probe.isServed()) {
            probe = null;
            suspects = null;
            warned.clear();
        }
        if (probe == null) {
            if (scheduler.isCrowded()) {
                probe = scheduler.probe();
                since = now;
            }
            return;
        }
        if (suspects
                == null) { // (2); not before the second look: most probes are served by then, and this costs a look at
            // everybody
            suspects = scheduler.processors();
            since = now;
        }
        suspects.entrySet().removeIf(entry -> !entry.getValue().equals(scheduler.processor(entry.getKey())));
        if (now - since >= limit) {
            for (var hog : suspects.keySet()) {
                if (warned.add(hog)) {
                    warning.accept(hog);
                }
            }
        }
    }

    /** Prints the warning of (3). */
    static void warn(Goroutine hog, Duration limit) {
        var thread = hog.thread();
        var stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        System.err.println(
                "gofer: " + hog + " has kept a processor for " + limit.toSeconds() + " s while others wait for one, "
                        + (stack.length == 0 ? "" : "at " + stack[0] + ", ") + "created by " + Dump.name(hog.site())
                        + ": call Go.gosched() in a long computation (-Dgofer.watchdog=0 turns this warning off)");
    }

    /** The scheduler of this JVM. */
    static final class Jdk implements Scheduler {
        private final VirtualThreadSchedulerMXBean scheduler =
                ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);

        @Override
        public boolean isCrowded() {
            return scheduler.getQueuedVirtualThreadCount() > 0
                    && scheduler.getMountedVirtualThreadCount() >= scheduler.getParallelism();
        }

        @Override
        public Probe probe() {
            var thread = Thread.ofVirtual().unstarted(() -> {});
            thread.start();
            return () -> thread.getState() == Thread.State.TERMINATED;
        }

        @Override
        public Map<Goroutine, String> processors() {
            var processors = new ConcurrentHashMap<Goroutine, String>();
            for (var goroutine : Registry.goroutines()) {
                var processor = processor(goroutine);
                if (processor != null) {
                    processors.put(goroutine, processor);
                }
            }
            return processors;
        }

        @Override
        public @Nullable String processor(Goroutine goroutine) {
            var thread = goroutine.thread();
            if (thread == null || thread.getState() != Thread.State.RUNNABLE) {
                return null;
            }
            var text =
                    thread.toString(); // VirtualThread[#22,name]/runnable@ForkJoinPool-1-worker-1: the one place that
            // tells
            int at = text.lastIndexOf("]/runnable@");
            if (at < 0) {
                return null;
            }
            return isInNativeMethod(thread.getStackTrace()) ? null : text.substring(at); // (4)
        }

        static boolean isInNativeMethod(StackTraceElement[] stack) {
            return stack.length > 0 && stack[0].isNativeMethod();
        }
    }
}
