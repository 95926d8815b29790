package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.after;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.GoTimer;
import dev.gofer.Ticker;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code src/time/sleep_test.go} asks for. */
@Timeout(60)
class SleepTest {
    private static final Duration NANOSECOND = Duration.ofNanos(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final Duration MOST_NEGATIVE = Duration.ofSeconds(Long.MIN_VALUE);

    /** A timer that is a task which sends, to test both kinds in one way. */
    private record TaskTimer(GoTimer timer, Chan<Instant> channel) {
        static TaskTimer of(Duration delay) {
            var channel = new Chan<Instant>(1);
            return new TaskTimer(GoTimer.afterFunc(delay, () -> channel.send(Instant.now())), channel);
        }
    }

    private static void assertTook(Duration atLeast, long since) {
        long took = System.nanoTime() - since;
        assertTrue(took >= atLeast.toNanos(), "took only " + took + " ns of " + atLeast);
    }

    @Test
    void testSleep() {
        long start = System.nanoTime();
        sleep(Duration.ofMillis(5));
        assertTook(Duration.ofMillis(5), start);
    }

    @Test
    void testAfterFunc() {
        var left = new AtomicInteger(10);
        var done = new Chan<Boolean>();
        var end = new Chan<Void>();
        startNext(left, done, end);
        next(done);
        assertEquals(0, left.get());
        end.close();
    }

    /** Each task starts the next, then sleeps for long: so no task keeps the clock from starting others. */
    private static void startNext(AtomicInteger left, Chan<Boolean> done, Chan<Void> end) {
        GoTimer.afterFunc(Duration.ZERO, () -> {
            if (left.decrementAndGet() > 0) {
                startNext(left, done, end);
                end.receive();
            } else {
                done.send(true);
            }
        });
    }

    @Test
    void testTickerStress() {
        try (var crew = new Crew();
                var ticker = new Ticker(NANOSECOND)) {
            var enough = new AtomicBoolean();
            crew.go(() -> collectGarbageUntil(enough));
            for (int i = 0; i < 100; i++) {
                next(ticker.channel());
            }
            enough.set(true);
            crew.join();
        }
    }

    @Test
    void testTickerConcurrentStress() {
        try (var crew = new Crew();
                var ticker = new Ticker(NANOSECOND)) {
            var enough = new AtomicBoolean();
            var receivers = new WaitGroup();
            for (int i = 0; i < 10; i++) {
                receivers.add(1);
                crew.go(() -> {
                    for (int tick = 0; tick < 100; tick++) {
                        next(ticker.channel());
                    }
                    receivers.done();
                });
            }
            crew.go(() -> collectGarbageUntil(enough));
            receivers.await();
            enough.set(true);
            crew.join();
        }
    }

    private static void collectGarbageUntil(AtomicBoolean enough) {
        for (int i = 0; i < 20 && !enough.get(); i++) {
            System.gc();
            sleep(NANOSECOND);
        }
    }

    @Test
    void testAfterFuncStarvation() {
        try (var crew = new Crew()) {
            var ball = new Chan<Integer>(1);
            var stop = new AtomicBoolean();
            crew.go(() -> {
                while (!stop.get()) {
                    ball.send(1);
                }
                ball.close();
            });
            crew.go(() -> {
                while (ball.receive() != null) {
                    // back and forth: one of the two can always run
                }
            });
            GoTimer.afterFunc(Duration.ofNanos(1000), () -> stop.set(true));
            crew.join();
        }
    }

    @Test
    void testAfter() {
        var delay = Duration.ofMillis(5);
        long start = System.nanoTime();
        var startTime = Instant.now();
        var time = next(after(delay));
        assertTook(delay, start);
        var skew = MILLISECOND; // the calendar's clock may be set meanwhile
        assertFalse(time.isBefore(startTime.plus(delay).minus(skew)), time + " is before the delay is over");
    }

    @Test
    void testAfterTick() {
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            next(after(MILLISECOND));
        }
        assertTook(Duration.ofMillis(10), start);
    }

