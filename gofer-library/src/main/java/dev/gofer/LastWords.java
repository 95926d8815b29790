package dev.gofer;

import dev.gofer.runtime.HouseThread;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Code of the user's that the end of a program needs: what an exception says, what {@code System.out} and {@code System.err} do. */
final class LastWords implements Runnable {
    /* It may throw, never come back, or want to end the program itself. So it runs on a thread of its own, and when it is given up, that
     * thread is left to itself. In a heap so full that there can be no thread, it runs on the caller's. */
    private static final String NAME = "gofer-last-words";
    private static final long PAUSE = 5; // milliseconds

    /**
     * When to give up.
     *
     * @param inAll after so long; milliseconds
     * @param waiting after so long in which it did not even run. Who writes to a slow pipe runs, as far as the JVM can tell; who waits for
     *     the lock of a stream does not
     */
    record Patience(long inAll, long waiting) {
        /** For what takes no time. */
        static final Patience SHORT = new Patience(3_000, 3_000);

        /** For what somebody reads, maybe slowly. */
        static final Patience WHILE_IT_WRITES = new Patience(Long.MAX_VALUE, 3_000);
    }

    private final Task task;
    private volatile boolean isDone; // these two: written by the thread that runs it, last
    private volatile @Nullable Throwable failure;

    private LastWords(Task task) {
        this.task = task;
    }

    /**
     * Runs {@code task}.
     *
     * @return whether it came to its end
     * @throws OutOfMemoryError when it did
     */
    static boolean run(Task task, Patience patience) {
        var words = new LastWords(task);
        HouseThread thread;
        try {
            thread = new HouseThread(NAME, words);
            thread.start();
        } catch (OutOfMemoryError e) {
            words.run();
            return words.isDone();
        }
        long waiting = 0;
        for (long past = 0; thread.isAlive() && past < patience.inAll && waiting < patience.waiting; past += PAUSE) {
            pause(thread, PAUSE);
            waiting = thread.getState() == Thread.State.RUNNABLE ? 0 : waiting + PAUSE;
        }
        return words.isDone();
    }

    /** Whether the calling thread runs such code. */
    static boolean isSpoken() {
        var thread = Thread.currentThread();
        return thread instanceof HouseThread && thread.getName().equals(NAME);
    }

    /** Waits until {@code thread} has ended, or for {@code milliseconds}, whoever interrupts. */
    static void pause(Thread thread, long milliseconds) {
        try {
            thread.join(milliseconds);
        } catch (InterruptedException e) {
            LockSupport.parkNanos(1_000_000); // and the caller looks again
        }
    }

    /** Not for callers. */
    @Override
    public void run() {
        try {
            task.run();
            isDone = true;
        } catch (Throwable e) {
            failure = e;
        }
    }

    private boolean isDone() {
        if (failure instanceof OutOfMemoryError full) {
            throw full;
        }
        return isDone;
    }
}
