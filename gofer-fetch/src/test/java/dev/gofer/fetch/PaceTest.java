package dev.gofer.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often a server is asked, by a clock that is a number. */
final class PaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Starts as often as the pace allows; returns how often that was. */
    private static int starts(Pace pace, long from, long seconds) {
        var count = 0;
        for (var now = from; now < from + seconds * SECOND; now += SECOND / 1000) {
            if (pace.delay(now) > 0) continue;
            pace.started(now);
            count++;
        }
        return count;
    }

    @Test
    void startsAreAPeriodApart() {
        assertEquals(50, starts(new Pace(5, 0), 0, 10));
        assertEquals(5, starts(new Pace(0.5, 0), 0, 10));
        assertEquals(10_000, starts(new Pace(0, 0), 0, 10), "without a limit, whenever it is asked");
    }

    @Test
    void aPauseGivesNoCreditForABurst() {
        var pace = new Pace(5, 0);
        assertEquals(5, starts(pace, 0, 1));
        assertEquals(5, starts(pace, 3600 * SECOND, 1));
    }

    @Test
    void aHostThatComplainsIsAskedHalfAsOften() {
        var pace = new Pace(0, 0);
        for (var i = 0; i < 100; i++) pace.started(i * SECOND / 10); // 10 a second
        pace.slowDown(10 * SECOND);
        assertFalse(pace.isUsual());
        assertEquals(50, starts(pace, 10 * SECOND, 10));
        pace.slowDown(20 * SECOND);
        assertEquals(25, starts(pace, 20 * SECOND, 10));
    }

    @Test
    void aHostDoesNotPayForATimeInWhichNothingWasAskedFor() {
        var pace = new Pace(0, 0);
        for (var i = 0; i < 20; i++)
            pace.started(3600 * SECOND + i * SECOND / 10); // an hour of nothing, then 10 a second
        pace.slowDown(3602 * SECOND);
        assertEquals(50, starts(pace, 3602 * SECOND, 10));
        for (var i = 0; i < 20; i++) pace.started(7200 * SECOND + i * SECOND / 4); // a pause, then 4 a second
        pace.slowDown(7205 * SECOND);
        assertEquals(20, starts(pace, 7205 * SECOND, 10));
    }

    @Test
    void whoWishesForNoPauseIsAskedAsOftenAsBefore() {
        var host = new Host("a", 1, 0);
        host.slowDown(Duration.ZERO);
        assertTrue(host.isForgettable(), "a new one would behave the same");
        host.slowDown(Duration.ofSeconds(1));
        assertFalse(host.isForgettable());
    }

    @Test
    void aHostIsNeverAskedMoreRarelyThanTwiceAMinute() {
        var pace = new Pace(0, 0);
        for (var i = 0; i < 100; i++) pace.slowDown(i * SECOND);
        assertTrue(pace.delay(100 * SECOND) <= 30 * SECOND);
        assertEquals(2, starts(pace, 200 * SECOND, 60));
    }

    @Test
    void whatHasGoneWellForLongIsFreeAgain() {
        var pace = new Pace(0, 0);
        pace.started(0);
        pace.slowDown(SECOND);
        for (var i = 0; i < 100; i++) pace.speedUp();
        assertTrue(pace.isUsual());
        assertEquals(0, pace.delay(2 * SECOND));
    }

    @Test
    void theRateThatWasGivenIsNeverExceeded() {
        var pace = new Pace(2, 0);
        starts(pace, 0, 10);
        pace.slowDown(10 * SECOND);
        assertEquals(10, starts(pace, 10 * SECOND, 10));
        for (var i = 0; i < 100; i++) pace.speedUp();
        assertTrue(pace.isUsual());
        assertEquals(20, starts(pace, 20 * SECOND, 10));
    }
}
