package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/** A lock that is held for a few dozen instructions; guards the state of one primitive. Go: {@code runtime.mutex}. */
public final class SpinLock implements Comparable<SpinLock> {
    /* (1) Whoever holds it neither waits for an event nor calls code of the user: a holder is delayed by the operating system at most, or by the
     *     short work of those who hold the lock that it takes next (3).
     * (2) So a contender looks a few times, at ever longer intervals; then it yields, since the holder may need the processor it spins on. It
     *     yields fairly: a holder that is waiting for its next lock (3) may have yielded itself, and must get its turn again. In a long interval
     *     the other side does many operations with the lock's cache line at hand: two processors that take turns at each operation
     *     are several times as slow.
     * (3) Several locks are taken in ascending order (compareTo), so holders never wait for each other in a circle.
     *     Most locks are never taken with others: the order is drawn when it is first asked for.
     * (4) In a bubble, to yield is a step: the schedule may go to another goroutine. So who takes a lock of what is below the primitives, which
     *     all bubbles and the world share, does not yield there: or it would depend on them how a schedule goes. The holder is never a goroutine
     *     that a schedule has stopped.
     *
     * compareAndExchange, and not compareAndSet: the compiler jumps on its result at once, instead of making a boolean first.
     * release is enough to unlock: all that the holder wrote is seen by the next holder, whose CAS reads `held`. */
    private static final VarHandle HELD =
            fieldVarHandle(lookup(), "held", VarHandle.class, SpinLock.class, boolean.class);
    private static final VarHandle ORDER =
            fieldVarHandle(lookup(), "order", VarHandle.class, SpinLock.class, long.class);
    private static final AtomicLong LAST_ORDER = new AtomicLong();
    private static final int SHORTEST_PAUSE =
            128; // in spins: some 2 µs, in which the other side does a hundred operations
    private static final int LONGEST_PAUSE = 512;
    private static final int PAUSES = 8;

    private volatile boolean held; // written through HELD only
    private volatile long order; // 0: not drawn yet; written through ORDER only

    /** Waits until the lock is free and takes it. Not reentrant. */
    public void acquire() {
        Bubble.step("takes a lock");
        if ((boolean) HELD.compareAndExchange(this, false, true)) {
            contend(true);
        }
    }

    /** Frees the lock, which the caller must hold. */
    public void release() {
        free();
    }

    /** The same as {@link #acquire}, but no step of a schedule (4): for what is below the primitives. */
    void take() {
        if ((boolean) HELD.compareAndExchange(this, false, true)) {
            contend(false);
        }
    }

    void free() {
        HELD.setRelease(this, false);
    }

    private void contend(boolean isStep) {
        int pauses = 0;
        int spins = SHORTEST_PAUSE;
        do {
            if (pauses++ < PAUSES) { // (2)
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                spins = Math.min(2 * spins, LONGEST_PAUSE);
            } else if (isStep || Bubble.current() == null) { // (4)
                Park.yieldFairly();
            } else {
                Thread.onSpinWait();
            }
        } while (held || !HELD.compareAndSet(this, false, true));
    }

    @Override
    public int compareTo(SpinLock other) {
        return Long.compare(order(), other.order()); // (3)
    }

    private long order() {
        if (order == 0) {
            ORDER.compareAndSet(this, 0L, LAST_ORDER.incrementAndGet());
        }
        return order;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
