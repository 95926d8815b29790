package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.arrayElementVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A platform thread that runs goroutines, one after the other. Go: {@code m} and {@code p}. */
final class Worker extends HouseThread {
    /* next is the slot of whoever shall run next: woken by the goroutine that runs now, which is about to wait for him, as like as not.
     * ring holds those who run after him, first come first served: the owner adds at `tail`; whoever takes moves `head`.
     *
     * (1) head and tail only grow. A slot is written by the owner only, when `head` has passed it; so who has read a slot and then moves `head`
     *     on from it has read the right task.
     * (2) Slots are cleared by the owner: at once those that it took itself, the others before it goes idle. A task reaches its
     *     goroutine, which nobody may hold who cannot wake it (Garbage).
     * (3) Who runs next has run next FAIR_SHARE times in a row at most when others are queued.
     * (4) mode goes from IDLE to BUSY by whoever counts the worker in (Scheduler), once for each time.
     * (5) Whoever has nothing to do takes from another worker only what waits there: half of a long queue, or of one that has not moved for PATIENCE.
     *     Goroutines that talk to each other are left together; they would take turns at the same cache lines. Who was woken takes at once:
     *     the monitor has seen that tasks wait. So does everybody where goroutines were found to be better off apart (SpreadPolicy).
     * (6) Who folds puts its tasks into the queue of all before it counts itself out, unless it is the last; so who is at work then will look there before
     *     it goes idle.
     * (7) Between unparkInBatch and endBatch (Scheduler), `prepared` tasks lie behind tail. Nobody reads so far, and the owner adds no others
     *     meanwhile; it takes none, and does not go idle, before they are published. */
    private static final int SIZE = 256;
    private static final int MASK = SIZE - 1;
    private static final int LOOK_AROUND = 61; // tasks between two looks at the queue of all
    private static final int FAIR_SHARE = 32;
    private static final int LONG_QUEUE = 32;
    private static final long PATIENCE = 5_000; // nanoseconds

    /** Signals: it is stuck in a task, and another one is allowed for in its place; */
    private static final int STUCK = 1;

    /** it shall give its tasks back, and rest; */
    static final int FOLD = 2;

    /** it shall take what is in the queue of all. */
    static final int GATHER = 4;

    private static final int BUSY = 0;
    private static final int IDLE = 1;

    private static final VarHandle NEXT =
            fieldVarHandle(lookup(), "next", VarHandle.class, Worker.class, Runnable.class);
    private static final VarHandle HEAD = fieldVarHandle(lookup(), "head", VarHandle.class, Worker.class, long.class);
    private static final VarHandle TAIL = fieldVarHandle(lookup(), "tail", VarHandle.class, Worker.class, long.class);
    private static final VarHandle MODE = fieldVarHandle(lookup(), "mode", VarHandle.class, Worker.class, int.class);
    private static final VarHandle TICKS = fieldVarHandle(lookup(), "ticks", VarHandle.class, Worker.class, long.class);
    private static final VarHandle SIGNALS =
            fieldVarHandle(lookup(), "signals", VarHandle.class, Worker.class, int.class);
    private static final VarHandle CROSSINGS =
            fieldVarHandle(lookup(), "crossings", VarHandle.class, Worker.class, long.class);
    private static final VarHandle SLOT = arrayElementVarHandle(Runnable[].class);

    final Scheduler scheduler;
    final int index; // among the scheduler's workers
    private final @Nullable Runnable[] ring = new Runnable[SIZE];
    private volatile @Nullable Runnable next; // written through NEXT
    private volatile long head; // written through HEAD
    private volatile long tail; // written through TAIL
    private volatile int mode; // written through MODE
    private volatile long ticks; // tasks begun; written by the owner through TICKS
    private volatile int signals; // of others, a set of the above; written through SIGNALS
    private volatile long crossings; // tasks queued here that had been queued elsewhere before; written by the owner
    private volatile long wokenAt; // written by who wakes it, a little later than mode
    private final LookAround lookAround = new LookAround();
    private int inARow; // tasks from `next`
    private int prepared; // tasks behind `tail` that nobody sees yet: (7)
    private boolean fresh = true; // woken, and has not looked around yet
    private @Nullable Worker victim; // these three: what it saw last when it looked around
    private long victimTicks;
    private long victimSince;

    // The monitor's notes.
    long seenTicks;
    long seenAt;

    Worker(Scheduler scheduler, int index) {
        super("gofer-worker-" + index, () -> {});
        this.scheduler = scheduler;
        this.index = index;
    }