    @Test
    void testAfterStop() {
        var channelTimer = new GoTimer(Duration.ofMillis(5));
        var sent = new Chan<Boolean>(1);
        var taskTimer = GoTimer.afterFunc(HOUR, () -> sent.send(true));
        var later = after(Duration.ofMillis(8));
        assertTrue(channelTimer.stop());
        assertTrue(taskTimer.stop());
        next(later);
        assertNull(channelTimer.channel().tryReceive());
        assertNull(sent.tryReceive());
        assertFalse(channelTimer.stop());
        assertFalse(taskTimer.stop());
    }

    @Test
    void testAfterQueuing() {
        int[] slots = {5, 3, 6, 6, 6, 1, 1, 2, 7, 9, 4, 8, 0};
        record Result(Instant earliest, Instant time, Instant latest) {}
        var results = new Chan<Result>(slots.length);
        try (var crew = new Crew()) {
            for (int slot : slots) {
                var delay = Duration.ofMillis(2L * slot);
                var earliest =
                        Instant.now().plus(delay).minus(MILLISECOND); // the calendar's clock may be set meanwhile
                var timer = after(delay);
                var latest = Instant.now().plus(delay).plus(MILLISECOND);
                crew.go(() -> results.send(new Result(earliest, next(timer), latest)));
            }
            crew.join();
        }
        for (int i = 0; i < slots.length; i++) { // whenever its goroutine ran, it got the time at which it was due
            var result = next(results);
            assertFalse(result.time.isBefore(result.earliest), result::toString);
            assertFalse(result.time.isAfter(result.latest), result::toString);
        }
    }

    @Test
    void testTimerStopStress() {
        try (var crew = new Crew()) {
            var started = new AtomicInteger();
            for (int i = 0; i < 100; i++) {
                crew.go(() -> {
                    var timer = GoTimer.afterFunc(HOUR, started::incrementAndGet);
                    sleep(MILLISECOND);
                    assertTrue(timer.stop());
                });
            }
            crew.join();
            assertEquals(0, started.get());
        }
    }

    @Test
    void testSleepZeroDeadlock() {
        try (var crew = new Crew()) {
            var collected = new Chan<Boolean>();
            crew.go(() -> {
                for (int i = 0; i < 10; i++) {
                    System.gc();
                }
                collected.send(true);
            });
            for (int i = 0; i < 100; i++) {
                sleep(Duration.ZERO);
                var channel = new Chan<Boolean>(1);
                channel.send(true);
                next(channel);
            }
            next(collected);
        }
    }

    @Test
    void testReset() {
        var timer = new GoTimer(HOUR);
        long start = System.nanoTime();
        assertTrue(timer.reset(Duration.ofMillis(3)), "was set");
        next(timer.channel());
        assertTook(Duration.ofMillis(3), start);
        assertFalse(timer.reset(HOUR), "had fired");
        assertNull(timer.channel().tryReceive());
    }

    @Test
    void testOverflowSleep() {
        try (var crew = new Crew()) {
            var sleeper = crew.go(() -> sleep(LONGEST));
            assertEquals(1, select(onReceive(after(LONGEST)), onReceive(after(MILLISECOND))));
            sleep(MOST_NEGATIVE);
            assertEquals(0, select(onReceive(after(MOST_NEGATIVE)), onReceive(after(HOUR))));
            assertFalse(sleeper.asleep().isOver());
        }
    }

    @Test
    void testOverflowPeriodRuntimeTimer() {
        try (var ticker = new Ticker(LONGEST);
                var other = new Ticker(NANOSECOND)) {
            for (int i = 0; i < 10; i++) {
                assertEquals(1, select(onReceive(ticker.channel()), onReceive(other.channel())));
            }
            ticker.reset(NANOSECOND);
            next(ticker.channel());
            ticker.reset(LONGEST);
            assertNull(ticker.channel().tryReceive());
        }
    }

