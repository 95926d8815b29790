package dev.gofer;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Registry;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is computed once, when it is first asked for. Go: {@code sync.OnceValue}.
 *
 * <p>The end of the computation happens-before the return of every {@link #get}.
 *
 * @param <T> the value; may be null
 */
public final class OnceValue<T extends @Nullable Object> implements Supplier<T> {
    /* What is asked for again and again is one read: of value, where it is not null. Everything else is in a Computation, which the first who asks
     * puts in the place of the supplier: most values are never asked for by two at once, many never at all. */
    private static final VarHandle SOURCE =
            fieldVarHandle(lookup(), "source", VarHandle.class, OnceValue.class, Supplier.class);

    private volatile @Nullable T value; // null: ask source
    private Supplier<? extends T> source; // the user's, then a Computation; written and used through SOURCE

    /**
     * Makes a value that {@code supplier} will compute.
     *
     * @param supplier computes the value; called once, and not kept
     */
    public OnceValue(Supplier<? extends T> supplier) {
        this.source = Objects.requireNonNull(supplier); // a volatile write would cost more than all the rest
        VarHandle.storeStoreFence(); // who gets hold of this in a race sees the supplier, as if it were final
    }

    /**
     * {@return the value} Computes it when nobody has, waits while somebody does. If the computation threw, every call throws the same exception;
     * if it called {@link Go#goexit}, every call ends its goroutine, or throws a {@link CancellationException} on another thread.
     */
    @Override
    @SuppressWarnings("NullAway") // value is null where T admits null, or is asked for
    public T get() {
        var known = value;
        return known != null ? known : ask();
    }

    @SuppressWarnings("NullAway") // as in get
    private T ask() {
        var asked = computation().get();
        value = asked;
        return asked;
    }

    @SuppressWarnings("unchecked") // what is in source
    private Supplier<? extends T> computation() {
        var supplier = source; // an old one does no harm: then the compareAndSet fails
        if (!(supplier instanceof Computation)) {
            SOURCE.compareAndSet(this, supplier, new Computation<T>(supplier)); // or another caller did
        }
        return (Supplier<? extends T>) SOURCE.getVolatile(this);
    }

    /** The one call of the supplier, and what came of it. */
    private static final class Computation<T extends @Nullable Object> implements Supplier<T> {
        private final Once once = new Once();
        private @Nullable Supplier<? extends T> supplier; // null once it was called: it may hold much
        private @Nullable T value; // these two: written inside once
        private @Nullable Throwable failure;

        Computation(Supplier<? extends T> supplier) {
            this.supplier = supplier;
        }

        @Override
        @SuppressWarnings("NullAway") // value has been set where T admits no null
        public T get() {
            once.run(this::compute);
            if (failure != null) {
                if (Goroutine.isExit(failure) && !Registry.isGoroutine()) {
                    throw new CancellationException("Go.goexit() ended the computation");
                }
                throw Bodies.<RuntimeException>sneaky(failure);
            }
            return value;
        }

        private void compute() {
            var compute = Objects.requireNonNull(supplier);
            supplier = null;
            try {
                value = compute.get();
            } catch (Throwable e) {
                failure = e;
            }
        }
    }
}
