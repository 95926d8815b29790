package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.after;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;
import static dev.gofer.Go.tick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.GoTimer;
import dev.gofer.ReceiveChan;
import dev.gofer.Rule;
import dev.gofer.Ticker;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code src/time/tick_test.go} asks for. */
@Timeout(60)
class TickTest {
    private static final Duration NANOSECOND = Duration.ofNanos(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void testTicker() {
        long start = System.nanoTime();
        var ticker = new Ticker(MILLISECOND);
        for (int i = 0; i < 5; i++) {
            next(ticker.channel());
        }
        ticker.reset(MILLISECOND.multipliedBy(2));
        for (int i = 0; i < 5; i++) {
            next(ticker.channel());
        }
        assertTrue(System.nanoTime() - start >= 15_000_000, "five ticks of 1 ms and five of 2 ms");
        ticker.stop();
        sleep(MILLISECOND.multipliedBy(4));
        assertNull(ticker.channel().tryReceive());
    }

    @Test
    void testTeardown() {
        for (int i = 0; i < 3; i++) {
            try (var ticker = new Ticker(MILLISECOND)) {
                next(ticker.channel());
            }
        }
    }

    @Test
    void testTick() {
        assertSame(Chan.<Instant>nil(), tick(Duration.ofNanos(-1)));
        assertSame(Chan.<Instant>nil(), tick(Duration.ZERO));
    }

    @Test
    void testNewTickerLtZeroDuration() {
        assertThrows(IllegalArgumentException.class, () -> new Ticker(Duration.ofNanos(-1)));
    }

    @Test
    void testTickerResetLtZeroDuration() {
        try (var ticker = new Ticker(HOUR)) {
            assertThrows(IllegalArgumentException.class, () -> ticker.reset(Duration.ZERO));
        }
    }

    @Test
    void testLongAdjustTimers() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 2_000; i++) {
                crew.go(() -> sleep(Duration.ofNanos(10_000)));
            }
            var in = new Chan<Integer>();
            var out = new Chan<Integer>();
            crew.go(() -> queueUp(in, out));
            for (int i = 0; i < 500; i++) {
                for (int j = 0; j < 20; j++) {
                    in.send(j);
                }
                for (int j = 0; j < 20; j++) {
                    assertEquals(0, select(onReceive(out), onReceive(after(HOUR))));
                }
            }
            in.close();
            crew.join();
        }
    }

    private static void queueUp(Chan<Integer> in, Chan<Integer> out) {
        var queue = new ArrayDeque<Integer>();
        while (true) {
            var incoming = onReceive(in);
            var first = queue.isEmpty() ? -1 : queue.element();
            boolean sent = select(onSend(out, first).when(!queue.isEmpty()), incoming) == 0;
            var received = incoming.value();
            if (sent) {
                queue.remove();
            } else if (received != null) {
                queue.add(received);
            } else {
                return;
            }
        }
    }

    @Test
    @Rule(45)
    @DisplayName("rule 45: timers that are not referred to are garbage (testTimerGC)")
    void testTimerGC() {
        var kinds = List.<Supplier<Object>>of(
                () -> after(HOUR),
                () -> tick(HOUR),
                () -> new GoTimer(HOUR),
                () -> new Ticker(HOUR),
                () -> {
                    var timer = new GoTimer(HOUR);
                    timer.stop();
                    return timer;
                },
                () -> {
                    var ticker = new Ticker(HOUR);
                    ticker.stop();
                    return ticker;
                });
        var timers = new ArrayList<WeakReference<Object>>();
        for (var kind : kinds) {
            timers.add(new WeakReference<>(kind.get()));
        }
        while (timers.stream().anyMatch(timer -> timer.get() != null)) { // the time limit ends it
            System.gc();
        }
    }

    /** A timer and a ticker seen alike. */
    private sealed interface Either {
        record OfTimer(GoTimer timer) implements Either {}

        record OfTicker(Ticker ticker) implements Either {}

        static Either set(boolean ticks) {
            return ticks ? new OfTicker(new Ticker(HOUR)) : new OfTimer(new GoTimer(HOUR));
        }

        default ReceiveChan<Instant> channel() {
            return switch (this) {
                case OfTimer(var timer) -> timer.channel();
                case OfTicker(var ticker) -> ticker.channel();
            };
        }

        default void stop() {
            switch (this) {
                case OfTimer(var timer) -> timer.stop();
                case OfTicker(var ticker) -> ticker.stop();
            }
        }

        default void reset(Duration delay) {
            switch (this) {
                case OfTimer(var timer) -> timer.reset(delay);
                case OfTicker(var ticker) -> ticker.reset(delay);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void testChan(boolean ticks) {
        var either = Either.set(ticks);
        var channel = either.channel();
        either.stop();
        assertNull(channel.tryReceive(), "stopped");
        either.reset(HOUR);
        assertNull(channel.tryReceive(), "set again");

        either.reset(NANOSECOND);
        assertEquals(0, channel.len());
        assertEquals(0, channel.cap());
        next(channel);

        either.reset(NANOSECOND);
        either.reset(HOUR);
        assertNull(channel.tryReceive(), "the tick of the former setting");

        sleepersAreServedAfterReset(either, channel);
        assertEquals(ticks, channel.tryReceive() != null, "a ticker's next tick");
        either.stop();
        assertNull(channel.tryReceive(), "stopped");

        selectsAreServedAfterReset(either, channel);
        either.stop();
        selectsOnStoppedGetNothing(channel);
    }

    /** A receiver sleeps; the timer is moved away, then near. */
    private static void sleepersAreServedAfterReset(Either either, ReceiveChan<Instant> channel) {
        try (var crew = new Crew()) {
            var receiver = crew.go(() -> next(channel)).asleep();
            either.reset(HOUR.multipliedBy(2));
            assertFalse(receiver.asleep().isOver());
            either.reset(NANOSECOND);
            crew.join();
        }
    }

    /** Two selects sleep; one value lets one of them go on, the ticker's next ones the other, too. */
    private static void selectsAreServedAfterReset(Either either, ReceiveChan<Instant> channel) {
        try (var crew = new Crew()) {
            either.reset(HOUR);
            var stop = new Chan<Void>();
            var served = new Chan<Integer>(2);
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                            if (select(onReceive(channel), onReceive(stop)) == 0) {
                                served.send(1);
                            }
                        })
                        .asleep();
            }
            either.reset(MILLISECOND);
            next(served);
            either.stop();
            stop.close();
            crew.join();
            assertTrue(served.len() <= (either instanceof Either.OfTicker ? 1 : 0), "a timer brings one value");
        }
    }

    private static void selectsOnStoppedGetNothing(ReceiveChan<Instant> channel) {
        try (var crew = new Crew()) {
            var stop = new Chan<Void>();
            for (int i = 0; i < 2; i++) {
                crew.go(() -> assertEquals(1, select(onReceive(channel), onReceive(stop))))
                        .asleep();
            }
            stop.close();
            crew.join();
        }
    }

    /** The last part of Go's test: what stop and reset return. */
    @Test
    void testChanStopAndResetTellWhetherItWasActive() {
        var timer = new GoTimer(NANOSECOND);
        sleep(NANOSECOND.multipliedBy(100));
        assertTrue(timer.stop(), "due, but not received");
        assertNull(timer.channel().tryReceive());
        assertFalse(timer.reset(HOUR));
        assertTrue(timer.reset(NANOSECOND));
        assertNotNull(timer.channel().receive());
        assertNull(timer.channel().tryReceive());
        assertFalse(timer.reset(HOUR));
        assertNull(timer.channel().tryReceive());
    }

    @Test
    void testAfterTimes() {
        assertBringsTheTimeAtWhichItWasDue(() -> after(MILLISECOND));
    }

    @Test
    void testTickTimes() {
        assertBringsTheTimeAtWhichItWasDue(() -> tick(MILLISECOND));
    }

    /** Received late, but the time is that of the first tick. */
    private static void assertBringsTheTimeAtWhichItWasDue(Supplier<ReceiveChan<Instant>> timer) {
        var channel = timer.get();
        var latest = Instant.now().plus(MILLISECOND).plus(MILLISECOND); // the calendar's clock may be set meanwhile
        sleep(Duration.ofMillis(8));
        var time = next(channel);
        assertTrue(time.isBefore(latest), () -> time + ", but it was due at " + latest);
    }
}
