package dev.gofer.runtime;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Where the JVM is opened ({@link JdkThreads}): the scheduler of the members' virtual threads, whose continuations the driver runs. */
final class OpenCarrier implements Carrier, Executor {
    /* (1) Every virtual thread that a member starts is a member: it inherits the scheduler.
     * (2) Whoever wakes a member, comes here by `execute`: a member or the driver with the baton, or somebody outside.
     * (3) When a continuation returns to the driver, the thread's state says what has become of the member.
     * (4) A timer of the JDK's that is to end a sleep is set by the driver, on the way out of the continuation (JdkTime).
     * (5) Who waits for a monitor is woken by a thread of the JVM's, some time after another has let go of it. The driver waits for that
     *     before it chooses: what it can choose from must not depend on how fast that thread is.
     * (6) Who has a monitor, nobody tells. Mostly it is a member, which may be asleep, so waiting for one is durable; but a thread outside gets a
     *     moment to let go of it before the clock goes on. */
    private static final long LOOK = 20_000; // nanoseconds
    private static final int MOST_LOOKS = 50_000;

    private final Bubble bubble;
    private final Map<Runnable, Member> members = new HashMap<>(); // by continuation
    private @Nullable Member running;
    private final Set<Member> atMonitors = new LinkedHashSet<>(); // (5)
    private boolean isTimerSet; // by who has run last, for its sleep (4)

    OpenCarrier(Bubble bubble) {
        this.bubble = bubble;
    }

    /** The bubble that {@code thread}, which is virtual, was started in; null for none. */
    static @Nullable Bubble bubble(Thread thread) {
        return JdkThreads.scheduler(thread) instanceof OpenCarrier carrier ? carrier.bubble : null;
    }

    @Override
    public Thread newThread(ThreadFactory factory, Runnable body) {
        return JdkThreads.builder(this).inheritInheritableThreadLocals(false).unstarted(body);
    }

    @Override
    public void started(Thread thread, boolean isStarted) {
        // (2)
    }

    @Override
    public void start(Runnable body) {
        JdkThreads.builder(this).inheritInheritableThreadLocals(false).start(body);
    }

    @Override
    public Member enter() {
        return Objects.requireNonNull(running);
    }

    @Override
    public void leave(Member me) {
        // the driver waits for the continuation
    }

    @Override
    public void resume(Member member) {
        running = member;
        isTimerSet = false;
        Objects.requireNonNull(member.continuation).run();
        running = null;
        switch (member.thread.getState()) { // (3)
            case TERMINATED -> {
                members.remove(member.continuation);
                bubble.end(member);
            }
            case NEW, RUNNABLE -> {
                if (!isReady(member)) { // somebody outside has woken it, and has yet to put it into the inbox
                    bubble.setStatus(member, Member.Status.OUTSIDE);
                }
            }
            case WAITING ->
                sleeps(
                        member,
                        member.isSleepKnown && member.isSleepDurable
                                ? Member.Status.DURABLE
                                : member.isSleepKnown ? Member.Status.OUTSIDE : Bubble.waiting(member.thread));
            case BLOCKED -> sleeps(member, Member.Status.DURABLE); // or so it seems (6)
            case TIMED_WAITING -> sleeps(member, isTimerSet ? Member.Status.DURABLE : Member.Status.OUTSIDE);
        }
    }

    private boolean isReady(Member member) {
        var ready = bubble.ready;
        return !ready.isEmpty() && (ready.getLast() == member || ready.contains(member));
    }

    private void sleeps(Member member, Member.Status status) {
        bubble.setStatus(member, status);
        if (!member.isSleepKnown && JdkThreads.isAtMonitor(member.thread)) {
            atMonitors.add(member);
        }
    }

    /** A timer that ends the sleep of the member that has run last (4); null where that is to be a sleep of the world's time. */
    @Nullable
    Future<?> schedule(Runnable command, long delay) {
        var me = running;
        if (bubble.isOver || me == null || me.isSleepKnown || Thread.currentThread() != bubble.driver) {
            return null;
        }
        isTimerSet = true;
        return bubble.alarm(delay, command);
    }

