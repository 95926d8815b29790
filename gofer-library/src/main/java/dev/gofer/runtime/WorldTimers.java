package dev.gofer.runtime;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The timers of the world's clock, and the thread that runs their actions. Go: {@code runtime/time.go}. */
final class WorldTimers {
    /* Whoever sets a timer takes the heap of the processor that he is on, so that processors do not meet.
     *
     * (1) sleepsUntil is AWAKE while the thread looks or runs actions, and else the instant up to which it sleeps at most. The thread writes it, then looks
     *     at the heaps once more; who sets a timer puts it into a heap, then reads it. One of them sees the other, so no timer is late because
     *     the thread slept on.
     * (2) The timers of one heap run in the order of their instants, those of all heaps nearly so. */
    private static final long AWAKE = Long.MIN_VALUE;

    private final TimerHeap[] heaps;
    private volatile long sleepsUntil = AWAKE; // written by the thread
    private volatile @Nullable Thread
            thread; // started with the first timer: most programs need none; written under this object's monitor

    WorldTimers() {
        int count = Integer.highestOneBit(
                Math.clamp(4L * Runtime.getRuntime().availableProcessors() - 1, 2, 32)); // a power of two
        heaps = new TimerHeap[count];
        for (int i = 0; i < count; i++) {
            heaps[i] = new TimerHeap();
        }
    }

    /** A timer that is not set yet. */
    TimerHeap.Entry timer(Runnable action) {
        return new TimerHeap.Entry(heaps[Scheduler.processor() & (heaps.length - 1)], action);
    }

    /** Sets {@code timer}; returns whether it was set before. */
    boolean set(TimerHeap.Entry timer, long due) {
        if (thread == null) {
            startThread();
        }
        boolean wasSet = timer.heap().set(timer, due);
        long until = sleepsUntil;
        if (until != AWAKE && Time.isBefore(due, until)) { // (1)
            LockSupport.unpark(thread);
        }
        return wasSet;
    }

    private synchronized void startThread() {
        if (thread == null) {
            var clock = new HouseThread("gofer-timers", this::run);
            clock.start();
            thread = clock;
        }
    }

    /** How many are set, or run; correct for some instant of the call. */
    int pending() {
        while (true) {
            long before = added();
            int pending = 0;
            for (var heap : heaps) {
                pending += heap.pending();
            }
            if (before == added()) { // or an action that was counted off has set a timer where we had looked before
                return pending;
            }
        }
    }

    private long added() {
        long added = 0;
        for (var heap : heaps) {
            added += heap.added();
        }
        return added;
    }

    private void run() {
        while (true) {
            var heap = first();
            var action = heap.takeDue(System.nanoTime());
            if (action == null) {
                rest();
            } else {
                try {
                    action.run();
                } catch (Throwable e) {
                    // nobody is there to hear of it; the other timers go on
                } finally {
                    heap.over();
                }
            }
        }
    }

    private void rest() {
        long until = first().earliest();
        sleepsUntil = until;
        if (!Time.isBefore(first().earliest(), until)) { // (1)
            if (until == Time.NEVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, until - System.nanoTime());
            }
        }
        sleepsUntil = AWAKE;
    }

    /** The heap whose next timer is the first of all. */
    private TimerHeap first() {
        var first = heaps[0];
        for (int i = 1; i < heaps.length; i++) {
            if (Time.isBefore(heaps[i].earliest(), first.earliest())) {
                first = heaps[i];
            }
        }
        return first;
    }
}
