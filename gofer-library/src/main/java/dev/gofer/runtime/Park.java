package dev.gofer.runtime;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Puts threads to sleep and wakes them; the only caller of {@link LockSupport}. Go: {@code gopark} and {@code goready}. */
public final class Park {
    /* park returns for no reason whenever it likes, so everything here is a loop over a flag that the waker writes first.
     * The blocker is the primitive that the user made: it is what thread dumps of the JDK show. */

    /** How a wait ended. */
    public enum Outcome {
        /** Somebody woke the thread: what was waited for may have come true. */
        WOKEN,
        /** The deadline passed first. */
        TIMED_OUT,
        /** The thread was interrupted first. */
        GIVEN_UP
    }

    /** What a goroutine in {@link #sleep(Duration)} is parked on. */
    public static final Object SLEEPING = new Object() {
        @Override
        public String toString() {
            return "sleep";
        }
    };

    private static final String CANCELLED = "interrupted while blocked: the goroutine was told to end";

    private static final int YIELDS_PER_NAP = 61;

    /** Yields by threads of the same remainder. Written by all of them without a lock: a lost count puts a nap off by one. */
    private static final int[] YIELDS = new int[64];

    private Park() {}

    /** Wakes the owner of {@code waiter}, which the caller took from its queue; does nothing for null and for nobody. Call it without locks. */
    public static void wake(@Nullable Waiter waiter) {
        if (waiter != null
                && waiter != Waiter.NOBODY) { // to "wake" that one would have all channels write to one cache line
            waiter.wake();
        }
    }

    /** Wakes the owners of {@code first} and those linked to it, as {@link WaitQueue#pollAll} gave them. Call it without locks. */
    public static void wakeAll(@Nullable Waiter first) {
        if (first == null || first.next == null) {
            wake(first);
            return;
        }
        var here = Bubble.exist() ? null : Scheduler.worker();
        try {
            for (var waiter = first; waiter != null; ) {
                var next = waiter.next;
                waiter.next = null;
                if (here == null) {
                    waiter.wake();
                } else {
                    waiter.setWoken();
                    here = Scheduler.unparkInBatch(waiter.owner, here);
                }
                waiter = next;
            }
        } finally { // the stack may overflow
            if (here != null) {
                Scheduler.endBatch(here);
            }
        }
    }

    /**
     * Sleeps until {@code me} is woken.
     *
     * @param me in {@code queue}, put there by the calling thread
     * @param queue guarded by {@code lock}
     * @param lock not held by the caller
     * @param blocker what thread dumps show
     * @param onGiveUp runs with the lock held when {@code me} gives up
     * @throws CancellationException when the thread is interrupted or told to give up first; {@code me} is out of the queue then
     */
    public static void sleep(Waiter me, WaitQueue queue, SpinLock lock, Object blocker, Runnable onGiveUp) {
        /* The first park has no branch behind it in this method. Where a million goroutines park before any was woken, the compiler knows no
         * branch that follows a park, compiles none, and each of the million would wake into the interpreter, 10 µs away. */
        Bubble.step("falls asleep");
        if (me.isWoken()) {
            return;
        }
        if (!shouldGiveUp(me)) {
            if (Bubble.exist()) {
                Bubble.park(blocker, queue.bubble(), Time.NEVER);
            } else {
                LockSupport.park(blocker);
            }
        }
        sleepOn(me, queue, lock, blocker, onGiveUp);
    }

    private static void sleepOn(Waiter me, WaitQueue queue, SpinLock lock, Object blocker, Runnable onGiveUp) {
        while (!me.isWoken()) {
            if (shouldGiveUp(me)) {
                lock.acquire();
                boolean stillOpen = queue.remove(me);
                if (stillOpen) {
                    onGiveUp.run();
                }
                lock.release();
                if (stillOpen) {
                    throw cancelled();
                }
                awaitWake(me); // too late to give up: the waker is on its way
                return;
            }
            park(blocker, queue.bubble());
        }
    }

    /** The same, where giving up needs nothing more than leaving the queue. */
    public static void sleep(Waiter me, WaitQueue queue, SpinLock lock, Object blocker) {
        sleep(me, queue, lock, blocker, () -> {});
    }

    /**
     * Sleeps until one of the waits of {@code ticket} is claimed or {@link Time#now} reaches {@code deadline}, or {@link Time#NEVER}; or for a
     * while. So its caller loops, and looks at the deadline anew each time: who changes it wakes the sleeper for that with {@link #nudge}.
     */
    public static Outcome sleep(Ticket ticket, long deadline, Object blocker) {
        Bubble.step("falls asleep");
        if (ticket.winner() != null) {
            return Outcome.WOKEN;
        }
        if (Thread.currentThread().isInterrupted()) {
            return Outcome.GIVEN_UP;
        }
        return parkUntil(deadline, blocker, ticket.bubble) ? Outcome.WOKEN : Outcome.TIMED_OUT;
    }

