package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimeTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    @Test
    void aStoppedTimerDoesNotRunAndIsNoLongerPending() {
        int before = pendingOfOthers();
        var timer = Time.schedule(HOUR, () -> {});
        assertEquals(before + 1, Time.pendingActions());
        assertTrue(Time.hasPendingActions());
        assertTrue(timer.stop());
        assertFalse(timer.stop());
        assertEquals(before, Time.pendingActions());
    }

    /** The deadlock report relies on the count: one too few, and it does not see another timer. */
    @Test
    void anActionThatRunsCannotBeStoppedAndIsPendingUntilItEnds() {
        int before = pendingOfOthers();
        var begun = new Chan<Void>();
        var mayEnd = new CountDownLatch(1);
        var timer = Time.schedule(Duration.ZERO, () -> {
            begun.close();
            awaitLatch(mayEnd);
        });
        begun.receive();
        assertFalse(timer.stop());
        assertEquals(before + 1, Time.pendingActions());
        mayEnd.countDown();
        Asleep.until(() -> Time.pendingActions() == before);
    }

    /** What other tests have left pending, when their short timers have run. */
    private static int pendingOfOthers() {
        var begun = new Chan<Void>();
        var mayEnd = new CountDownLatch(1);
        Time.schedule(Duration.ofMillis(30), () -> {
            begun.close();
            awaitLatch(mayEnd);
        });
        begun.receive(); // the clock has one thread: what ran before is counted off
        int others = Time.pendingActions() - 1;
        mayEnd.countDown();
        Asleep.until(() -> Time.pendingActions() == others);
        return others;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anActionThatFailsIsNoLongerPendingAndTheClockGoesOn() {
        int before = pendingOfOthers();
        Time.schedule(Duration.ZERO, () -> {
            throw new IllegalStateException("planted");
        });
        Asleep.until(() -> Time.pendingActions() == before);
        var ran = new Chan<Void>();
        Time.schedule(Duration.ZERO, ran::close);
        ran.receive();
    }

    @Test
    void eachTimerRunsOrIsStoppedAndTheCountIsExact() {
        int before = pendingOfOthers();
        var run = new AtomicInteger();
        var stopped = new AtomicInteger();
        int timers = 4_000;
        try (var crew = new Crew()) {
            for (int i = 0; i < 4; i++) {
                crew.go(() -> {
                    for (int j = 0; j < timers / 4; j++) {
                        var delay = Duration.ofNanos(ThreadLocalRandom.current().nextInt(50_000));
                        var timer = Time.schedule(delay, run::incrementAndGet);
                        for (int k = 0; k < 2; k++) {
                            crewlessStop(timer, stopped);
                        }
                        Go.gosched();
                        if (timer.stop()) {
                            stopped.incrementAndGet();
                        }
                    }
                });
            }
            crew.join();
        }
        // a goroutine may have stopped its timer and not have counted it yet
        Asleep.until(() -> Time.pendingActions() == before && run.get() + stopped.get() >= timers);
        assertEquals(timers, run.get() + stopped.get());
    }

    private static void crewlessStop(Time.Timer timer, AtomicInteger stopped) {
        Go.go(() -> {
            if (timer.stop()) {
                stopped.incrementAndGet();
            }
        });
    }

    @Test
    void delaysOfAnyLengthMakeInstantsThatCanBeCompared() {
        assertEquals(0, Time.nanos(Duration.ofSeconds(Long.MIN_VALUE)));
        assertEquals(0, Time.nanos(Duration.ofNanos(-1)));
        assertEquals(1, Time.nanos(Duration.ofNanos(1)));
        long longest = Time.nanos(LONGEST);
        assertTrue(longest > Duration.ofDays(70 * 365).toNanos());
        assertTrue(Time.deadline(LONGEST) - Time.now() > 0);
        assertTrue(Time.deadline(LONGEST) - Time.deadline(HOUR) > 0);
        assertFalse(Time.plus(Time.NEVER - 1, 1) == Time.NEVER, "an instant never looks like NEVER");
        var timers = new ArrayList<Time.Timer>();
        timers.add(Time.schedule(LONGEST, () -> {}));
        timers.add(Time.schedule(LONGEST, () -> {}));
        timers.forEach(timer -> assertTrue(timer.stop()));
    }
}
