package dev.gofer;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.Ticket;
import dev.gofer.runtime.Time;
import dev.gofer.runtime.Waiter;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One run of a {@code select}. Go: {@code selectgo} in {@code runtime/select.go}. */
final class Select {
    /* Four passes; all but the first as in Go:
     *   0. without any lock, look for an operation that seems possible, and try it under the lock of its channel alone, or under none where that is drained;
     *   1. with the locks of all channels held, do the first operation that is possible now;
     *   2. if there is none, queue up in all channels, still under all locks, and sleep;
     *   3. awake, take the waits that did not win out of their queues.
     *
     * (1) All locks are held from the first look of pass 1 to the last enqueue. So "none is ready" is true of one instant, and a value that
     *     comes later finds us queued up.
     * (2) The waits share a ticket: exactly one of them is claimed, be it by a waker, a timer or an interrupt.
     * (3) After pass 3 no queue holds anything of ours.
     * (4) A select cannot meet itself: in passes 0 and 1 none of its waits is queued up yet.
     * (5) Pass 0 does an operation that is possible: no more is asked of a select that may choose. It proves nothing by what it does not find,
     *     but where there is one operation only: that one look is one instant. With an order to keep, pass 0 is left out: a case of higher rank
     *     could become ready before the one that it does. */
    private static final int FEW = 16; // cases whose order fits into a long

    private final Case.Operation[] operations; // those that could go ahead, in the order in which they are tried
    private final SpinLock[] locks; // of their channels: ascending; one that is there twice is taken once

    private Select(Case.Operation[] operations) {
        this.operations = operations;
        this.locks = locks(operations);
    }

    /** Runs one of the cases and returns its index; see {@link Go#select}. */
    static int run(Case[] cases, boolean inOrder) {
        Case.Otherwise otherwise = null;
        int possible = 0;
        int last = 0; // index of the last possible one
        for (int i = 0; i < cases.length; i++) {
            if (cases[i] instanceof Case.Operation operation) { // no switch over types: it would be a call
                if (operation.isPossible()) {
                    possible++;
                    last = i;
                }
            } else if (cases[i].isEnabled()) {
                if (otherwise != null) {
                    throw new MisuseException("multiple defaults in select: leave one otherwise(…)");
                }
                otherwise = (Case.Otherwise) cases[i];
            }
        }
        Case chosen;
        if (possible == 1) {
            chosen = chooseOnly((Case.Operation) cases[last], otherwise);
        } else if (possible > 1) {
            chosen = chooseAny(cases, possible, otherwise, inOrder);
        } else if (otherwise != null) {
            chosen = otherwise;
        } else {
            throw Park.forever(Forever.SELECT_NO_CASES);
        }
        chosen.runBody();
        return indexOf(chosen, cases);
    }

    private static Case chooseOnly(Case.Operation operation, Case.@Nullable Otherwise otherwise) {
        enter(operation);
        if (otherwise != null) {
            VarHandle.fullFence(); // as in Chan (5)
        }
        if (operation.looksReady()) { // pass 0
            if (attemptAlone(operation)) {
                return operation;
            }
        } else if (otherwise != null) {
            return otherwise; // (5)
        }
        return new Select(new Case.Operation[] {operation}).choose(otherwise);
    }

    private static Case chooseAny(Case[] cases, int possible, Case.@Nullable Otherwise otherwise, boolean inOrder) {
        if (inOrder || cases.length > FEW) {
            var operations = new Case.Operation[possible];
            int count = 0;
            for (var each : cases) {
                if (each instanceof Case.Operation operation && operation.isPossible()) {
                    operations[count++] = operation;
                }
            }
            if (!inOrder) {
                shuffle(operations);
            }
            return new Select(operations).choose(otherwise);
        }
        if (!Bubble.exist()) {
            var done = tryReady(cases); // pass 0
            return done != null
                    ? done
                    : new Select(operations(cases, possible, anyOrder(cases.length))).choose(otherwise);
        }
        long order = anyOrder(cases.length);
        for (int i = 0; i < cases.length; i++) { // pass 0, whose every look and try is a step of a schedule
            if (!(cases[at(order, i)] instanceof Case.Operation operation) || !operation.isPossible()) {
                continue;
            }
            enter(operation);
            if (operation.looksReady() && attemptAlone(operation)) {
                return operation;
            }
        }
        return new Select(operations(cases, possible, order)).choose(otherwise);
    }

