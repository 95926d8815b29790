package dev.gofer;

import dev.gofer.runtime.Waiter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The contexts that cannot be cancelled themselves, and what the primitives need of all. */
final class Contexts {
    private Contexts() {}

    /** A context that ends when its {@link #canceller} does; never, if it has none. */
    sealed interface Passive extends Context {
        @Override
        default ReceiveChan<Void> done() {
            var canceller = canceller(this);
            return canceller == null ? Chan.nil() : canceller.done();
        }

        @Override
        default @Nullable CancellationException err() {
            var canceller = canceller(this);
            return canceller == null ? null : canceller.err();
        }

        @Override
        default @Nullable Throwable cause() {
            var canceller = canceller(this);
            return canceller == null ? null : canceller.cause();
        }

        @Override
        default @Nullable Instant deadline() {
            var canceller = canceller(this);
            return canceller == null ? null : canceller.deadline();
        }

        @Override
        default @Nullable Object value(Object key) {
            return Contexts.value(this, key);
        }
    }

    enum Background implements Passive {
        ROOT;

        @Override
        public String toString() {
            return path(this);
        }
    }

    static final class WithValue implements Passive {
        private final Context parent;
        private final Object key;
        private final @Nullable Object bound;

        WithValue(Context parent, Object key, @Nullable Object bound) {
            this.parent = parent;
            this.key = Objects.requireNonNull(key, "nil key: a context value needs one");
            this.bound = bound;
        }

        @Override
        public String toString() {
            return path(this);
        }
    }

    static final class Detached implements Passive {
        private final Context parent;

        Detached(Context parent) {
            this.parent = parent;
        }

        @Override
        public String toString() {
            return path(this);
        }
    }

    // Chains of contexts may be long: whoever follows one does so in a loop.

    private static @Nullable Context parent(Context ctx) {
        return switch (ctx) {
            case CancelContext cancellable -> cancellable.parent();
            case WithValue withValue -> withValue.parent;
            case Detached detached -> detached.parent;
            case Background background -> null;
        };
    }

    /** The context that ends {@code ctx}: itself or the nearest parent that can be cancelled; null when it never ends. */
    static @Nullable CancelContext canceller(Context ctx) {
        for (var next = ctx; next != null && !(next instanceof Detached); next = parent(next)) {
            if (next instanceof CancelContext canceller) {
                return canceller;
            }
        }
        return null;
    }

    /** See {@link Context#value}. */
    static @Nullable Object value(Context ctx, Object key) {
        for (var next = ctx; next != null; next = parent(next)) {
            if (next instanceof WithValue here && here.key.equals(key)) {
                return here.bound;
            }
        }
        return null;
    }

    /** How {@code ctx} was derived, for people, as Go prints it. */
    static String path(Context ctx) {
        var steps = new ArrayDeque<String>();
        for (var next = ctx; next != null; next = parent(next)) {
            steps.push(
                    switch (next) {
                        case CancelContext cancellable -> cancellable.step();
                        case WithValue here -> ".WithValue(" + here.key + ")"; // not the value: it may be a secret
                        case Detached detached -> ".WithoutCancel";
                        case Background background -> "context.Background";
                    });
        }
        return String.join("", steps);
    }

    /** Runs {@code action} when {@code ctx} ends, on the thread that ends it; at once if it has. It must be short and not block. */
    static Context.Stop whenDone(Context ctx, Runnable action) {
        var canceller = canceller(ctx);
        if (canceller != null) {
            return canceller.whenDone(action);
        }
        var isOpen = new AtomicBoolean(true);
        return () -> isOpen.getAndSet(false);
    }

    /**
     * Runs {@code sleep}, which waits for {@code me}; the end of {@code ctx} makes it give up.
     *
     * @throws CancellationException what {@link Context#err} says, when the context has ended first
     */
    static void during(Context ctx, Waiter me, Runnable sleep) {
        var watch = whenDone(ctx, me::giveUp);
        try {
            sleep.run();
        } catch (CancellationException e) {
            throw ctx.err() == null ? e : ended(ctx);
        } finally {
            watch.stop();
        }
    }

    /** A new exception, of the caller's stack, that tells how {@code ctx} ended. */
    static CancellationException ended(Context ctx) {
        var err = Objects.requireNonNull(ctx.err());
        var cause = err.equals(ctx.cause()) ? null : ctx.cause();
        return err instanceof DeadlineExceededException
                ? new DeadlineExceededException(cause)
                : new CanceledException(cause);
    }

    /** {@code instant + delay}, or the end of time. */
    static Instant plus(Instant instant, Duration delay) {
        try {
            return instant.plus(delay);
        } catch (DateTimeException | ArithmeticException e) {
            return delay.isNegative() ? Instant.MIN : Instant.MAX;
        }
    }
}
