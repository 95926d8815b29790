package dev.gofer.fetch.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Answers of servers that have too much to do, for tests in other packages. */
public final class Complaints {
    private Complaints() {}

    /** An answer with such a status, and such a {@code Retry-After} or none. */
    public static FetchException answer(int status, @Nullable Duration retryAfter) {
        return FetchException.status(status, status + " Busy", retryAfter);
    }
}
