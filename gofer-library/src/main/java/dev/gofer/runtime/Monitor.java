package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Looks after the workers of a {@link Scheduler} while tasks are queued. Go: {@code sysmon}. */
final class Monitor {
    /* (1) Whenever a task is queued and no worker was woken for it, the monitor is awake. So whoever queues one alerts it, and whoever moves one from a
     *     queue to another, too.
     * (2) Where tasks wait longer than PATIENCE and a worker may be woken, it has one steal.
     * (3) Where none may be woken, it allows for one more in the place of a worker that has been in the same task for STUCK_AFTER: in a system
     *     call, pinned in a native frame, or computing. That one goes idle when it comes back.
     * (4) Where tasks are queued and do not wait for long, it tries now and then whether more are run by one worker more, or by one fewer
     *     (SpreadPolicy). Crossings are counted only while that asks for it: queuing costs nothing more at other times. */
    private static final long PATIENCE = 10_000; // nanoseconds
    private static final long STUCK_AFTER = 20_000_000;
    private static final long SHORTEST_NAP = 20_000;
    private static final long LONGEST_NAP = 250_000;
    private static final long NAP_WITHOUT_IDLE = 5_000_000;
    private static final long SHORTEST_NAP_WITHOUT_IDLE = 500_000;
    private static final int QUIET_LOOKS = 20;

    private static final int ASLEEP = 0;
    private static final int AWAKE = 1;
    private static final int WATCHING = 2; // awake, and wants to know who is queued

    private static final VarHandle MODE = fieldVarHandle(lookup(), "mode", VarHandle.class, Monitor.class, int.class);

    private final Scheduler scheduler;
    private final Thread thread = new HouseThread("gofer-monitor", this::run);
    private final SpreadPolicy policy = new SpreadPolicy(); // these two: of the monitor's own thread
    private int slowLooks; // in a row
    private volatile int mode; // written through MODE

    Monitor(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void start() {
        SpreadPolicy.link();
        thread.start();
    }

    /** {@code worker}, which calls this, has queued {@code task} for itself, or is about to. */
    void note(Worker worker, Runnable task) {
        if (mode == WATCHING) {
            worker.noteWaker(task);
        }
    }

    /** Has it look soon. */
    void alert() {
        if (mode == ASLEEP && MODE.compareAndSet(this, ASLEEP, AWAKE)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        int quiet = QUIET_LOOKS;
        long nap = SHORTEST_NAP;
        while (true) {
            if (quiet >= QUIET_LOOKS) {
                policy.rest();
                MODE.setVolatile(this, ASLEEP);
                if (!scheduler.isAnythingQueued()) { // (1)
                    while (mode == ASLEEP) {
                        LockSupport.park(this);
                    }
                }
                MODE.setVolatile(this, AWAKE);
                quiet = 0;
                nap = SHORTEST_NAP;
            }
            LockSupport.parkNanos(this, nap(nap));
            nap = Math.min(nap + nap / 4, LONGEST_NAP);
            boolean isQueued = scheduler.isAnythingQueued();
            quiet = isQueued ? 0 : quiet + 1;
            if (look(Time.now(), isQueued)) {
                nap = SHORTEST_NAP;
            }
        }
    }

    private long nap(long nap) {
        long wish = policy.nextLook(Time.now());
        if (policy.isBusy()) {
            return wish;
        }
        if (!scheduler.areEnough()) {
            return nap;
        }
        return wish <= 0 ? NAP_WITHOUT_IDLE : Math.clamp(wish, SHORTEST_NAP_WITHOUT_IDLE, NAP_WITHOUT_IDLE);
    }

    /** Returns whether it had to do something. */
    private boolean look(long now, boolean isQueued) {
        boolean isSlow = scheduler.isAnythingForAll();
        boolean isLong = false;
        Worker stuck = null;
        long tasks = 0;
        long crossings = 0;
        long longest = 0;
        int queuedInAll = 0;
        for (var worker : scheduler.workers()) {
            long ticks = worker.ticks();
            long began = worker.seenAt;
            long since = ticks - worker.seenTicks;
            tasks += ticks;
            crossings += worker.crossings();
            int queued = worker.queued();
            queuedInAll += queued;
            if (since > 0) {
                long each = (now - began) / since;
                isSlow |= each * queued > PATIENCE;
                longest = Math.max(longest, each);
            } else {
                isSlow |= queued > 0;
                isLong |= !worker.isIdle();
            }
            if (since > 0 || worker.isIdle()) {
                worker.seenTicks = ticks;
                worker.seenAt = now;
            } else if (now - began > STUCK_AFTER && !worker.isStuck()) {
                stuck = worker;
            }
        }
        boolean mayNarrow = !isSlow && !isLong && longest * queuedInAll <= PATIENCE;
        boolean isAdvised = advise(now, tasks, crossings, isQueued, mayNarrow);
        slowLooks = isSlow ? slowLooks + 1 : 0;
        if (slowLooks > (policy.isBusy() ? 1 : 0)) { // a moment's halt is no news while workers come and go by (4)
            return help(stuck) || isAdvised;
        }
        return isAdvised;
    }

    /** (4) */
    private boolean advise(long now, long tasks, long crossings, boolean isQueued, boolean mayNarrow) {
        var advice = SpreadPolicy.Advice.NONE;
        if (scheduler.isOneEnough()) {
            policy.rest();
        } else {
            advice = policy.look(now, scheduler.running(), scheduler.allowed(), tasks, crossings, isQueued, mayNarrow);
        }
        if (policy.isWatching() != (mode == WATCHING)) {
            scheduler.forgetWakers();
            MODE.setVolatile(this, policy.isWatching() ? WATCHING : AWAKE);
        }
        scheduler.setSpread(policy.isSpread());
        if (advice == SpreadPolicy.Advice.WIDEN) {
            scheduler.wakeOne();
        } else if (advice == SpreadPolicy.Advice.NARROW) {
            scheduler.foldOne();
        }
        return advice != SpreadPolicy.Advice.NONE;
    }

    /** Tasks wait; {@code stuck} is a worker in whose place another one may come. */
    private boolean help(@Nullable Worker stuck) {
        if (scheduler.areEnough()) {
            if (stuck == null) {
                return false;
            }
            scheduler.allow(1); // before the worker can take it back: else there would be too many for a moment
            stuck.setStuck(); // (3)
            if ((stuck.ticks() != stuck.seenTicks || stuck.isIdle())
                    && stuck.clearStuck()) { // back in between, and may not see it
                scheduler.allow(-1);
                return true;
            }
        }
        return scheduler.wakeOne(); // (2)
    }
}
