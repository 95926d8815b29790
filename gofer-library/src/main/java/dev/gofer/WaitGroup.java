package dev.gofer;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.WaitQueue;
import dev.gofer.runtime.Waiter;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts unfinished tasks; {@link #await} returns when none is left. Go: {@code sync.WaitGroup}.
 *
 * {@snippet class="dev.gofer.Snippets" region="waitgroup" :
 * var wg = new WaitGroup();
 * for (var url : urls) {
 *     wg.go(() -> download(url));
 * }
 * wg.await();
 * }
 *
 * <p>A {@link #done} happens-before the return of every {@code await} that it lets go on. A group may be used again once all who waited have
 * returned.
 */
public final class WaitGroup {
    /* state is tasks << 32 | waiters, in one word so that the last done knows exactly whom it has to wake: those who waited in its own
     * round, not those who came when somebody had begun the next one already.
     *
     * (1) tasks >= 0.
     * (2) waiters > 0 while tasks == 0 only from the last done to its release of the queue. Meanwhile await returns at once, and an add is
     *     misuse: it would begin a round before the previous one is over.
     * (3) A waiter counts itself, by a CAS that sees tasks > 0, and queues up under one lock: so whom the last done counted is in the
     *     queue when it takes the lock.
     * (4) Who gives up leaves the queue and the count in one step, as the lock has it. He may be the last whom a release was for, and the
     *     group in its next round before that release has the lock: so it looks again whether the tasks are done.
     * (5) The queue belongs to the bubble in which tasks were added, until all are done and those who waited are let go on. */
    private static final VarHandle STATE =
            fieldVarHandle(lookup(), "state", VarHandle.class, WaitGroup.class, long.class);
    private static final long ONE_TASK = 1L << 32;

    private volatile long state; // written through STATE only
    private final SpinLock lock = new SpinLock(); // guards waiting
    private final WaitQueue waiting = new WaitQueue();

    /** Makes a group of no tasks. */
    public WaitGroup() {
        waiting.moveTo(null); // (5)
    }

    /**
     * Starts a goroutine that is one task of this group. Go: {@code wg.Go(f)}.
     *
     * <p>The task is done when it returns, throws or calls {@link Go#goexit}. In a {@link Go#main} program a task that throws ends the
     * program before it counts as done.
     *
     * @param task what to run
     */
    public void go(Task task) {
        Objects.requireNonNull(task);
        add(1);
        try {
            Goroutine.start(task, Bodies.of(task), this::done);
        } catch (Throwable e) { // no memory for it
            done();
            throw e;
        }
    }

    /**
     * Adds tasks. Call it before the goroutine starts that will call {@link #done}, not in it. Go: {@code wg.Add(delta)}.
     *
     * @param delta how many tasks; negative takes some away
     * @throws MisuseException when the counter becomes negative, or when it leaves zero while others are about to return from {@code await}
     */
    public void add(int delta) {
        Bubble.step("changes a WaitGroup");
        if (Bubble.exist()) {
            requireOneBubble();
        }
        long change = delta * ONE_TASK;
        long now = (long) STATE.getAndAdd(this, change) + change;
        int tasks = tasks(now);
        int waiters = waiters(now);
        if (tasks < 0) {
            throw new MisuseException("sync: negative WaitGroup counter: "
                    + (delta > 0
                            ? "it counts no more than 2,147,483,647 tasks"
                            : "done() was called more often than tasks were added"));
        }
        if (waiters > 0 && delta > 0 && tasks == delta) { // (2)
            add(-delta); // as if it had not been: who waits is let go on
            throw new MisuseException(
                    "sync: WaitGroup misuse: add called concurrently with await: add all tasks before, or use go(task)");
        }
        if (tasks == 0 && waiters > 0) {
            releaseAll();
        }
    }

    /**
     * Says that one task is done. Go: {@code wg.Done()}.
     *
     * @throws MisuseException when no task is left to be done
     */
    public void done() {
        add(-1);
    }

    /**
     * Waits until no task is left. Go: {@code wg.Wait()}.
     *
     * @throws java.util.concurrent.CancellationException when the thread is interrupted first; the flag stays set
     */
    public void await() {
        Bubble.step("looks at a WaitGroup");
        if (tasks(state) != 0) {
            var sleep = sleep();
            var me = enqueue();
            if (me != null) {
                sleep.accept(me);
            }
        } else {
            leaveBubble();
        }
    }

    /**
     * Waits until no task is left or {@code ctx} ends.
     *
     * @param ctx ends the wait
     * @throws java.util.concurrent.CancellationException when the context ends first, or the thread is interrupted
     */
    public void await(Context ctx) {
        Objects.requireNonNull(ctx);
        Bubble.step("looks at a WaitGroup");
        if (tasks(state) != 0) {
            var sleep = sleep();
            var me = enqueue();
            if (me != null) {
                Contexts.during(ctx, me, sleep);
            }
        } else {
            leaveBubble();
        }
    }

    /** (5) */
    private void requireOneBubble() {
        var home = waiting.bubble();
        var mine = Bubble.current();
        if (home == mine) {
            return;
        }
        if (home != null && mine != null) {
            throw new MisuseException("sync: WaitGroup.Add called from multiple synctest bubbles: make one for each");
        }
        if (home != null || state != 0) {
            throw new MisuseException("sync: WaitGroup.Add called from inside and outside synctest bubble:"
                    + " add tasks and say that they are done in the bubble only, or outside only");
        }
        waiting.moveTo(mine);
    }

    /** (5) */
    private void leaveBubble() {
        if (Bubble.exist() && state == 0 && !waiting.isForeign()) {
            waiting.moveTo(null);
        }
    }

    /** Queues the caller up; null when there is nothing to wait for. */
    private @Nullable Waiter enqueue() {
        var me = new Waiter(null);
        lock.acquire();
        try {
            while (true) {
                long seen = state;
                if (tasks(seen) == 0) {
                    return null;
                }
                Bubble.step("queues up at a WaitGroup");
                if (STATE.compareAndSet(this, seen, seen + 1)) { // (3)
                    waiting.add(me);
                    return me;
                }
            }
        } finally {
            lock.release();
        }
    }

    /** Made before the caller queues up: where memory is short, nobody is left in the queue who does not sleep. */
    private Consumer<Waiter> sleep() {
        Runnable onGiveUp = () -> STATE.getAndAdd(this, -1L); // (4)
        return me -> Park.sleep(me, waiting, lock, this, onGiveUp);
    }

    private void releaseAll() {
        Waiter woken = null;
        lock.acquire();
        long seen = state;
        Bubble.step("lets go on who waits for a WaitGroup");
        if (tasks(seen) <= 0 && waiters(seen) > 0) { // they cannot leave now, and until they can, an add is misuse (2)
            waiting.moveTo(null); // (5)
        }
        while (tasks(seen) <= 0 && waiters(seen) > 0 && !STATE.compareAndSet(this, seen, 0L)) { // (4)
            seen = state;
        }
        if (tasks(seen) <= 0) {
            woken = waiting.pollAll();
        }
        lock.release();
        Park.wakeAll(woken);
    }

    /** Tells {@code visitor} who sleeps here, and why in Go's words. */
    void visitSleepers(BiConsumer<Waiter, String> visitor) {
        lock.acquire();
        waiting.forEach(waiter -> visitor.accept(waiter, "sync.WaitGroup.Wait"));
        lock.release();
    }

    /** Its state, for people: {@code WaitGroup (3 tasks, 1 waiting)}. */
    @Override
    public String toString() {
        long now = state;
        return "WaitGroup (" + tasks(now) + " tasks, " + waiters(now) + " waiting)";
    }

    private static int tasks(long state) {
        return (int) (state >> 32);
    }

    private static int waiters(long state) {
        return (int) state;
    }
}
