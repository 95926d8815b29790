package dev.gofer;

import dev.gofer.runtime.HouseThread;
import dev.gofer.runtime.Waiter;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/** Who is there besides the goroutines: other threads, and code of the user's that the JVM would call by itself. */
final class Outside {
    /* (1) Platform threads. The JVM lists all in one instant. Those of the JVM run none of the user's code, but for (3), and wake virtual
     *     threads only, which are counted in (2); ours do nothing by themselves.
     * (2) Virtual threads that are no goroutines: nobody lists them, but a histogram of the heap counts their objects, in one pause,
     *     after a collection. One that runs, is queued, or waits for time or for I/O is reachable, and so is counted.
     * (3) Code that a thread of the JVM runs when something happens: signal handlers, shutdown hooks, finalizers, listeners of memory
     *     notifications. The same histogram counts what each of them needs. A hook is a thread that was not started: there are none if all
     *     the thread objects in the heap belong to threads that live.
     *     One of the hooks is ours.
     * (4) A thread that is in none of the pictures, because it lived between them, was started between them: the JVM counts starts.
     * (5) A class that this JVM does not know by that name proves nothing by its absence. So every name is looked up first.
     *
     * Beyond proof: native code that calls into Java from a thread it made, an agent that is attached from outside. */
    private static final Set<String> GROUPS_OF_THE_JVM = Set.of("system", "InnocuousThreadGroup", "CarrierThreads");

    private static final Set<String> THREADS_OF_THE_JVM = Set.of(
            "Reference Handler",
            "Finalizer",
            "Signal Dispatcher",
            "Notification Thread",
            "Common-Cleaner",
            "Attach Listener",
            "MasterPoller",
            "Read-Poller",
            "Write-Poller",
            "VirtualThread-unblocker",
            "VirtualThread-unparker");

    private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";
    private static final String BOUND_VIRTUAL_THREAD = "java.lang.ThreadBuilders$BoundVirtualThread";
    private static final String PLATFORM_THREAD = "java.lang.Thread$FieldHolder"; // each has one
    private static final String HOOK_OF_LOGGING =
            "java.util.logging.LogManager$Cleaner"; // the only harmless hook; comes with the histogram
    private static final List<String> CALLBACKS = List.of(
            "sun.misc.Signal$SunMiscHandler",
            "java.lang.ref.Finalizer",
            "sun.management.NotificationEmitterSupport$ListenerInfo");

    private final Thread caller; // of Go.main: it waits

    Outside(Thread caller) {
        this.caller = caller;
    }

    /** What was found. */
    enum Finding {
        /** Somebody is there, or it could not be found out. */
        SOMEBODY,
        /** No thread, but code that the JVM may call. */
        CALLBACKS,
        NOBODY
    }

    /** Whether a thread that is not ours lives and is no daemon: it keeps a JVM alive, by Java's rule for programs. */
    boolean isProgramKeptAlive() {
        return foreignThreads().stream().anyMatch(thread -> !thread.isDaemon());
    }

    /** Looks; {@code goroutines} is how many there are. They, and {@code sleepers}, sleep meanwhile. */
    Finding look(int goroutines, Set<Thread> sleepers) {
        try {
            var threads = ManagementFactory.getThreadMXBean();
            long started = threads.getTotalStartedThreadCount();
            if (!sleepers.containsAll(foreignThreads())) { // (1)
                return Finding.SOMEBODY;
            }
            if (!isEveryNameKnown()) { // (5)
                return Finding.SOMEBODY;
            }
            int known = goroutines
                    + (Waiter.NOBODY.owner().isVirtual() ? 1 : 0) // asked now: it may be made only here
                    + (caller.isVirtual() ? 1 : 0);
            var before = printedThreads();
            var heap = histogram();
            boolean isSteady = before.equals(printedThreads());
            if (heap.count(VIRTUAL_THREAD) + heap.count(BOUND_VIRTUAL_THREAD) != known // (2)
                    || !sleepers.containsAll(foreignThreads())
                    || threads.getTotalStartedThreadCount() != started) { // (4)
                return Finding.SOMEBODY;
            }
            boolean noHooks = isSteady
                    && heap.count(PLATFORM_THREAD) == before.size() + ProgramEnd.hooks() + heap.count(HOOK_OF_LOGGING);
            if (ProgramEnd.hasBegun()) {
                noHooks = true; // they run, and are threads
            }
            boolean noCallbacks = noHooks && CALLBACKS.stream().allMatch(name -> heap.count(name) == 0); // (3)
            return noCallbacks ? Finding.NOBODY : Finding.CALLBACKS;
        } catch (JMException e) { // another kind of JVM
            return Finding.SOMEBODY;
        }
    }

    /** Those of {@link #platformThreads} that are neither ours nor the JVM's. */
    List<Thread> foreignThreads() {
        return platformThreads().stream()
                .filter(thread -> thread != caller && !isHarmless(thread))
                .toList();
    }

    /** The platform threads that live, but for those that {@link ThreadGroup} hides. */
    static List<Thread> platformThreads() {
        var root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads;
        int count;
        do {
            threads = new Thread[2 * root.activeCount() + 64];
            count = root.enumerate(threads);
        } while (count == threads.length); // there may be more
        return List.of(Arrays.copyOf(threads, count));
    }

    private static boolean isHarmless(Thread thread) {
        if (thread instanceof HouseThread) {
            return true;
        }
        var group = thread.getThreadGroup();
        if (group == null) {
            return true; // it has just ended
        }
        return GROUPS_OF_THE_JVM.contains(group.getName())
                && (THREADS_OF_THE_JVM.contains(thread.getName())
                        || group.getName().equals("CarrierThreads"));
    }

    private static boolean isEveryNameKnown() {
        return Stream.concat(Stream.of(VIRTUAL_THREAD, BOUND_VIRTUAL_THREAD, PLATFORM_THREAD), CALLBACKS.stream())
                .allMatch(Outside::isKnown);
    }

    private static boolean isKnown(String name) {
        try {
            var _ = Class.forName(name, false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return name.startsWith("sun.misc.")
                    && ModuleLayer.boot().findModule("jdk.unsupported").isEmpty(); // then nobody can have one
        }
    }

    /** The platform threads that live, also those that {@link ThreadGroup} hides, by name and number. */
    private static List<String> printedThreads() throws JMException {
        return command("threadPrint")
                .lines()
                .filter(line -> line.startsWith("\"") && line.contains("\" #"))
                .map(line -> line.substring(0, line.indexOf(' ', line.indexOf("\" #") + 2)))
                .sorted()
                .toList();
    }

    private static Histogram histogram() throws JMException {
        var counts = new HashMap<String, Long>();
        command("gcClassHistogram")
                .lines()
                .skip(2)
                .forEach(
                        line -> { // "  12:   34   560  java.lang.Thread (java.base@25)"
                            var columns = line.strip().split("\\s+", 5);
                            if (columns.length >= 4) {
                                counts.merge(columns[3], Long.parseLong(columns[1]), Long::sum);
                            }
                        });
        return new Histogram(counts);
    }

    private record Histogram(Map<String, Long> counts) {
        long count(String name) {
            return counts.getOrDefault(name, 0L);
        }
    }

    private static String command(String name) throws JMException {
        var commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(commands, name, new Object[] {new String[0]}, new String[] {String[].class.getName()});
    }
}
