package dev.gofer.fetch.http;

import java.time.Duration;

/** Limits in nanoseconds. */
final class Limits {
    private static final long FOREVER = Long.MAX_VALUE / 4; // some 70 years: sums of two do not overflow
    private static final long USUAL_MAX_TIME = Duration.ofMinutes(5).toNanos();
    private static final long USUAL_RATE = 64 * 1024; // bytes a second

    private Limits() {}

    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(FOREVER)) < 0 ? duration.toNanos() : FOREVER;
    }

    /** How long an attempt may take whose body is this long. */
    static long maxTime(TransportOptions options, long bytes) {
        var given = options.maxTime();
        if (given != null) return nanos(given);
        return Math.max(USUAL_MAX_TIME, Math.min(bytes / USUAL_RATE, FOREVER / 1_000_000_000) * 1_000_000_000);
    }
}
