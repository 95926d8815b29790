package dev.gofer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tasks that the end of a context interrupts. */
final class Interruptions {
    private Interruptions() {}

    /** The body of {@link Go#go(Context, Task)}. */
    static @Nullable Void call(Context ctx, Task task) throws Exception {
        try {
            run(ctx, task);
        } catch (Throwable e) {
            if (ctx.err() == null || !isInterruption(e)) { // so it was not the end of ctx that made it throw
                throw e;
            }
        }
        return null;
    }

    /** Runs {@code task} on the calling thread; the end of {@code ctx} interrupts it. That interrupt does not outlive the task. */
    static void run(Context ctx, Task task) throws Exception {
        var interrupter = new Interrupter(Thread.currentThread());
        var watch = Contexts.whenDone(ctx, interrupter::interrupt);
        try {
            task.run();
        } finally {
            if (!watch.stop()) {
                interrupter.retire();
            }
        }
    }

    /** Whether it is what a blocking operation throws that is interrupted; the JDK's HTTP body and TLS wrap that once more. */
    static boolean isInterruption(@Nullable Throwable e) {
        return switch (e) {
            case CancellationException _,
                    InterruptedException _,
                    InterruptedIOException _,
                    ClosedByInterruptException _,
                    FileLockInterruptionException _,
                    SocketException _ -> true;
            case IOException wrapper -> isInterruption(wrapper.getCause());
            case UncheckedIOException wrapper -> isInterruption(wrapper.getCause());
            case null, default -> false;
        };
    }

    /** Interrupts a thread, at most once, and only while the task runs there. */
    private static final class Interrupter {
        private @Nullable Thread thread; // null once retired; guarded by this, while it interrupts too

        Interrupter(Thread thread) {
            this.thread = thread;
        }

        synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }

        /** Called by the thread itself. */
        synchronized void retire() {
            thread = null;
            Thread.interrupted();
        }
    }
}
