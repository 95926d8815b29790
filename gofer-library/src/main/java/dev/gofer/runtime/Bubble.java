package dev.gofer.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goroutines with a clock of their own, one of which runs at a time; who is next, a {@link Chooser} says. Go: {@code synctestBubble}.
 */
public final class Bubble implements Executor {
    /* A driver, which is a platform thread, lets one member run until it sleeps, yields or ends, then chooses the next.
     *
     * (1) One thread at a time has the baton: the driver, or the member that it lets run. What is written by others than that is marked so.
     * (2) Where the JVM is opened (JdkThreads), the bubble is the scheduler of its members: the driver runs their continuations. So
     *     every virtual thread that a member starts is a member, whoever wakes one comes by `execute`, and the driver sees each sleep.
     * (3) Where it is not, the driver and the member hand the baton over by Member.turn, and members are the goroutines that members start.
     *     A member that waits for something else than a primitive of ours keeps the baton; the driver sees that and takes it away
     *     (AWAY), unless the member is INSIDE this class. It comes back when it calls this class next.
     * (4) Somebody outside who wakes a member puts it into the inbox, and wakes the driver.
     * (5) When nobody is ready and all sleep durably, whoever waits for that goes on (awaitIdle); otherwise the clock goes forward to the
     *     next event. When there is none, or the first goroutine has ended, that is a deadlock. */

    /** How a bubble ended. */
    public sealed interface Ending {
        /** All goroutines have ended. */
        record Done() implements Ending {}

        /** A goroutine threw {@code failure}; the others were told to end. */
        record Failed(Throwable failure) implements Ending {}

        /** Nobody could go on; {@code stacks} tells of each. All were told to end. */
        record Stuck(String reason, String stacks) implements Ending {}
    }

    /** What ends a sleep or runs an action when the clock gets there. */
    static final class Event {
        private final long at;
        private final long order;
        private final @Nullable Member sleeper; // or:
        private final @Nullable Runnable action;

        private Event(long at, long order, @Nullable Member sleeper, @Nullable Runnable action) {
            this.at = at;
            this.order = order;
            this.sleeper = sleeper;
            this.action = action;
        }
    }

    /** Whether there has ever been a bubble: where not, nobody needs to look for one. Written once. */
    static boolean exist;

    static final boolean OPEN = JdkThreads.areOpen() && !Boolean.getBoolean("gofer.synctest.closed");

    private static final Instant BEGINNING = Instant.parse("2000-01-01T00:00:00Z");
    private static final long PATIENCE = Long.getLong("gofer.synctest.patience", 30) * 1_000_000_000;
    private static final long GRACE =
            250_000_000; // nanoseconds for somebody outside to wake who sleeps in the JDK's classes
    private static final long LOOK = 1_000_000; // nanoseconds between two looks at a member that keeps the baton (3)

    /** Where the JVM is not opened: who is a member. Written by members, and read by all. */
    private static final Map<Thread, Member> MEMBERS = new ConcurrentHashMap<>();

    private static final Object IDLE = new Object() {
        @Override
        public String toString() {
            return "synctest.Wait";
        }
    };

    private final Chooser chooser;
    private final long mostSteps;
    private final @Nullable List<Step> record;
    private final ConcurrentLinkedQueue<Object> inbox = new ConcurrentLinkedQueue<>(); // (4): Runnable or Member
    private final Thread driver;
    private final Map<Runnable, Member> byContinuation = new HashMap<>();
    private final Set<Member> alive = new LinkedHashSet<>();
    private final List<Member> ready = new ArrayList<>();
    private final List<Member> candidates = new ArrayList<>();
    private final TreeSet<Event> events =
            new TreeSet<>(Comparator.<Event>comparingLong(event -> event.at).thenComparingLong(event -> event.order));
    private volatile long now; // nanoseconds since BEGINNING; read by all
    private long steps;
    private long eventsMade;
    private int membersMade;
    private int outside; // how many are OUTSIDE
    private @Nullable Member first;
    private @Nullable Member running;
    private @Nullable Member chosen; // by a step: the next to run
    private @Nullable Member idler; // waits until all others sleep
    private @Nullable Throwable failure;
    private @Nullable String stuck; // why nobody can go on
    private volatile boolean isStopped; // written by all: told to end
    private volatile boolean isOver;

