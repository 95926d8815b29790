package dev.gofer;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TickerTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    @Test
    @Rule(47)
    @DisplayName("rule 47: an interval that is not positive is an error, in Go's words")
    void theIntervalIsPositive() {
        for (var period : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
            assertStartsWith(
                    "non-positive interval for NewTicker",
                    assertThrows(IllegalArgumentException.class, () -> new Ticker(period)));
            try (var ticker = new Ticker(HOUR)) {
                assertStartsWith(
                        "non-positive interval for Ticker.Reset",
                        assertThrows(IllegalArgumentException.class, () -> ticker.reset(period)));
            }
        }
    }

    private static void assertStartsWith(String words, Exception e) {
        assertTrue(Objects.requireNonNull(e.getMessage()).startsWith(words), e::toString);
    }

    @Test
    @Rule(47)
    @DisplayName("rule 47: a slow receiver loses ticks, and the next is again a multiple of the period away")
    void aSlowReceiverLosesTicks() {
        try (var ticker = new Ticker(MILLISECOND)) {
            sleep(MILLISECOND.multipliedBy(6));
            var first = next(ticker.channel());
            var second = next(ticker.channel());
            long apart = Duration.between(first, second).toNanos();
            assertTrue(apart >= 4_500_000, () -> "ticks 2 to 5 were not lost: the second is " + apart + " ns later");
            long off = (apart + 250_000) % 1_000_000;
            assertTrue(off < 500_000, () -> apart + " ns are no multiple of the period");
        }
    }

    @Test
    @Rule(47)
    @DisplayName("rule 47: stop does not close the channel")
    void stopDoesNotClose() {
        var ticker = new Ticker(Duration.ofNanos(1));
        ticker.stop();
        ticker.close();
        assertFalse(ticker.channel().isClosed());
        assertNull(ticker.channel().tryReceive());
        ticker.reset(Duration.ofNanos(1));
        next(ticker.channel());
    }

    @Test
    @Rule(45)
    @DisplayName("rule 45: after the reset of a ticker no former tick can be received")
    void noStaleTick() {
        var ticker = new Ticker(Duration.ofNanos(1));
        ticker.reset(HOUR);
        assertNull(ticker.channel().tryReceive());
    }

    @Test
    void severalReceiversShareTheTicks() {
        try (var crew = new Crew();
                var ticker = new Ticker(Duration.ofNanos(100_000))) {
            for (int i = 0; i < 5; i++) {
                crew.go(() -> {
                    for (int tick = 0; tick < 10; tick++) {
                        next(ticker.channel());
                    }
                });
            }
            crew.join();
        }
    }

    @Test
    void resetWakesReceivers() {
        var ticker = new Ticker(HOUR);
        try (var crew = new Crew()) {
            for (int i = 0; i < 3; i++) {
                crew.go(() -> next(ticker.channel())).asleep();
            }
            ticker.reset(Duration.ofNanos(1));
            crew.join();
        }
    }

    @Test
    void aTickerOnStopLetsReceiversSleep() {
        var ticker = new Ticker(HOUR);
        try (var crew = new Crew()) {
            var receiver = crew.go(() -> next(ticker.channel())).asleep();
            ticker.stop();
            Asleep.until(() -> receiver.thread().getState() == Thread.State.WAITING);
            assertEquals("Ticker (not set)", ticker.toString());
        }
    }
}
