package dev.gofer.runtime;

/** A short wait for somebody who is on another processor and about to be through. Go: {@code sync_runtime_canSpin} and {@code doSpin}. */
public final class Spin {
    /* Rounds of pauses, as Go has them: whoever has the lock can lock and unlock it again meanwhile, out of his own cache, where looking at it all the
     * time would take the line from him at every look.
     * Where a lock is given to who is woken, nobody spins while a goroutine is known to wait for this very processor: it may be the one that has the lock.
     * That is Go's rule for all; a mutex, which newcomers may take, is better off without.
     * In a bubble one goroutine runs at a time, and what it does next must not depend on the machine: there nobody spins. */
    private static final int ROUNDS = 4;
    private static final int PAUSES = 30;
    private static final int LONG_PAUSES = 128; // as SpinLock has them
    private static final boolean ALONE = Runtime.getRuntime().availableProcessors() == 1;

    private Spin() {}

    /** Waits for the {@code round}th time, counted from 0; false, at once, when it is time to sleep instead. */
    public static boolean pause(int round) {
        return pause(round, PAUSES);
    }

    /** The same; false also when a goroutine is known to wait for this very processor, or no other one to be at work. */
    public static boolean pauseUnlessWanted(int round) {
        return Scheduler.mayOtherRun() && pause(round, PAUSES);
    }

    /** The same, for longer, where the other one holds nothing but changes the same word all the time. */
    public static boolean standAside(int round) {
        return Scheduler.mayOtherRun() && pause(round, LONG_PAUSES);
    }

    private static boolean pause(int round, int pauses) {
        if (ALONE || round >= ROUNDS || Bubble.current() != null) {
            return false;
        }
        for (int i = 0; i < pauses; i++) {
            Thread.onSpinWait();
        }
        return true;
    }
}