    /**
     * Has the JVM link what workers call. It does so at the first call, which takes memory: in a full heap a worker would die of it, between
     * two steps that belong together.
     */
    static void link(Scheduler scheduler) {
        var worker = new Worker(scheduler, 0);
        var thief = new Worker(scheduler, 1);
        Runnable task = () -> {};
        for (int i = 0; i < 4; i++) {
            worker.add(task);
        }
        worker.prepare(task);
        worker.addPrepared();
        worker.stealInto(thief);
        thief.takeFirst();
        worker.runNext(task);
        worker.runNext(task);
        worker.takeNext();
        worker.setStuck();
        worker.clearStuck();
        worker.signal(GATHER);
        worker.recover();
        scheduler.forgetWakers();
        worker.noteWaker(task);
        thief.noteWaker(task);
        TICKS.setRelease(worker, 1L);
        MODE.setVolatile(worker, IDLE);
        worker.wake();
        if (scheduler.countIn()) {
            scheduler.countOut();
        }
        scheduler.allow(0);
        Switch.link(worker);
    }

    /** Whoever waits in the slot goes into the ring. Called on this worker. */
    void runNext(Runnable task) {
        var before = (Runnable) NEXT.getAndSet(this, task);
        if (before != null && !add(before)) {
            scheduler.giveAway(before);
        }
    }

    /** Appends {@code task} to the ring; false when that is full. Called on this worker. */
    boolean add(Runnable task) {
        long end = tail;
        if (end - head == SIZE) {
            return false;
        }
        SLOT.set(ring, (int) end & MASK, task);
        TAIL.setVolatile(this, end + 1); // volatile: before the caller reads whether somebody has to be alerted
        return true;
    }

    /** Puts {@code task} behind the ring's end, and those prepared before; false when it is full. Called on this worker; {@link #addPrepared} is to come next. */
    boolean prepare(Runnable task) {
        long end = tail + prepared;
        if (end - head == SIZE) {
            return false;
        }
        SLOT.set(ring, (int) end & MASK, task);
        prepared++;
        return true;
    }

    /** Appends all that is prepared; false for nothing. Called on this worker. */
    boolean addPrepared() {
        if (prepared == 0) {
            return false;
        }
        TAIL.setVolatile(this, tail + prepared); // as in add
        prepared = 0;
        return true;
    }

    /** The number of tasks that are queued here; a guess while others take them. */
    int queued() {
        return (int) (tail - head) + (next == null ? 0 : 1);
    }

    long ticks() {
        return ticks;
    }

    boolean isIdle() {
        return mode == IDLE;
    }

    boolean isStuck() {
        return (signals & STUCK) != 0;
    }

    /** Notes that it is allowed for. Called by the monitor. */
    void setStuck() {
        signal(STUCK);
    }

    /** True for the one who takes the note back. */
    boolean clearStuck() {
        return take(STUCK);
    }

    /** Has it look at {@code signal} when it has run the task that it is in. */
    void signal(int signal) {
        SIGNALS.getAndBitwiseOr(this, signal);
    }

    /** True for the one who takes the signal. */
    private boolean take(int signal) {
        return (signals & signal) != 0 && ((int) SIGNALS.getAndBitwiseAnd(this, ~signal) & signal) != 0;
    }

    long crossings() {
        return crossings;
    }

    /** Counts {@code task}, which it has queued, if another worker had queued it before. Called on this worker. */
    void noteWaker(Runnable task) {
        if (scheduler.crosses(this, task)) {
            CROSSINGS.setOpaque(this, crossings + 1);
        }
    }

    /** Has it look for tasks if it is idle; the caller has counted it in. */
    boolean wake() {
        if (mode == IDLE && MODE.compareAndSet(this, IDLE, BUSY)) {
            wokenAt = Time.now();
            LockSupport.unpark(this);
            return true;
        }
        return false;
    }

    @Override
    public void run() {
        while (true) {
            if (!runOne()) {
                rest();
            }
        }
    }

    /** Runs the task whose turn it is; false when there is none for this worker. */
    boolean runOne() {
        var task = find();
        if (task == null) {
            return false;
        }
        TICKS.setRelease(this, ticks + 1);
        try {
            var thread = JdkThreads.threadOf(task);
            if (thread == null) {
                task.run();
            } else {
                int left = Switch.run(thread, this);
                if (left != 0) {
                    Switch.finish(thread, left, this);
                }
            }
        } catch (OutOfMemoryError e) { // there was no room for the stack of a goroutine that was about to wait
            Goroutine.lost();
        } catch (Throwable e) {
            // the JDK's own trouble with that goroutine; its scheduler swallows it, too
        }
        if (prepared != 0) {
            Scheduler.endBatch(this); // a stack has overflowed, twice
        }
        if (signals != 0 || scheduler.areTooMany()) {
            recover();
        }
        return true;
    }

    /** Back from a task in which it was stuck, or there are fewer processors: somebody else has its place. Or it has another signal. */
    private void recover() {
        if (clearStuck()) {
            scheduler.allow(-1);
        }
        if (scheduler.countOutIfTooMany()) {
            giveAll();
            scheduler.moved(); // who is at work may have looked before
            sleep();
        } else if (take(FOLD)) {
            giveAll();
            if (scheduler.countOutUnlessLast()) { // (6)
                scheduler.gather(this);
                sleep();
            }
        } else if (take(GATHER)) {
            gather();
            scheduler.moved();
        }
    }

