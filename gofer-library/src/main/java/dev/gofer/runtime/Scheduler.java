package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs goroutines on a few platform threads, where the JVM lets us ({@link JdkThreads}); elsewhere the JDK's scheduler does. Go: {@code
 * runtime/proc.go}.
 *
 * <p>The system property {@code gofer.scheduler=jdk} leaves goroutines to the JDK.
 */
public final class Scheduler implements Executor {
    /* Whoever can run is a task in exactly one place: the next slot or the ring of a Worker, or the queue of all.
     *
     * (1) running counts the workers that are not idle. It exceeds `allowed` only after that was lowered; who notices goes idle.
     *     allowed = processors + the workers that are stuck in a task (Monitor), so there are as many at work as there are processors.
     * (2) No task is forgotten: whoever queues one sees a worker that will look, or has one wake, or alerts the monitor. A worker that goes idle
     *     counts itself out first and looks then; who queues up queues first and reads the count then.
     * (3) Goroutines that talk to each other run on one worker as long as none has to wait for it: there a hand-off costs 0.1 µs, and no cache
     *     line changes sides. So to queue a task up locally wakes nobody; the monitor has another worker steal as soon as the queue
     *     moves slowly, and a long queue does so by itself. Where a queue moves fast, it tries now and then whether two do more than one
     *     (SpreadPolicy). Go wakes another thread at once, and pays for it in its own benchmarks.
     * (4) Fairness: a worker takes from the next slot a limited number of times in a row, and looks at the queue of all once in a while. */
    private static final int MOST_WORKERS = 512;
    private static final int LONG_QUEUE = 64;
    private static final int WAKERS = 2048; // more than MOST_WORKERS, and a power of two

    private static final VarHandle RUNNING =
            fieldVarHandle(lookup(), "running", VarHandle.class, Scheduler.class, int.class);
    private static final VarHandle ALLOWED =
            fieldVarHandle(lookup(), "allowed", VarHandle.class, Scheduler.class, int.class);

    private static final VarHandle IS_ADDING =
            fieldVarHandle(lookup(), "isAdding", VarHandle.class, Scheduler.class, boolean.class);

    /** Null: goroutines run on the JDK's scheduler. */
    static final @Nullable Scheduler OURS = JdkThreads.areOpen() && !"jdk".equals(System.getProperty("gofer.scheduler"))
            ? new Scheduler(Integer.getInteger(
                    "jdk.virtualThreadScheduler.parallelism",
                    Runtime.getRuntime().availableProcessors()))
            : null;

    private final ConcurrentLinkedQueue<Runnable> all = new ConcurrentLinkedQueue<>();
    private final Monitor monitor = new Monitor(this);
    private volatile Worker[] workers = new Worker[0]; // only grows; written by who has turned isAdding on
    private volatile boolean isAdding; // turned on through IS_ADDING
    private volatile int running; // written through RUNNING
    private volatile int allowed; // written through ALLOWED
    private volatile int processors; // written under this object's monitor
    private volatile boolean isSpread; // written by the monitor
    private final int[] wakers = new int[WAKERS]; // see crosses

    /** One of so many processors; with 0, nobody runs what it is given. */
    Scheduler(int processors) {
        this.processors = processors;
        allowed = processors;
        Worker.link(this);
        monitor.start();
    }

    /**
     * Has {@code n} processors run goroutines, or as many as before if {@code n} is not positive.
     *
     * @return the number before; 0 when goroutines run on the JDK's scheduler, about which this class knows nothing
     */
    public static int setProcessors(int n) {
        return OURS == null ? 0 : OURS.processors(n);
    }

    /** Lets {@code sleeper} run on if it is parked, and soon: the caller is about to wait, as like as not. */
    static void unpark(Thread sleeper) {
        if (OURS != null && runs(sleeper) && OURS.handOver(sleeper)) {
            return;
        }
        // Where there is a permit, unpark only reads it: that must not come before what the caller has written.
        VarHandle.fullFence();
        LockSupport.unpark(sleeper);
    }

    /** Whether it is this scheduler that runs {@code thread}. */
    static boolean runs(Thread thread) {
        return OURS != null && JdkThreads.scheduler(thread) == OURS;
    }

    /** A number of the processor that the calling thread runs on, or is likely to: to keep apart what different processors write. */
    static int processor() {
        var worker = worker();
        return worker == null ? (int) Thread.currentThread().threadId() : worker.index;
    }

