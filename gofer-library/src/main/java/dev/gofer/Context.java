package dev.gofer;

import dev.gofer.runtime.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Tells the goroutines of one job when to stop, and carries values for them. Go: {@code context.Context}.
 *
 * <p>Contexts form a tree: each is derived from a parent, ends when the parent ends, and never affects the parent. Pass a context as the
 * first parameter; do not keep it in a field.
 *
 * {@snippet class="dev.gofer.Snippets" region="context" :
 * try (var ctx = Context.background().withTimeout(Duration.ofSeconds(5))) {
 *     go(ctx, () -> work(ctx));
 *     wg.await(ctx);
 * }
 * }
 *
 * <p>All methods may be called from any thread. What a goroutine did before it cancelled a context happens-before what another does after
 * it saw the end.
 *
 * <p>You may write a context of your own: by {@link #done}, {@link #err}, {@link #deadline} and {@link #value}. {@code err} must tell the
 * reason before {@code done} is closed. Contexts that are derived from yours end when its {@code done} is closed: a goroutine waits for that,
 * one for each of them, unless you override {@link #afterFunc}, too, or {@code done} and {@code value} are those of another context
 * that yours wraps.
 */
public interface Context {
    /** {@return the root of all contexts} It never ends, has no values and no deadline. Go: {@code context.Background()}. */
    static Context background() {
        return Contexts.Root.BACKGROUND;
    }

    /** {@return the same, for where it is not yet clear which context to use} Go: {@code context.TODO()}. */
    static Context todo() {
        return Contexts.Root.TODO;
    }

    /** {@return a context that ends when it is cancelled, or when this one ends} Go: {@code context.WithCancel}. */
    default Cancellable withCancel() {
        return new CancelContext(this, null, null);
    }

    /**
     * {@return a context that ends after {@code timeout} at the latest} Go: {@code context.WithTimeout}.
     *
     * @param timeout from now on; zero or negative: it has ended already
     */
    default Cancellable withTimeout(Duration timeout) {
        return withTimeout(timeout, null);
    }

    /**
     * The same, and says why. Go: {@code context.WithTimeoutCause}.
     *
     * @param timeout from now on; zero or negative: it has ended already
     * @param cause what {@link #cause} shall say when the time is over; null for nothing in particular
     * @return the new context
     */
    default Cancellable withTimeout(Duration timeout, @Nullable Throwable cause) {
        return withDeadline(Contexts.plus(Time.instant(), timeout), cause);
    }

    /**
     * {@return a context that ends at {@code deadline} at the latest} Go: {@code context.WithDeadline}.
     *
     * @param deadline when; an earlier deadline of this context stays
     */
    default Cancellable withDeadline(Instant deadline) {
        return withDeadline(deadline, null);
    }

    /**
     * The same, and says why. Go: {@code context.WithDeadlineCause}.
     *
     * @param deadline when; an earlier deadline of this context stays
     * @param cause what {@link #cause} shall say when the deadline has passed; null for nothing in particular
     * @return the new context
     */
    default Cancellable withDeadline(Instant deadline, @Nullable Throwable cause) {
        return new CancelContext(this, Objects.requireNonNull(deadline), cause);
    }

    /**
     * {@return a context in which {@code key} has {@code value}} Go: {@code context.WithValue}.
     *
     * @param key compared by {@code equals}; make a type of your own for it, so that it meets no other
     * @param value what {@link #value} shall give; may be null
     */
    default Context withValue(Object key, @Nullable Object value) {
        return new Contexts.WithValue(this, key, value);
    }

    /** {@return a context with the values of this one that does not end with it} Go: {@code context.WithoutCancel}. */
    default Context withoutCancel() {
        return new Contexts.Detached(this);
    }

    /**
     * Runs {@code task} in a goroutine of its own when this context ends; at once if it has. Go: {@code context.AfterFunc}.
     *
     * <p>So one context may end with two others: {@code var both = a.withCancel(); b.afterFunc(() -> both.cancel(b.cause()));}
     *
     * @param task what to run
     * @return calls it off
     */
    default Stop afterFunc(Task task) {
        return Contexts.afterFunc(this, Objects.requireNonNull(task));
    }

    /** {@return a channel that is closed when this context ends; {@link Chan#nil} for one that never does (null is taken for that, too, where the context is your own)} The same at each call. Go: {@code ctx.Done()}. */
    ReceiveChan<Void> done();

    /**
     * {@return null while this context goes on; afterwards a {@link CanceledException} or a {@link DeadlineExceededException}, the same for
     * ever} Go: {@code ctx.Err()}.
     */
    @Nullable
    CancellationException err();

    /** {@return what {@link Cancellable#cancel(Throwable)} or {@link #withTimeout(Duration, Throwable)} was told, here or in a parent; else {@link #err}} Go: {@code context.Cause(ctx)}. */
    default @Nullable Throwable cause() {
        return Contexts.cause(this);
    }

    /** {@return when this context ends at the latest; null for no limit} Go: {@code ctx.Deadline()}. */
    @Nullable
    Instant deadline();

    /**
     * {@return the value of {@code key} here or in the nearest parent that has one; null for none} Go: {@code ctx.Value(key)}.
     *
     * @param key compared by {@code equals}
     */
    @Nullable
    Object value(Object key);

    /** A context that can be cancelled. To close it is to cancel it: {@code try (var ctx = …)} is Go's {@code defer cancel()}. */
    sealed interface Cancellable extends Context, AutoCloseable permits CancelContext {
        /**
         * Ends this context and all that were derived from it, before it returns; if that is done or being done by somebody else, it waits for
         * him and has no other effect. Go: {@code cancel()}.
         */
        void cancel();

        /**
         * Ends it and says why. The first reason stays. Go: {@code cancel(cause)}.
         *
         * @param cause what {@link #cause()} shall say; null for no reason
         */
        void cancel(@Nullable Throwable cause);

        /** Cancels. */
        @Override
        default void close() {
            cancel();
        }
    }

    /** Calls off what was to happen at the end of a context. */
    @FunctionalInterface
    interface Stop {
        /**
         * Calls it off. Does not wait.
         *
         * @return true if it will not happen because of this call, false if it has begun or was called off before
         */
        boolean stop();
    }
}
