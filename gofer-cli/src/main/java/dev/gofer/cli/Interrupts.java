package dev.gofer.cli;

import dev.gofer.Context;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into the end of a context, and holds the JVM's exit back until the work has been put in order, but for no longer
 * than a person or a service manager waits. The JVM's exit code is then 130 or 143 by itself.
 */
final class Interrupts implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 4500;

    private final Context.Cancellable ctx = Context.background().withCancel();
    private final CountDownLatch inOrder = new CountDownLatch(1);
    private final Thread hook;

    /** From now until close, a signal runs {@code onSignal} and ends the context. */
    Interrupts(Runnable onSignal) {
        hook = new Thread(
                () -> {
                    if (inOrder.getCount() == 0) return;
                    onSignal.run();
                    Thread.ofPlatform().daemon().start(ctx::cancel); // the exit waits for nothing but the latch
                    try {
                        if (!inOrder.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) return;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "gofer-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Context context() {
        return ctx;
    }

    /** All is in order: the JVM may go. */
    @Override
    public void close() {
        inOrder.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs, which is what it is for.
        }
    }
}
