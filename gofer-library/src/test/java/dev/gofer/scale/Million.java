package dev.gofer.scale;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.WaitGroup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * Parks many goroutines on one channel, then releases them all with one {@code close}; or, to compare, as many plain virtual threads on a
 * {@link CountDownLatch}. Prints the milliseconds until all were parked, from there until all had ended, and the peak of the process's
 * memory in MB. {@code scripts/million} runs it.
 */
public final class Million {
    public static void main(String[] args) throws Exception {
        int many = Integer.parseInt(args[1]);
        switch (args[0]) {
            case "goroutines" -> Go.main(() -> goroutines(many));
            case "threads" -> threads(many);
            default -> throw new IllegalArgumentException("goroutines or threads, not " + args[0]);
        }
    }

    private static void goroutines(int many) throws IOException {
        long begun = System.nanoTime();
        var gate = new Chan<String>();
        var all = new WaitGroup();
        for (int i = 0; i < many; i++) {
            all.go(() -> {
                if (gate.receive() != null) {
                    throw new IllegalStateException("nobody sends");
                }
            });
        }
        awaitQuiet(1);
        long parked = System.nanoTime();
        if (Go.numGoroutine() != many + 1) {
            throw new IllegalStateException(Go.numGoroutine() + " goroutines");
        }
        gate.close();
        all.await();
        report(begun, parked);
    }

    private static void threads(int many) throws Exception {
        long begun = System.nanoTime();
        var gate = new CountDownLatch(1);
        var all = new CountDownLatch(many);
        for (int i = 0; i < many; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                all.countDown();
            });
        }
        awaitQuiet(0);
        long parked = System.nanoTime();
        gate.countDown();
        all.await();
        report(begun, parked);
    }

    /** Until no virtual thread runs or wants to, but for the {@code own} ones of the caller. */
    private static void awaitQuiet(int own) {
        var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
        while (scheduler.getQueuedVirtualThreadCount() != 0 || scheduler.getMountedVirtualThreadCount() > own) {
            Thread.onSpinWait();
        }
    }

    private static void report(long begun, long parked) throws IOException {
        long ended = System.nanoTime();
        System.out.printf("%d %d %d%n", (parked - begun) / 1_000_000, (ended - parked) / 1_000_000, peak());
    }

    /** Of the resident memory, in MB. */
    private static long peak() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findAny()
                    .orElse(-1);
        }
    }
}
