package dev.gofer.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goroutines with a clock of their own, one of which runs at a time; who is next, a {@link Chooser} says. Go: {@code synctestBubble}.
 */
public final class Bubble {
    /* A driver, which is a platform thread, lets one member run until it sleeps, yields or ends, then chooses the next. How it does so, says the
     * Carrier.
     *
     * (1) One thread at a time has the baton: the driver, or the member that it lets run. What is written by others than that is marked so.
     *     A member takes hold of it by `enter`, and lets go by `leave`.
     * (2) Somebody outside who wakes a member puts it into the inbox, and wakes the driver.
     * (3) When nobody is ready and all sleep durably, whoever waits for that goes on (awaitIdle); otherwise the clock goes forward to the
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
        private final @Nullable Runnable action; // a member's, or where isAlarm the driver's
        private boolean isAlarm;

        private Event(long at, long order, @Nullable Member sleeper, @Nullable Runnable action) {
            this.at = at;
            this.order = order;
            this.sleeper = sleeper;
            this.action = action;
        }
    }

    /* Whether there has ever been a bubble: where not, nobody needs to look for one. All primitives ask at each step, so it is a constant to the
     * compiler, which compiles anew what has asked when it changes, once. A load would cost its whole latency between two locked instructions: 0.3 ns of
     * the 4.5 that lock and unlock of a mutex take. */
    private static final MutableCallSite EVER = new MutableCallSite(MethodHandles.constant(boolean.class, false));
    private static final MethodHandle EXIST = EVER.dynamicInvoker();

    private static final Instant BEGINNING = Instant.parse("2000-01-01T00:00:00Z");
    private static final long PATIENCE = Long.getLong("gofer.synctest.patience", 30) * 1_000_000_000;
    private static final long LOOK = 1_000_000; // nanoseconds between two looks at those who are outside
    private static final long GRACE =
            250_000_000; // nanoseconds for somebody outside to wake who sleeps in the JDK's classes
    private static final long MOMENT = 5_000_000; // nanoseconds for somebody outside to let go of a monitor
    private static final int ROUNDS_TO_END = 20; // in each of which those who are left are interrupted
    private static final int MOST_STEPS_TO_END = 10_000; // in each of them

    private static final Object IDLE = new Object() {
        @Override
        public String toString() {
            return "synctest.Wait";
        }
    };

    private final Chooser chooser;
    private final long mostSteps;
    private final @Nullable List<Step> record;
    private final Carrier carrier;
    private final ConcurrentLinkedQueue<Object> inbox =
            new ConcurrentLinkedQueue<>(); // (2): what the carrier makes of it
    final Thread driver;
    final Set<Member> alive = new LinkedHashSet<>();
    final List<Member> ready = new ArrayList<>();
    private final List<Member> candidates = new ArrayList<>();
    private final TreeSet<Event> events =
            new TreeSet<>(Comparator.<Event>comparingLong(event -> event.at).thenComparingLong(event -> event.order));
    private volatile long now; // nanoseconds since BEGINNING; read by all
    private long steps;
    private long eventsMade;
    private int membersMade;
    private int outside; // how many are OUTSIDE
    private @Nullable Member first;
    private @Nullable Member chosen; // by a step: the next to run
    private @Nullable Member idler; // waits until all others sleep
    private @Nullable Throwable failure;
    private @Nullable String stuck; // why nobody can go on
    private volatile @Nullable String stopped; // written by all: told to end, and why
    private volatile @Nullable String stacksThen; // when somebody else found that it cannot go on
    volatile boolean isOver;

    /** One step of a member, for people. */
    public record Step(
            int goroutine, String operation, @Nullable StackTraceElement place) {}

    private Bubble(Chooser chooser, long mostSteps, @Nullable List<Step> record) {
        this.chooser = chooser;
        this.mostSteps = mostSteps;
        this.record = record;
        this.driver = Thread.currentThread();
        this.carrier = isOpen() ? new OpenCarrier(this) : new BatonCarrier(this);
    }

    // What the seam asks

    /** Whether there has ever been a bubble. */
    public static boolean exist() {
        try {
            return (boolean) EXIST.invokeExact();
        } catch (RuntimeException | Error e) { // of a stack that overflows, say
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("a constant", e);
        }
    }

    private static void noteThatThereIsOne() {
        synchronized (EVER) {
            if (!exist()) {
                EVER.setTarget(MethodHandles.constant(boolean.class, true));
                MutableCallSite.syncAll(new MutableCallSite[] {EVER});
            }
        }
    }

    /** The bubble that the calling thread is in; null for none. */
    public static @Nullable Bubble current() {
        return exist() ? of(Thread.currentThread()) : null;
    }

