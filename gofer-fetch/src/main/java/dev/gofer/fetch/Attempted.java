package dev.gofer.fetch;

import dev.gofer.fetch.http.FetchException;
import org.jspecify.annotations.Nullable;

/** How one attempt ended: {@code failure} is null where it succeeded. {@code begun} is by {@link System#nanoTime}. */
record Attempted(Job job, long begun, @Nullable FetchException failure) {}
