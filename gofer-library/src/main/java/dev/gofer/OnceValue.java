package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Registry;
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
    private final Once once = new Once();
    private @Nullable Supplier<? extends T> supplier; // null once it was called: it may hold much
    private @Nullable T value; // these two: written inside once
    private @Nullable Throwable failure;

    /**
     * Makes a value that {@code supplier} will compute.
     *
     * @param supplier computes the value; called once, and not kept
     */
    public OnceValue(Supplier<? extends T> supplier) {
        this.supplier = Objects.requireNonNull(supplier);
    }

    /**
     * {@return the value} Computes it when nobody has, waits while somebody does. If the computation threw, every call throws the same exception;
     * if it called {@link Go#goexit}, every call ends its goroutine, or throws a {@link CancellationException} on another thread.
     */
    @Override
    @SuppressWarnings("NullAway") // value has been set where T admits no null
    public T get() {
        once.run(this::compute);
        if (failure != null) {
            if (Goroutine.isExit(failure) && !Registry.isGoroutine()) {
                throw new CancellationException("Go.goexit() ended the computation");
            }
            throw Go.<RuntimeException>sneaky(failure);
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
