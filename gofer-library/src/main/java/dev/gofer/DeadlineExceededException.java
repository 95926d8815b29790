package dev.gofer;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tells that the deadline of a {@link Context} has passed. Go: {@code context.DeadlineExceeded}. */
public final class DeadlineExceededException extends CancellationException {
    private static final long serialVersionUID = 1;

    /**
     * Makes one, for a context that you write yourself.
     *
     * @param cause why it ended; null for nothing in particular
     */
    public DeadlineExceededException(@Nullable Throwable cause) {
        super("context deadline exceeded");
        initCause(cause);
    }
}
