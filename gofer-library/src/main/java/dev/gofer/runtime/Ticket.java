package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Ties the waits of one {@code select} together: the first to be claimed wins, the others are void. Go: {@code g.selectDone}. */
public final class Ticket {
    /* (1) winner goes from null to one waiter, once; it never changes afterwards.
     * (2) A waker claims while it holds the lock of the waiter's primitive, and writes the waiter's item before it releases it.
     *     The owner takes that lock before it reads the item. */
    private static final VarHandle WINNER =
            fieldVarHandle(lookup(), "winner", VarHandle.class, Ticket.class, Waiter.class);

    final Thread owner;
    final @Nullable Bubble bubble; // in which the sleep is durable, and whose clock its deadlines go by; null for none
    private volatile @Nullable Waiter winner; // written through WINNER only

    /**
     * A ticket of the calling thread.
     *
     * @param bubble to which all belongs that its waits are for; null when there is no such bubble
     */
    public Ticket(@Nullable Bubble bubble) {
        this.owner = Thread.currentThread();
        this.bubble = bubble;
    }

    /** See the constructor. */
    public @Nullable Bubble bubble() {
        return bubble;
    }

    /** Makes {@code waiter} the winner unless there is one; tells whether it did. */
    public boolean claim(Waiter waiter) {
        Bubble.step("claims its turn");
        return winner == null && WINNER.compareAndSet(this, null, waiter);
    }

    /** The wait that won, or null while all are open. */
    public @Nullable Waiter winner() {
        return winner;
    }
}
