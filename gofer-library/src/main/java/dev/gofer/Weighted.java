package dev.gofer;

import dev.gofer.runtime.Park;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.WaitQueue;
import dev.gofer.runtime.Waiter;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits that goroutines share; each takes as many as its work weighs. Go: {@code golang.org/x/sync/semaphore.Weighted}.
 *
 * {@snippet class="dev.gofer.Snippets" region="weighted" :
 * var memory = new Weighted(64); // megabytes
 * memory.acquire(ctx, image.megabytes());
 * try {
 *     decode(image);
 * } finally {
 *     memory.release(image.megabytes());
 * }
 * }
 *
 * <p>Those who wait are served in the order in which they came: one who wants much holds up those behind him who want little, so that he gets
 * it some day. A {@link #release} happens-before every later acquisition that its permits go into.
 */
public final class Weighted {
    /* (1) 0 <= held <= size.
     * (2) The first in the queue wants more than is free: whatever changes that calls `serve`, which takes the first ones out as far as
     *     the permits go, and acquires for them.
     * (3) Who wants more than there is at all waits in a queue of his own, in which nobody is ever served. */
    private final long size;
    private final SpinLock lock = new SpinLock(); // guards all below
    private final WaitQueue waiting = new WaitQueue(); // item: how many permits, a Long
    private final WaitQueue hopeless = new WaitQueue();
    private long held;

    /**
     * Makes a semaphore of {@code size} permits, all free. Go: {@code semaphore.NewWeighted(n)}.
     *
     * @param size how many; 0 or more
     * @throws IllegalArgumentException when {@code size} is negative
     */
    public Weighted(long size) {
        this.size = requireCount(size);
    }

    /**
     * Acquires {@code n} permits; waits until they are free. Waits for ever when {@code n} is more than the semaphore has.
     *
     * @param n how many; 0 or more
     * @throws java.util.concurrent.CancellationException when the thread is interrupted while it waits; the flag stays set
     */
    public void acquire(long n) {
        var me = acquireOrEnqueue(n);
        if (me != null) {
            sleep(me, n);
        }
    }

    /**
     * Acquires {@code n} permits; waits until they are free, and until {@code ctx} ends at most. Go: {@code s.Acquire(ctx, n)}.
     *
     * @param ctx ends the wait
     * @param n how many; 0 or more. When that is more than the semaphore has, it waits for the end of the context
     * @throws java.util.concurrent.CancellationException when the context has ended, even if the permits are free; or when the thread is
     *     interrupted while it waits. No permits are held then
     */
    public void acquire(Context ctx, long n) {
        if (ctx.err() != null) {
            throw Contexts.ended(ctx);
        }
        Consumer<Waiter> sleep = waiter -> sleep(waiter, n);
        var me = acquireOrEnqueue(n);
        if (me == null) {
            return;
        }
        Contexts.during(ctx, me, sleep);
        if (ctx.err() != null) { // it may have ended before the permits came
            release(n);
            throw Contexts.ended(ctx);
        }
    }

    /**
     * Acquires {@code n} permits if they are free and nobody waits. Go: {@code s.TryAcquire(n)}.
     *
     * @param n how many; 0 or more
     * @return whether the caller has them now
     */
    public boolean tryAcquire(long n) {
        requireCount(n);
        lock.acquire();
        boolean acquired = n <= size - held && waiting.isEmpty();
        if (acquired) {
            held += n;
            waiting.moveHere(); // who has acquired wakes those who wait
        }
        lock.release();
        return acquired;
    }

    /**
     * Gives {@code n} permits back. Go: {@code s.Release(n)}.
     *
     * @param n how many; 0 or more
     * @throws MisuseException when less are held
     */
    public void release(long n) {
        requireCount(n);
        lock.acquire();
        if (n > held) {
            long before = held;
            lock.release();
            throw new MisuseException("semaphore: released more than held: " + n + " of " + before
                    + "; release once what was acquired, in a finally block");
        }
        held -= n;
        lock.release();
        serve();
    }

    private @Nullable Waiter acquireOrEnqueue(long n) {
        if (tryAcquire(n)) {
            return null;
        }
        var me = new Waiter(n);
        lock.acquire();
        boolean acquired = n <= size - held && waiting.isEmpty();
        if (acquired) {
            held += n;
            waiting.moveHere();
        } else {
            hopeless.moveHere();
            (n > size ? hopeless : waiting).add(me); // (3)
        }
        lock.release();
        return acquired ? null : me;
    }

    private void sleep(Waiter me, long n) {
        try {
            Park.sleep(me, n > size ? hopeless : waiting, lock, this);
            waiting.moveHere();
        } catch (Throwable e) { // gave up: those behind may want less
            serve();
            throw e;
        }
    }

    /** (2) */
    private void serve() {
        Waiter served;
        do {
            lock.acquire();
            served = waiting.first();
            if (served != null) {
                long wanted = wanted(served);
                if (wanted <= size - held) {
                    held += wanted;
                    waiting.removeFirst();
                } else {
                    served = null;
                }
            }
            lock.release();
            Park.wake(served);
        } while (served != null);
    }

    /** Tells {@code visitor} who sleeps here, and why in Go's words. */
    void visitSleepers(BiConsumer<Waiter, String> visitor) {
        lock.acquire();
        waiting.forEach(waiter -> visitor.accept(waiter, "semacquire"));
        hopeless.forEach(waiter -> visitor.accept(waiter, "semacquire"));
        lock.release();
    }

    /** Its state, for people: {@code Weighted (3 of 4 held, 2 waiting)}. */
    @Override
    public String toString() {
        lock.acquire();
        long now = held;
        int sleepers = waiting.size() + hopeless.size();
        lock.release();
        return "Weighted (" + now + " of " + size + " held, " + sleepers + " waiting)";
    }

    private static long wanted(Waiter waiter) {
        return (Long) Objects.requireNonNull(waiter.item);
    }

    private static long requireCount(long n) {
        if (n < 0) {
            throw new IllegalArgumentException("a number of permits cannot be negative: " + n);
        }
        return n;
    }
}