    /** Who has kept the driver from going on since it was let run: it cannot let go of its carrier, and waits. By any thread, without a lock; null for none. */
    @Nullable
    Member pinned() {
        var member = running;
        return member != null
                        && bubble.driver.getState() == Thread.State.WAITING
                        && member.thread.getState() != Thread.State.RUNNABLE
                ? member
                : null;
    }

    /** Whether the calling thread, which is pinned, need not sleep: nobody else can run meanwhile, so that the clock goes forward is all that happens. */
    boolean sleepPinned(long delay) {
        var me = running;
        if (bubble.isOver || me == null || me.isSleepKnown || me.thread != Thread.currentThread()) {
            return false;
        }
        bubble.pass(delay);
        return true;
    }

    @Override
    public void sleep(Member me, Object blocker, boolean isDurable, long deadline) {
        if (isDurable || deadline == Time.NEVER) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, deadline - System.nanoTime());
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // it is our own scheduler that is asked
    public void letOthersRun(Member me) {
        Thread.yield();
    }

    @Override
    public void wake(Member member) {
        LockSupport.unpark(member.thread);
    }

    /** Called by the JDK when a member can run on (2). */
    @Override
    public void execute(Runnable continuation) {
        var thread = Thread.currentThread();
        if (bubble.isOver) {
            runOn(continuation);
        } else if (thread == bubble.driver || (thread.isVirtual() && JdkThreads.scheduler(thread) == this)) {
            admit(continuation);
        } else {
            bubble.post(continuation);
            if (bubble.isOver && bubble.takeBack(continuation)) { // nobody reads the inbox any more
                runOn(continuation);
            }
        }
    }

    @Override
    public void readInbox() {
        admitPosted();
        if (!atMonitors.isEmpty()) {
            atMonitors.removeIf(member -> !isAsleep(member));
            for (var member : List.copyOf(atMonitors)) {
                awaitUnblocking(member);
            }
        }
    }

    private void admitPosted() {
        for (var entry = bubble.nextPosted(); entry != null; entry = bubble.nextPosted()) {
            admit((Runnable) entry);
        }
    }

    private static boolean isAsleep(Member member) {
        return member.status == Member.Status.DURABLE || member.status == Member.Status.OUTSIDE;
    }

    /** (5): until {@code member}, if somebody has let go of a monitor for it, is ready. */
    private void awaitUnblocking(Member member) {
        if (JdkThreads.isBeingUnblocked(member.thread)) {
            for (int i = 0; i < MOST_LOOKS && isAsleep(member); i++) {
                LockSupport.parkNanos(this, LOOK);
                admitPosted();
            }
        }
    }

    private void admit(Runnable continuation) {
        var member = members.get(continuation);
        if (member == null) {
            member = bubble.newMember(JdkThreads.thread(continuation), continuation);
            members.put(continuation, member);
            bubble.alive.add(member);
        }
        bubble.makeReady(member);
    }

    @Override
    public boolean hasAnyAwoken() {
        return false; // (2)
    }

    @Override
    public boolean isAnyAtMonitor() { // (6)
        return !atMonitors.isEmpty()
                && atMonitors.stream().anyMatch(member -> member.thread.getState() == Thread.State.BLOCKED);
    }

    @Override
    public boolean hasAnyFallenAsleep() {
        return false; // (3)
    }

    @Override
    public boolean wakeInterrupted() {
        return false; // (2)
    }

    @Override
    public void end() {
        for (var late = bubble.nextPosted(); late != null; late = bubble.nextPosted()) {
            runOn((Runnable) late);
        }
    }

    /** A thread outlives its bubble, or what wakes it does. */
    private static void runOn(Runnable continuation) {
        new HouseThread("gofer-late", continuation).start();
    }
}
