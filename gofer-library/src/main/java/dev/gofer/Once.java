package dev.gofer;

import dev.gofer.runtime.Bubble;
import java.util.Objects;

/**
 * Runs an action once, however many goroutines ask for it. Go: {@code sync.Once}.
 *
 * <p>The end of the action happens-before the return of every {@link #run}.
 */
public final class Once {
    /* done is written when the action has ended, not when it begins: a second caller may return only then.
     * A compareAndSet on `done` alone would let it return too early. */
    private final Mutex mutex = new Mutex();
    private volatile boolean done; // written under mutex

    /** Makes one that has not run. */
    public Once() {}

    /**
     * Runs {@code action} unless an earlier call did; returns when it has ended, whoever ran it. An action that throws counts as run. An
     * action that calls this method again waits for itself, for ever. Go: {@code once.Do(f)}.
     *
     * @param action what to do once
     * @throws java.util.concurrent.CancellationException when the thread is interrupted while another one runs the action
     */
    public void run(Runnable action) {
        Objects.requireNonNull(action);
        Bubble.step("looks at a Once");
        if (!done) {
            runOrWait(action);
        }
    }

    private void runOrWait(Runnable action) {
        mutex.lock();
        try {
            if (!done) {
                try {
                    action.run();
                } finally {
                    done = true;
                }
            }
        } finally {
            mutex.unlock();
        }
    }

    /** Whether it has run, for people. */
    @Override
    public String toString() {
        return done ? "Once (done)" : "Once (not done)";
    }
}
