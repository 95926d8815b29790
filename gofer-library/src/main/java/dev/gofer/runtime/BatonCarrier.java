package dev.gofer.runtime;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Where the JVM is not opened: members run on the JDK's scheduler, but for one all wait for their turn. */
final class BatonCarrier implements Carrier {
    /* (1) Members are the goroutines that members start.
     * (2) Driver and member hand the baton over by Member.turn: the driver sets INSIDE and waits for WAITS. In between the member itself
     *     turns INSIDE into MINE and back: while it is MINE, it runs code of the user.
     * (3) A member that waits for something else than a primitive of ours keeps the baton. The driver sees that it sleeps, and takes the baton
     *     away (AWAY), but not while the member is INSIDE. When it calls this class next, it queues up in the inbox (Back).
     * (4) An interrupt wakes a thread without a word to us. So before the driver says that all sleep, it looks at their flags; and who takes his flag down
     *     has put himself into the inbox before. */
    private static final long LOOK = 1_000_000; // nanoseconds between two looks at the member that runs (3)

    private static final Map<Thread, Member> MEMBERS = new ConcurrentHashMap<>(); // read by all

    /** A member has slept OUTSIDE, or was AWAY, and wants to go on. */
    private record Back(Member member) {}

    private final Bubble bubble;

    BatonCarrier(Bubble bubble) {
        this.bubble = bubble;
    }

    /** The bubble that {@code thread} was started in; null for none. */
    static @Nullable Bubble bubble(Thread thread) {
        var member = MEMBERS.get(thread);
        return member == null ? null : member.bubble;
    }

    /** Wakes {@code thread}, be it a member or not; by any thread. */
    static void unpark(Thread thread) {
        var member = MEMBERS.isEmpty() ? null : MEMBERS.get(thread);
        if (member == null) {
            Scheduler.unpark(thread);
        } else if (bubble(Thread.currentThread()) == member.bubble) {
            var carrier = member.carrier();
            var me = carrier.enter();
            carrier.wake(member);
            carrier.leave(me);
        } else {
            member.bubble.post(member);
            Scheduler.unpark(thread); // where it sleeps OUTSIDE
        }
    }

    @Override
    public Thread newThread(ThreadFactory factory, Runnable body) {
        var member = bubble.newMember(factory.newThread(() -> live(body)), null);
        MEMBERS.put(member.thread, member);
        return member.thread;
    }

    @Override
    public void started(Thread thread, boolean isStarted) {
        var member = MEMBERS.get(thread);
        if (member != null && isStarted) {
            bubble.alive.add(member);
            bubble.makeReady(member);
        } else {
            MEMBERS.remove(thread);
        }
    }

    @Override
    public void start(Runnable body) {
        var thread = newThread(Goroutine.THREADS, body);
        thread.start();
        started(thread, true);
    }

    private void live(Runnable body) {
        var me = Objects.requireNonNull(MEMBERS.get(Thread.currentThread()));
        awaitTurn(me, this);
        leave(me);
        try {
            body.run();
        } finally {
            enter();
            bubble.end(me);
            MEMBERS.remove(me.thread);
            giveBack(me);
        }
    }

    @Override
    public Member enter() {
        var me = Objects.requireNonNull(MEMBERS.get(Thread.currentThread()));
        if (!me.turn.compareAndSet(Member.MINE, Member.INSIDE)) { // AWAY
            me.turn.set(Member.WAITS);
            bubble.post(new Back(me));
            awaitTurn(me, this);
        }
        return me;
    }

    @Override
    public void leave(Member me) {
        me.turn.set(Member.MINE);
    }

    @Override
    public void resume(Member member) {
        member.turn.set(Member.INSIDE);
        LockSupport.unpark(member.thread);
        boolean isSuspect = false;
        while (member.turn.get() != Member.WAITS) {
            LockSupport.parkNanos(this, LOOK);
            boolean isAsleep = member.turn.get() == Member.MINE && isAsleep(member.thread);
            if (isAsleep && isSuspect && member.turn.compareAndSet(Member.MINE, Member.AWAY)) { // (3)
                member.isAway = true;
                bubble.setStatus(member, Member.Status.OUTSIDE);
                return;
            }
            isSuspect = isAsleep;
        }
    }

    private static boolean isAsleep(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, BLOCKED -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }

    @Override
    public void sleep(Member me, Object blocker, boolean isDurable, long deadline) {
        if (isDurable) {
            bubble.setStatus(me, Member.Status.DURABLE);
            giveBack(me);
        } else {
            bubble.setStatus(me, Member.Status.OUTSIDE);
            giveBack(me);
            if (deadline == Time.NEVER) {
                LockSupport.park(blocker);
            } else {
                LockSupport.parkNanos(blocker, deadline - System.nanoTime());
            }
            bubble.post(new Back(me));
        }
        awaitTurn(me, blocker);
    }

    @Override
    public void letOthersRun(Member me) {
        bubble.makeReady(me);
        giveBack(me);
        awaitTurn(me, this);
    }

    private void giveBack(Member me) {
        me.turn.set(Member.WAITS);
        LockSupport.unpark(bubble.driver);
    }

    /** Is INSIDE when it returns. */
    private void awaitTurn(Member me, Object blocker) {
        boolean interrupted = false;
        while (me.turn.get() != Member.INSIDE) {
            LockSupport.park(blocker);
            if (Thread.currentThread().isInterrupted()) {
                bubble.post(me); // (4)
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void wake(Member member) {
        switch (member.status) {
            case READY -> member.permit = true;
            case DURABLE -> {
                if (member.isAway) {
                    member.permit = true;
                } else {
                    bubble.makeReady(member);
                }
            }
            case OUTSIDE -> LockSupport.unpark(member.thread);
            case OVER -> {}
        }
    }

    @Override
    public void readInbox() {
        for (var entry = bubble.nextPosted(); entry != null; entry = bubble.nextPosted()) {
            if (entry instanceof Back(var member)) {
                member.isAway = false;
                bubble.makeReady(member);
            } else {
                wake((Member) entry);
            }
        }
    }

    @Override
    public boolean hasAnyAwoken() {
        return look(Member.Status.DURABLE, Member.Status.OUTSIDE);
    }

    @Override
    public boolean isAnyAtMonitor() {
        return false; // those are OUTSIDE
    }

    @Override
    public boolean hasAnyFallenAsleep() {
        return look(Member.Status.OUTSIDE, Member.Status.DURABLE);
    }

    /** At those who are AWAY (3). */
    private boolean look(Member.Status before, Member.Status after) {
        boolean any = false;
        for (var member : bubble.alive) {
            if (member.isAway && member.status == before && Bubble.waiting(member.thread) == after) {
                bubble.setStatus(member, after);
                any = true;
            }
        }
        return any;
    }

    @Override
    public boolean wakeInterrupted() { // (4)
        for (var member : List.copyOf(bubble.alive)) {
            if (member.status == Member.Status.DURABLE && member.thread.isInterrupted()) {
                wake(member);
            }
        }
        readInbox();
        return !bubble.ready.isEmpty();
    }

    @Override
    public void end() {
        bubble.alive.forEach(member -> MEMBERS.remove(member.thread)); // they were told to end, and would not
    }
}
