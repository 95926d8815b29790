package dev.gofer.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Where the JVM is opened ({@link JdkThreads}): the scheduler of the members' virtual threads, whose continuations the driver runs. */
final class OpenCarrier implements Carrier, Executor {
    /* (1) Every virtual thread that a member starts is a member: it inherits the scheduler.
     * (2) Whoever wakes a member, comes here by `execute`: a member or the driver with the baton, or somebody outside.
     * (3) When a continuation returns to the driver, the thread's state says what has become of the member. */
    private final Bubble bubble;
    private final Map<Runnable, Member> members = new HashMap<>(); // by continuation
    private @Nullable Member running;

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
        Objects.requireNonNull(member.continuation).run();
        running = null;
        switch (member.thread.getState()) { // (3)
            case TERMINATED -> {
                members.remove(member.continuation);
                bubble.end(member);
            }
            case NEW, RUNNABLE -> {} // ready, or in the inbox
            case WAITING ->
                bubble.setStatus(
                        member,
                        member.isSleepKnown && member.isSleepDurable
                                ? Member.Status.DURABLE
                                : member.isSleepKnown ? Member.Status.OUTSIDE : Bubble.waiting(member.thread));
            case BLOCKED, TIMED_WAITING -> bubble.setStatus(member, Member.Status.OUTSIDE);
        }
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
        for (var entry = bubble.nextPosted(); entry != null; entry = bubble.nextPosted()) {
            admit((Runnable) entry);
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
