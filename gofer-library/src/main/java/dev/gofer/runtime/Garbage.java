package dev.gofer.runtime;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks the garbage collector which goroutines nobody can wake any more. Go: the {@code goroutineleak} profile. */
public final class Garbage {
    /* Who wakes a goroutine must reach it, through what it sleeps on or directly. So a sleeping goroutine whose thread is garbage sleeps for
     * ever. We let go of it, have the collector run, and look.
     *
     * (1) A running thread, one in a timer's queue or in a poller of the JVM is a root or hangs on one: never garbage.
     * (2) A weak reference is cleared before finalizers run, and a finalizer could still wake a sleeper. A phantom reference is cleared only
     *     when no finalizer can get at the thread either: it alone proves something.
     * (3) The collector clears the user's own weak references in the same step: who reached a goroutine through one of those only,
     *     does not reach it any more.
     * (4) The thread of a goroutine that is over is garbage, too. But such a goroutine has left the registry first.
     * (5) One proof at a time: two would take each other's references for somebody's.
     * (6) The processor that a goroutine has just left may hold it for a moment longer. */
    private static final int MORE_COLLECTIONS = 4;

    /** The JVM keeps every virtual thread, or it does not collect at all: nothing can be proven. */
    public static final class BlindException extends Exception {
        private static final long serialVersionUID = 1;
    }

    private Garbage() {}

    /**
     * Whether nobody reaches any goroutine. If so, all are gone when it returns; if not, all are as they were: a goroutine reaches all others,
     * so that the collector takes all or none.
     */
    public static synchronized boolean isEverybody() {
        var trace = Registry.weaken();
        System.gc();
        boolean isGarbage = trace.refersTo(null); // (2)
        Registry.strengthen();
        return isGarbage;
    }

    /**
     * Finds those that nobody reaches among the goroutines in {@code lastWords}; each slept when they were written down.
     *
     * <p>Their threads are gone when it returns; the goroutines stay in the registry, with their {@link Goroutine#lastWords}.
     *
     * @param lastWords what is to be told of each
     * @throws BlindException when this JVM would hide them
     */
    public static synchronized List<Goroutine> find(Map<Goroutine, String> lastWords) throws BlindException {
        var control = control();
        var traces = weaken(lastWords);
        System.gc();
        for (int i = 0; i < MORE_COLLECTIONS && !control.refersTo(null); i++) { // (6)
            Park.yieldFairly();
            System.gc();
        }
        var found = new ArrayList<Goroutine>();
        traces.forEach((goroutine, trace) -> {
            if (goroutine.strengthen()) {
                goroutine.setLastWords(null);
            } else if (trace.refersTo(null) && goroutine.stripe != null) { // (2), (4)
                found.add(goroutine);
            }
        });
        var survivor = control.get();
        if (survivor != null) {
            survivor.interrupt(); // ends it
            throw new BlindException();
        }
        return found;
    }

    private static Map<Goroutine, PhantomReference<Thread>> weaken(Map<Goroutine, String> lastWords) {
        var queue = new ReferenceQueue<Thread>();
        var traces = new HashMap<Goroutine, PhantomReference<Thread>>();
        lastWords.forEach((goroutine, words) -> {
            var thread = goroutine.thread();
            if (thread != null) {
                goroutine.setLastWords(words);
                goroutine.weaken();
                traces.put(goroutine, new PhantomReference<>(thread, queue));
            }
        });
        return traces;
    }

    /** A thread that sleeps for ever and that nobody reaches: where it outlives a collection, a goroutine would, too. */
    private static WeakReference<Thread> control() {
        var thread = Thread.ofVirtual().unstarted(() -> Park.forever("control"));
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Park.yieldFairly();
        }
        return new WeakReference<>(thread);
    }
}
