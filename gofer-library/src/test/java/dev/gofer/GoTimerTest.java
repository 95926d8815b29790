package dev.gofer;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GoTimerTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration NOW = Duration.ZERO;

    @Test
    @Rule(45)
    @DisplayName("rule 45: after stop or reset no value of the former setting can be received")
    void noStaleValue() {
        var timer = new GoTimer(NOW);
        timer.stop();
        assertNull(timer.channel().tryReceive());
        timer.reset(NOW);
        timer.reset(HOUR);
        assertNull(timer.channel().tryReceive());
        assertEquals(1, select(onReceive(timer.channel()), otherwise()));
    }

    @Test
    @Rule(45)
    @DisplayName("rule 45: len and cap of a timer's channel are 0, also when its value is there")
    void lenAndCapAreZero() {
        var channel = new GoTimer(NOW).channel();
        assertEquals(0, channel.len());
        assertEquals(0, channel.cap());
        assertFalse(channel.isClosed());
        assertNotNull(channel.tryReceive());
    }

    @Test
    @Rule(46)
    @DisplayName("rule 46: stop and reset tell whether the timer was active")
    void stopAndResetTellWhetherItWasActive() {
        var timer = new GoTimer(HOUR);
        assertTrue(timer.reset(HOUR));
        assertTrue(timer.stop());
        assertFalse(timer.stop());
        assertFalse(timer.reset(NOW));
        assertTrue(timer.reset(NOW), "due, but not received");
        next(timer.channel());
        assertFalse(timer.stop());
        assertFalse(timer.reset(HOUR));
    }

    @Test
    @Rule(46)
    @DisplayName("rule 46: the stop of a timer with a task does not wait for the task")
    void stopDoesNotWaitForTheTask() {
        var begun = new Chan<Void>();
        var mayEnd = new Chan<Void>();
        var timer = GoTimer.afterFunc(NOW, () -> {
            begun.close();
            mayEnd.receive();
        });
        begun.receive();
        assertFalse(timer.stop());
        assertFalse(timer.reset(HOUR));
        assertTrue(timer.stop());
        mayEnd.close();
    }

    @Test
    void aTaskRunsInAGoroutineOfItsOwn() {
        var threads = new Chan<Thread>();
        GoTimer.afterFunc(NOW, () -> threads.send(Thread.currentThread()));
        assertTrue(next(threads).isVirtual());
    }

    @Test
    void aTimerWithATaskHasTheNilChannel() {
        var timer = GoTimer.afterFunc(HOUR, () -> {});
        assertSame(Chan.<Instant>nil(), timer.channel());
        timer.stop();
    }

    @Test
    void aTaskRunsAgainAfterReset() {
        var ran = new Chan<Integer>();
        var count = new AtomicInteger();
        var timer = GoTimer.afterFunc(NOW, () -> ran.send(count.incrementAndGet()));
        assertEquals(1, ran.receive());
        assertFalse(timer.reset(NOW));
        assertEquals(2, ran.receive());
        assertFalse(timer.stop());
    }

    @Test
    void stopAndResetOfATaskAtTheSameTimeAgree() {
        try (var crew = new Crew()) {
            var timers = new Chan<GoTimer>();
            var results = new Chan<Boolean>();
            crew.go(() -> {
                for (var timer : timers) {
                    results.send(timer.reset(HOUR));
                }
            });
            for (int round = 0; round < 20_000; round++) {
                var timer = GoTimer.afterFunc(HOUR, () -> {});
                timers.send(timer);
                assertTrue(timer.stop(), "it was active before and after the reset");
                boolean wasActive = next(results);
                assertEquals(!wasActive, timer.stop(), "active exactly if the reset came last");
            }
            timers.close();
            crew.join();
        }
    }

    @Test
    void resetWakesAReceiverThatSleepsUntilTheFormerTime() {
        var timer = new GoTimer(HOUR);
        try (var crew = new Crew()) {
            crew.go(() -> next(timer.channel())).asleep();
            assertTrue(timer.reset(NOW));
            crew.join();
        }
        assertFalse(timer.stop());
    }

    @Test
    void resetWakesASelectThatSleepsUntilTheFormerTime() {
        var timer = new GoTimer(HOUR);
        try (var crew = new Crew()) {
            crew.go(() -> assertEquals(0, select(onReceive(timer.channel()), onReceive(new Chan<Integer>()))))
                    .asleep();
            timer.reset(NOW);
            crew.join();
        }
    }

    /** A sleeper that kept its time limit would keep a deadlock from being seen. */
    @Test
    void stopLetsSleepersSleepWithoutATimeLimit() {
        var timer = new GoTimer(HOUR);
        try (var crew = new Crew()) {
            var receiver = crew.go(() -> next(timer.channel())).asleep();
            var selecting = crew.go(() -> select(onReceive(timer.channel()))).asleep();
            timer.stop();
            Asleep.until(() -> receiver.thread().getState() == Thread.State.WAITING);
            Asleep.until(() -> selecting.thread().getState() == Thread.State.WAITING);
            receiver.interrupt();
            assertInstanceOf(CancellationException.class, receiver.failure());
            timer.reset(NOW);
            assertNull(selecting.failure());
        }
    }

    @Test
    void theFirstWhoSleepsGetsTheValueAndNoNewcomerTakesIt() {
        for (int round = 0; round < 200; round++) {
            var timer = new GoTimer(HOUR);
            try (var crew = new Crew()) {
                var first = crew.go(() -> next(timer.channel())).asleep();
                var second = crew.go(() -> next(timer.channel())).asleep();
                timer.reset(NOW);
                assertNull(timer.channel().tryReceive());
                assertEquals(1, select(onReceive(timer.channel()), otherwise()));
                assertNull(first.failure());
                assertFalse(second.isOver());
            }
        }
    }

    @Test
    void oneValueGoesToOneReceiver() {
        for (int round = 0; round < 200; round++) {
            var timer = new GoTimer(HOUR);
            var stop = new Chan<Void>();
            var received = new AtomicInteger();
            try (var crew = new Crew()) {
                for (int i = 0; i < 4; i++) {
                    crew.go(() -> {
                        if (select(onReceive(timer.channel()), onReceive(stop)) == 0) {
                            received.incrementAndGet();
                            stop.close();
                        }
                    });
                }
                timer.reset(NOW);
                crew.join();
            }
            assertEquals(1, received.get());
        }
    }

    @Test
    void aReceiveThatIsInterruptedLeavesNothingBehind() {
        var channel = (TimerChan) new GoTimer(HOUR).channel();
        try (var crew = new Crew()) {
            var receiver = crew.go(() -> next(channel)).asleep();
            assertEquals(1, sleepers(channel));
            receiver.interrupt();
            assertInstanceOf(CancellationException.class, receiver.failure());
            assertTrue(receiver.endedInterrupted());
            assertEquals(0, sleepers(channel));
        }
    }

    private static int sleepers(TimerChan channel) {
        var count = new AtomicInteger();
        channel.visitSleepers((waiter, reason) -> count.incrementAndGet());
        return count.get();
    }

    @Test
    void aSelectWonByAnotherCaseLeavesTheValueThere() {
        var timer = new GoTimer(HOUR);
        var other = new Chan<Integer>();
        try (var crew = new Crew()) {
            crew.go(() -> assertEquals(1, select(onReceive(timer.channel()), onReceive(other))))
                    .asleep();
            other.send(1);
            crew.join();
        }
        timer.reset(NOW);
        next(timer.channel());
    }

    @Test
    void selectHasAnyNumberOfTimersAndTakesTheNearest() {
        var far = new GoTimer(HOUR);
        var near = new GoTimer(Duration.ofMillis(2));
        assertEquals(1, select(onReceive(far.channel()), onReceive(near.channel()), onReceive(far.channel())));
        assertTrue(far.stop());
        assertFalse(near.stop());
    }

    @Test
    void nullIsNoTask() {
        assertThrows(NullPointerException.class, () -> GoTimer.afterFunc(HOUR, nothing()));
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a caller without our checks can do
    private static <T> T nothing() {
        return null;
    }
}
