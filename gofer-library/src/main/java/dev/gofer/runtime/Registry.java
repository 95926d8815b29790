package dev.gofer.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All goroutines that are not over yet. Go: {@code allgs}. */
public final class Registry {
    /* One list per stripe, so that goroutines that start and end on several processors seldom meet.
     * A goroutine is in the list of its number's stripe; the list's links, and weak or strong, belong to the stripe's lock. */
    private static final Stripe[] STRIPES = stripes(64);

    private Registry() {}

    static void add(Goroutine goroutine) {
        stripe(goroutine).add(goroutine);
    }

    static void remove(Goroutine goroutine) {
        stripe(goroutine).remove(goroutine);
    }

    /** The number of goroutines; exact when none starts or ends meanwhile. */
    public static int size() {
        int size = 0;
        for (var stripe : STRIPES) {
            size += stripe.size;
        }
        return size;
    }

    /** All goroutines, in no order; those that start or end meanwhile may be missing. */
    public static List<Goroutine> goroutines() {
        var all = new ArrayList<Goroutine>(size() + 16);
        forEach(all::add);
        return all;
    }

    /** Whether {@code condition} holds for every goroutine; stops at the first for which it does not. It must be short and not block. */
    public static boolean allMatch(Predicate<Goroutine> condition) {
        for (var stripe : STRIPES) {
            stripe.lock.acquire();
            try {
                for (var goroutine = stripe.first; goroutine != null; goroutine = goroutine.next) {
                    if (!condition.test(goroutine)) {
                        return false;
                    }
                }
            } finally {
                stripe.lock.release();
            }
        }
        return true;
    }

    /** Whether the calling thread is a goroutine. */
    public static boolean isGoroutine() {
        var thread = Thread.currentThread();
        return thread.isVirtual() && !allMatch(goroutine -> goroutine.thread() != thread);
    }

    /** Lets the garbage collector take every goroutine that nobody outside this registry reaches. */
    public static void weaken() {
        forEach(Goroutine::weaken);
    }

    /** Undoes {@link #weaken} for those that are still there. */
    public static void strengthen() {
        forEach(Goroutine::strengthen);
    }

    private static void forEach(Consumer<Goroutine> action) {
        allMatch(goroutine -> {
            action.accept(goroutine);
            return true;
        });
    }

    private static Stripe stripe(Goroutine goroutine) {
        return STRIPES[(int) goroutine.number() & (STRIPES.length - 1)];
    }

    private static Stripe[] stripes(int count) {
        var stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe();
        }
        return stripes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // size: under the lock
    private static final class Stripe {
        final SpinLock lock = new SpinLock();

        @Nullable
        Goroutine first;

        volatile int size; // written under lock, read without

        void add(Goroutine goroutine) {
            lock.acquire();
            goroutine.next = first;
            if (first != null) {
                first.previous = goroutine;
            }
            first = goroutine;
            size++;
            lock.release();
        }

        void remove(Goroutine goroutine) {
            lock.acquire();
            var previous = goroutine.previous;
            var next = goroutine.next;
            if (previous == null) {
                first = next;
            } else {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
            size--;
            lock.release();
        }
    }
}
