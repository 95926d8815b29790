package dev.gofer.fetch.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The limit of bandwidth, by a clock of the test's own. */
class ThrottleTest {
    private static final class TestClock implements Throttle.Clock {
        long now;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void sleep(long nanos) {
            now += nanos;
        }
    }

    private final TestClock clock = new TestClock();

    private static Attempt attempt() {
        return new Attempt(TransportOptions.defaults());
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }

    @Test
    void bytesTakeTheTimeThatTheRateGives() {
        var throttle = new Throttle(1000, clock);
        for (int i = 0; i < 100; i++) throttle.pay(100, attempt());
        assertEquals(10_000 - 50, millis(clock.now), "10,000 bytes at 1,000 a second, less what is free");
    }

    @Test
    void aPauseGivesNoCreditForABurst() {
        var throttle = new Throttle(1000, clock);
        throttle.pay(1000, attempt());
        clock.now += Duration.ofHours(1).toNanos();
        long begun = clock.now;
        throttle.pay(1000, attempt());
        assertEquals(950, millis(clock.now - begun));
    }

    @Test
    void withoutARateNobodyWaits() {
        new Throttle(0, clock).pay(Integer.MAX_VALUE, attempt());
        assertEquals(0, clock.now);
    }

    @Test
    void anAttemptThatEndsWaitsNoLonger() {
        var attempt = attempt();
        attempt.end(new Attempt.Verdict(Reason.CANCELLED, "over"));
        new Throttle(1, clock).pay(1_000_000, attempt);
        assertEquals(0, clock.now);
    }

    @Test
    void theWaitDoesNotCountForTheTimeLimit() {
        var options = TransportOptions.builder().maxTime(Duration.ofHours(1)).build();
        var attempt = new Attempt(options);
        new Throttle(1000, clock).pay(36_000_000, attempt); // ten hours
        long now = System.nanoTime();
        attempt.inspect(now + Duration.ofHours(10).toNanos());
        assertTrue(!attempt.isEnded(), "an hour of its own is left");
        attempt.inspect(now + Duration.ofHours(12).toNanos());
        assertTrue(attempt.isEnded());
    }
}
