package dev.gofer.fetch;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a failed attempt is made again: after a random part of {@code delay}, of twice that the next time, and so on up to
 * {@code cap}, which keeps many clients from coming back at the same moment.
 *
 * @param times attempts after the first one; 0: none
 * @param delay the longest first delay, above zero
 * @param cap the longest delay
 * @param longestWish how long a server may ask to be left alone; who asks for longer is not asked again
 */
public record Retry(int times, Duration delay, Duration cap, Duration longestWish) {
    /** Checks the ranges. */
    public Retry {
        if (times < 0) throw new IllegalArgumentException("retries are 0 or more");
        if (!delay.isPositive() || !cap.isPositive())
            throw new IllegalArgumentException("the retry delay is above zero");
    }

    /** {@return the usual} Four times: after up to 1 s, 2 s, 4 s and 8 s; 5 minutes at most where a server asks for more. */
    public static Retry defaults() {
        return new Retry(4, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofMinutes(5));
    }

    /** The delay after this many failures in a row, from 1. */
    Duration after(int failures) {
        var longest = Math.min(delay.toMillis() << Math.min(failures - 1, 20), cap.toMillis());
        return Duration.ofMillis(1 + ThreadLocalRandom.current().nextLong(Math.max(longest, 1)));
    }
}