    /** Does one of those that look ready, each as likely as any other; null when none is. */
    private static Case.@Nullable Operation tryReady(Case[] cases) {
        int ready = 0; // a set of indices
        for (int i = 0; i < cases.length; i++) {
            if (cases[i] instanceof Case.Operation operation && operation.isPossible() && operation.looksReady()) {
                ready |= 1 << i;
            }
        }
        while (ready != 0) {
            int chosen = ready;
            for (int skip = Integer.bitCount(ready) > 1 ? Goroutine.choose(Integer.bitCount(ready)) : 0;
                    skip > 0;
                    skip--) {
                chosen &= chosen - 1; // without the lowest
            }
            int index = Integer.numberOfTrailingZeros(chosen);
            if (cases[index] instanceof Case.Operation operation && attemptAlone(operation)) {
                return operation;
            }
            ready &= ~(1 << index); // somebody was faster
        }
        return null;
    }

    /** Does {@code operation} if that is possible, under its lock alone. */
    private static boolean attemptAlone(Case.Operation operation) {
        var toWake = operation.attemptAlone();
        Park.wake(toWake);
        return toWake != null;
    }

    /** Those that could go ahead, in the given order of the cases. */
    private static Case.Operation[] operations(Case[] cases, int possible, long order) {
        var operations = new Case.Operation[possible];
        int count = 0;
        for (int i = 0; i < cases.length; i++) {
            if (cases[at(order, i)] instanceof Case.Operation operation && operation.isPossible()) {
                operations[count++] = operation;
            }
        }
        return operations;
    }

    private Case choose(Case.@Nullable Otherwise otherwise) {
        Case.Operation done = null;
        Waiter toWake = null;
        Ticket ticket = null;
        requireInside();
        lockAll();
        try {
            for (int i = 0; i < operations.length && done == null; i++) { // pass 1
                toWake = operations[i].attempt();
                done = toWake == null ? null : operations[i];
            }
            if (done == null && otherwise == null) {
                ticket = new Ticket(home());
                enqueueAll(ticket); // pass 2
            }
        } finally {
            unlockAll();
        }
        Park.wake(toWake);
        if (ticket != null) {
            return sleep(ticket);
        }
        return done == null ? Objects.requireNonNull(otherwise) : done;
    }

    private void enqueueAll(Ticket ticket) {
        for (var operation : operations) { // first all objects: if memory runs out, nothing is queued up
            operation.setWaiter(new Waiter(ticket, operation.item()));
        }
        for (var operation : operations) {
            operation.enqueue(waiter(operation));
        }
    }

    private Case.Operation sleep(Ticket ticket) {
        Park.doze(ticket, nearestDue(ticket), this);
        return sleepOn(ticket);
    }

    private Case.Operation sleepOn(Ticket ticket) {
        Waiter winner;
        while ((winner = ticket.winner()) == null) {
            switch (Park.sleep(ticket, nearestDue(ticket), this)) {
                case WOKEN -> {}
                case TIMED_OUT -> serveTimers();
                case GIVEN_UP -> ticket.claim(Waiter.NOBODY); // (2): fails where a waker was faster
            }
        }
        Case.Operation done = null;
        for (var operation : operations) { // pass 3
            var waiter = waiter(operation);
            if (waiter == winner) {
                done = operation;
            }
            dequeue(operation, waiter, waiter == winner && !waiter.isWoken());
            operation.setWaiter(null);
        }
        if (done == null) {
            throw Park.cancelled();
        }
        done.complete(winner);
        return done;
    }

    /** Sees to (3), and where {@code hasToSee}, that we see what the waker wrote: he releases the lock when he has written all. */
    private static void dequeue(Case.Operation operation, Waiter waiter, boolean hasToSee) {
        if (hasToSee || waiter.mayBeQueued()) {
            operation.lock().acquire();
            operation.dequeue(waiter);
            operation.lock().release();
        }
    }

