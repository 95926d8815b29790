package dev.gofer.check;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.GoTimer;
import dev.gofer.Ticker;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Timers: each event once, at its time, or never where it was called off. */
final class TimerExplorations {
    private TimerExplorations() {}

    /** The one value of a timer goes to one of two who wait for it, be it in a select or not. */
    static void oneValueForOne() {
        var timer = new GoTimer(ms(1));
        var stop = new Chan<Void>();
        var received = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                if (select(onReceive(timer.channel()), onReceive(stop)) == 0) {
                    received.incrementAndGet();
                }
            });
        }
        Go.sleep(ms(2));
        stop.close();
        over.await();
        Expect.equal(1, received.get(), "who received");
    }

    /** Who sleeps until a timer is due hears that it has become earlier. */
    static void resetToEarlier() {
        var timer = new GoTimer(ms(10));
        long begun = now();
        go(() -> timer.reset(ms(1)));
        timer.channel().receive();
        Expect.equal(1L, now() - begun, "milliseconds until the timer fired");
    }

    /** A timer that was put off does not fire at its former time. */
    static void resetToLater() {
        var timer = new GoTimer(ms(1));
        long begun = now();
        go(() -> timer.reset(ms(3)));
        Synctest.await();
        timer.channel().receive();
        Expect.equal(3L, now() - begun, "milliseconds until the timer fired");
        Expect.that(timer.channel().tryReceive() == null, "no second value");
    }

    /** A stopped timer brings nothing: {@code stop} says true, or the value has been received. */
    static void stopOrValue() {
        var timer = new GoTimer(ms(1));
        var quit = new Chan<Void>();
        var received = new AtomicBoolean();
        var over = new WaitGroup();
        over.go(() -> received.set(select(onReceive(timer.channel()), onReceive(quit)) == 0));
        Go.sleep(ms(1));
        boolean stopped = timer.stop();
        quit.close();
        over.await();
        Expect.that(stopped != received.get(), "stopped: " + stopped + ", received: " + received);
    }

    /** The same for who does not sleep yet when the timer is due, and receives then. */
    static void stopOrLateValue() {
        var timer = new GoTimer(ms(1));
        var received = new AtomicBoolean();
        var over = new WaitGroup();
        over.go(() -> {
            Go.sleep(ms(1));
            timer.channel().receive();
            received.set(true);
        });
        Go.sleep(ms(1));
        boolean stopped = timer.stop();
        Synctest.await();
        Expect.that(stopped != received.get(), "stopped: " + stopped + ", received: " + received);
        timer.reset(ms(1));
        over.await();
    }

    /** A task runs exactly where nobody has stopped it. */
    static void stopOrTask() {
        var runs = new AtomicInteger();
        var timer = GoTimer.afterFunc(ms(1), runs::incrementAndGet);
        Go.sleep(ms(1));
        boolean stopped = timer.stop();
        Go.sleep(ms(1));
        Expect.equal(stopped ? 0 : 1, runs.get(), "runs of the task");
    }

    /** Of two who stop the same timer, one hears that it was still to come. */
    static void oneStopPrevents() {
        var timer = GoTimer.afterFunc(ms(1), () -> {
            throw new AssertionError("it was stopped");
        });
        var prevented = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> prevented.addAndGet(timer.stop() ? 1 : 0));
        }
        over.await();
        Expect.equal(1, prevented.get(), "who prevented it");
    }

    /** Where one resets a timer and another stops it, the one that comes second finds it set: {@code stop} always says true. */
    static void stopFindsTheLastSetting() {
        var runs = new AtomicInteger();
        var timer = GoTimer.afterFunc(ms(5), runs::incrementAndGet);
        var wasSet = new AtomicBoolean();
        var over = new WaitGroup();
        over.go(() -> wasSet.set(timer.reset(ms(5))));
        Expect.that(timer.stop(), "the timer was set");
        over.await();
        Go.sleep(ms(6));
        Expect.equal(wasSet.get() ? 0 : 1, runs.get(), "runs of the task");
    }

    /** A reset at the time of the event: it runs once more where it has begun, or only then. */
    static void resetOrTask() {
        var runs = new AtomicInteger();
        var timer = GoTimer.afterFunc(ms(1), runs::incrementAndGet);
        Go.sleep(ms(1));
        boolean wasSet = timer.reset(ms(1));
        Go.sleep(ms(3));
        Expect.equal(wasSet ? 1 : 2, runs.get(), "runs of the task");
    }

    /** Who receives late misses ticks; the next one comes at a multiple of the period. */
    static void missedTicks() {
        try (var ticker = new Ticker(ms(2))) {
            long begun = now();
            Go.sleep(ms(5));
            ticker.channel().receive();
            Expect.equal(5L, now() - begun, "the tick that was missed");
            ticker.channel().receive();
            Expect.equal(6L, now() - begun, "the next tick");
        }
    }

    /** Each tick goes to one of two who wait for it. */
    static void eachTickOnce() {
        var ticks = new ArrayList<Long>();
        long begun = now();
        try (var ticker = new Ticker(ms(1))) {
            var over = new WaitGroup();
            for (int i = 0; i < 2; i++) {
                over.go(() -> {
                    for (int n = 0; n < 2; n++) {
                        ticker.channel().receive();
                        ticks.add(now() - begun);
                    }
                });
            }
            over.await();
        }
        Expect.equal(List.of(1L, 2L, 3L, 4L), ticks, "times of the ticks");
    }

    /** Sleepers wake in the order of their times, whatever the order in which they fell asleep. */
    static void sleepersWakeInOrder() {
        var order = new ArrayList<Integer>();
        var over = new WaitGroup();
        for (int i = 3; i > 0; i--) {
            int time = i;
            over.go(() -> {
                Go.sleep(ms(time));
                order.add(time);
            });
        }
        over.await();
        Expect.equal(List.of(1, 2, 3), order, "order");
    }

    private static Duration ms(int millis) {
        return Duration.ofMillis(millis);
    }

    private static long now() {
        return Synctest.clock().millis();
    }
}
