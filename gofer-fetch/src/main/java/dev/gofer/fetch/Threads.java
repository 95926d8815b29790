package dev.gofer.fetch;

/** Waiting for platform threads. */
final class Threads {
    private Threads() {}

    /** Waits until the thread has ended, come what may; an interrupt runs {@code onInterrupt} and is kept for the caller. */
    static void join(Thread thread, Runnable onInterrupt) {
        var interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                onInterrupt.run();
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
