package dev.gofer;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tells that a {@link Context} was cancelled. Go: {@code context.Canceled}. */
public final class CanceledException extends CancellationException {
    private static final long serialVersionUID = 1;

    CanceledException(@Nullable Throwable cause) {
        super("context canceled");
        initCause(cause);
    }
}
