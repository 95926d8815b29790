package dev.gofer;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.WaitQueue;
import dev.gofer.runtime.Waiter;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A place where goroutines wait until what a lock guards has changed. Go: {@code sync.Cond}.
 *
 * {@snippet class="dev.gofer.Snippets" region="cond" :
 * var mu = new Mutex();
 * var arrived = new Cond(mu);
 *
 * mu.lock();
 * try {
 *     while (guests.isEmpty()) { // others may have been faster
 *         arrived.await();
 *     }
 *     greet(guests.remove());
 * } finally {
 *     mu.unlock();
 * }
 * }
 *
 * <p>Where a channel can do it, prefer the channel. A {@link #signal} or {@link #broadcast} happens-before the return of each {@code await}
 * that it ends.
 */
public final class Cond {
    /* (1) await queues up before it unlocks: a change that is made under the lock, and signalled after it, is never missed.
     * (2) Nobody leaves await but by a signal or by giving up; a signal that comes first wins, and ends one await that had begun before.
     * (3) await returns and throws with the lock held: so it locks again whatever the interrupt flag says, and puts the flag back. */
    private final Locker locker;
    private final SpinLock guard = new SpinLock(); // guards waiting
    private final WaitQueue waiting = new WaitQueue();

    /**
     * Makes one. Go: {@code sync.NewCond(l)}.
     *
     * @param locker guards what is waited for: a {@link Mutex}, a {@link RWMutex} or the {@linkplain RWMutex#rlocker reader's side} of one
     */
    public Cond(Locker locker) {
        this.locker = Objects.requireNonNull(locker);
    }

    /**
     * Unlocks the lock, waits for a signal, and locks again. It never returns without one. Go: {@code c.Wait()}.
     *
     * @throws CancellationException when the thread is interrupted first; the flag stays set, and the lock is held here, too
     * @throws MisuseException when the lock is not locked
     */
    public void await() {
        await(this::sleep);
    }

    /**
     * The same, and waits until {@code ctx} ends at most. Go's has no such thing.
     *
     * @param ctx ends the wait
     * @throws CancellationException when the context ends first, or the thread is interrupted; the lock is held here, too
     * @throws MisuseException when the lock is not locked
     */
    public void await(Context ctx) {
        Objects.requireNonNull(ctx);
        Consumer<Waiter> sleep = this::sleep;
        await(me -> Contexts.during(ctx, me, sleep));
    }

    /** Lets the one go on who has waited longest, if any; the caller may hold the lock or not. Go: {@code c.Signal()}. */
    public void signal() {
        guard.acquire();
        requireInside();
        var first = waiting.removeFirst();
        guard.release();
        Park.wake(first);
    }

    /** Lets all go on who wait now; the caller may hold the lock or not. Go: {@code c.Broadcast()}. */
    public void broadcast() {
        guard.acquire();
        requireInside();
        var woken = waiting.pollAll();
        guard.release();
        Park.wakeAll(woken);
    }

    private void await(Consumer<Waiter> sleep) {
        var me = new Waiter(null);
        guard.acquire();
        waiting.moveTo(Bubble.current());
        waiting.add(me); // (1)
        guard.release();
        try {
            locker.unlock();
        } catch (Throwable e) { // not locked
            forget(me);
            throw e;
        }
        try {
            sleep.accept(me);
        } finally {
            lockWhateverComes(); // (3)
        }
    }

    /** Throws, and releases the guard, when the bubble would not know of the wake-up. */
    private void requireInside() {
        var first = waiting.first();
        if (first != null && first.isForeign()) {
            guard.release();
            throw new MisuseException("semaphore wake of synctest goroutine from outside bubble: signal it inside");
        }
    }

    private void sleep(Waiter me) {
        Park.sleep(me, waiting, guard, this);
    }

    /** Undoes the queueing up of the caller; a signal that he got goes to the next. */
    private void forget(Waiter me) {
        guard.acquire();
        boolean signalled = !waiting.remove(me);
        guard.release();
        if (signalled) {
            signal();
        }
    }

    private void lockWhateverComes() {
        boolean interrupted = false;
        while (true) {
            try {
                locker.lock();
                break;
            } catch (CancellationException e) {
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells {@code visitor} who sleeps here, and why in Go's words. */
    void visitSleepers(BiConsumer<Waiter, String> visitor) {
        guard.acquire();
        waiting.forEach(waiter -> visitor.accept(waiter, "sync.Cond.Wait"));
        guard.release();
    }

    /** Its state, for people: {@code Cond (2 waiting)}. */
    @Override
    public String toString() {
        guard.acquire();
        int size = waiting.size();
        guard.release();
        return "Cond (" + size + " waiting)";
    }
}
