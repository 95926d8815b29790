package dev.gofer;

import dev.gofer.runtime.Goroutine;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Futures as channels, and goroutines as futures. */
final class Futures {
    /* A future has no way to take a callback back. So each gets one, whatever the number of selects that wait for it. */
    @SuppressWarnings("UndefinedEquals") // identity is what we mean
    private static final Map<CompletableFuture<?>, Chan<Void>> DONE = Collections.synchronizedMap(new WeakHashMap<>());

    private Futures() {}

    /** A channel that is closed when {@code future} completes, in whatever way. The same at each call. */
    static ReceiveChan<Void> done(CompletableFuture<?> future) {
        return DONE.computeIfAbsent(future, Futures::closedOnCompletion);
    }

    private static Chan<Void> closedOnCompletion(CompletableFuture<?> future) {
        var done = new Chan<Void>();
        var _ = future.whenComplete((value, failure) -> done.shut().run()); // from outside of a bubble, too
        return done;
    }

    /** See {@link Go#future(Context, Callable)}. */
    static <T extends @Nullable Object> CompletableFuture<T> start(Context ctx, Callable<? extends T> task) {
        /* (1) The goroutine runs in a context of its own, which ends when the future completes: so whoever completes it, by cancel, by
         *     orTimeout, in whatever way, interrupts the goroutine, and none is left behind.
         * (2) The end of ctx completes the future even if the goroutine does not care for interrupts.
         * (3) The goroutine completes the future last, when it can no longer be interrupted: (1) would hit those who wait for it. */
        var future = new CompletableFuture<T>();
        var own = ctx.withCancel();
        var watch = ctx.afterFunc(() -> future.completeExceptionally(Contexts.ended(ctx))); // (2)
        var _ = future.whenComplete((value, failure) -> {
            watch.stop();
            own.cancel(); // (1)
        });
        try {
            Goroutine.start(task, () -> run(own, task, future), null);
        } catch (Throwable e) { // no memory for it
            future.completeExceptionally(e);
            throw e;
        }
        return future;
    }

    private static <T extends @Nullable Object> @Nullable Void run(
            Context own, Callable<? extends T> task, CompletableFuture<T> future) {
        var value = new AtomicReference<T>();
        try {
            Go.interruptibly(own, () -> value.set(task.call()));
        } catch (Throwable e) {
            future.completeExceptionally( // (3)
                    Goroutine.isExit(e)
                            ? new CancellationException("Go.goexit() ended the goroutine of this future")
                            : e);
            return null;
        }
        future.complete(value.get()); // (3)
        return null;
    }
}
