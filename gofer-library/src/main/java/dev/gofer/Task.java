package dev.gofer;

/** What a goroutine runs. Like {@link Runnable}, but its body may throw anything. Go: {@code func()}. */
@FunctionalInterface
public interface Task {
    /**
     * Does the work once.
     *
     * @throws Exception whatever went wrong
     */
    void run() throws Exception;
}
