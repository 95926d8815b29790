package dev.gofer;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Spin;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.Time;
import dev.gofer.runtime.WaitQueue;
import dev.gofer.runtime.Waiter;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock for one goroutine at a time. Go: {@code sync.Mutex}.
 *
 * {@snippet class="dev.gofer.Snippets" region="mutex" :
 * mu.lock();
 * try {
 *     balance += amount;
 * } finally {
 *     mu.unlock();
 * }
 * }
 *
 * <p>It is not reentrant, and no one owns it: a goroutine may unlock what another has locked. An {@link #unlock} happens-before every later
 * {@link #lock}. A {@link #tryLock} that fails orders nothing.
 */
public final class Mutex implements Locker {
    /* state is a set of the bits below.
     *
     * (1) Whoever turns LOCKED on has the mutex.
     * (2) QUEUED is on exactly while somebody is in the queue; it changes under the guard only.
     * (3) While LOCKED and the guard are both held, nobody else can change the state: so unlock may then simply write it.
     * (4) Normally, unlock frees the mutex and wakes the first in the queue, who has to compete with newcomers, and goes back to
     *     the front of the queue when he loses: that keeps a busy mutex on a busy processor.
     * (5) Once he has waited for 1 ms, he turns STARVING on: newcomers queue up, and unlock hands the mutex, still LOCKED, to the
     *     first in the queue. Who gets it so turns STARVING off when he waited less than 1 ms or nobody is left in the queue.
     * (6) The queue belongs to the bubble of who has the mutex: only he can wake those who wait. */
    private static final int LOCKED = 1;
    private static final int QUEUED = 2;
    private static final int STARVING = 4;
    private static final long STARVES_AFTER = 1_000_000; // nanoseconds

    private static final VarHandle STATE = fieldVarHandle(lookup(), "state", VarHandle.class, Mutex.class, int.class);

    private volatile int state;
    private final SpinLock guard = new SpinLock(); // guards queue, and QUEUED in state
    private final WaitQueue queue = new WaitQueue();

    /** Makes an unlocked mutex. */
    public Mutex() {}

    /**
     * Locks; waits while somebody else has locked it. Go: {@code mu.Lock()}.
     *
     * @throws java.util.concurrent.CancellationException when the thread is interrupted while it waits; the flag stays set
     */
    @Override
    public void lock() {
        Bubble.step("locks a Mutex");
        if ((int) STATE.compareAndExchange(this, 0, LOCKED) != 0 && !spin()) {
            lockSlowly(sleep());
        }
        if (Bubble.exist()) {
            queue.moveHere(); // (6)
        }
    }

    /**
     * Locks; waits until {@code ctx} ends at most.
     *
     * @param ctx ends the wait
     * @throws java.util.concurrent.CancellationException when the context ends first, or the thread is interrupted while it waits
     */
    public void lock(Context ctx) {
        Objects.requireNonNull(ctx);
        Bubble.step("locks a Mutex");
        if ((int) STATE.compareAndExchange(this, 0, LOCKED) != 0 && !spin()) {
            var sleep = sleep();
            lockSlowly(me -> Contexts.during(ctx, me, sleep));
        }
        if (Bubble.exist()) {
            queue.moveHere(); // (6)
        }
    }

    /**
     * Locks if that is possible at once. Go: {@code mu.TryLock()}.
     *
     * @return whether the caller has it now; false also when somebody starves for it
     */
    public boolean tryLock() {
        int seen = state;
        while ((seen & (LOCKED | STARVING)) == 0) {
            Bubble.step("tries to lock a Mutex");
            if (STATE.compareAndSet(this, seen, seen | LOCKED)) {
                if (Bubble.exist()) {
                    queue.moveHere(); // (6)
                }
                return true;
            }
            seen = state;
        }
        return false;
    }

    /**
     * Unlocks. Go: {@code mu.Unlock()}.
     *
     * @throws MisuseException when it is not locked
     */
    @Override
    public void unlock() {
        Bubble.step("unlocks a Mutex");
        if ((int) STATE.compareAndExchange(this, LOCKED, 0) != LOCKED) {
            unlockSlowly();
        }
    }

    /** Locks if that becomes possible within moments, before anybody queues up. */
    private boolean spin() {
        for (int round = 0; state == LOCKED && Spin.pause(round); round++) {
            if (state == 0 && STATE.compareAndSet(this, 0, LOCKED)) {
                return true;
            }
        }
        return false;
    }

    private void lockSlowly(Consumer<Waiter> sleep) {
        long since = 0;
        while (true) {
            var me = tryLockOrEnqueue(since);
            if (me == null) {
                return;
            }
            since = since == 0 ? Time.now() | 1 : since; // 0 means: not yet waited
            sleep.accept(me);
            if (me.ok) { // (5): handed over
                stopStarving(since);
                return;
            }
        }
    }

    /** Locks and returns null, or queues the caller up: in front if it has waited already. */
    private @Nullable Waiter tryLockOrEnqueue(long since) {
        var me = new Waiter(null);
        guard.acquire();
        try {
            while (true) {
                int seen = state;
                Bubble.step("locks a Mutex, or queues up");
                if ((seen & (LOCKED | STARVING)) == 0) {
                    if (STATE.compareAndSet(this, seen, seen | LOCKED)) {
                        return null;
                    }
                    continue;
                }
                boolean starves = since != 0 && Time.now() - since > STARVES_AFTER;
                if (STATE.compareAndSet(this, seen, seen | QUEUED | (starves ? STARVING : 0))) {
                    if (since == 0) {
                        queue.add(me);
                    } else {
                        queue.addFirst(me); // (4)
                    }
                    return me;
                }
            }
        } finally {
            guard.release();
        }
    }

    /** Made before the caller queues up: where memory is short, nobody is left in the queue who does not sleep. */
    private Consumer<Waiter> sleep() {
        Runnable onGiveUp = this::clearQueued;
        return me -> Park.sleep(me, queue, guard, this, onGiveUp);
    }

    private void unlockSlowly() {
        guard.acquire();
        int seen = state;
        if ((seen & LOCKED) == 0) {
            guard.release();
            throw new MisuseException("sync: unlock of unlocked mutex: unlock once for each lock, in a finally block");
        }
        var first = queue.removeFirst();
        int queued = queue.isEmpty() ? 0 : QUEUED;
        if (first != null && (seen & STARVING) != 0) {
            first.ok = true; // (5)
            state = LOCKED | queued | STARVING; // (3)
        } else {
            state = queued; // (3), (4)
        }
        guard.release();
        Park.wake(first);
    }

    private void stopStarving(long since) {
        guard.acquire();
        if (queue.isEmpty() || Time.now() - since < STARVES_AFTER) {
            Bubble.step("ends the starving of a Mutex");
            state = LOCKED | (queue.isEmpty() ? 0 : QUEUED); // (3)
        }
        guard.release();
    }

    /** After somebody left the queue without being woken; the guard is held. */
    private void clearQueued() {
        if (queue.isEmpty()) {
            int seen = state;
            Bubble.step("leaves the queue of a Mutex");
            while (!STATE.compareAndSet(this, seen, seen & LOCKED)) { // nobody is left to starve, either
                seen = state;
            }
        }
    }

    /** Tells {@code visitor} who sleeps here, and why in Go's words. */
    void visitSleepers(BiConsumer<Waiter, String> visitor) {
        guard.acquire();
        queue.forEach(waiter -> visitor.accept(waiter, "sync.Mutex.Lock"));
        guard.release();
    }

    /** Its state, for people: {@code Mutex (locked, 2 waiting)}. */
    @Override
    public String toString() {
        guard.acquire();
        int waiting = queue.size();
        guard.release();
        return "Mutex (" + ((state & LOCKED) != 0 ? "locked" : "unlocked")
                + (waiting > 0 ? ", " + waiting + " waiting" : "") + ")";
    }
}
