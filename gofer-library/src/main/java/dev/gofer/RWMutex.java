package dev.gofer;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Spin;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.WaitQueue;
import dev.gofer.runtime.Waiter;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock for one writer or any number of readers at a time. Go: {@code sync.RWMutex}.
 *
 * {@snippet class="dev.gofer.Snippets" region="rwmutex" :
 * mu.rlock();
 * try {
 *     return prices.get(name);
 * } finally {
 *     mu.runlock();
 * }
 * }
 *
 * <p>Neither side starves: as soon as a writer waits, new readers queue up behind him, and when he unlocks, all readers who wait by then go
 * before the next writer who waits. Writers who just come by may be faster than readers who are being woken, a few hundred of them; then the
 * lock is kept for those readers. So a goroutine must not lock for reading what it has locked for reading already: a writer who came in
 * between would wait for it, and it for the writer. A reader cannot become a writer, nor a writer a reader, without unlocking. No one owns the lock:
 * a goroutine may unlock what another has locked.
 *
 * <p>An {@link #unlock} happens-before every later {@link #lock} and {@link #rlock}; a {@link #runlock} happens-before every later {@link
 * #lock}. An attempt that fails orders nothing.
 */
public final class RWMutex implements Locker {
    /* state is WRITER, QUEUED, RESERVED, and the number of readers in the bits above.
     *
     * (1) Whoever turns WRITER on has the lock, and then there are no readers; who raises their number is one of them.
     * (2) QUEUED is on while anybody is in a queue; it is turned on under the guard, by a CAS that sees the lock taken or reserved, and off in `settle`
     *     only. While it is on, newcomers queue up, and who leaves the lock free calls `settle`.
     * (3) While the guard is held and QUEUED is on, others can but take away a reader.
     * (4) settle gives the lock to those whose turn it is, who, but for (5), need nothing more than to be woken: to all readers in the queue
     *     after a writer, and when no writer waits (any more); to the first writer after the last reader. It looks at nothing but the fields
     *     here, so it may be called at any time, by several, too late or in vain.
     * (5) While no writer waits, readers are woken to a free lock that they have yet to take (not ok). Otherwise a goroutine that locks again
     *     soon would have to wait for one that is awake but does not run yet, as like as not on the same processor, and then that one for it, at
     *     every turn. Those who are on their way are `awaited`. Who finds on arrival that a writer was faster queues up again as overdue: then
     *     all who wait are given the lock. So nobody loses twice, and no reader overtakes a writer.
     * (6) Nobody has to run for that before he can: when MOST_PASSES writers have come and gone, the last turns RESERVED on, which keeps writers
     *     out. It is changed under the guard only, on only while readers are awaited and there is no writer, and off when the last of them is here. */
    private static final int WRITER = 1;
    private static final int QUEUED = 2;
    private static final int RESERVED = 4;
    private static final int READER = 8; // the unit of their number
    // many, since a writer who must wait and be woken for a reader costs far more than one who comes by
    private static final int MOST_PASSES = 256;

    private static final VarHandle STATE = fieldVarHandle(lookup(), "state", VarHandle.class, RWMutex.class, int.class);

    private volatile int state; // written through STATE only
    private final SpinLock guard = new SpinLock(); // guards the queues, and QUEUED in state
    private final WaitQueue readers = new WaitQueue();
    private final WaitQueue writers = new WaitQueue();
    private boolean overdue; // some reader in the queue has lost once (5); guarded by guard

    /** Readers woken to a free lock who have not run since (5). Written under the guard; the writer reads it, too. */
    private int awaited;

    /** Writers who unlocked since the first of those was woken (6). The writer's; while there is none, guarded by guard. */
    private int passes;

    /** Makes an unlocked one. */
    public RWMutex() {}

    /**
     * Locks for reading; waits while a writer has it, or waits for it. Go: {@code rw.RLock()}.
     *
     * @throws java.util.concurrent.CancellationException when the thread is interrupted while it waits; the flag stays set
     */
    public void rlock() {
        if (!rlockUndisturbed() && !spinForReading()) {
            rlockSlowly(me -> sleep(me, readers));
        }
        moveHere();
    }

    /**
     * Locks for reading; waits until {@code ctx} ends at most.
     *
     * @param ctx ends the wait
     * @throws java.util.concurrent.CancellationException when the context ends first, or the thread is interrupted while it waits
     */
    public void rlock(Context ctx) {
        Objects.requireNonNull(ctx);
        if (!rlockUndisturbed() && !spinForReading()) {
            Consumer<Waiter> sleep = waiter -> sleep(waiter, readers);
            rlockSlowly(me -> Contexts.during(ctx, me, sleep));
        }
        moveHere();
    }

    /**
     * Locks for reading if that is possible at once. Go: {@code rw.TryRLock()}.
     *
     * @return whether the caller may read now; false also when a writer waits
     */
    public boolean tryRlock() {
        int seen = state;
        while ((seen & (WRITER | QUEUED)) == 0) {
            Bubble.step("locks a RWMutex for reading");
            if (STATE.compareAndSet(this, seen, seen + READER)) {
                moveHere();
                return true;
            }
            seen = state;
        }
        return false;
    }

    /**
     * Undoes one {@link #rlock}. Go: {@code rw.RUnlock()}.
     *
     * @throws MisuseException when it is not locked for reading
     */
    public void runlock() {
        int seen;
        do {
            seen = state;
            if (seen < READER) {
                throw new MisuseException(
                        "sync: RUnlock of unlocked RWMutex: call runlock once for each rlock, in a finally block");
            }
            Bubble.step("unlocks a RWMutex from reading");
        } while (!STATE.compareAndSet(this, seen, seen - READER));
        if (seen - READER == QUEUED) { // the last reader, and somebody waits
            settle(false);
        }
    }

    /**
     * Locks for writing; waits while anybody else has locked it. Go: {@code rw.Lock()}.
     *
     * @throws java.util.concurrent.CancellationException when the thread is interrupted while it waits; the flag stays set
     */
    @Override
    public void lock() {
        if (!tryLock() && !spinForWriting()) {
            var me = lockOrEnqueue();
            if (me != null) {
                sleep(me, writers);
            }
        }
        moveHere();
    }

    /**
     * Locks for writing; waits until {@code ctx} ends at most.
     *
     * @param ctx ends the wait
     * @throws java.util.concurrent.CancellationException when the context ends first, or the thread is interrupted while it waits
     */
    public void lock(Context ctx) {
        Objects.requireNonNull(ctx);
        if (!tryLock() && !spinForWriting()) {
            Consumer<Waiter> sleep = waiter -> sleep(waiter, writers);
            var me = lockOrEnqueue();
            if (me != null) {
                Contexts.during(ctx, me, sleep);
            }
        }
        moveHere();
    }

    /**
     * Locks for writing if that is possible at once. Go: {@code rw.TryLock()}.
     *
     * @return whether the caller has it now
     */
    public boolean tryLock() {
        Bubble.step("locks a RWMutex");
        if (STATE.compareAndSet(this, 0, WRITER)) {
            moveHere();
            return true;
        }
        return false;
    }

    /**
     * Undoes a {@link #lock}. Go: {@code rw.Unlock()}.
     *
     * @throws MisuseException when it is not locked for writing
     */
    @Override
    public void unlock() {
        Bubble.step("unlocks a RWMutex");
        if (isReadersTurn() || !STATE.compareAndSet(this, WRITER, 0)) {
            if ((state & WRITER) == 0) {
                throw new MisuseException(
                        "sync: Unlock of unlocked RWMutex: call unlock once for each lock, in a finally block");
            }
            settle(true);
        }
    }

    /** Whether enough writers have come and gone since readers were woken (6), of whom the caller is one. */
    private boolean isReadersTurn() {
        return awaited > 0 && ++passes >= MOST_PASSES;
    }

    /** {@return the reader's side as a lock of its own} Its {@code lock} is {@link #rlock}, its {@code unlock} {@link #runlock}. Go: {@code rw.RLocker()}. */
    public Locker rlocker() {
        return new ReadLocker(this);
    }

    /** Locks for reading if that becomes possible within moments, before anybody queues up. */
    private boolean spinForReading() {
        for (int round = 0; (state & QUEUED) == 0 && pause(round); round++) {
            if (rlockUndisturbed()) {
                return true;
            }
        }
        return false;
    }

    /** For a writer to be through, or, where there is none, for somebody who changes the state all the time. */
    private boolean pause(int round) {
        return (state & WRITER) != 0 ? Spin.pauseUnlessWanted(round) : Spin.standAside(round);
    }

    /** Locks for reading if that is possible at once; false also when the state changes at that moment. */
    private boolean rlockUndisturbed() {
        int seen = state;
        if ((seen & (WRITER | QUEUED)) != 0) {
            return false;
        }
        Bubble.step("locks a RWMutex for reading");
        return STATE.compareAndSet(this, seen, seen + READER);
    }

    /** The same for writing. */
    private boolean spinForWriting() {
        for (int round = 0; (state & QUEUED) == 0 && Spin.pauseUnlessWanted(round); round++) {
            if (state == 0 && tryLock()) {
                return true;
            }
        }
        return false;
    }

    private void rlockSlowly(Consumer<Waiter> sleep) {
        for (boolean isAwaited = false; ; isAwaited = true) {
            var me = rlockOrEnqueue(isAwaited);
            if (me == null) {
                return;
            }
            sleep.accept(me);
            if (me.ok) { // else woken to a free lock, and awaited there (5)
                return;
            }
        }
    }

    /** Locks for reading and returns null, or queues the caller up; {@code isAwaited} says that it was woken for that (5). */
    private @Nullable Waiter rlockOrEnqueue(boolean isAwaited) {
        var me = newReader(isAwaited);
        guard.acquire();
        try {
            int left = isAwaited ? awaited - 1 : awaited;
            while (true) {
                int seen = state;
                int kept = left == 0 ? seen & ~RESERVED : seen; // (6)
                boolean isHis = isAwaited && (seen & (WRITER | RESERVED)) == RESERVED;
                Bubble.step("locks a RWMutex for reading, or queues up");
                if (isHis || (seen & (WRITER | QUEUED)) == 0) {
                    if (STATE.compareAndSet(this, seen, kept + READER)) {
                        awaited = left;
                        return null;
                    }
                } else if (STATE.compareAndSet(this, seen, kept | QUEUED)) { // (2)
                    awaited = left;
                    readers.add(me);
                    overdue |= isAwaited;
                    return me;
                }
            }
        } finally {
            guard.release();
        }
    }

    /** Where there is no memory, nobody goes on waiting for him. */
    private Waiter newReader(boolean isAwaited) {
        try {
            return new Waiter(null);
        } catch (Throwable e) {
            if (isAwaited) {
                guard.acquire();
                if (--awaited == 0) {
                    STATE.getAndBitwiseAnd(this, ~RESERVED);
                }
                guard.release();
                settle(false);
            }
            throw e;
        }
    }

    private @Nullable Waiter lockOrEnqueue() {
        var me = new Waiter(null);
        guard.acquire();
        try {
            while (true) {
                int seen = state;
                Bubble.step("locks a RWMutex, or queues up");
                if (seen == 0) {
                    if (STATE.compareAndSet(this, 0, WRITER)) {
                        return null;
                    }
                } else if (STATE.compareAndSet(this, seen, seen | QUEUED)) { // (2)
                    writers.add(me);
                    return me;
                }
            }
        } finally {
            guard.release();
        }
    }

    /** The queues belong to the bubble of who has locked it last: those who wait can be woken by him. */
    private void moveHere() {
        readers.moveHere();
        writers.moveHere();
    }

    private void sleep(Waiter me, WaitQueue queue) {
        try {
            Park.sleep(me, queue, guard, this);
        } catch (Throwable e) { // gave up: readers may have waited behind this writer
            settle(false);
            throw e;
        }
    }

    /** Gives the lock to those whose turn it is (4); {@code unlocks} says that the caller is the writer and leaves. */
    private void settle(boolean unlocks) {
        Waiter woken = null;
        int admitted = 0;
        guard.acquire();
        int held = unlocks ? state & ~WRITER : state;
        boolean isReserved = (held & RESERVED) != 0 || (unlocks && awaited > 0 && passes >= MOST_PASSES); // (6)
        if ((held & WRITER) == 0) {
            if (!readers.isEmpty() && (unlocks || writers.isEmpty())) {
                int count = readers.size();
                if (overdue || !writers.isEmpty()) {
                    admitted = READER * count;
                    readers.grantAll();
                } else { // (5)
                    passes = awaited == 0 ? 0 : passes;
                    awaited += count;
                }
                woken = readers.pollAll();
            } else if (!writers.isEmpty() && held < READER && !isReserved) { // (3): a reader who is left will come here
                admitted = WRITER;
                woken = writers.removeFirst();
            }
        }
        overdue &= !readers.isEmpty();
        int off = (unlocks ? WRITER : 0) | QUEUED | RESERVED;
        int on = admitted + (readers.isEmpty() && writers.isEmpty() ? 0 : QUEUED) + (isReserved ? RESERVED : 0);
        int seen;
        do {
            seen = state;
            Bubble.step("gives a RWMutex to those whose turn it is");
        } while (!STATE.compareAndSet(this, seen, (seen & ~off) + on));
        guard.release();
        Park.wakeAll(woken);
    }

    /** Tells {@code visitor} who sleeps here, and why in Go's words. */
    void visitSleepers(BiConsumer<Waiter, String> visitor) {
        guard.acquire();
        readers.forEach(waiter -> visitor.accept(waiter, "sync.RWMutex.RLock"));
        writers.forEach(waiter -> visitor.accept(waiter, "sync.RWMutex.Lock"));
        guard.release();
    }

    /** Its state, for people: {@code RWMutex (2 readers, 1 writers waiting, 5 readers waiting)}. */
    @Override
    public String toString() {
        guard.acquire();
        int now = state;
        int waitingReaders = readers.size();
        int waitingWriters = writers.size();
        guard.release();
        int reading = now / READER;
        return "RWMutex ("
                + ((now & WRITER) != 0 ? "a writer" : reading > 0 ? reading + " readers" : "unlocked")
                + (waitingWriters > 0 ? ", " + waitingWriters + " writers waiting" : "")
                + (waitingReaders > 0 ? ", " + waitingReaders + " readers waiting" : "")
                + ")";
    }

    /** See {@link #rlocker}. */
    private record ReadLocker(RWMutex mutex) implements Locker {
        @Override
        public void lock() {
            mutex.rlock();
        }

        @Override
        public void unlock() {
            mutex.runlock();
        }

        @Override
        public String toString() {
            return "reader of " + mutex;
        }
    }
}