    private void serveTimers() {
        for (var operation : operations) {
            var timer = operation.timer();
            if (timer != null) {
                timer.serveSleepers(); // (2): at most one of them serves us
            }
        }
    }

    /** By the clock that the ticket goes by. A bubble's clock stands still while the sleep is not durable: its timers cannot become due. */
    private long nearestDue(Ticket ticket) {
        long nearest = Time.NEVER;
        for (var operation : operations) {
            var timer = operation.timer();
            long due = timer == null || timer.bubble() != ticket.bubble() ? Time.NEVER : timer.due();
            if (due != Time.NEVER && (nearest == Time.NEVER || due - nearest < 0)) {
                nearest = due;
            }
        }
        return nearest;
    }

    /** The bubble to which all channels belong; null when there is none. */
    private @Nullable Bubble home() {
        var home = operations[0].bubble();
        for (var operation : operations) {
            if (operation.bubble() != home) {
                return null;
            }
        }
        return home;
    }

    private void requireInside() {
        if (Bubble.exist()) {
            for (var operation : operations) {
                requireInside(operation);
            }
        }
    }

    private static void requireInside(Case.Operation operation) {
        var bubble = operation.bubble();
        if (bubble != null && bubble != Bubble.current()) {
            throw Chan.outside("select on");
        }
    }

    /** Before a look at {@code operation} without its lock. */
    private static void enter(Case.Operation operation) {
        if (Bubble.exist()) {
            requireInside(operation);
            Bubble.step("looks at a case");
        }
    }

    private static Waiter waiter(Case.Operation operation) {
        return Objects.requireNonNull(operation.waiter());
    }

    private void lockAll() {
        SpinLock before = null;
        for (var lock : locks) {
            if (lock != before) {
                lock.acquire();
            }
            before = lock;
        }
    }

    private void unlockAll() {
        SpinLock before = null;
        for (var lock : locks) {
            if (lock != before) {
                lock.release();
            }
            before = lock;
        }
    }

    private static SpinLock[] locks(Case.Operation[] operations) {
        var locks = new SpinLock[operations.length];
        for (int i = 0; i < operations.length; i++) {
            var lock = operations[i].lock();
            int at = i;
            if (operations.length <= FEW) {
                for (; at > 0 && locks[at - 1] != lock && locks[at - 1].compareTo(lock) > 0; at--) {
                    locks[at] = locks[at - 1];
                }
            }
            locks[at] = lock;
        }
        if (operations.length > FEW) {
            Arrays.sort(locks);
        }
        return locks;
    }

    /** The numbers from 0 to {@code count} - 1, at most {@value #FEW}, in an order that is as likely as any other; {@link #at} reads it. */
    private static long anyOrder(int count) {
        long order = 0xFEDCBA9876543210L;
        for (int i = count - 1; i > 0; i--) {
            int j = Goroutine.choose(i + 1);
            long difference = at(order, i) ^ (long) at(order, j);
            order ^= (difference << (4 * i)) ^ (difference << (4 * j)); // swaps the two; nothing where they are one
        }
        return order;
    }

    private static int at(long order, int index) {
        return (int) (order >>> (4 * index)) & 0xF;
    }

    private static void shuffle(Case.Operation[] operations) {
        for (int i = operations.length - 1; i > 0; i--) {
            int j = Goroutine.choose(i + 1);
            var swapped = operations[i];
            operations[i] = operations[j];
            operations[j] = swapped;
        }
    }

    private static int indexOf(Case chosen, Case[] cases) {
        int index = 0;
        while (cases[index] != chosen) {
            index++;
        }
        return index;
    }

    /** One of its waits, always the same while it sleeps; null when it does not. */
    @Nullable
    Waiter firstWaiter() {
        return operations[0].waiter();
    }

    /** Says what it waits for, for people. */
    @Override
    public String toString() {
        return "select of " + operations.length + " cases";
    }
}
