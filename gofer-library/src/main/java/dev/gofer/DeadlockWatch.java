package dev.gofer;

import dev.gofer.runtime.Garbage;
import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.HouseThread;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Registry;
import dev.gofer.runtime.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends a {@link Go#main} program that can never go on. Go: {@code checkdead} in {@code runtime/proc.go}. */
final class DeadlockWatch {
    /* A report is a proof; where there is none, the program sleeps on. A miss is forgivable, a false alarm is not.
     *
     * (1) Suspicion. Every goroutine sleeps, on a primitive of ours or in a wait of the JDK's, with no time limit, and no timer is set. The
     *     goroutines are looked at one after the other, so this is done twice: who is in the same sleep both times slept all the time in
     *     between. Therefore, where they all sleep on primitives of ours, there was an instant at which all slept, and only somebody
     *     from outside can have woken one since.
     * (2) Proof, either: nobody from outside could. We let go of all goroutines, the garbage collector runs, and all of them turn out to be
     *     garbage: no thread, timer or poller reaches what they sleep on, whatever that is. (The JVM itself holds no virtual thread: see
     *     Program.run.)
     * (3) Or: nobody from outside is there, between two looks that find the same sleeps. See Outside. Threads that are no goroutines may be
     *     there if they sleep on primitives of ours, too. Of a wait of the JDK's nobody can tell that it is the same one: then (2) has to
     *     stand in, and another look outside, since who was awake in between may have started somebody.
     * (4) A main goroutine that sleeps on nothing at all, as in `select()`, is garbage by nature, and leaves the work to others; so does one
     *     that called goexit, and maybe one in a wait of the JDK's: `new CountDownLatch(1).await()` is what Java programs do for that. Then (2)
     *     proves too little: no other thread may be there either. If there is none, (2) may stand in for the code that the JVM would call.
     * (5) A thread that is no daemon keeps a Java program alive. While one is there that is not ours, (2) is not tried: a server in its
     *     threads is not to be ended because main waits for what will never come.
     * (6) A proof is expensive. After one that failed, the next must wait twice as long.
     * (7) While shutdown hooks run, only (3) counts, and only if the end of the JVM waits for one of them: what is over anyway is no
     *     deadlock. */
    private static final long FIRST_PAUSE = 20; // milliseconds
    private static final long LONGEST_PAUSE = 250; // milliseconds
    private static final long FREE = 500; // milliseconds of looking that cost no pause: the first looks load classes
    private static final long LONGEST_WAIT_FOR_PROOF = 64_000; // milliseconds

    /** The sleep of who waits for something of the JDK's. */
    private static final Sleepers.Sleep UNKNOWN = new Sleepers.Sleep("waiting", "unknown");

    /** The sleep of who waits for the end of the JVM. */
    private static final Sleepers.Sleep EXIT = new Sleepers.Sleep("waiting", "exit");

    private final Outside outside;
    private long waitForProof = 250; // milliseconds
    private long nextProof; // an instant of Time

    /** A watch over a program that {@code caller} started and waits for. */
    DeadlockWatch(Thread caller) {
        this.outside = new Outside(caller);
        this.nextProof = Time.now();
    }

    /** Watches from now on, on a thread of its own; {@code caller} is known to wait for the end of the program. */
    static void start(Thread caller) {
        var watch = new DeadlockWatch(caller);
        new HouseThread("gofer-deadlock-watch", watch::run).start();
    }

    private void run() {
        long pause = FIRST_PAUSE;
        long free = FREE;
        try {
            while (true) {
                Thread.sleep(pause);
                long before = Time.now();
                try {
                    var report = verdict();
                    if (report != null) {
                        ProgramEnd.deadlock(report);
                    }
                } catch (OutOfMemoryError e) {
                    // HeapWatch's affair
                }
                long took = (Time.now() - before) / 1_000_000;
                long paid = Math.max(0, took - free);
                free = Math.max(0, free - took);
                pause = Math.max(Math.min(2 * pause, LONGEST_PAUSE), 20 * paid); // a twentieth of a processor at most
            }
        } catch (InterruptedException e) {
            // somebody wants this thread to end: no more reports
        }
    }

    /** The report of a deadlock that is proven; null: none seen, or none proven. */
    @Nullable
    String verdict() {
        if (Time.now() - nextProof < 0) {
            return null;
        }
        var report = suspicion();
        if (report == null || isProven()) {
            return report;
        }
        nextProof = Time.now() + waitForProof * 1_000_000; // (6)
        waitForProof = Math.min(2 * waitForProof, LONGEST_WAIT_FOR_PROOF);
        return null;
    }

    /** (1): the report, or null when somebody is awake. What it looked at is garbage when it returns. */
    @Nullable
    String suspicion() {
        var first = allAsleep();
        if (first == null) {
            return null;
        }
        var second = allAsleep();
        if (!first.equals(second)) {
            return null;
        }
        return first.isEmpty() && !ProgramEnd.hasBegun()
                ? "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n"
                : "fatal error: all goroutines are asleep - deadlock!\n" + Dump.deadlock(others().keySet());
    }

    /** The sleeps of all goroutines; null when one is awake, or a timer is set. */
    private static @Nullable Map<Thread, Sleepers.Sleep> allAsleep() {
        if (Time.hasPendingActions() || !Registry.allMatch(DeadlockWatch::isWaiting)) {
            return null;
        }
        var goroutines = Registry.goroutines();
        var sleeps = Sleepers.of(goroutines);
        for (var goroutine : goroutines) {
            var thread = goroutine.thread();
            if (thread == null || (!sleeps.containsKey(thread) && Sleepers.waitsForTheCollector(thread))) {
                return null;
            }
            sleeps.putIfAbsent(thread, exits(thread) ? EXIT : UNKNOWN);
        }
        sleeps.keySet().removeIf(thread -> !thread.isVirtual()); // they wait at the same primitives
        return Registry.allMatch(DeadlockWatch::isWaiting) ? sleeps : null;
    }

    /** The sleeps of those threads that are no goroutines and sleep like them. */
    private Map<Thread, Sleepers.Sleep> others() {
        var threads = outside.foreignThreads();
        var sleeps = Sleepers.ofThreads(threads);
        threads.stream().filter(DeadlockWatch::exits).forEach(thread -> sleeps.put(thread, EXIT));
        sleeps.keySet().retainAll(threads);
        sleeps.keySet().removeIf(thread -> thread.getState() != Thread.State.WAITING);
        return sleeps;
    }

    /** Whether {@code thread} is in {@code System.exit}. */
    private static boolean exits(Thread thread) {
        return ProgramEnd.hasBegun()
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown"));
    }

    /** Parked, and not until some time. */
    private static boolean isWaiting(Goroutine goroutine) {
        var thread = goroutine.thread();
        return thread != null && thread.getState() == Thread.State.WAITING;
    }

    private boolean isProven() {
        if (ProgramEnd.hasBegun()) { // (7)
            return isExitWaiting() && lookOutside() == Proof.NOBODY && isExitWaiting();
        }
        return nobodyCould() || nobodyIsThere();
    }

    /** (2) */
    boolean nobodyCould() {
        return Registry.size() > 0
                && !mainSleepsOnNothing() // (4)
                && !outside.isProgramKeptAlive() // (5)
                && Garbage.isEverybody()
                && Registry.size() == 0; // or else somebody started another one meanwhile
    }

    /** (3) */
    boolean nobodyIsThere() {
        return switch (lookOutside()) {
            case NONE -> false;
            case NOBODY -> true;
            case BUT_CALLBACKS -> mainSleepsOnNothing() && Garbage.isEverybody() && Registry.size() == 0; // (4)
            case BUT_WAITS_OF_THE_JDK ->
                mainSleepsOnNothing()
                        && Garbage.isEverybody()
                        && outside.look(0, Set.of()) != Outside.Finding.SOMEBODY
                        && Registry.size() == 0;
        };
    }

    /** What a look outside proves. */
    private enum Proof {
        NONE,
        /** Nobody is there, but what is said. */
        NOBODY,
        BUT_CALLBACKS,
        BUT_WAITS_OF_THE_JDK
    }

    private Proof lookOutside() {
        var before = allAsleep();
        if (before == null) {
            return Proof.NONE;
        }
        before.putAll(others());
        var finding = outside.look(Registry.size(), before.keySet());
        var after = allAsleep();
        if (after == null) {
            return Proof.NONE;
        }
        after.putAll(others());
        if (!before.equals(after)) {
            return Proof.NONE;
        }
        return switch (finding) {
            case SOMEBODY -> Proof.NONE;
            case CALLBACKS -> before.containsValue(UNKNOWN) ? Proof.BUT_WAITS_OF_THE_JDK : Proof.BUT_CALLBACKS;
            case NOBODY -> before.containsValue(UNKNOWN) ? Proof.BUT_WAITS_OF_THE_JDK : Proof.NOBODY;
        };
    }

    /** Whether somebody in {@code System.exit} waits for a hook. */
    private static boolean isExitWaiting() {
        var threads = new ArrayList<>(Outside.platformThreads());
        Registry.goroutines().stream()
                .map(Goroutine::thread)
                .filter(Objects::nonNull)
                .forEach(threads::add);
        return threads.stream().anyMatch(thread -> thread.getState() == Thread.State.WAITING && exits(thread));
    }

    /** (4): whether main is there, and sleeps in {@code select()}, on a nil channel, or in a wait of the JDK's. */
    private static boolean mainSleepsOnNothing() {
        return !Registry.allMatch(goroutine -> {
            var thread = goroutine.thread();
            return goroutine.number() != 1 || thread == null || isOurs(Park.blocker(thread));
        });
    }

    private static boolean isOurs(@Nullable Object blocker) {
        return blocker != null
                && !(blocker instanceof Forever)
                && blocker.getClass().getPackageName().equals("dev.gofer");
    }
}