    /** Whether another processor is at work, and nothing waits for the one that the calling thread runs on; true also where that is not known. */
    static boolean mayOtherRun() {
        var worker = worker();
        return worker == null || (worker.scheduler.running > 1 && worker.queued() == 0);
    }

    /** The worker that the calling thread runs on; null where that is none of ours. */
    static @Nullable Worker worker() {
        return OURS != null && JdkThreads.carrier(Thread.currentThread()) instanceof Worker worker ? worker : null;
    }

    /**
     * The same as {@link #unpark} by a goroutine on {@code worker}; the sleeper may wait for {@link #endBatch}, which has to come soon.
     *
     * @return the worker that the caller is on afterwards: with something prepared the same, else it may have let go of its carrier
     */
    static Worker unparkInBatch(Thread sleeper, Worker worker) {
        if (!runs(sleeper) || !JdkThreads.unpark(sleeper)) {
            endBatch(worker); // the JDK may queue it up here
            unpark(sleeper);
            return Objects.requireNonNull(worker());
        }
        var scheduler = worker.scheduler;
        var task = task(sleeper);
        scheduler.monitor.note(worker, task);
        if (worker.prepare(task)) {
            return worker;
        }
        endBatch(worker);
        scheduler.giveAway(task);
        scheduler.monitor.alert();
        return Objects.requireNonNull(worker());
    }

    /** Queues up all that {@link #unparkInBatch} has left: one fence for them, and one look at who has to be told. */
    static void endBatch(Worker worker) {
        if (worker.addPrepared()) {
            worker.scheduler.manyQueuedLocally(worker);
        }
    }

    /** What to queue up for {@code thread}, which can run on. */
    private static Runnable task(Thread thread) {
        return Switch.IS_OPEN ? thread : JdkThreads.continuation(thread);
    }

    private boolean handOver(Thread sleeper) {
        var worker = worker();
        if (worker == null || !JdkThreads.unpark(sleeper)) {
            return false;
        }
        var task = task(sleeper);
        worker.runNext(task);
        monitor.note(worker, task);
        queuedLocally(worker);
        return true;
    }

    /** Called by the JDK: {@code task} runs a virtual thread of ours. */
    @Override
    public void execute(Runnable task) {
        if (JdkThreads.carrier(Thread.currentThread()) instanceof Worker worker) {
            if (!worker.add(task)) {
                all.add(task);
            }
            monitor.note(worker, task);
            queuedLocally(worker);
        } else {
            all.add(task); // where that fails for lack of memory, the JDK tries again
            if (!wakeOne()) {
                monitor.alert();
            }
        }
    }

    private void queuedLocally(Worker worker) { // (3)
        monitor.alert();
        if (running < allowed && worker.queued() > LONG_QUEUE) {
            wakeOne();
        }
    }

    private void manyQueuedLocally(Worker worker) {
        monitor.alert();
        for (int some = worker.queued(); some > LONG_QUEUE && running < allowed && wakeOne(); some -= LONG_QUEUE) {}
    }

    /** Has one more worker look for tasks; false when as many are at work as may be. */
    boolean wakeOne() {
        if (!countIn()) {
            return false;
        }
        for (var worker : workers) {
            if (worker.wake()) {
                return true;
            }
        }
        return addWorker();
    }

    /**
     * One more, which is counted in already; false when there cannot be more, or somebody else is about to add one. No lock: a goroutine that had to wait for it
     * could be on another worker afterwards, in the midst of what it does here.
     */
    private boolean addWorker() {
        boolean isAdded = false;
        boolean isMine = !isAdding && IS_ADDING.compareAndSet(this, false, true);
        try {
            int count = workers.length;
            if (isMine && count < MOST_WORKERS) {
                var larger = Arrays.copyOf(workers, count + 1);
                var worker = new Worker(this, count);
                larger[count] = worker;
                worker.start();
                workers = larger;
                isAdded = true;
            }
        } catch (OutOfMemoryError e) {
            if ("Java heap space".equals(e.getMessage())) {
                Goroutine.lost(); // or the monitor would have the collector run again and again
            } // else there may be no more threads, for now: the monitor tries again
        }
        if (isMine) {
            isAdding = false;
        }
        if (!isAdded) {
            countOut();
        }
        return isAdded;
    }

    /** One more is at work, unless there are enough. */
    boolean countIn() {
        for (int count = running; count < allowed; count = running) {
            if (RUNNING.compareAndSet(this, count, count + 1)) {
                return true;
            }
        }
        return false;
    }

