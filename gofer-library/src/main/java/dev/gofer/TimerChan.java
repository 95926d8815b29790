package dev.gofer;

import dev.gofer.runtime.Park;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.Ticket;
import dev.gofer.runtime.Time;
import dev.gofer.runtime.WaitQueue;
import dev.gofer.runtime.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The channel of a timer or ticker: it brings the time, once or again and again, when the time has come. Go: {@code Timer.C}. */
final class TimerChan implements ReceiveChan<Instant>, Alarm {
    /* Nothing is scheduled anywhere: the value comes into being when somebody looks at or after `due`, and who receives earlier sleeps until
     * then. So a timer nobody waits for costs nothing, one nobody refers to is garbage, and no value is ever stale.
     *
     * (1) due is NEVER while no value is to come: the timer was stopped, or its one value was taken.
     * (2) A value belongs to the first who sleeps here; only when nobody does, to whoever comes.
     * (3) Who sleeps here wakes at `due` by himself: so a value can be put into his hands without waking him.
     * (4) Who puts `due` elsewhere nudges all who sleep here: each reads it again before he sleeps on. A tick moves it, too, but not
     *     before its time, at which they wake anyway.
     * (5) A tick that is taken late takes with it all that have become due meanwhile; the next is again a multiple of the period away. */
    private final SpinLock lock = new SpinLock(); // guards all below
    private final WaitQueue receivers = new WaitQueue();
    private volatile long due; // read without the lock, too
    private long period; // nanoseconds; 0: brings one value

    private TimerChan(long due, long period) {
        this.due = due;
        this.period = period;
    }

    /** Fires {@code delay} from now; a negative delay counts as 0. */
    static TimerChan once(Duration delay) {
        return new TimerChan(Time.deadline(delay), 0);
    }

    /** Fires every {@code period}, which is positive. */
    static TimerChan every(Duration period) {
        return new TimerChan(Time.deadline(period), Time.nanos(period));
    }

    @Override
    public Instant receive() {
        var ticket = new Ticket();
        var me = new Waiter(ticket, null);
        lock.acquire();
        boolean taken = poll(me);
        if (!taken) {
            receivers.add(me);
        }
        lock.release();
        if (!taken) {
            sleep(ticket, me);
        }
        return (Instant) Objects.requireNonNull(me.item);
    }

    private void sleep(Ticket ticket, Waiter me) {
        Waiter winner;
        while ((winner = ticket.winner()) == null) {
            switch (Park.sleep(ticket, due(), this)) {
                case WOKEN -> {} // (4)
                case TIMED_OUT -> serveSleepers();
                case GIVEN_UP -> ticket.claim(Waiter.NOBODY);
            }
        }
        lock.acquire(); // so that we see the value
        receivers.remove(me);
        lock.release();
        if (winner != me) {
            throw Park.cancelled();
        }
    }

    @Override
    public @Nullable Instant tryReceive() {
        var me = new Waiter(null);
        lock.acquire();
        boolean taken = poll(me);
        lock.release();
        return taken ? (Instant) me.item : null;
    }

    @Override
    public boolean stop() {
        return set(Time.NEVER, 0);
    }

    @Override
    public boolean reset(Duration delay) {
        return set(Time.deadline(delay), 0);
    }

    /** From now on it fires every {@code period}, which is positive. */
    void resetPeriod(Duration period) {
        set(Time.deadline(period), Time.nanos(period));
    }

    private boolean set(long due, long period) {
        var sleepers = new ArrayList<Thread>(0);
        lock.acquire();
        boolean wasActive = this.due != Time.NEVER;
        this.due = due;
        this.period = period;
        receivers.forEach(receiver -> sleepers.add(receiver.owner()));
        lock.release();
        sleepers.forEach(Park::nudge); // (4)
        return wasActive;
    }

    /** A timer's channel is never closed. */
    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public int len() {
        return 0;
    }

    @Override
    public int cap() {
        return 0;
    }

    @Override
    public String toString() {
        return "timer chan@" + Integer.toHexString(System.identityHashCode(this)) + " (" + state() + ")";
    }

    /** Its state, for people. */
    String state() {
        lock.acquire();
        long at = due;
        long every = period;
        lock.release();
        return (at == Time.NEVER ? "not set" : "due in " + Duration.ofNanos(at - Time.now()))
                + (every == 0 ? "" : ", every " + Duration.ofNanos(every));
    }

    // What select and the dump need; poll, addReceiver and removeReceiver are called with the lock held.

    SpinLock lock() {
        return lock;
    }

    /** When the next value will be there: an instant of {@link Time}, or NEVER. */
    long due() {
        return due;
    }

    /** Whether a value was there at some moment of the call; for those without the lock. */
    boolean looksDue() {
        return isDue();
    }

    /** Receives into {@code me}, who does not sleep here, if a value is there. */
    boolean poll(Waiter me) {
        while (isDue()) {
            var first = receivers.poll();
            take(first == null ? me : first); // (2), (3)
            if (first == null) {
                return true;
            }
        }
        return false;
    }

    /** Gives the value, if it is time, to the first who sleeps here. For those who have slept until {@link #due}. */
    void serveSleepers() {
        lock.acquire();
        var first = isDue() ? receivers.poll() : null;
        if (first != null) {
            take(first);
        }
        lock.release();
    }

    void addReceiver(Waiter me) {
        receivers.add(me);
    }

    void removeReceiver(Waiter me) {
        receivers.remove(me);
    }

    void visitSleepers(BiConsumer<Waiter, String> visitor) {
        lock.acquire();
        receivers.forEach(waiter -> visitor.accept(waiter, "chan receive"));
        lock.release();
    }

    private boolean isDue() {
        long at = due;
        return at != Time.NEVER && at - Time.now() <= 0;
    }

    /** Puts the value, which is due, into the hands of {@code receiver}: the time at which it was due. */
    private void take(Waiter receiver) {
        long late = Time.now() - due;
        receiver.item = Time.instant().minusNanos(late);
        due = period == 0 ? Time.NEVER : Time.plus(due, period * (1 + late / period)); // (1), (5)
    }
}