    /** One step of a member, for people. */
    public record Step(
            int goroutine, String operation, @Nullable StackTraceElement place) {}

    private Bubble(Chooser chooser, long mostSteps, @Nullable List<Step> record) {
        this.chooser = chooser;
        this.mostSteps = mostSteps;
        this.record = record;
        this.driver = Thread.currentThread();
    }

    // What the seam asks

    /** Whether there has ever been a bubble. */
    public static boolean exist() {
        return exist;
    }

    /** The bubble that the calling thread is in; null for none. */
    public static @Nullable Bubble current() {
        return exist ? of(Thread.currentThread()) : null;
    }

    /** The bubble that {@code thread} is in; null for none. */
    static @Nullable Bubble of(Thread thread) {
        if (!exist || !thread.isVirtual()) {
            return null;
        }
        if (OPEN) {
            return JdkThreads.scheduler(thread) instanceof Bubble bubble && !bubble.isOver ? bubble : null;
        }
        var member = MEMBERS.get(thread);
        return member == null || member.bubble.isOver ? null : member.bubble;
    }

    /** Nanoseconds since the beginning of 2000. */
    public long now() {
        return now;
    }

    /** The same, as the calendar has it. */
    public Instant instant() {
        return BEGINNING.plusNanos(now);
    }

    /** A point at which another member may run, if the calling thread is in a bubble that explores; {@code operation} is what comes next. */
    public static void step(String operation) {
        if (exist) {
            stepInBubble(operation);
        }
    }

    private static void stepInBubble(String operation) {
        var bubble = current();
        if (bubble != null && bubble.chooser.explores()) {
            bubble.step(bubble.enter(), operation);
        }
    }

