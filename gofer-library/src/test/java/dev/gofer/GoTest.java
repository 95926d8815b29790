package dev.gofer;

import static dev.gofer.Crew.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GoTest {
    @Test
    @Rule(18)
    void whatALambdaCapturesIsEvaluatedNow() {
        var results = new Chan<Integer>(3);
        for (int i = 0; i < 3; i++) {
            int captured = i; // as an argument of Go's go statement
            Go.go(() -> results.send(captured));
        }
        assertEquals(List.of(0, 1, 2), sorted(next(results), next(results), next(results)));
    }

    @Test
    @Rule(18)
    void aMethodReferenceEvaluatesItsReceiverInTheCallerNow() {
        var caller = Thread.currentThread();
        var evaluatedBy = new AtomicReference<@Nullable Thread>();
        var results = new Chan<String>(1);
        Go.go(target(evaluatedBy, results)::act);
        assertEquals(caller, evaluatedBy.get());
        assertEquals("ran", next(results));
        assertThrows(NullPointerException.class, () -> Go.go(noTask())); // in the caller as well
    }

    private record Target(Chan<String> results) {
        void act() {
            results.send("ran");
        }
    }

    private static Target target(AtomicReference<@Nullable Thread> evaluatedBy, Chan<String> results) {
        evaluatedBy.set(Thread.currentThread());
        return new Target(results);
    }

    @SuppressWarnings("NullAway") // what a caller without a null checker does
    private static Task noTask() {
        return null;
    }

    @Test
    void goReturnsAtOnceAndTheTaskRunsOnAThreadOfItsOwn() {
        var gate = new Chan<Void>();
        var results = new Chan<Thread>();
        Go.go(() -> {
            gate.receive();
            results.send(Thread.currentThread());
        });
        gate.close(); // reached, although the goroutine could not end before
        var thread = next(results);
        assertNotSame(Thread.currentThread(), thread);
        assertTrue(thread.isVirtual());
        assertTrue(thread.isDaemon());
    }

    @Test
    void whatTheCallerWroteIsSeenByTheGoroutine() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 1_000; i++) {
                var box = new int[] {i}; // plain memory
                int written = i;
                crew.go(() -> assertEquals(written, box[0]));
            }
            crew.join();
        }
    }

    @Test
    void anExceptionOfAnyKindGoesToTheUncaughtHandler() {
        var before = Thread.getDefaultUncaughtExceptionHandler();
        var caught = new Chan<Throwable>(3);
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> caught.send(e));
        try {
            Go.go(() -> {
                throw new IOException("checked");
            });
            assertEquals("checked", next(caught).getMessage());
            Go.go(() -> {
                throw new AssertionError("error");
            });
            assertEquals("error", next(caught).getMessage());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    // Goexit

    @Test
    @Rule(23)
    void goexitRunsFinallyBlocksAndEndsThatGoroutineOnly() {
        var before = Thread.getDefaultUncaughtExceptionHandler();
        var caught = new AtomicInteger();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> caught.incrementAndGet());
        try {
            var order = new Chan<String>(5);
            var ended = new Chan<Thread>(1);
            Go.go(() -> {
                try {
                    try {
                        order.send("body");
                        Go.goexit();
                        order.send("never");
                    } catch (Exception e) {
                        order.send("recovered"); // it is no panic
                    } finally {
                        order.send("inner");
                    }
                } finally {
                    order.send("outer");
                    order.close();
                    ended.send(Thread.currentThread());
                }
            });
            var seen = new ArrayList<String>();
            order.forEach(seen::add);
            assertEquals(List.of("body", "inner", "outer"), seen);
            var thread = next(ended);
            Asleep.until(() -> !thread.isAlive());
            assertEquals(0, caught.get()); // quietly
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void goexitOfAThreadThatIsNoGoroutineIsRefused() {
        assertThrows(MisuseException.class, Go::goexit);
    }

    // Package runtime

    @Test
    @Rule(26)
    void numGoroutineCountsThoseThatHaveNotEnded() {
        int others = Go.numGoroutine(); // goroutines of other tests may still be about to end
        var gate = new Chan<Void>();
        try (var crew = new Crew()) {
            for (int i = 0; i < 100; i++) {
                crew.go(gate::receive).asleep();
            }
            int now = Go.numGoroutine();
            assertTrue(now >= 100 && now <= 100 + others, () -> now + " with " + others);
            gate.close();
            crew.join();
        }
        Asleep.until(() -> Go.numGoroutine() <= others);
    }

    @Test
    @Rule(26)
    void goschedLetsOthersRun() {
        int before = Go.gomaxprocs(1); // one processor: nobody else runs unless the one that runs lets him
        try (var crew = new Crew()) {
            var turns = new AtomicInteger();
            for (int i = 0; i < 2; i++) {
                int mine = i;
                crew.go(() -> {
                    for (int k = 0; k < 100; k++) {
                        while (turns.get() % 2 != mine) {
                            Go.gosched();
                        }
                        turns.incrementAndGet();
                    }
                });
            }
            crew.join();
            assertEquals(200, turns.get());
        } finally {
            Go.gomaxprocs(before);
        }
    }

    @Test
    @Rule(26)
    void goroutinesThatYieldForEverLetOthersRun() {
        try (var crew = new Crew()) {
            var over = new AtomicInteger();
            for (int i = 0; i < 2 * Go.gomaxprocs(0); i++) {
                crew.go(() -> {
                    while (over.get() == 0 && !Thread.currentThread().isInterrupted()) {
                        Go.gosched();
                    }
                });
            }
            for (int i = 0;
                    i < 50;
                    i++) { // from a thread that is no goroutine: its goroutines begin in a queue of their own
                assertNull(crew.go(() -> {}).failure());
            }
            over.set(1);
            crew.join();
        }
    }

    @Test
    @Rule(25)
    void gomaxprocsReturnsTheNumberBefore() {
        int before = Go.gomaxprocs(0);
        assertTrue(before >= 1);
        try {
            assertEquals(before, Go.gomaxprocs(3));
            assertEquals(3, Go.gomaxprocs(-1));
            assertEquals(3, Go.gomaxprocs(0));
        } finally {
            assertEquals(3, Go.gomaxprocs(before));
        }
        assertEquals(before, Go.gomaxprocs(0));
    }

    @Test
    void channelsWorkWithOneProcessor() {
        int before = Go.gomaxprocs(1);
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var back = new Chan<Integer>(1);
            crew.go(() -> {
                for (int value : channel) {
                    back.send(value + 1);
                }
            });
            crew.go(() -> {
                for (int i = 0; i < 1_000; i++) {
                    channel.send(i);
                    assertEquals(i + 1, next(back));
                }
                channel.close();
            });
            crew.join();
        } finally {
            Go.gomaxprocs(before);
        }
    }

    // Sleep

    @Test
    void sleepOfNothingReturnsAtOnce() {
        Thread.currentThread().interrupt();
        Go.sleep(Duration.ZERO);
        Go.sleep(Duration.ofSeconds(-1));
        assertTrue(Thread.interrupted());
    }

    @Test
    void sleepTakesAtLeastItsTime() {
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            Go.sleep(Duration.ofNanos(i * 50_000L));
            assertTrue(System.nanoTime() - start >= i * 50_000L);
        }
    }

    @Test
    void anInterruptEndsASleep() {
        try (var crew = new Crew()) {
            var sleeper = crew.go(() -> Go.sleep(Duration.ofDays(1))).asleep();
            sleeper.interrupt();
            assertInstanceOf(CancellationException.class, sleeper.failure());
            assertTrue(sleeper.endedInterrupted());
        }
    }

    // Goroutines of a context

    @Test
    void theEndOfTheContextInterruptsWhateverTheGoroutineIsBlockedIn() {
        var in = new Chan<Integer>();
        var out = new Chan<Integer>();
        var tasks = List.<Task>of(
                in::receive,
                () -> out.send(1),
                () -> Go.select(Go.onReceive(in), Go.onSend(out, 2)),
                () -> Go.select(),
                () -> Go.sleep(Duration.ofDays(1)),
                () -> new CountDownLatch(1).await());
        var ends = new Chan<Throwable>(tasks.size());
        var threads = new Chan<Thread>(tasks.size());
        try (var ctx = Context.background().withCancel()) {
            for (var task : tasks) {
                Go.go(ctx, () -> {
                    threads.send(Thread.currentThread());
                    try {
                        task.run();
                    } catch (CancellationException | InterruptedException e) {
                        ends.send(e);
                    }
                });
            }
            Asleep.untilReceiving(in, 2);
            Asleep.untilSending(out, 2);
            assertEquals(0, ends.len());
        }
        for (int i = 0; i < tasks.size(); i++) {
            assertNotNull(next(ends));
            var thread = next(threads);
            Asleep.until(() -> !thread.isAlive());
        }
        assertEquals(0, Asleep.sleepers(in) + Asleep.sleepers(out));
    }

    @Test
    void inAGoroutineOfAContextThatHasEndedTheFirstBlockingOperationThrows() {
        var ends = new Chan<Throwable>(1);
        var ctx = Context.background().withCancel();
        ctx.cancel();
        Go.go(ctx, () -> ends.send(assertThrows(CancellationException.class, () -> new Chan<>().receive())));
        assertNotNull(next(ends));
    }

    private static List<Integer> sorted(Integer... values) {
        return List.of(values).stream().sorted().toList();
    }

    @Test
    @Rule(25)
    void gomaxprocsHasALimitAndSaysSo() {
        int before = Go.gomaxprocs(0);
        var thrown = assertThrows(IllegalArgumentException.class, () -> Go.gomaxprocs(32_768));
        assertEquals("GOMAXPROCS is 32768: the JVM takes no more than 32767", thrown.getMessage());
        assertEquals(before, Go.gomaxprocs(0));
    }
}
