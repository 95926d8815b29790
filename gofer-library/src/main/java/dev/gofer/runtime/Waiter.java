package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** One thread's wait for one thing. Go: {@code sudog}. */
public final class Waiter {
    /* item, ok and the links belong to whoever holds the lock of the primitive waited for.
     * (1) A waker takes the waiter out of its queue, fills item and ok, releases the lock, then wakes: woken is written last.
     * (2) The waiting thread reads item and ok only after it has seen woken, or after it has taken the lock itself.
     * (3) Once out of the queue by a waker's hand, the wait has come true: its owner may no longer give it up. */

    private static final VarHandle WOKEN =
            fieldVarHandle(lookup(), "woken", VarHandle.class, Waiter.class, boolean.class);

    /** Stands for no wait at all; nobody ever waits for it. Its owner never runs: a static field must not keep a live goroutine. */
    public static final Waiter NOBODY = new Waiter(Thread.ofVirtual().unstarted(() -> {}));

    final Thread owner;
    final @Nullable Ticket ticket; // null: a wait of its own

    /** What a sender brings, what a receiver is given. */
    public @Nullable Object item;

    /** False where the wait ended because of a close. */
    public boolean ok;

    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    boolean queued;

    private volatile boolean woken; // written by the waker, once, through WOKEN
    private volatile boolean givenUp; // written by whoever ends the wait from outside
    private volatile int
            seenAt; // seconds of Time, 0 for never; written by noteSeen, one of whose callers may win over another

    private Waiter(Thread owner) {
        this.owner = owner;
        this.ticket = null;
    }

    /** A wait of the calling thread that brings {@code item}, or nothing. */
    public Waiter(@Nullable Object item) {
        this.owner = Thread.currentThread();
        this.ticket = null;
        this.item = item;
    }

    /** One of the waits of {@code ticket}, which brings {@code item}, or nothing. */
    public Waiter(Ticket ticket, @Nullable Object item) {
        this.owner = ticket.owner;
        this.ticket = ticket;
        this.item = item;
    }

    /** The thread that waits. */
    public Thread owner() {
        return owner;
    }

    /** Whether its owner is in a bubble that the calling thread is not in. */
    public boolean isForeign() {
        var bubble = Bubble.of(owner);
        return bubble != null && bubble != Bubble.current();
    }

    /** Asks the owner to give this wait up, as an interrupt would; without effect once the wait has come true. */
    public void giveUp() {
        Bubble.step("tells somebody to give up");
        givenUp = true;
        Park.unpark(owner);
    }

    /** Notes that this wait was seen {@code now}, an instant of {@link Time}; only the first note counts. */
    public void noteSeen(long now) {
        if (seenAt == 0) {
            int seconds = (int) (now / 1_000_000_000);
            seenAt = seconds == 0 ? 1 : seconds;
        }
    }

    /** The full minutes from the first {@link #noteSeen} until {@code now}; 0 when nobody has seen it. */
    public long minutesSeen(long now) {
        int at = seenAt;
        return at == 0 ? 0 : Math.max(0, ((int) (now / 1_000_000_000) - at) / 60);
    }

    /** Makes this wait the one that comes true; false when another wait of the same ticket has won. */
    public boolean claim() {
        return ticket == null || ticket.claim(this);
    }

    /** For its owner: false once it has been taken out of its queue, or is being taken out; never true again. */
    public boolean mayBeQueued() {
        return queued;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** Whether the waker is done with it: what he wrote can be read without the lock. */
    public boolean isWoken() {
        return woken;
    }

    void wake() {
        Bubble.step("wakes somebody"); // who is out of his queue, and cannot know yet
        setWoken();
        Park.unpark(owner);
    }

    /** The caller unparks the owner next. */
    void setWoken() {
        // Release is enough: Scheduler.unpark begins with a fence, so whoever parks sees it, or is unparked afterwards.
        WOKEN.setRelease(this, true);
    }
}