    /** The same, without a word about how it ended; no branch follows the park, as in {@link #sleep(Waiter, WaitQueue, SpinLock, Object)}. */
    public static void doze(Ticket ticket, long deadline, Object blocker) {
        Bubble.step("falls asleep");
        if (ticket.winner() != null || Thread.currentThread().isInterrupted()) {
            return;
        }
        if (Bubble.exist()) {
            parkUntil(deadline, blocker, ticket.bubble);
        } else if (deadline == Time.NEVER) {
            LockSupport.park(blocker);
        } else {
            parkUntil(deadline, blocker);
        }
    }

    /** Makes {@code sleeper} look again at what it waits for. Call it without locks. */
    public static void nudge(Thread sleeper) {
        Bubble.step("has a sleeper look again");
        unpark(sleeper);
    }

    /** Sleeps until the thread is interrupted: nothing can wake it. */
    public static CancellationException forever(Object blocker) {
        while (!Thread.currentThread().isInterrupted()) {
            park(blocker, Bubble.current());
        }
        return cancelled();
    }

    /**
     * Sleeps for {@code delay}.
     *
     * @throws CancellationException when the thread is interrupted first
     */
    public static void sleep(Duration delay) {
        var bubble = Bubble.current();
        long deadline = Time.deadline(delay);
        do {
            if (Thread.currentThread().isInterrupted()) {
                throw cancelled();
            }
        } while (parkUntil(deadline, SLEEPING, bubble));
    }

    /** What a blocking operation throws that was interrupted. The interrupt flag stays set. */
    public static CancellationException cancelled() {
        return new CancellationException(CANCELLED);
    }

    /** Whether {@code exception} is such a one. */
    public static boolean isInterruption(Throwable exception) {
        return exception instanceof CancellationException && CANCELLED.equals(exception.getMessage());
    }

    /** Lets other goroutines run, whichever: so who calls this for ever keeps nobody from running. */
    @SuppressWarnings("ThreadPriorityCheck") // the one place that asks the scheduler
    public static void yieldFairly() {
        /* The JDK's scheduler may take a goroutine that yielded from the queue into which it put it a moment ago, again and again, and never
         * look at the other queues: a goroutine that is in one of those, and maybe holds what the yielding ones wait for, would never run.
         * A nap leaves the caller's queue empty. Go looks at its global queue as often. Counted, not by chance: a program that yields a few
         * times on one processor takes turns the same way each time. */
        if (Bubble.exist() && Bubble.yieldInBubble()) {
            return;
        }
        var thread = Thread.currentThread();
        int mine = (int) thread.threadId() & (YIELDS.length - 1);
        if (Scheduler.runs(thread)) {
            Thread.yield(); // that one looks at all its queues
        } else if (++YIELDS[mine] % YIELDS_PER_NAP == 0) {
            nap();
        } else {
            Thread.yield();
        }
    }

    /** Parks for a moment, even if the thread is interrupted; keeps the interrupt. */
    private static void nap() {
        boolean interrupted = Thread.interrupted();
        if (interrupted) {
            LockSupport.parkNanos(
                    1); // takes the permit that comes with every interrupt; with it, the next would not park
        }
        LockSupport.parkNanos(1);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What {@code thread} is parked on, or null. */
    public static @Nullable Object blocker(Thread thread) {
        return LockSupport.getBlocker(thread);
    }

    static void unpark(Thread thread) {
        if (Bubble.exist()) {
            Bubble.unpark(thread);
        } else {
            Scheduler.unpark(thread);
        }
    }

    /** Parks; durably where the calling thread is in {@code home}. */
    private static void park(Object blocker, @Nullable Bubble home) {
        if (Bubble.exist()) {
            Bubble.park(blocker, home, Time.NEVER);
        } else {
            LockSupport.park(blocker);
        }
    }

    private static boolean shouldGiveUp(Waiter me) {
        return me.isGivenUp() || Thread.currentThread().isInterrupted();
    }

    /** Parks once; false when the deadline, which is of the clock of {@code home}, had passed already. */
    private static boolean parkUntil(long deadline, Object blocker, @Nullable Bubble home) {
        if (deadline == Time.NEVER) {
            park(blocker, home);
            return true;
        }
        long left = deadline - Time.now(home);
        if (left <= 0) {
            return false;
        }
        if (Bubble.exist()) {
            Bubble.park(blocker, home, deadline);
        } else {
            parkUntil(deadline, blocker);
        }
        return true;
    }

    /** Parks until {@code deadline} of the world's clock at most; not at all when that has passed. */
    private static void parkUntil(long deadline, Object blocker) {
        /* The JDK has its own pool of timers for schedulers that are not its own, behind one lock, and its threads hand each sleeper over to
         * ours from outside. */
        var thread = Thread.currentThread();
        long left = deadline - System.nanoTime();
        if (!Scheduler.runs(thread)) {
            LockSupport.parkNanos(blocker, left);
        } else if (left > 0) {
            var alarm = Time.wake(thread, deadline);
            LockSupport.park(blocker);
            alarm.stop();
        }
    }

    /** The waker has let go of the lock and is about to write the flag: a matter of instructions. */
    private static void awaitWake(Waiter me) {
        while (!me.isWoken()) {
            Park.yieldFairly();
        }
    }
}