    private void gather() {
        for (int room = SIZE - (int) (tail - head); room > 0; room--) {
            var task = scheduler.poll();
            if (task == null) {
                return;
            }
            if (!add(task)) {
                scheduler.giveAway(task);
                return;
            }
        }
    }

    private void giveAll() {
        for (var task = takeNext(); task != null; task = takeNext()) {
            scheduler.giveAway(task);
        }
        for (var task = takeFirst(); task != null; task = takeFirst()) {
            scheduler.giveAway(task);
        }
    }

    private @Nullable Runnable find() {
        if (ticks % LOOK_AROUND == 0) { // Scheduler (4)
            var task = scheduler.poll();
            if (task != null) {
                return task;
            }
        }
        if (next != null && (inARow < FAIR_SHARE || tail == head)) { // (3)
            inARow++;
            var task = takeNext();
            if (task != null) {
                return task;
            }
        }
        inARow = 0;
        var task = takeFirst();
        if (task == null) {
            task = takeNext();
        }
        return task == null ? findElsewhere() : task;
    }

    /** Looks at the others' queues for a while: (5). */
    private @Nullable Runnable findElsewhere() {
        boolean wasWoken = fresh;
        fresh = false;
        var task = lookOnce(wasWoken);
        long most = lookAround.nanos();
        if (task != null || most == 0 || scheduler.isOneEnough()) {
            return task;
        }
        long begun = Time.now();
        do {
            Thread.onSpinWait();
            task = lookOnce(wasWoken);
            if (task != null) {
                lookAround.paid();
                return task;
            }
        } while (signals == 0 && Time.now() - begun < most);
        lookAround.wasInVain();
        return null;
    }

    private @Nullable Runnable lookOnce(boolean wasWoken) {
        var task = scheduler.poll();
        return task == null
                ? scheduler.steal(this, wasWoken || scheduler.isSpread() ? Long.MAX_VALUE : Time.now())
                : task;
    }

    /** Whether another worker, which looks {@code now} and looked before, may take tasks from here: (5). */
    boolean isSlow(Worker thief, long now) {
        int queued = queued();
        if (queued == 0) {
            return false;
        }
        if (now == Long.MAX_VALUE || queued > LONG_QUEUE) {
            return true;
        }
        long seen = ticks;
        if (thief.victim != this || thief.victimTicks != seen) {
            thief.victim = this;
            thief.victimTicks = seen;
            thief.victimSince = now;
            return false;
        }
        return now - thief.victimSince > PATIENCE;
    }

    private @Nullable Runnable takeNext() {
        return next == null ? null : (Runnable) NEXT.getAndSet(this, null);
    }

    private @Nullable Runnable takeFirst() {
        for (long first = head; first != tail; first = head) {
            int slot = (int) first & MASK;
            var task = (Runnable) SLOT.get(ring, slot);
            if (HEAD.compareAndSet(this, first, first + 1)) {
                SLOT.set(ring, slot, null); // (2)
                return task;
            }
        }
        return null;
    }

    /** Gives away half of its tasks, or the one that was to run next. Called by another worker, whose ring is empty. */
    @Nullable
    Runnable stealInto(Worker thief) {
        while (true) {
            long first = head;
            int count = (int) (tail - first);
            if (count <= 0) {
                return takeNext();
            }
            int taken = count - count / 2;
            if (taken > SIZE) {
                continue; // head has moved since
            }
            long to = thief.tail;
            for (int i = 0; i < taken; i++) {
                SLOT.set(thief.ring, (int) (to + i) & MASK, (Runnable) SLOT.getAcquire(ring, (int) (first + i) & MASK));
            }
            if (HEAD.compareAndSet(this, first, first + taken)) { // (1)
                TAIL.setVolatile(thief, to + taken);
                return thief.takeFirst();
            }
        }
    }

    private void rest() {
        if (goIdle()) {
            awaitWake();
        }
    }

    /** Goes idle, and is counted out, unless there is something to do after all; true if it is. */
    boolean goIdle() {
        clear();
        MODE.setVolatile(this, IDLE);
        if (clearStuck()) { // by a monitor that found its last task too long; one that finds so now sees IDLE
            scheduler.allow(-1);
        }
        scheduler.countOut();
        if (scheduler.isAnythingForAll() && scheduler.countIn()) { // Scheduler (2)
            if (!MODE.compareAndSet(this, IDLE, BUSY)) {
                scheduler.countOut(); // somebody else has counted this one in
            }
            return false;
        }
        return true;
    }

    /** Idle: counted out already. */
    private void sleep() {
        clear();
        MODE.setVolatile(this, IDLE);
        awaitWake();
    }

    private void awaitWake() {
        victim = null;
        long since = Time.now();
        while (mode == IDLE) {
            LockSupport.park();
        }
        lookAround.woken(wokenAt - since); // negative where that is not written yet, which is soon, too
        take(FOLD | GATHER); // they were for the work before
        fresh = true;
    }

    /** It is empty, and who still reads a slot fails to move head. But a steal that failed leaves tasks behind tail: (2). */
    private void clear() {
        Arrays.fill(ring, null);
    }
}