    @Test
    void testZeroTimer() {
        for (int i = 0; i < 100_000; i++) {
            assertNotNull(new GoTimer(Duration.ZERO).channel().tryReceive());
        }
        for (int i = 0; i < 2_000; i++) {
            next(TaskTimer.of(Duration.ZERO).channel);
        }
        var reused = TaskTimer.of(HOUR);
        for (int i = 0; i < 2_000; i++) {
            reused.timer.reset(Duration.ZERO);
            next(reused.channel);
        }
    }

    @Test
    void testTimerModifiedEarlier() {
        for (int i = 0; i < 300; i++) {
            var timer = TaskTimer.of(HOUR);
            for (int j = 0; j < 10; j++) {
                if (!timer.timer.stop()) {
                    next(timer.channel);
                }
                timer.timer.reset(MOST_NEGATIVE);
            }
            next(timer.channel); // else: lost, and the test's time limit finds it
        }
    }

    @Test
    void testAdjustTimers() {
        var random = new Random(47762);
        var timers = new ArrayList<TaskTimer>();
        var steps = new int[100];
        var unfinished = new ArrayList<Integer>();
        for (int i = 0; i < steps.length; i++) {
            timers.add(TaskTimer.of(HOUR));
            unfinished.add(i);
        }
        while (!unfinished.isEmpty()) {
            var index = unfinished.get(random.nextInt(unfinished.size()));
            var timer = timers.get(index);
            switch (steps[index]++) {
                case 0, 2, 4, 6 -> assertTrue(timer.timer.stop());
                case 1, 3, 5 -> assertFalse(timer.timer.reset(Duration.ofMinutes(random.nextInt(3) + 1)));
                case 7 -> assertFalse(timer.timer.reset(Duration.ZERO));
                case 8 -> next(timer.channel);
                default -> unfinished.remove(/* element */ index);
            }
        }
        for (var timer : timers) {
            assertNull(timer.channel.tryReceive());
        }
    }

    @Test
    void testStopResult() {
        raceTwoTimers(GoTimer::stop);
    }

    @Test
    void testResetResult() {
        raceTwoTimers(timer -> timer.reset(HOUR));
    }

    /** Of two timers, one is received from; whether the other was still active tells whether its value was there to be received. */
    private static void raceTwoTimers(Predicate<GoTimer> stopOrReset) {
        try (var crew = new Crew()) {
            for (int i = 0; i < 100; i++) {
                crew.go(() -> {
                    for (int j = 0; j < 10; j++) {
                        var timers = List.of(new GoTimer(MILLISECOND), new GoTimer(MILLISECOND));
                        int first = select(
                                onReceive(timers.get(0).channel()),
                                onReceive(timers.get(1).channel()));
                        var other = timers.get(1 - first);
                        if (stopOrReset.test(other)) {
                            assertNull(other.channel().tryReceive());
                        } else {
                            next(other.channel());
                        }
                        assertFalse(timers.get(first).stop());
                    }
                });
            }
            crew.join();
        }
    }

    @Test
    void testMultiWakeupTicker() {
        try (var crew = new Crew();
                var ticker = new Ticker(Duration.ofNanos(1000))) {
            for (int i = 0; i < 4; i++) {
                crew.go(() -> {
                    for (int j = 0; j < 3_000; j++) {
                        select(onReceive(ticker.channel()), onReceive(after(MILLISECOND)));
                    }
                });
            }
            crew.join();
        }
    }

    @Test
    void testMultiWakeupTimer() {
        try (var crew = new Crew()) {
            var timer = new GoTimer(NANOSECOND);
            for (int i = 0; i < 4; i++) {
                crew.go(() -> {
                    for (int j = 0; j < 10_000; j++) {
                        select(onReceive(timer.channel()), otherwise());
                        timer.reset(NANOSECOND);
                    }
                });
            }
            crew.join();
            next(timer.channel());
            assertNull(timer.channel().tryReceive());
        }
    }
}
