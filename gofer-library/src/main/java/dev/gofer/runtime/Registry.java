package dev.gofer.runtime;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All goroutines that are not over yet. Go: {@code allgs}. */
public final class Registry {
    /* One list per stripe, so that goroutines that start and end on several processors seldom meet.
     * A goroutine is in the list of its number's stripe; the list's links belong to the stripe's lock.
     *
     * (1) While a proof is under way (Garbage), nothing but the goroutines themselves holds the lists strongly. As each of their threads
     *     reaches the lists, and the lists reach all threads, the collector takes all of them or none.
     * (2) Whoever needs the lists meanwhile makes them strong again by holding them; a goroutine that starts runs, and so keeps them. */
    private static volatile @Nullable Lists lists = new Lists(); // null while a proof is under way
    private static volatile @Nullable WeakReference<Lists>
            weakLists; // null while none is; written as lists is, under the class's lock

    /** What the registry knows; reachable from each goroutine's thread. */
    static final class Lists {
        private static final int COUNT = 64;
        private final Stripe[] stripes = new Stripe[COUNT];

        Lists() {
            for (int i = 0; i < COUNT; i++) {
                stripes[i] = new Stripe();
            }
        }

        private Stripe of(Goroutine goroutine) {
            return of(goroutine.number());
        }

        private Stripe of(long number) {
            return stripes[(int) number & (COUNT - 1)];
        }
    }

    private Registry() {}

    static void add(Goroutine goroutine) {
        var lists = lists();
        goroutine.lists = lists;
        lists.of(goroutine).add(goroutine);
    }

    static void remove(Goroutine goroutine) {
        Objects.requireNonNull(goroutine.lists).of(goroutine).remove(goroutine);
        goroutine.lists = null; // who still holds its thread does not reach the others
    }

    /** The number of goroutines; exact when none starts or ends meanwhile. */
    public static int size() {
        int size = 0;
        for (var stripe : lists().stripes) {
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
        for (var stripe : lists().stripes) {
            stripe.lock.take();
            try {
                for (var goroutine = stripe.first; goroutine != null; goroutine = goroutine.next) {
                    if (!condition.test(goroutine)) {
                        return false;
                    }
                }
            } finally {
                stripe.lock.free();
            }
        }
        return true;
    }

    /** Whether the calling thread is a goroutine. */
    public static boolean isGoroutine() {
        var thread = Thread.currentThread();
        return thread.isVirtual() && contains(thread, Goroutine.number(thread));
    }

    /** Whether there is a goroutine of that number, and {@code thread} is it: looks through one stripe. */
    private static boolean contains(Thread thread, long number) {
        var stripe = lists().of(number);
        stripe.lock.take();
        try {
            for (var goroutine = stripe.first; goroutine != null; goroutine = goroutine.next) {
                if (goroutine.number() == number) {
                    return goroutine.thread() == thread;
                }
            }
            return false;
        } finally {
            stripe.lock.free();
        }
    }

    /** Lets the garbage collector take all goroutines if nobody outside this registry reaches any. Until {@link #strengthen}. */
    static synchronized PhantomReference<Lists> weaken() { // (1)
        var held = lists();
        weakLists = new WeakReference<>(held);
        lists = null;
        return new PhantomReference<>(held, new ReferenceQueue<>());
    }

    /** Undoes {@link #weaken}; if it is too late, there are no goroutines any more. */
    static synchronized void strengthen() {
        lists = lists();
        weakLists = null;
    }

    private static Lists lists() {
        var held = lists;
        return held == null ? weakLists() : held;
    }

    private static synchronized Lists weakLists() { // (2)
        var weak = weakLists;
        var held = weak == null ? lists : weak.get();
        if (held == null) {
            held = new Lists();
            weakLists = new WeakReference<>(held);
        }
        return held;
    }

    private static void forEach(Consumer<Goroutine> action) {
        allMatch(goroutine -> {
            action.accept(goroutine);
            return true;
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // size: under the lock
    private static final class Stripe {
        final SpinLock lock = new SpinLock();

        @Nullable
        Goroutine first;

        volatile int size; // written under lock, read without

        void add(Goroutine goroutine) {
            lock.take();
            goroutine.next = first;
            if (first != null) {
                first.previous = goroutine;
            }
            first = goroutine;
            size++;
            lock.free();
        }

        void remove(Goroutine goroutine) {
            lock.take();
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
            goroutine.previous = null;
            goroutine.next = null;
            size--;
            lock.free();
        }
    }
}
