package dev.gofer;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.Ticket;
import dev.gofer.runtime.Time;
import dev.gofer.runtime.Waiter;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One run of a {@code select}. Go: {@code selectgo} in {@code runtime/select.go}. */
final class Select {
    /* Three passes, as in Go:
     *   1. with the locks of all channels held, do the first operation that is possible now;
     *   2. if there is none, queue up in all channels, still under all locks, and sleep;
     *   3. awake, take the waits that did not win out of their queues.
     *
     * (1) All locks are held from the first look to the last enqueue. So "none is ready" is true of one instant, and a value that
     *     comes later finds us queued up.
     * (2) The waits share a ticket: exactly one of them is claimed, be it by a waker, a timer or an interrupt.
     * (3) After pass 3 no queue holds anything of ours.
     * (4) A select cannot meet itself: in pass 1 none of its waits is queued up yet. */
    private final Case.Operation[] operations; // those that could go ahead, in the order in which they are tried
    private final SpinLock[] locks; // of their channels: distinct, ascending
    private final @Nullable Waiter[] waiters; // of the operations, while asleep

    private Select(Case.Operation[] operations) {
        this.operations = operations;
        this.locks = locks(operations);
        this.waiters = new Waiter[operations.length];
    }

    /** Runs one of the cases and returns its index; see {@link Go#select}. */
    static int run(Case[] cases, boolean inOrder) {
        Case.Otherwise otherwise = null;
        var operations = new Case.Operation[cases.length];
        int count = 0;
        for (var each : cases) {
            switch (each) {
                case Case.Operation operation when operation.isPossible() -> operations[count++] = operation;
                case Case.Otherwise last
                when last.isEnabled() -> {
                    if (otherwise != null) {
                        throw new MisuseException("multiple defaults in select: leave one otherwise(…)");
                    }
                    otherwise = last;
                }
                default -> {} // takes no part
            }
        }
        Case chosen;
        if (count > 0) {
            var possible = Arrays.copyOf(operations, count);
            if (!inOrder) {
                shuffle(possible);
            }
            chosen = new Select(possible).choose(otherwise);
        } else if (otherwise != null) {
            chosen = otherwise;
        } else {
            throw Park.forever(Forever.SELECT_NO_CASES);
        }
        chosen.runBody();
        return indexOf(chosen, cases);
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
        for (int i = 0; i < operations.length; i++) { // first all objects: if memory runs out, nothing is queued up
            waiters[i] = new Waiter(ticket, operations[i].item());
        }
        for (int i = 0; i < operations.length; i++) {
            operations[i].enqueue(waiter(i));
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
        lockAll(); // so that we see what the waker wrote
        for (int i = 0; i < operations.length; i++) { // pass 3
            if (waiter(i) == winner) {
                done = operations[i];
            }
            operations[i].dequeue(waiter(i));
        }
        unlockAll();
        if (done == null) {
            throw Park.cancelled();
        }
        done.complete(winner);
        return done;
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
        for (var operation : operations) {
            var bubble = operation.bubble();
            if (bubble != null && bubble != Bubble.current()) {
                throw Chan.outside("select on");
            }
        }
    }

    private Waiter waiter(int index) {
        return Objects.requireNonNull(waiters[index]);
    }

    private void lockAll() {
        for (var lock : locks) {
            lock.acquire();
        }
    }

    private void unlockAll() {
        for (var lock : locks) {
            lock.release();
        }
    }

    private static SpinLock[] locks(Case.Operation[] operations) {
        var locks = new SpinLock[operations.length];
        for (int i = 0; i < operations.length; i++) {
            locks[i] = operations[i].lock();
        }
        if (locks.length == 1) {
            return locks;
        }
        Arrays.sort(locks);
        int distinct = 1;
        for (int i = 1; i < locks.length; i++) {
            if (locks[i] != locks[i - 1]) {
                locks[distinct++] = locks[i];
            }
        }
        return distinct == locks.length ? locks : Arrays.copyOf(locks, distinct);
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

    /** One of its waits, always the same while it sleeps; null when it never slept. */
    @Nullable
    Waiter firstWaiter() {
        return waiters[0];
    }

    /** Says what it waits for, for people. */
    @Override
    public String toString() {
        return "select of " + operations.length + " cases";
    }
}
