package dev.gofer;

import dev.gofer.runtime.Waiter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The contexts that cannot be cancelled themselves, and what the primitives need of all. */
final class Contexts {
    /* A context is ours, that is a CancelContext or Passive, or somebody else's. Ours are linked to their parents. Of another we know
     * what it tells: in particular, as in Go, the CancelContext that it wraps, if it is asked for CANCELLER and has the same done. */
    private static final Object CANCELLER = new Object(); // the key under which a CancelContext has itself

    private Contexts() {}

    /** A context that ends when its {@link #ender} does; never, if it has none. */
    sealed interface Passive extends Context {
        @Override
        default ReceiveChan<Void> done() {
            var ender = ender(this);
            return ender == null ? Chan.nil() : Contexts.done(ender);
        }

        @Override
        default @Nullable CancellationException err() {
            var ender = ender(this);
            return ender == null ? null : ender.err();
        }

        @Override
        default @Nullable Throwable cause() {
            var ender = ender(this);
            return ender == null ? null : ender.cause();
        }

        @Override
        default @Nullable Instant deadline() {
            var ender = ender(this);
            return ender == null ? null : ender.deadline();
        }

        @Override
        default @Nullable Object value(Object key) {
            return Contexts.value(this, key);
        }
    }

    enum Root implements Passive {
        BACKGROUND("context.Background"),
        TODO("context.TODO");

        private final String name;

        Root(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
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

    /** Null for a root, and for a context that is not ours. */
    private static @Nullable Context parent(Context ctx) {
        if (ctx instanceof CancelContext cancellable) { // no switch over types: it would be a call
            return cancellable.parent();
        }
        if (ctx instanceof WithValue withValue) {
            return withValue.parent;
        }
        return ctx instanceof Detached detached ? detached.parent : null;
    }

    /** Who says when {@code ctx} ends: itself or the nearest parent that can end; null when nobody does. */
    static @Nullable Context ender(Context ctx) {
        for (var next = ctx; next != null && !(next instanceof Detached); next = parent(next)) {
            if (!(next instanceof Passive)) {
                return next;
            }
        }
        return null;
    }

    /** The context of ours that ends {@code ctx}; null when it never ends, or when its {@link #ender} is not ours, nor a wrapper of one of ours. */
    static @Nullable CancelContext canceller(Context ctx) {
        var ender = ender(ctx);
        if (ender == null || ender instanceof CancelContext) {
            return (CancelContext) ender;
        }
        return ender.value(CANCELLER) instanceof CancelContext wrapped && wrapped.done() == ender.done()
                ? wrapped
                : null;
    }

    /** See {@link Context#value}. */
    static @Nullable Object value(Context ctx, Object key) {
        for (var next = ctx; next != null; next = parent(next)) {
            switch (next) {
                case WithValue here -> {
                    if (here.key.equals(key)) {
                        return here.bound;
                    }
                }
                case CancelContext canceller -> {
                    if (key == CANCELLER) {
                        return canceller;
                    }
                }
                case Detached detached -> {
                    if (key == CANCELLER) {
                        return null;
                    }
                }
                case Root root -> {}
                default -> {
                    return next.value(key);
                }
            }
        }
        return null;
    }

    /** See {@link Context#cause}; for contexts that are not ours. */
    static @Nullable Throwable cause(Context ctx) {
        var err = ctx.err();
        if (err == null) {
            return null;
        }
        var cause = ctx.value(CANCELLER) instanceof CancelContext wrapped ? wrapped.given() : null;
        return cause == null ? err : cause;
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
                        default -> next.toString();
                    });
        }
        return String.join("", steps);
    }

    /** Runs {@code action} when {@code ctx} ends, on the thread that ends it; at once if it has. It must be short and not block. */
    static Context.Stop whenDone(Context ctx, Runnable action) {
        Objects.requireNonNull(ctx);
        var canceller = canceller(ctx);
        if (canceller != null) {
            return canceller.whenDone(action);
        }
        var other = ender(ctx);
        return other == null || isEndless(other) ? never() : other.afterFunc(action::run);
    }

    /** See {@link Context#afterFunc}. */
    static Context.Stop afterFunc(Context ctx, Task task) {
        var canceller = canceller(ctx);
        if (canceller != null) {
            return canceller.whenDone(() -> Go.go(task));
        }
        var other = ender(ctx);
        if (other == null || isEndless(other)) {
            return never();
        }
        return other == ctx ? watch(ctx.done(), task) : other.afterFunc(task);
    }

    private static Context.Stop never() {
        var isOpen = new AtomicBoolean(true);
        return () -> isOpen.getAndSet(false);
    }

    /** What {@link Context#done} gives; a context that is not ours may have Go's nil there. */
    @SuppressWarnings({"NullAway", "ConstantValue"})
    static ReceiveChan<Void> done(Context ctx) {
        var done = ctx.done();
        return done == null ? Chan.nil() : done;
    }

    /** Whether {@code ctx} never ends, as its {@link Context#done} has it. */
    static boolean isEndless(Context ctx) {
        return done(ctx) instanceof Chan<?> channel && channel.isNil();
    }

    /** Runs {@code task} when {@code done} is closed, in a goroutine that waits for it. */
    private static Context.Stop watch(ReceiveChan<Void> done, Task task) {
        var isOpen = new AtomicBoolean(true); // until it is decided whether the task runs
        var calledOff = new Chan<Void>();
        Go.go(() -> {
            Go.select(Go.onReceive(done), Go.onReceive(calledOff));
            if (isOpen.getAndSet(false)) {
                task.run();
            }
        });
        return () -> {
            boolean first = isOpen.getAndSet(false);
            if (first) {
                calledOff.close();
            }
            return first;
        };
    }

    /**
     * Runs {@code sleep} of {@code me}, which is in its queue; the end of {@code ctx} makes it give up.
     *
     * @param sleep made before {@code me} queued up: whatever fails in between would leave it there
     * @throws CancellationException what {@link Context#err} says, when the context has ended first
     */
    static void during(Context ctx, Waiter me, Consumer<Waiter> sleep) {
        Context.Stop watch;
        try {
            watch = whenDone(ctx, me::giveUp);
        } catch (Throwable e) { // no memory, or a context that is not ours
            leave(me, sleep, e);
            return;
        }
        try {
            sleep.accept(me);
        } catch (CancellationException e) {
            throw ctx.err() == null ? e : ended(ctx);
        } finally {
            watch.stop();
        }
    }

    /** Makes {@code me} give up because of {@code e} and throws that; returns when the wait has come true before. */
    private static void leave(Waiter me, Consumer<Waiter> sleep, Throwable e) {
        me.giveUp();
        try {
            sleep.accept(me);
        } catch (CancellationException givenUp) {
            throw Bodies.<RuntimeException>sneaky(e);
        }
    }

    /** A new exception, of the caller's stack, that tells how {@code ctx} ended. */
    static CancellationException ended(Context ctx) {
        var err = Objects.requireNonNull(ctx.err());
        var cause = err.equals(ctx.cause()) ? null : ctx.cause();
        return switch (err) {
            case DeadlineExceededException exceeded -> new DeadlineExceededException(cause);
            case CanceledException canceled -> new CanceledException(cause);
            default -> { // of a context that is not ours
                var ended = new CancellationException(err.getMessage());
                ended.initCause(cause == null ? err : cause);
                yield ended;
            }
        };
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
