package dev.gofer.runtime;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/** Looks after the workers of a {@link Scheduler} while tasks are queued. Go: {@code sysmon}. */
final class Monitor {
    /* (1) Whenever a task is queued and no worker was woken for it, the monitor is awake.
     * (2) Where tasks wait longer than PATIENCE and a worker may be woken, it has one steal.
     * (3) Where none may be woken, it allows for one more in the place of a worker that has been in the same task for STUCK_AFTER: in a system
     *     call, pinned in a native frame, or computing. That one goes idle when it comes back. */
    private static final long PATIENCE = 10_000; // nanoseconds
    private static final long STUCK_AFTER = 20_000_000;
    private static final long SHORTEST_NAP = 20_000;
    private static final long LONGEST_NAP = 250_000;
    private static final long NAP_WITHOUT_IDLE = 5_000_000;
    private static final int QUIET_LOOKS = 20;

    private static final VarHandle AWAKE =
            fieldVarHandle(lookup(), "awake", VarHandle.class, Monitor.class, boolean.class);

    private final Scheduler scheduler;
    private final Thread thread = new HouseThread("gofer-monitor", this::run);
    private volatile boolean awake; // written through AWAKE

    Monitor(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void start() {
        thread.start();
    }

    /** Has it look soon. */
    void alert() {
        if (!awake && AWAKE.compareAndSet(this, false, true)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        int quiet = QUIET_LOOKS;
        long nap = SHORTEST_NAP;
        while (true) {
            if (quiet >= QUIET_LOOKS) {
                AWAKE.setVolatile(this, false);
                if (!scheduler.isAnythingQueued()) { // (1)
                    while (!awake) {
                        LockSupport.park(this);
                    }
                }
                AWAKE.setVolatile(this, true);
                quiet = 0;
                nap = SHORTEST_NAP;
            }
            LockSupport.parkNanos(this, scheduler.areEnough() ? NAP_WITHOUT_IDLE : nap);
            nap = Math.min(nap + nap / 4, LONGEST_NAP);
            if (!scheduler.isAnythingQueued()) {
                quiet++;
                continue;
            }
            quiet = 0;
            if (look(Time.now())) {
                nap = SHORTEST_NAP;
            }
        }
    }

    /** Returns whether it had to do something. */
    private boolean look(long now) {
        boolean isSlow = scheduler.isAnythingForAll();
        Worker stuck = null;
        for (var worker : scheduler.workers()) {
            long ticks = worker.ticks();
            long began = worker.seenAt;
            long tasks = ticks - worker.seenTicks;
            if (tasks > 0 || worker.isIdle()) {
                worker.seenTicks = ticks;
                worker.seenAt = now;
            } else if (now - began > STUCK_AFTER && !worker.isStuck()) {
                stuck = worker;
            }
            int queued = worker.queued();
            isSlow |= queued > 0 && (tasks == 0 || (now - began) / tasks * queued > PATIENCE);
        }
        if (!isSlow) {
            return false;
        }
        if (scheduler.areEnough()) {
            if (stuck == null) {
                return false;
            }
            stuck.setStuck(); // (3)
            scheduler.allow(1);
            if (stuck.ticks() != stuck.seenTicks && stuck.clearStuck()) { // back in between, and may not see it
                scheduler.allow(-1);
                return true;
            }
        }
        return scheduler.wakeOne(); // (2)
    }
}