    /** The bubble that {@code thread} is in; null for none. */
    static @Nullable Bubble of(Thread thread) {
        if (!exist() || !thread.isVirtual()) {
            return null;
        }
        var bubble = JdkThreads.areOpen() ? OpenCarrier.bubble(thread) : null;
        if (bubble == null) {
            bubble = BatonCarrier.bubble(thread);
        }
        return bubble == null || bubble.isOver ? null : bubble;
    }

    /** The property is for tests of what runs where the JVM is not opened. */
    private static boolean isOpen() {
        return JdkThreads.areOpen() && !Boolean.getBoolean("gofer.synctest.closed");
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
        if (exist()) {
            stepInBubble(operation);
        }
    }

    private static void stepInBubble(String operation) {
        var bubble = current();
        if (bubble != null && bubble.chooser.explores()) {
            bubble.step(bubble.enter(), operation);
        }
    }

    /** The same, in the user's own code. */
    static void stepOfUser(String operation) {
        var bubble = current();
        if (bubble != null && bubble.chooser.explores()) {
            var me = bubble.enter();
            me.operation = operation;
            bubble.step(me);
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
        BatonCarrier.unpark(thread);
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
        bubble.carrier.letOthersRun(me);
        bubble.leave(me);
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

    /** Has the driver, which calls this, run {@code command} {@code delay} nanoseconds from now; only with the baton it may be called off. */
    Future<?> alarm(long delay, Runnable command) {
        var event = newEvent(Time.plus(now, Math.max(0, delay)), null, command);
        event.isAlarm = true;
        events.add(event);
        return new CompletableFuture<@Nullable Void>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                return events.remove(event);
            }
        };
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
        var bubble = current();
        if (bubble == null) {
            return factory.newThread(body);
        }
        var me = bubble.enter();
        var thread = bubble.carrier.newThread(factory, body);
        bubble.leave(me);
        return thread;
    }

