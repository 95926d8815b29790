package dev.gofer;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;

/** Futures as channels. */
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
        var _ = future.whenComplete((value, failure) -> done.close());
        return done;
    }
}
