package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.arrayElementVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
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
    /* Stripes, so that goroutines that start and end on several processors do not meet: a stripe is a processor's where that is known
     * (Scheduler), a number's elsewhere. A goroutine stays in the stripe that it was put into; the list's links belong to the stripe's lock.
     *
     * (1) While a proof is under way (Garbage), nothing but the goroutines themselves holds the lists strongly. As each of their threads
     *     reaches the lists, and the lists reach all threads, the collector takes all of them or none.
     * (2) Whoever needs the lists meanwhile makes them strong again by holding them; a goroutine that starts runs, and so keeps them.
     * (3) Most goroutines end soon. Such a one is put into one of a few slots, by its number, and touches no other goroutine; a list is for those
     *     who find their slot taken.
     * (4) What stripes write lies far apart. Whoever writes a reference marks its card, and the cards of 32 KiB of heap (64 times 512 bytes) share a cache
     *     line, for which two processors would wait at each start and each end of a goroutine. */
    private static final VarHandle STRIPE =
            fieldVarHandle(lookup(), "stripe", VarHandle.class, Goroutine.class, Stripe.class);

    private static volatile @Nullable Lists lists = new Lists(); // null while a proof is under way
    private static volatile @Nullable WeakReference<Lists>
            weakLists; // null while none is; written as lists is, under the class's lock

    /** What the registry knows; reachable from each goroutine's thread. */
    static final class Lists {
        private static final int COUNT = 64;
        private static final int NEAR = 8_192; // references: 32 KiB
        private static final int FAR_APART =
                Math.min(COUNT, Runtime.getRuntime().availableProcessors()); // stripes

        final @Nullable Goroutine[] cells = new Goroutine[(FAR_APART + 1) * NEAR + COUNT * Stripe.CELLS];
        private final Stripe[] stripes = new Stripe[COUNT];

        Lists() {
            for (int i = 0; i < COUNT; i++) {
                stripes[i] =
                        new Stripe(this, i < FAR_APART ? (i + 1) * NEAR : (FAR_APART + 1) * NEAR + i * Stripe.CELLS);
            }
        }

        private Stripe of(Goroutine goroutine) {
            long place = Scheduler.OURS == null ? goroutine.number() : Scheduler.processor();
            return stripes[(int) place & (COUNT - 1)];
        }
    }

    private Registry() {}

    static void add(Goroutine goroutine) {
        var stripe = lists().of(goroutine);
        STRIPE.setRelease(goroutine, stripe);
        stripe.add(goroutine);
    }

    static void remove(Goroutine goroutine) {
        Objects.requireNonNull(goroutine.stripe).remove(goroutine);
        STRIPE.setRelease(goroutine, (Stripe) null); // who still holds its thread does not reach the others
    }

    /** The number of goroutines; exact when none starts or ends meanwhile. */
    public static int size() {
        int size = 0;
        for (var stripe : lists().stripes) {
            size += stripe.size();
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
            if (!stripe.allMatch(condition)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the calling thread is a goroutine. Not for hot paths: it walks the stack. */
    public static boolean isGoroutine() {
        return Thread.currentThread().isVirtual()
                && StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                        .walk(frames -> frames.anyMatch(frame -> frame.getDeclaringClass() == Goroutine.class
                                && frame.getMethodName().equals("run")));
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

    /** Some of the goroutines; where its slots and lists begin is in {@link Lists#cells}. */
    static final class Stripe {
        static final int SLOTS = 8;
        static final int CELLS = 2 * SLOTS;
        private static final VarHandle SIZE = arrayElementVarHandle(int[].class);
        private static final int LINES = 32; // ints: two cache lines

        private final Lists lists; // (1)
        private final int at; // its cells: SLOTS slots, and as many heads of lists, by number; guarded by lock
        private final SpinLock lock = new SpinLock();
        private final int[] size = new int[2 * LINES]; // the one in the middle: written under lock, read without. (4)

        Stripe(Lists lists, int at) {
            this.lists = lists;
            this.at = at;
        }

        int size() {
            return (int) SIZE.getVolatile(size, LINES);
        }

        void add(Goroutine goroutine) {
            int slot = slot(goroutine);
            var cells = lists.cells;
            lock.take();
            if (cells[slot] == null) { // (3)
                cells[slot] = goroutine;
            } else {
                var first = cells[slot + SLOTS];
                goroutine.next = first;
                if (first != null) {
                    first.previous = goroutine;
                }
                cells[slot + SLOTS] = goroutine;
            }
            SIZE.setRelease(size, LINES, size[LINES] + 1);
            lock.free();
        }

        void remove(Goroutine goroutine) {
            int slot = slot(goroutine);
            var cells = lists.cells;
            lock.take();
            if (cells[slot] == goroutine) {
                cells[slot] = null;
            } else {
                unlink(goroutine, slot + SLOTS);
            }
            SIZE.setRelease(size, LINES, size[LINES] - 1);
            lock.free();
        }

        private void unlink(Goroutine goroutine, int head) {
            var previous = goroutine.previous;
            var next = goroutine.next;
            if (previous == null) {
                lists.cells[head] = next;
            } else {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
            goroutine.previous = null;
            goroutine.next = null;
        }

        boolean allMatch(Predicate<Goroutine> condition) {
            for (int i = at; i < at + CELLS; i++) {
                lock.take(); // for each: a list may be long
                try {
                    for (var goroutine = lists.cells[i]; goroutine != null; goroutine = goroutine.next) {
                        if (!condition.test(goroutine)) {
                            return false;
                        }
                    }
                } finally {
                    lock.free();
                }
            }
            return true;
        }

        private int slot(Goroutine goroutine) {
            return at + ((int) goroutine.number() & (SLOTS - 1));
        }
    }
}