    void countOut() {
        RUNNING.getAndAdd(this, -1);
    }

    /** One fewer is at work, if there are too many. */
    boolean countOutIfTooMany() {
        for (int count = running; count > allowed; count = running) {
            if (RUNNING.compareAndSet(this, count, count - 1)) {
                return true;
            }
        }
        return false;
    }

    boolean areTooMany() {
        return running > allowed;
    }

    boolean areEnough() {
        return running >= allowed;
    }

    boolean isOneEnough() {
        return allowed == 1;
    }

    int running() {
        return running;
    }

    int allowed() {
        return allowed;
    }

    /** One fewer is at work, but for the last. */
    boolean countOutUnlessLast() {
        for (int count = running; count > 1; count = running) {
            if (RUNNING.compareAndSet(this, count, count - 1)) {
                return true;
            }
        }
        return false;
    }

    /** Has the worker with the fewest tasks in its queue give them back, and rest, once it has run the one that it is in. */
    void foldOne() {
        Worker fewest = null;
        for (var worker : workers) {
            if (!worker.isIdle() && !worker.isStuck() && (fewest == null || worker.queued() < fewest.queued())) {
                fewest = worker;
            }
        }
        if (fewest != null) {
            fewest.signal(Worker.FOLD);
        }
    }

    /** Tasks have come into the queue of all from {@code giver}, which goes to sleep: has another worker take them soon. */
    void gather(Worker giver) {
        monitor.alert(); // in case that one is in a long task
        for (var worker : workers) {
            if (worker != giver && !worker.isIdle()) {
                worker.signal(Worker.GATHER);
                return;
            }
        }
    }

    boolean isSpread() {
        return isSpread;
    }

    /** Whether goroutines that could share a worker are better off apart: said by the monitor. */
    void setSpread(boolean isSpread) {
        if (this.isSpread != isSpread) {
            this.isSpread = isSpread;
        }
    }

    /** Notes that {@code worker} has queued {@code task} up; whether another one did the last time, as far as is known: no lock, a lost note does no harm. */
    boolean crosses(Worker worker, Runnable task) {
        int hash = System.identityHashCode(task);
        int slot = hash & (wakers.length - 1);
        int mine = (hash & -wakers.length) | (worker.index + 1);
        int before = wakers[slot];
        wakers[slot] = mine;
        return before != mine && (before & -wakers.length) == (mine & -wakers.length) && before != 0;
    }

    void forgetWakers() {
        Arrays.fill(wakers, 0);
    }

    /** One more or fewer is stuck. */
    void allow(int more) {
        ALLOWED.getAndAdd(this, more);
    }

    private int processors(int n) {
        int before;
        synchronized (this) {
            before = processors;
            if (n > 0) {
                processors = n;
                allow(n - before);
            }
        }
        monitor.alert(); // who is queued may run now
        return before;
    }

    /** A task from the queue of all, or null. */
    @Nullable
    Runnable poll() {
        return all.poll();
    }

    /** Puts {@code task}, which a worker could not keep, where all look. In a full heap it tries for ever, as the JDK does: nobody else has it. */
    void giveAway(Runnable task) {
        while (true) {
            try {
                all.add(task);
                return;
            } catch (OutOfMemoryError e) {
                Goroutine.lost();
                Thread.onSpinWait();
            }
        }
    }

    /** A task that waits at another worker, or null; more of them come into {@code thief}'s ring. {@code now} as {@link Worker#isSlow} has it. */
    @Nullable
    Runnable steal(Worker thief, long now) {
        var others = workers;
        for (int i = 1; i < others.length; i++) {
            var victim = others[(thief.index + i) % others.length];
            var task = victim.isSlow(thief, now) ? victim.stealInto(thief) : null;
            if (task != null) {
                moved();
                return task;
            }
        }
        return null;
    }

    /** Tasks have gone from one queue into another: the monitor, which looks at one after the other, may have missed them, and be about to sleep. */
    void moved() {
        monitor.alert();
    }

    /** Whether a task is queued anywhere. */
    boolean isAnythingQueued() {
        if (!all.isEmpty()) {
            return true;
        }
        for (var worker : workers) {
            if (worker.queued() > 0) {
                return true;
            }
        }
        return false;
    }

    boolean isAnythingForAll() {
        return !all.isEmpty();
    }

    Worker[] workers() {
        return workers;
    }
}
