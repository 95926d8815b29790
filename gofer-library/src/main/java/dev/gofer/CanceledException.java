package dev.gofer;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tells that a {@link Context} was cancelled. Go: {@code context.Canceled}. */
public final class CanceledException extends CancellationException {
    private static final long serialVersionUID = 1;

    /**
     * Makes one, for a context that you write yourself.
     *
     * @param cause why it ended; null for nothing in particular
     */
    public CanceledException(@Nullable Throwable cause) {
        super("context canceled");
        initCause(cause);
    }
}
