package dev.gofer.synctest;

/** Thrown by {@link Synctest#run} where the goroutines of a bubble cannot go on. Its message says why, then has the stack of each. */
public final class DeadlockError extends AssertionError {
    private static final long serialVersionUID = 1;

    DeadlockError(String reason, String stacks) {
        super(reason + "\n\n" + stacks);
    }
}
