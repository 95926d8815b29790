package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.after;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.gofer.Asleep;
import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.Rule;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Go: {@code src/runtime/proc_test.go}. A goroutine locked to a thread is a thread here. */
@Timeout(60)
class ProcTest {
    private static final Pattern HEADER = Pattern.compile("(?m)^goroutine \\d+ \\[");

    /** Collections, changes of the number of processors, and a goroutine that always starts the next. */
    @Test
    void testStopTheWorldDeadlock() {
        int before = Go.gomaxprocs(3);
        try (var crew = new Crew()) {
            var stop = new Chan<Void>();
            var stopped = new Chan<Void>();
            Go.go(() -> perpetuumMobile(stop, stopped));
            crew.go(() -> {
                for (int i = 0; i < 5; i++) {
                    System.gc();
                }
            });
            crew.go(() -> {
                for (int i = 0; i < 1_000; i++) {
                    Go.gomaxprocs(2 + i % 2);
                }
            });
            crew.join();
            stop.close();
            stopped.receive();
        } finally {
            Go.gomaxprocs(before);
        }
    }

    private static void perpetuumMobile(Chan<Void> stop, Chan<Void> stopped) {
        if (select(onReceive(stop), otherwise()) == 0) {
            stopped.close();
        } else {
            Go.go(() -> perpetuumMobile(stop, stopped));
        }
    }

    @Test
    @Rule(26)
    void testYieldProgress() {
        try (var crew = new Crew()) {
            var channel = new Chan<Boolean>();
            var acknowledged = new Chan<Boolean>();
            crew.go(() -> yieldsUntilTold(channel, acknowledged));
            channel.send(true);
            next(acknowledged);
            crew.join();
        }
    }

    @Test
    @Rule(26)
    void testYieldLockedProgress() throws InterruptedException {
        var channel = new Chan<Boolean>();
        var acknowledged = new Chan<Boolean>();
        var thread = Thread.ofPlatform().start(() -> yieldsUntilTold(channel, acknowledged));
        channel.send(true);
        next(acknowledged);
        thread.join();
    }

    private static void yieldsUntilTold(Chan<Boolean> channel, Chan<Boolean> acknowledged) {
        while (select(onReceive(channel), otherwise()) != 0) {
            gosched();
        }
        acknowledged.send(true);
    }

    @Test
    void testYieldLocked() throws InterruptedException {
        var channel = new Chan<Boolean>();
        var thread = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 10; i++) {
                gosched();
                Go.sleep(Duration.ofNanos(1_000));
            }
            channel.send(true);
        });
        next(channel);
        thread.join();
    }

    @Test
    void testBlockLocked() throws InterruptedException {
        var channel = new Chan<Boolean>();
        var thread = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 10; i++) {
                channel.send(true);
            }
        });
        for (int i = 0; i < 10; i++) {
            next(channel);
        }
        thread.join();
    }

    /** As many goroutines as processors, none of which ever yields, take turns: so they run at the same time. */
    @Test
    void testGoroutineParallelism() {
        int processors = 3;
        int before = Go.gomaxprocs(processors);
        try (var crew = new Crew()) {
            for (int round = 0; round < 3; round++) {
                var turn = new AtomicInteger();
                for (int i = 0; i < processors; i++) {
                    int mine = i;
                    crew.go(() -> takesTurns(turn, mine, processors));
                }
                crew.join();
                assertEquals(3 * processors, turn.get());
            }
        } finally {
            Go.gomaxprocs(before);
        }
    }

    /** The same, where goroutines start each other. */
    @Test
    void testGoroutineParallelism2() {
        int processors = 4;
        int before = Go.gomaxprocs(processors);
        try {
            for (int round = 0; round < 3; round++) {
                var turn = new AtomicInteger();
                var group = new WaitGroup();
                for (int i = 0; i < processors; i += 2) {
                    int first = i;
                    group.go(() -> {
                        group.go(() -> takesTurns(turn, first, processors));
                        group.go(() -> takesTurns(turn, first + 1, processors));
                    });
                }
                group.await();
                assertEquals(3 * processors, turn.get());
            }
        } finally {
            Go.gomaxprocs(before);
        }
    }

    private static void takesTurns(AtomicInteger turn, int mine, int all) {
        for (int i = 0; i < 3; i++) {
            while (turn.get() % all != mine && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            turn.incrementAndGet();
        }
    }

    /** Goroutines that are never out of work keep no timer from firing. */
    @Test
    void testTimerFairness() {
        try (var crew = new Crew()) {
            var done = new Chan<Void>();
            var busy = new Chan<Boolean>();
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    while (select(onSend(busy, true), onReceive(done)) == 0) {
                        // goes on
                    }
                });
            }
            var timer = after(Duration.ofMillis(1));
            while (select(onReceive(busy), onReceive(timer)) == 0) {
                // goes on
            }
            done.close();
            crew.join();
        }
    }

    @Test
    void testTimerFairness2() {
        try (var crew = new Crew()) {
            var channel = new Chan<Boolean>();
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    var timer = after(Duration.ofMillis(1));
                    while (select(onSend(channel, true), onReceive(channel), onReceive(timer)) != 2) {
                        gosched();
                    }
                });
            }
            crew.join();
        }
    }

    /** Goroutines that never yield do not keep a collection from running. */
    @Test
    void testPreemptionGC() {
        try (var crew = new Crew()) {
            var over = new AtomicBoolean();
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            for (int i = 0; i < 5; i++) {
                gosched();
                System.gc();
            }
            over.set(true);
            crew.join();
        }
    }

    /** The number and the dump tell of the same goroutines, once it is quiet. */
    @Test
    @Rule(26)
    void testNumGoroutine() {
        try (var crew = new Crew()) {
            var gate = new Chan<Void>();
            for (int i = 0; i < 5; i++) {
                crew.go(gate::receive).asleep();
            }
            Asleep.until(() -> {
                int before = Go.numGoroutine();
                long dumped = HEADER.matcher(Go.dump()).results().count();
                return before == dumped && before == Go.numGoroutine() && before >= 5;
            });
            gate.close();
            crew.join();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 1_024})
    void testBigGOMAXPROCS(int processors) {
        int before = Go.gomaxprocs(processors);
        try {
            var channel = new Chan<Boolean>();
            Go.go(() -> channel.send(true));
            assertNotNull(channel.receive());
        } finally {
            Go.gomaxprocs(before);
        }
    }
}
