package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Registry;
import dev.gofer.runtime.Time;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/** Ends a {@link Go#main} program that can never go on. Go: {@code checkdead} in {@code runtime/proc.go}. */
final class DeadlockWatch {
    /* A report is a proof; where there is none, the program sleeps on. A miss is forgivable, a false alarm is not.
     *
     * (1) Suspicion. Every goroutine sleeps on a primitive of ours, with no time limit, and no timer is set. The goroutines are looked at one
     *     after the other, so this is done twice: who is in the same sleep both times slept all the time in between. Therefore there
     *     was an instant at which all slept, and only somebody from outside can have woken one since.
     * (2) Proof, either: nobody from outside is there. No platform thread lives but the JVM's own and the one that waits in Go.main. Virtual
     *     threads that are no goroutines leave a trace, too: those that run are mounted or queued, and those that wait for I/O or time
     *     do so in pollers and timers of the JVM, whose threads are not on our list.
     * (3) Or: nobody from outside could. We let go of all goroutines, the garbage collector runs, and all of them turn out to be garbage: no
     *     thread, timer or poller reaches what they sleep on. (The JVM itself holds no virtual thread: see Program.run.)
     *     A main goroutine that sleeps on nothing at all, as in `select()`, is garbage by nature; others may be serving: not proven.
     * (4) The collection is expensive. After one that proved nothing, the next must wait twice as long. */
    private static final long FIRST_PAUSE = 20; // milliseconds
    private static final long LONGEST_PAUSE = 250; // milliseconds
    private static final int LOOKS = 10;
    private static final long LONGEST_WAIT_FOR_PROOF = 64_000; // milliseconds

    /** The platform threads that every JVM has, and ours: none of them wakes a goroutine on its own account. */
    private static final Set<String> HARMLESS = Set.of(
            "Reference Handler",
            "Finalizer",
            "Signal Dispatcher",
            "Notification Thread",
            "Common-Cleaner",
            "Cleaner-0",
            "Attach Listener",
            "VirtualThread-unblocker",
            "gofer-timers",
            "gofer-watch",
            "gofer-deadlock-watch");

    private final Thread caller; // of Go.main
    private long waitForProof = 1_000; // milliseconds
    private long nextProof; // an instant of Time

    /** A watch over a program that {@code caller} started and waits for. */
    DeadlockWatch(Thread caller) {
        this.caller = caller;
        this.nextProof = Time.now();
    }

    /** Watches from now on, on a thread of its own; {@code caller} is known to wait for the end of the program. */
    static void start(Thread caller) {
        var watch = new DeadlockWatch(caller);
        Thread.ofPlatform().name("gofer-deadlock-watch").daemon().start(watch::run);
    }

    private void run() {
        long pause = FIRST_PAUSE;
        try {
            while (true) {
                Thread.sleep(pause);
                long before = Time.now();
                try {
                    var report = verdict();
                    if (report != null) {
                        Program.deadlock(report);
                    }
                } catch (OutOfMemoryError e) {
                    // HeapWatch's affair
                }
                long took = (Time.now() - before) / 1_000_000;
                pause = Math.max(Math.min(2 * pause, LONGEST_PAUSE), 20 * took); // a twentieth of a processor at most
            }
        } catch (InterruptedException e) {
            // somebody wants this thread to end: no more reports
        }
    }

    /** The report of a deadlock that is proven; null: none seen, or none proven. */
    @Nullable
    String verdict() throws InterruptedException {
        var report = suspicion();
        return report != null && isProven() ? report : null;
    }

    /** (1): the report, or null when somebody is awake. What it looked at is garbage when it returns. */
    private @Nullable String suspicion() {
        var first = allAsleep();
        if (first == null) {
            return null;
        }
        var second = allAsleep();
        if (!first.equals(second)) {
            return null;
        }
        return first.isEmpty()
                ? "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n"
                : "fatal error: all goroutines are asleep - deadlock!\n\n" + Dump.all();
    }

    /** The sleeps of all goroutines; null when one is awake, or sleeps on something else, or a timer is set. */
    private static @Nullable Map<Thread, Sleepers.Sleep> allAsleep() {
        if (Time.hasPendingActions() || !Registry.allMatch(DeadlockWatch::isWaiting)) {
            return null;
        }
        var goroutines = Registry.goroutines();
        var sleeps = Sleepers.of(goroutines);
        boolean known = goroutines.stream().allMatch(goroutine -> sleeps.containsKey(goroutine.thread()));
        return known && Registry.allMatch(DeadlockWatch::isWaiting) ? sleeps : null;
    }

    /** Parked, and not until some time. */
    private static boolean isWaiting(Goroutine goroutine) {
        var thread = goroutine.thread();
        return thread != null && thread.getState() == Thread.State.WAITING;
    }

    private boolean isProven() throws InterruptedException {
        return nobodyOutside() || nobodyCould();
    }

    /** (2) */
    private boolean nobodyOutside() throws InterruptedException {
        for (int look = 0; look < LOOKS; look++) { // the counts are not read in one instant: so look often
            if (!isNoVirtualThreadAwake() || !isNoOtherThread()) {
                return false;
            }
            Thread.sleep(1);
        }
        return suspicion() != null;
    }

    private static boolean isNoVirtualThreadAwake() {
        var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
        return scheduler.getQueuedVirtualThreadCount() == 0 && scheduler.getMountedVirtualThreadCount() == 0;
    }

    private boolean isNoOtherThread() {
        var root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        var threads = new Thread[root.activeCount() + 64];
        int count = root.enumerate(threads);
        if (count == threads.length) {
            return false; // there may be more
        }
        for (int i = 0; i < count; i++) {
            if (!isHarmless(threads[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean isHarmless(Thread thread) {
        return thread == caller
                || HARMLESS.contains(thread.getName())
                || thread.getClass().getName().equals("jdk.internal.misc.CarrierThread");
    }

    /** (3) */
    private boolean nobodyCould() {
        if (Time.now() - nextProof < 0 || Registry.size() == 0 || mainSleepsOnNothing()) {
            return false;
        }
        Registry.weaken();
        System.gc();
        boolean allGarbage = Registry.allMatch(goroutine -> goroutine.thread() == null);
        Registry.strengthen();
        nextProof = Time.now() + waitForProof * 1_000_000; // (4)
        waitForProof = Math.min(2 * waitForProof, LONGEST_WAIT_FOR_PROOF);
        return allGarbage;
    }

    private static boolean mainSleepsOnNothing() {
        return !Registry.allMatch(goroutine -> {
            var thread = goroutine.thread();
            return goroutine.number() != 1 || thread == null || !(Park.blocker(thread) instanceof Forever);
        });
    }
}