    /** Parks as {@link LockSupport} does; durably when the calling thread is in {@code home}. {@code deadline} is of the clock of {@code home}. */
    static void park(Object blocker, @Nullable Bubble home, long deadline) {
        var bubble = current();
        if (bubble != null) {
            bubble.sleep(bubble.enter(), blocker, home == bubble, deadline);
        } else if (deadline == Time.NEVER) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, deadline - System.nanoTime());
        }
    }

    /** Wakes {@code thread}, be it in a bubble or not. */
    static void unpark(Thread thread) {
        stepInBubble("wakes somebody");
        var member = OPEN ? null : MEMBERS.get(thread);
        if (member == null) {
            LockSupport.unpark(thread);
        } else if (current() == member.bubble) {
            var me = member.bubble.enter();
            member.bubble.wake(member);
            member.bubble.leave(me);
        } else {
            member.bubble.post(member);
            LockSupport.unpark(thread); // where it sleeps OUTSIDE
        }
    }

    /** Lets other members run; false when the calling thread is in no bubble. */
    static boolean yieldInBubble() {
        var bubble = current();
        if (bubble == null) {
            return false;
        }
        var me = bubble.enter();
        me.operation = "yields";
        bubble.chooser.yielded(me);
        bubble.letOthersRun(me);
        return true;
    }

    /** See {@link Chooser#choose}. */
    int choose(int bound) {
        var me = enter();
        int chosen = chooser.choose(bound);
        leave(me);
        return chosen;
    }

    /** Runs {@code action} as a member, {@code delay} nanoseconds from now. */
    Event schedule(long delay, Runnable action) {
        var me = enter();
        var event = newEvent(Time.plus(now, delay), null, action);
        if (delay <= 0) {
            happen(event);
        } else {
            events.add(event);
        }
        leave(me);
        return event;
    }

    /** Calls {@code event} off. Of no effect where the caller is outside: then it happens, and should do nothing. */
    void cancel(Event event) {
        if (current() == this) {
            var me = enter();
            events.remove(event);
            leave(me);
        }
    }

    /** Makes the thread of a goroutine that the calling thread starts. */
    static Thread newThread(ThreadFactory factory, Runnable body) {
        var bubble = OPEN ? null : current(); // (2)
        if (bubble == null) {
            return factory.newThread(body);
        }
        var me = bubble.enter();
        var member = bubble.newMember(factory, body);
        bubble.leave(me);
        return member.thread;
    }

    /** Is to be called when {@code thread}, which {@link #newThread} made, has been started; or could not be. */
    static void started(Thread thread, boolean isStarted) {
        var member = OPEN ? null : MEMBERS.get(thread);
        if (member != null) {
            var bubble = member.bubble;
            var me = bubble.enter();
            if (isStarted) {
                bubble.alive.add(member);
                bubble.ready.add(member);
            } else {
                MEMBERS.remove(thread);
            }
            bubble.leave(me);
        }
    }

    /** Takes note of what a goroutine of the calling thread's bubble has thrown; false when that is in no bubble. */
    static boolean failed(Throwable exception) {
        var bubble = current();
        if (bubble == null) {
            return false;
        }
        var me = bubble.enter();
        bubble.fail(exception);
        bubble.leave(me);
        return true;
    }

    // What package synctest asks

    /**
     * Runs {@code body} in a new bubble; returns when all its goroutines have ended, or never will.
     *
     * <p>The calling thread drives the bubble: it is a platform thread.
     *
     * @param chooser chooses who runs
     * @param task what the user passed, for dumps
     * @param body the first goroutine's
     * @param mostSteps after so many, the bubble is stuck
     * @param record where to note each step; null for nowhere
     * @param made gets the bubble before it begins
     */
    public static Ending run(
            Chooser chooser,
            Object task,
            Callable<?> body,
            long mostSteps,
            @Nullable List<Step> record,
            Consumer<Bubble> made) {
        exist = true;
        var bubble = new Bubble(chooser, mostSteps, record);
        made.accept(bubble);
        return bubble.run(task, body);
    }

    /** Waits until all other members sleep durably, or have ended; false when somebody does so already. */
    public boolean awaitIdle() {
        var me = enter();
        if (idler != null) {
            leave(me);
            return false;
        }
        idler = me;
        while (idler == me) {
            if (Thread.currentThread().isInterrupted()) {
                idler = null;
                leave(me);
                throw Park.cancelled();
            }
            sleep(me, IDLE, true, Time.NEVER);
            me = enter();
        }
        leave(me);
        return true;
    }

    /** Tells all members to end, and the driver to return. Any thread may call it. */
    public void stop() {
        isStopped = true;
        LockSupport.unpark(driver);
    }

    /** What all members do, for people; the calling thread is one of them, or drives. */
    public String stacks() {
        return BubbleStacks.of(List.copyOf(alive));
    }

    // The driver

    private Ending run(Object task, Callable<?> body) {
        var goroutine = Goroutine.unstarted(task, body);
        Thread thread;
        if (OPEN) {
            thread = JdkThreads.builder(this)
                    .inheritInheritableThreadLocals(false)
                    .unstarted(goroutine);
        } else {
            var member = newMember(Goroutine.THREADS, goroutine);
            alive.add(member);
            ready.add(member);
            thread = member.thread;
        }
        goroutine.start(thread, thread.threadId());
        first = Objects.requireNonNull(alive.iterator().next());
        drive();
        Ending ending = failure != null
                ? new Ending.Failed(failure)
                : stuck != null ? new Ending.Stuck(stuck, stacks()) : new Ending.Done();
        endAll();
        isOver = true;
        alive.forEach(member -> MEMBERS.remove(member.thread));
        for (Object late = inbox.poll(); late != null; late = inbox.poll()) {
            runOn(late);
        }
        return ending;
    }

    private void drive() {
        for (var next = next(); next != null; next = next()) {
            resume(next);
        }
    }

    private @Nullable Member next() {
        while (true) {
            readInbox();
            if (failure != null || alive.isEmpty()) {
                return null;
            }
            if (isStopped || steps > mostSteps) {
                stuck = isStopped ? "stopped" : "no end after " + mostSteps + " steps";
                return null;
            }
            if (!ready.isEmpty()) {
                return takeNext();
            }
            if (outside > 0 || hasAnyAwoken()) {
                if (!awaitOutside(PATIENCE)) {
                    stuck = "nothing has happened for " + PATIENCE / 1_000_000_000
                            + " s: a goroutine waits for something outside of the bubble, or in real time"
                            + " (-Dgofer.synctest.patience=SECONDS sets the limit)";
                    return null;
                }
            } else if (OPEN || !wakeInterrupted()) {
                if (idler != null) { // (5)
                    var member = idler;
                    idler = null;
                    wake(member);
                } else if (!isFirstOver() && !events.isEmpty()) {
                    goForward();
                } else if (!isAnyInJdk() || !awaitOutside(GRACE)) {
                    stuck = isFirstOver()
                            ? "deadlock: main bubble goroutine has exited but blocked goroutines remain"
                            : "deadlock: all goroutines in bubble are blocked";
                    return null;
                }
            }
        }
    }

    private boolean isFirstOver() {
        return first != null && first.status == Member.Status.OVER;
    }

    private Member takeNext() {
        steps++;
        var next = chosen;
        chosen = null;
        if (next != null && ready.remove(next)) {
            return next;
        }
        return ready.remove(ready.size() == 1 ? 0 : chooser.next(ready, false));
    }

    private void goForward() {
        now = events.getFirst().at;
        while (!events.isEmpty() && events.getFirst().at <= now) {
            happen(Objects.requireNonNull(events.pollFirst()));
        }
    }

    private void happen(Event event) {
        if (event.sleeper != null) {
            wake(event.sleeper);
        } else {
            var body = Objects.requireNonNull(event.action);
            Runnable guarded = () -> {
                try {
                    body.run();
                } catch (Throwable e) {
                    failed(e);
                }
            };
            if (OPEN) {
                JdkThreads.builder(this).inheritInheritableThreadLocals(false).start(guarded);
            } else {
                var member = newMember(Goroutine.THREADS, guarded);
                alive.add(member);
                ready.add(member);
                member.thread.start();
            }
        }
    }

    private void resume(Member member) {
        running = member;
        if (OPEN) {
            Objects.requireNonNull(member.continuation).run();
            note(member);
        } else {
            handOver(member);
        }
        running = null;
    }

    /** (2): sees what has become of a member that ran. */
    private void note(Member member) {
        switch (member.thread.getState()) {
            case TERMINATED -> end(member);
            case NEW, RUNNABLE -> {} // ready, or in the inbox
            case WAITING -> {
                boolean isDurable =
                        member.isSleepKnown ? member.isSleepDurable : waiting(member.thread) == Member.Status.DURABLE;
                setStatus(member, isDurable ? Member.Status.DURABLE : Member.Status.OUTSIDE);
            }
            case BLOCKED, TIMED_WAITING -> setStatus(member, Member.Status.OUTSIDE);
        }
    }

    private void end(Member member) {
        setStatus(member, Member.Status.OVER);
        alive.remove(member);
        if (member.continuation != null) {
            byContinuation.remove(member.continuation);
        }
        note("ends", member, null);
    }

    private void setStatus(Member member, Member.Status status) {
        outside += (status == Member.Status.OUTSIDE ? 1 : 0) - (member.status == Member.Status.OUTSIDE ? 1 : 0);
        member.status = status;
    }

    /** Whether somebody sleeps in a class of the JDK, and may be woken by a thread outside that we know nothing of. */
    private boolean isAnyInJdk() {
        return alive.stream().anyMatch(member -> OPEN ? !member.isSleepKnown : member.isAway);
    }

    /** (3): a member that was interrupted in its sleep has not told us yet. */
    private boolean wakeInterrupted() {
        boolean any = false;
        for (var member : List.copyOf(alive)) {
            if (member.status == Member.Status.DURABLE && member.thread.isInterrupted()) {
                wake(member);
                any = true;
            }
        }
        readInbox();
        return any || !ready.isEmpty();
    }

    private void readInbox() {
        for (Object entry = inbox.poll(); entry != null; entry = inbox.poll()) {
            switch (entry) {
                case Member member -> wake(member);
                case Back(var member) -> {
                    member.isAway = false;
                    setStatus(member, Member.Status.READY);
                    ready.add(member);
                }
                default -> admit((Runnable) entry);
            }
        }
    }

    /** (3): one who is AWAY goes on, and will be back. */
    private boolean hasAnyAwoken() {
        return look(Member.Status.DURABLE, Member.Status.OUTSIDE);
    }

    /** (3): one who is AWAY waits in a class of the JDK, where it seems that a member has to wake it. */
    private boolean hasAnyFallenAsleep() {
        return look(Member.Status.OUTSIDE, Member.Status.DURABLE);
    }

    private boolean look(Member.Status before, Member.Status after) {
        boolean any = false;
        if (!OPEN) {
            for (var member : alive) {
                if (member.isAway && member.status == before && waiting(member.thread) == after) {
                    setStatus(member, after);
                    any = true;
                }
            }
        }
        return any;
    }

    /** The status of one that does not sleep by way of {@link Park}. */
    private static Member.Status waiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING && !BubbleStacks.isInputOutput(thread)
                ? Member.Status.DURABLE
                : Member.Status.OUTSIDE;
    }

    /** Waits for something in the inbox; false when nothing came for {@code nanos}. */
    private boolean awaitOutside(long nanos) {
        long since = System.nanoTime();
        while (inbox.isEmpty() && !isStopped && !hasAnyFallenAsleep()) {
            long left = nanos - (System.nanoTime() - since);
            if (left <= 0) {
                return false;
            }
            Thread.interrupted();
            LockSupport.parkNanos(this, Math.min(left, OPEN ? 50_000_000 : LOOK));
        }
        return true;
    }

    /** Interrupts all who are left, and lets them run until they have ended; or for a while. */
    private void endAll() {
        for (int round = 0; round < 20 && !alive.isEmpty(); round++) {
            for (var member : List.copyOf(alive)) {
                member.thread.interrupt();
            }
            idler = null;
            if (!OPEN) {
                wakeInterrupted();
            }
            readInbox();
            for (int i = 0; i < 10_000 && !ready.isEmpty(); i++) {
                resume(ready.removeFirst());
                readInbox();
            }
        }
    }

    // Members

    private void fail(Throwable exception) {
        if (failure == null) {
            failure = exception;
        } else if (failure != exception) {
            failure.addSuppressed(exception);
        }
    }

    private Event newEvent(long at, @Nullable Member sleeper, @Nullable Runnable action) {
        return new Event(at, eventsMade++, sleeper, action);
    }

    private void step(Member me, String operation) {
        me.operation = operation;
        if (record != null) {
            me.operation = BubbleStacks.method() + ": " + operation;
            me.place = BubbleStacks.place();
        }
        if (!ready.isEmpty()) {
            candidates.clear();
            candidates.add(me);
            candidates.addAll(ready);
            int next = chooser.next(candidates, true);
            if (next > 0) {
                chosen = candidates.get(next);
                letOthersRun(me);
                me = enter();
                chosen = null;
            }
        }
        steps++;
        note(me.operation, me, me.place);
        leave(me);
    }

    private void note(String operation, Member member, @Nullable StackTraceElement place) {
        if (record != null) {
            record.add(new Step(member.number(), operation, place));
        }
    }

    /** Is INSIDE when it begins, but not when it returns. */
    private void sleep(Member me, Object blocker, boolean isDurable, long deadline) {
        me.operation = "goes on";
        if (record != null) {
            note(BubbleStacks.method() + ": sleeps", me, BubbleStacks.place());
        }
        if (me.permit || Thread.currentThread().isInterrupted()) {
            me.permit = false;
            leave(me);
            return;
        }
        me.isSleepKnown = true;
        me.isSleepDurable = isDurable;
        if (isDurable && deadline != Time.NEVER) {
            me.alarm = newEvent(deadline, me, null);
            events.add(me.alarm);
        }
        if (OPEN) {
            if (isDurable || deadline == Time.NEVER) {
                LockSupport.park(blocker);
            } else {
                LockSupport.parkNanos(blocker, deadline - System.nanoTime());
            }
        } else if (isDurable) {
            setStatus(me, Member.Status.DURABLE);
            giveBack(me);
            awaitTurn(me, blocker);
        } else {
            setStatus(me, Member.Status.OUTSIDE);
            giveBack(me);
            if (deadline == Time.NEVER) {
                LockSupport.park(blocker);
            } else {
                LockSupport.parkNanos(blocker, deadline - System.nanoTime());
            }
            post(new Back(me));
            awaitTurn(me, blocker);
        }
        me.isSleepKnown = false;
        if (me.alarm != null) {
            events.remove(me.alarm);
            me.alarm = null;
        }
        leave(me);
    }

    /** Is INSIDE when it begins, but not when it returns. */
    @SuppressWarnings("ThreadPriorityCheck") // it is our own scheduler that is asked
    private void letOthersRun(Member me) {
        if (OPEN) {
            Thread.yield();
        } else {
            ready.add(me);
            giveBack(me);
            awaitTurn(me, this);
            leave(me);
        }
    }

    /** With the baton. */
    private void wake(Member member) {
        if (OPEN) {
            LockSupport.unpark(member.thread);
            return;
        }
        switch (member.status) {
            case READY -> member.permit = true;
            case DURABLE -> {
                setStatus(member, Member.Status.READY);
                ready.add(member);
            }
            case OUTSIDE -> LockSupport.unpark(member.thread);
            case OVER -> {}
        }
    }

    // (2): where the JVM is opened

    /** Called by the JDK when a member can run on, by whoever wakes it. */
    @Override
    public void execute(Runnable continuation) {
        var thread = Thread.currentThread();
        if (!isOver && (thread == driver || (thread.isVirtual() && JdkThreads.scheduler(thread) == this))) {
            admit(continuation);
            return;
        }
        if (isOver) {
            runOn(continuation);
            return;
        }
        inbox.add(continuation);
        LockSupport.unpark(driver);
        if (isOver && inbox.remove(continuation)) {
            runOn(continuation);
        }
    }

    private void admit(Runnable continuation) {
        var member = byContinuation.get(continuation);
        if (member == null) {
            member = new Member(this, JdkThreads.thread(continuation), continuation, ++membersMade);
            byContinuation.put(continuation, member);
            alive.add(member);
        }
        setStatus(member, Member.Status.READY);
        ready.add(member);
    }

    /** A thread outlives its bubble, or what wakes it does. */
    private static void runOn(Object late) {
        if (late instanceof Runnable continuation) {
            new HouseThread("gofer-late", continuation).start();
        }
    }

    // (3): where it is not

    private Member newMember(ThreadFactory factory, Runnable body) {
        var member = new Member(this, factory.newThread(() -> live(body)), null, ++membersMade);
        MEMBERS.put(member.thread, member);
        return member;
    }

    private void live(Runnable body) {
        var me = Objects.requireNonNull(MEMBERS.get(Thread.currentThread()));
        awaitTurn(me, this);
        leave(me);
        try {
            body.run();
        } finally {
            enter();
            end(me);
            MEMBERS.remove(me.thread);
            giveBack(me);
        }
    }

    private void handOver(Member member) {
        member.turn.set(Member.INSIDE);
        LockSupport.unpark(member.thread);
        boolean isSuspect = false;
        while (member.turn.get() != Member.WAITS) {
            LockSupport.parkNanos(this, LOOK);
            boolean isAsleep = switch (member.thread.getState()) {
                case WAITING, TIMED_WAITING, BLOCKED -> member.turn.get() == Member.MINE;
                case NEW, RUNNABLE, TERMINATED -> false;
            };
            if (isAsleep && isSuspect && member.turn.compareAndSet(Member.MINE, Member.AWAY)) {
                member.isAway = true;
                setStatus(member, Member.Status.OUTSIDE);
                return;
            }
            isSuspect = isAsleep;
        }
    }

    private void giveBack(Member me) {
        me.turn.set(Member.WAITS);
        LockSupport.unpark(driver);
    }

    /** Is INSIDE when it returns. */
    private void awaitTurn(Member me, Object blocker) {
        boolean interrupted = false;
        while (me.turn.get() != Member.INSIDE) {
            LockSupport.park(blocker);
            if (Thread.currentThread().isInterrupted()) {
                post(me); // before it is cleared: see wakeInterrupted
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Puts {@code entry} into the inbox: a member that is to be woken, or one that is {@link Back}. */
    private void post(Object entry) {
        inbox.add(entry);
        LockSupport.unpark(driver);
    }

    /** A member has slept OUTSIDE, or was AWAY, and wants to go on. */
    private record Back(Member member) {}

    /** The calling member; gets INSIDE. */
    private Member enter() {
        if (OPEN) {
            return Objects.requireNonNull(running);
        }
        var me = Objects.requireNonNull(MEMBERS.get(Thread.currentThread()));
        if (!me.turn.compareAndSet(Member.MINE, Member.INSIDE)) { // AWAY
            me.turn.set(Member.WAITS);
            post(new Back(me));
            awaitTurn(me, this);
        }
        return me;
    }

    private void leave(Member me) {
        if (!OPEN) {
            me.turn.set(Member.MINE);
        }
    }
}
