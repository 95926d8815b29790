package dev.gofer.bench;

import static dev.gofer.Go.after;
import static dev.gofer.Go.go;
import static dev.gofer.bench.GoferSide.parallel;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.GoTimer;
import dev.gofer.Ticker;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Go: {@code time/sleep_test.go} and {@code time/tick_test.go}. */
final class GoferTime {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration NANO = Duration.ofNanos(1);
    private static final int GARBAGE = 1 << 15;

    private GoferTime() {}

    static void addTo(Map<String, Body> bodies) {
        bodies.put("AfterFunc1000", GoferTime::afterFunc1000);
        bodies.put("After", GoferTime::after1);
        bodies.put("Stop/impl=chan", b -> stop(b, () -> new GoTimer(SECOND)));
        bodies.put("Stop/impl=func", b -> stop(b, () -> GoTimer.afterFunc(SECOND, () -> {})));
        bodies.put("SimultaneousAfterFunc1000", GoferTime::simultaneousAfterFunc1000);
        bodies.put("StartStop1000", GoferTime::startStop1000);
        bodies.put("Reset/impl=chan", b -> reset(b, () -> new GoTimer(HOUR)));
        bodies.put("Reset/impl=func", b -> reset(b, () -> GoTimer.afterFunc(HOUR, () -> {})));
        bodies.put("Sleep1000", GoferTime::sleep1000);
        bodies.put("Ticker", GoferTime::ticker);
        bodies.put("TickerReset", GoferTime::tickerReset);
        bodies.put("TickerResetNaive", GoferTime::tickerResetNaive);
        bodies.put("AdjustTimers10000", GoferTime::adjustTimers10000);
    }

    /** Among 32,768 other timers for each processor, as in Go: {@code benchmark} in {@code sleep_test.go}. */
    private static void amongOthers(B b, Consumer<B.Pb> body) {
        var others = new GoTimer[GARBAGE * b.procs()];
        for (int i = 0; i < others.length; i++) {
            others[i] = GoTimer.afterFunc(HOUR, () -> {});
        }
        b.resetTimer();
        parallel(b, body);
        for (var other : others) {
            b.check(other.stop(), "a timer of an hour has run");
        }
    }

    private static void afterFunc1000(B b) {
        var sum = new AtomicLong();
        amongOthers(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += new Relay().run();
                }
            }
            sum.addAndGet(mine);
        });
        b.check("ran", 1_000L * b.n, sum.get());
    }

    /** A timer whose task sets the next one. */
    private static final class Relay {
        private final Chan<Integer> c = new Chan<>();
        private int n = 1_000; // each task writes it before it sets the next timer
        private int ran;

        int run() {
            GoTimer.afterFunc(Duration.ZERO, this::next);
            return c.receive();
        }

        private void next() {
            n--;
            if (n >= 0) {
                ran++;
                GoTimer.afterFunc(Duration.ZERO, this::next);
            } else {
                c.send(ran);
            }
        }
    }

    private static void after1(B b) {
        amongOthers(b, pb -> {
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    b.check(after(NANO).receive() != null, "no time");
                }
            }
        });
    }

    /** Makes a timer. */
    private interface Maker {
        GoTimer make();
    }

    private static void stop(B b, Maker maker) {
        var stopped = new AtomicLong();
        amongOthers(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += maker.make().stop() ? 1 : 0;
                }
            }
            stopped.addAndGet(mine);
        });
        b.check("stopped", b.n, stopped.get());
    }

    private static void simultaneousAfterFunc1000(B b) {
        amongOthers(b, pb -> {
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var wg = new WaitGroup();
                    wg.add(1_000);
                    for (int i = 0; i < 1_000; i++) {
                        GoTimer.afterFunc(Duration.ZERO, wg::done);
                    }
                    wg.await();
                }
            }
        });
    }

    private static void startStop1000(B b) {
        var stopped = new AtomicLong();
        amongOthers(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var timers = new GoTimer[1_000];
                    for (int i = 0; i < timers.length; i++) {
                        timers[i] = GoTimer.afterFunc(HOUR, () -> {});
                    }
                    for (var timer : timers) {
                        mine += timer.stop() ? 1 : 0;
                    }
                }
            }
            stopped.addAndGet(mine);
        });
        b.check("stopped", 1_000L * b.n, stopped.get());
    }

    private static void reset(B b, Maker maker) {
        var active = new AtomicLong();
        amongOthers(b, pb -> {
            var timer = maker.make();
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += timer.reset(HOUR) ? 1 : 0;
                }
            }
            timer.stop();
            active.addAndGet(mine);
        });
        b.check("active", b.n, active.get());
    }

    private static void sleep1000(B b) {
        amongOthers(b, pb -> {
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var wg = new WaitGroup();
                    wg.add(1_000);
                    for (int i = 0; i < 1_000; i++) {
                        go(() -> {
                            Go.sleep(NANO);
                            wg.done();
                        });
                    }
                    wg.await();
                }
            }
        });
    }

    private static void ticker(B b) {
        amongOthers(b, pb -> {
            try (var ticker = new Ticker(NANO)) {
                for (int some = pb.take(); some > 0; some = pb.take()) {
                    for (int turn = 0; turn < some; turn++) {
                        b.check(ticker.channel().receive() != null, "no time");
                    }
                }
            }
        });
    }

    private static void tickerReset(B b) {
        amongOthers(b, pb -> {
            try (var ticker = new Ticker(NANO)) {
                for (int some = pb.take(); some > 0; some = pb.take()) {
                    for (int turn = 0; turn < some; turn++) {
                        ticker.reset(Duration.ofNanos(2));
                    }
                }
            }
        });
    }

    private static void tickerResetNaive(B b) {
        amongOthers(b, pb -> {
            var ticker = new Ticker(NANO);
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    ticker.stop();
                    ticker = new Ticker(Duration.ofNanos(2));
                }
            }
            ticker.stop();
            Local.keep(ticker);
        });
    }

    private static void adjustTimers10000(B b) {
        amongOthers(b, pb -> {
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var timers = new GoTimer[10_000];
                    for (int i = 0; i < timers.length; i++) {
                        timers[i] = GoTimer.afterFunc(HOUR, () -> {});
                    }
                    timers[timers.length - 1].reset(NANO);
                    Go.sleep(Duration.ofNanos(1_000));
                    for (var timer : timers) {
                        timer.stop();
                    }
                }
            }
        });
    }
}