    /** Is to be called when {@code thread}, which {@link #newThread} made, has been started; or could not be. */
    static void started(Thread thread, boolean isStarted) {
        var bubble = current();
        if (bubble != null) {
            var me = bubble.enter();
            bubble.carrier.started(thread, isStarted);
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
        noteThatThereIsOne();
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
        stop("stopped");
    }

    private void stop(String reason) {
        stopped = reason;
        LockSupport.unpark(driver);
    }

    /** What keeps the bubble from going on; see {@link #look}. */
    public record Pinned(Member member, long steps) {}

    /** Who keeps all others from running while it waits itself; null for nobody, and maybe for a moment. Any thread may call it. */
    public @Nullable Pinned look() {
        var member = carrier instanceof OpenCarrier open ? open.pinned() : null;
        return member == null ? null : new Pinned(member, steps);
    }

    /** Ends a bubble in which {@code pinned} was seen {@code nanos} ago and now, if that is too long; what to say then, and null otherwise. */
    public Ending.@Nullable Stuck giveUp(Pinned pinned, long nanos) {
        var member = pinned.member();
        boolean isHopeless = member.isSleepKnown && member.isSleepDurable; // only a member could wake it
        if (nanos < (isHopeless ? GRACE : PATIENCE)) {
            return null;
        }
        var reason = member
                + " is pinned and waits: as it cannot let go of its carrier thread (a native method or a class initializer is"
                + " on its stack), no other goroutine of the bubble can run";
        var ending = new Ending.Stuck(reason, stacks());
        stacksThen = ending.stacks();
        stop(reason);
        member.thread.interrupt();
        return ending;
    }

    /** The clock goes forward by {@code delay}, while the calling member sleeps and nobody else can run. */
    void pass(long delay) {
        now = Time.plus(now, Math.max(0, delay));
    }

    /** What all members do, for people; the calling thread is one of them, or drives. */
    public String stacks() {
        return BubbleStacks.of(List.copyOf(alive));
    }

    // The driver

    private Ending run(Object task, Callable<?> body) {
        var goroutine = Goroutine.unstarted(task, body);
        var thread = carrier.newThread(Goroutine.THREADS, goroutine);
        goroutine.start(thread, thread.threadId());
        carrier.started(thread, true);
        first = Objects.requireNonNull(alive.iterator().next());
        drive();
        Ending ending = failure != null && stopped == null
                ? new Ending.Failed(failure)
                : stuck != null
                        ? new Ending.Stuck(stuck, stacksThen == null ? stacks() : stacksThen)
                        : new Ending.Done();
        endAll();
        isOver = true;
        carrier.end();
        return ending;
    }

    private void drive() {
        for (var next = next(); next != null; next = next()) {
            carrier.resume(next);
        }
    }

    private @Nullable Member next() {
        while (true) {
            carrier.readInbox();
            if (stopped == null && (failure != null || alive.isEmpty())) {
                return null;
            }
            if (stopped != null || steps > mostSteps) {
                stuck = stopped != null ? stopped : "no end after " + mostSteps + " steps";
                return null;
            }
            if (!ready.isEmpty()) {
                return takeNext();
            }
            if (outside > 0 || carrier.hasAnyAwoken()) {
                if (!awaitOutside(PATIENCE)) {
                    stuck = "nothing has happened for " + PATIENCE / 1_000_000_000
                            + " s: a goroutine waits for something outside of the bubble, or in real time"
                            + " (-Dgofer.synctest.patience=SECONDS sets the limit)";
                    return null;
                }
            } else if (!carrier.wakeInterrupted()) {
                if (idler != null) { // (3)
                    var member = idler;
                    idler = null;
                    carrier.wake(member);
                } else if (!isFirstOver() && !events.isEmpty()) {
                    if (!carrier.isAnyAtMonitor() || !awaitOutside(MOMENT)) {
                        goForward();
                    }
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
        now = Math.max(now, events.getFirst().at); // it may be late: pass
        while (!events.isEmpty() && events.getFirst().at <= now) {
            happen(Objects.requireNonNull(events.pollFirst()));
        }
    }

    private void happen(Event event) {
        if (event.sleeper != null) {
            carrier.wake(event.sleeper);
        } else if (event.isAlarm) {
            Objects.requireNonNull(event.action).run();
        } else {
            var body = Objects.requireNonNull(event.action);
            Runnable guarded = () -> {
                try {
                    body.run();
                } catch (Throwable e) {
                    failed(e);
                }
            };
            carrier.start(guarded);
        }
    }

    /** A member has ended. */
    void end(Member member) {
        setStatus(member, Member.Status.OVER);
        alive.remove(member);
        note("ends", member, null);
    }

    void setStatus(Member member, Member.Status status) {
        outside += (status == Member.Status.OUTSIDE ? 1 : 0) - (member.status == Member.Status.OUTSIDE ? 1 : 0);
        member.status = status;
    }

    /** Whether somebody sleeps in a class of the JDK, and may be woken by a thread outside that we know nothing of. */
    private boolean isAnyInJdk() {
        return alive.stream().anyMatch(member -> !member.isSleepKnown);
    }

    /** The status of one that does not sleep by way of {@link Park}. */
    static Member.Status waiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING && !BubbleStacks.isInputOutput(thread)
                ? Member.Status.DURABLE
                : Member.Status.OUTSIDE;
    }

    /** Waits for something in the inbox; false when nothing came for {@code nanos}. */
    private boolean awaitOutside(long nanos) {
        long since = System.nanoTime();
        while (inbox.isEmpty() && stopped == null && !carrier.hasAnyFallenAsleep()) {
            long left = nanos - (System.nanoTime() - since);
            if (left <= 0) {
                return false;
            }
            Thread.interrupted();
            LockSupport.parkNanos(this, Math.min(left, LOOK));
        }
        return true;
    }

    /** Interrupts all who are left, and lets them run until they have ended; or for a while. */
    private void endAll() {
        for (int round = 0; round < ROUNDS_TO_END && !alive.isEmpty(); round++) {
            for (var member : List.copyOf(alive)) {
                member.thread.interrupt();
            }
            idler = null;
            carrier.wakeInterrupted();
            carrier.readInbox();
            for (int i = 0; i < MOST_STEPS_TO_END && !ready.isEmpty(); i++) {
                carrier.resume(ready.removeFirst());
                carrier.readInbox();
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
        me.operation = record == null ? operation : BubbleStacks.method() + ": " + operation;
        step(me);
    }

    private void step(Member me) {
        if (record != null) {
            me.place = BubbleStacks.place();
        }
        if (!ready.isEmpty()) {
            candidates.clear();
            candidates.add(me);
            candidates.addAll(ready);
            int next = chooser.next(candidates, true);
            if (next > 0) {
                chosen = candidates.get(next);
                carrier.letOthersRun(me);
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

    /** With the baton, which it lets go of. */
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
        carrier.sleep(me, blocker, isDurable, deadline);
        me.isSleepKnown = false;
        if (me.alarm != null) {
            events.remove(me.alarm);
            me.alarm = null;
        }
        leave(me);
    }

    private Member enter() {
        return carrier.enter();
    }

    private void leave(Member me) {
        carrier.leave(me);
    }

    // What the carrier needs

    Carrier carrier() {
        return carrier;
    }

    /** (2): puts {@code entry} into the inbox. Any thread may call it. */
    void post(Object entry) {
        inbox.add(entry);
        LockSupport.unpark(driver);
    }

    /** Takes {@code entry} back; false when it was read. */
    boolean takeBack(Object entry) {
        return inbox.remove(entry);
    }

    /** The next in the inbox; null for none. */
    @Nullable
    Object nextPosted() {
        return inbox.poll();
    }

    /** A member to be, on {@code thread}; the first has number 1. */
    Member newMember(Thread thread, @Nullable Runnable continuation) {
        return new Member(this, thread, continuation, ++membersMade);
    }

    /** {@code member} may run. */
    void makeReady(Member member) {
        setStatus(member, Member.Status.READY);
        ready.add(member);
    }
}
