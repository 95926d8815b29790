package dev.gofer;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Goroutine;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Futures as channels, and goroutines as futures. */
final class Futures {
    /* A future has no way to take a callback back. So each gets one, whatever the number of selects that wait for it.
     *
     * (1) DONE does not keep a channel, the future does, by that callback: who sleeps at the channel is reached through the future only, or
     *     no deadlock could be proven.
     * (2) Futures are compared by identity: a class of the user's may have an `equals`. */
    private static final ConcurrentHashMap<Key, WeakReference<Chan<Void>>> DONE = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>(); // futures whose entry can go
    private static final Chan<Void> CLOSED = Chan.in(null);

    static {
        CLOSED.close();
    }

    /** A future in DONE; (2). */
    private static final class Key extends WeakReference<Object> {
        private final int hash;

        Key(CompletableFuture<?> future) {
            super(future, GONE);
            hash = System.identityHashCode(future);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            var future = get();
            return future != null && other instanceof Key key && key.refersTo(future);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private Futures() {}

    /** A channel that is closed when {@code future} completes, in whatever way; the same at each call until then. */
    static ReceiveChan<Void> done(CompletableFuture<?> future) {
        for (var gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            DONE.remove(gone);
        }
        if (future.isDone()) {
            return CLOSED;
        }
        if (Bubble.current() != null) { // a channel of another bubble, or of none, would not do
            var done = new Chan<Void>();
            var _ = future.whenComplete((value, failure) -> done.shut().run()); // from outside of the bubble, too
            return done;
        }
        var key = new Key(future);
        var known = DONE.get(key);
        var channel = known == null ? null : known.get();
        if (channel != null) {
            return channel;
        }
        var done = new Chan<Void>();
        var fresh = new WeakReference<>(done);
        while (true) {
            var other = DONE.putIfAbsent(key, fresh);
            channel = other == null ? done : other.get();
            if (channel != null) {
                break;
            }
            DONE.remove(key, other); // the future has completed meanwhile, or its class takes no callbacks
        }
        if (channel == done) {
            var _ = future.whenComplete((value, failure) -> done.close()); // (1)
        }
        return channel;
    }

    /** See {@link Go#future(Context, Callable)}. */
    static <T extends @Nullable Object> CompletableFuture<T> start(Context ctx, Callable<? extends T> task) {
        /* (1) The goroutine runs in a context of its own, which ends when the future completes: so whoever completes it, by cancel, by
         *     orTimeout, in whatever way, interrupts the goroutine, and none is left behind.
         * (2) The end of ctx completes the future even if the goroutine does not care for interrupts.
         * (3) The goroutine completes the future last, when it can no longer be interrupted: (1) would hit those who wait for it.
         * (4) Whichever is first, (2) or the interrupted task: the future tells how ctx has ended, with its cause. */
        var future = new CompletableFuture<T>();
        var own = ctx.withCancel();
        var watch = ctx.afterFunc(() -> future.completeExceptionally(Contexts.ended(ctx))); // (2)
        var _ = future.whenComplete((value, failure) -> {
            watch.stop();
            own.cancel(); // (1)
        });
        try {
            Goroutine.start(task, () -> run(ctx, own, task, future), null);
        } catch (Throwable e) { // no memory for it
            future.completeExceptionally(e);
            throw e;
        }
        return future;
    }

    private static <T extends @Nullable Object> @Nullable Void run(
            Context ctx, Context own, Callable<? extends T> task, CompletableFuture<T> future) {
        var value = new AtomicReference<T>();
        try {
            Interruptions.run(own, () -> value.set(task.call()));
        } catch (Throwable e) {
            future.completeExceptionally(outcome(ctx, e)); // (3)
            return null;
        }
        future.complete(value.get()); // (3)
        return null;
    }

    private static Throwable outcome(Context ctx, Throwable thrown) {
        if (Goroutine.isExit(thrown)) {
            return new CancellationException("Go.goexit() ended the goroutine of this future");
        }
        return ctx.err() != null && Interruptions.isInterruption(thrown) ? Contexts.ended(ctx) : thrown; // (4)
    }
}
