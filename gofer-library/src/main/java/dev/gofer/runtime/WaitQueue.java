package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Those who wait for the same thing, first come first served. Guarded by the lock of the primitive it belongs to. Go: {@code waitq}. */
public final class WaitQueue {
    /* A waiter is `queued` in one queue at most. What `next` means of one that is not queued is the affair of who took it out. */
    private static final VarHandle FIRST =
            fieldVarHandle(lookup(), "first", VarHandle.class, WaitQueue.class, Waiter.class);

    private @Nullable Waiter first;
    private @Nullable Waiter last;

    /** The bubble in which those who wait here can be woken: its members sleep durably. Null for none. */
    private @Nullable Bubble bubble = Bubble.current();

    /** The bubble that this belongs to: the one in which it was made, unless it has moved; null for none. */
    public @Nullable Bubble bubble() {
        return bubble;
    }

    /** From now on this belongs to {@code bubble}. */
    public void moveTo(@Nullable Bubble bubble) {
        this.bubble = bubble;
    }

    /** From now on this belongs to the bubble of the calling thread, or to none; cheap where there is no bubble anywhere. */
    public void moveHere() {
        if (Bubble.exist()) {
            bubble = Bubble.current();
        }
    }

    /** Whether this belongs to a bubble that the calling thread is not in. */
    public boolean isForeign() {
        return Bubble.exist() && bubble != null && bubble != Bubble.current();
    }

    /** Appends {@code waiter}, which is in no queue. */
    public void add(Waiter waiter) {
        waiter.queued = true;
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
    }

    /** Puts {@code waiter}, which is in no queue, before all others. */
    public void addFirst(Waiter waiter) {
        waiter.queued = true;
        waiter.next = first;
        if (first == null) {
            last = waiter;
        } else {
            first.previous = waiter;
        }
        first = waiter;
    }

    /**
     * Takes out the first waiter whose wait is still open and claims it; null when there is none. Waits of a {@code select} that another
     * of its cases has won are dropped on the way.
     */
    public @Nullable Waiter poll() {
        for (var waiter = removeFirst(); waiter != null; waiter = removeFirst()) {
            if (waiter.claim()) {
                return waiter;
            }
        }
        return null;
    }

    /**
     * Takes out all waiters whose wait is still open, and claims them. They are in no queue then, so none of them can be taken back while
     * it waits for its turn to be woken: wake them with {@link Park#wakeAll}, without the lock.
     *
     * @return the first of them, each linked to its {@code next}; null for none
     */
    public @Nullable Waiter pollAll() {
        var chain = poll();
        var end = chain;
        while (end != null) {
            end.next = poll();
            end = end.next;
        }
        return chain;
    }

    /** The first waiter, which stays where it is; null when there is none. */
    public @Nullable Waiter first() {
        return first;
    }

    /** Takes out the first waiter, claimed or not; null when there is none. */
    public @Nullable Waiter removeFirst() {
        var waiter = first;
        if (waiter != null) {
            unlink(waiter);
        }
        return waiter;
    }

    /** Takes {@code waiter} out; false when it is not in here (any more). */
    public boolean remove(Waiter waiter) {
        if (!waiter.queued) {
            return false;
        }
        unlink(waiter);
        return true;
    }

    /** Whether nobody waits here. */
    public boolean isEmpty() {
        return first == null;
    }

    /** Tells all waiters that they have what they wait for; they are to be woken next. A plain loop: the first use of a lambda makes a class. */
    public void grantAll() {
        for (var waiter = first; waiter != null; waiter = waiter.next) {
            waiter.ok = true;
        }
    }

    /** Calls {@code visitor} with each waiter, in order. */
    public void forEach(Consumer<Waiter> visitor) {
        for (var waiter = first; waiter != null; waiter = waiter.next) {
            visitor.accept(waiter);
        }
    }

    /** Whether nobody waited here at some moment of the call; for those without the lock. */
    public boolean wasEmpty() {
        return FIRST.getAcquire(this) == null;
    }

    /** The number of waiters; takes time in proportion to it. */
    public int size() {
        int size = 0;
        for (var waiter = first; waiter != null; waiter = waiter.next) {
            size++;
        }
        return size;
    }

    private void unlink(Waiter waiter) {
        var previous = waiter.previous;
        var next = waiter.next;
        if (previous == null) {
            first = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previous = previous;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.queued = false;
    }
}
