package dev.gofer.fetch.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one way an attempt fails. The message is one line, safe to print: it holds no credentials and no control characters. */
public final class FetchException extends IOException {
    private static final long serialVersionUID = 1;

    /** Why the attempt failed. */
    private final Reason reason;

    /** Of the answer; 0 where there was none. */
    private final int status;

    /** Whether another attempt may succeed. */
    private final boolean retryable;

    /** How long the server asked to be left alone; null where it did not. */
    private final @Nullable Duration retryAfter;

    /** Of another server than the URL's own, which failed; else null. */
    private final @Nullable String host;

    FetchException(Reason reason, String message) {
        this(reason, message, null);
    }

    FetchException(Reason reason, String message, @Nullable Throwable cause) {
        super(Printable.line(message), cause);
        this.reason = reason;
        this.status = 0;
        this.retryable = reason.retryable();
        this.retryAfter = null;
        this.host = null;
    }

    FetchException(Reason reason, String message, @Nullable Throwable cause, boolean retryable) {
        super(Printable.line(message), cause);
        this.reason = reason;
        this.status = 0;
        this.retryable = retryable;
        this.retryAfter = null;
        this.host = null;
    }

    private FetchException(int status, String message, @Nullable Duration retryAfter) {
        super(Printable.line(message));
        this.reason = Reason.HTTP_STATUS;
        this.status = status;
        this.retryable = retryable(status);
        this.retryAfter = retryAfter;
        this.host = null;
    }

    private FetchException(FetchException failure, String message, String host) {
        super(Printable.line(message), failure.getCause());
        this.reason = failure.reason;
        this.status = failure.status;
        this.retryable = failure.retryable;
        this.retryAfter = failure.retryAfter;
        this.host = host;
    }

    /** The same failure, which happened at {@code url}, to which redirects had led. */
    FetchException after(HttpUrl url) {
        return new FetchException(this, getMessage() + " (redirected to " + url.authority() + ")", url.server());
    }

    static FetchException status(int status, String message, @Nullable Duration retryAfter) {
        return new FetchException(status, message, retryAfter);
    }

    private static boolean retryable(int status) {
        return switch (status) {
            case 408, 425, 429 -> true;
            case 501, 505 -> false;
            default -> status >= 500;
        };
    }

    /** One line, never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** {@return why the attempt failed} */
    public Reason reason() {
        return reason;
    }

    /** {@return the status of the answer, 100 to 999; 0 where {@link #reason} is not {@link Reason#HTTP_STATUS}} */
    public int status() {
        return status;
    }

    /** {@return the stable word for reports: the reason's, with the status where there is one ({@code http-404})} */
    public String word() {
        return status == 0 ? reason.word() : "http-" + status;
    }

    /** {@return whether the same URL may well succeed at another attempt} */
    public boolean retryable() {
        return retryable;
    }

    /** {@return the {@linkplain HttpUrl#server server} that failed, where redirects had led to another one than the URL's own; else null} */
    public @Nullable String host() {
        return host;
    }

    /**
     * {@return how long the server asked to be left alone, counted from now; null where it did not ask} Not capped: a server may ask for years,
     * and a wish that nobody understands counts as {@link Long#MAX_VALUE} seconds.
     */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
