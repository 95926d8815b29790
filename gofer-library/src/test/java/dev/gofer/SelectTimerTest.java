package dev.gofer;

import static dev.gofer.Go.after;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timers, futures and contexts as cases of a select. */
@Timeout(60)
class SelectTimerTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofNanos(1_000);

    // Timers

    @Test
    void aTimeoutOfNothingIsReadyAtOnce() {
        for (var delay : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(-100_000))) {
            var timeout = onTimeout(delay);
            assertEquals(0, select(timeout, otherwise()));
            assertNotNull(timeout.value());
        }
    }

    @Test
    void aTimeoutEndsASelectThatSleeps() {
        var idle = new Chan<Integer>();
        var runs = new AtomicInteger();
        for (int i = 0; i < 200; i++) {
            assertEquals(
                    1,
                    select(
                            onReceive(idle),
                            onTimeout(MOMENT.multipliedBy(i), runs::incrementAndGet),
                            onSend(idle, 1),
                            onTimeout(HOUR)));
        }
        assertEquals(200, runs.get());
        assertIdle(idle);
    }

    @Test
    void aTimeoutThatIsFarAwayDoesNotDisturb() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            crew.go(() -> {
                for (int i = 0; i < 1_000; i++) {
                    channel.send(i);
                }
            });
            for (int i = 0; i < 1_000; i++) {
                assertEquals(
                        0,
                        select(onReceive(channel), onTimeout(i % 2 == 0 ? HOUR : Duration.ofSeconds(Long.MAX_VALUE))));
            }
            crew.join();
        }
    }

    @Test
    void aTimerThatIsDueIsAsLikelyAsAChannelThatIsReady() {
        var closed = new Chan<Integer>();
        closed.close();
        var far = after(HOUR);
        int runs = 12_000;
        var chosen = new int[5];
        for (int i = 0; i < runs; i++) {
            chosen[
                    select(
                            onReceive(far),
                            onReceive(closed),
                            onTimeout(Duration.ZERO),
                            onTimeout(HOUR),
                            onReceive(closed))]++;
        }
        assertEquals(0, chosen[0] + chosen[3]);
        for (int ready : new int[] {1, 2, 4}) {
            assertEquals(runs / 3.0, chosen[ready], 400, "case " + ready); // 7.7 standard deviations
        }
    }

    @Test
    void theTimeComesOnce() {
        var timer = after(MOMENT);
        assertNotNull(timer.receive());
        assertNull(timer.tryReceive());
        assertEquals(1, select(onReceive(timer), otherwise()));
        assertFalse(timer.isClosed());
        assertEquals(0, timer.len() + timer.cap());
    }

    @Test
    void ofSeveralWhoWaitForATimerOneGetsTheTime() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 100; i++) {
                var timer = after(Duration.ofNanos(i * 2_000L));
                var got = new AtomicInteger();
                var stop = new Chan<Void>();
                for (int k = 0; k < 2; k++) {
                    crew.go(() -> select(onReceive(timer, time -> got.incrementAndGet()), onReceive(stop)));
                }
                Asleep.until(() -> got.get() > 0);
                stop.close();
                crew.join();
                assertEquals(1, got.get());
            }
        }
    }

    @Test
    void aTimerThatRacesWithASendFiresOrReceivesNeverBoth() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 1_000; i++) {
                var channel = new Chan<Integer>();
                var fired = new AtomicInteger(-1);
                int delay = i;
                crew.go(() -> fired.set(select(onReceive(channel), onTimeout(Duration.ofNanos(delay * 50L)))));
                boolean sent = false;
                while (fired.get() < 0 && !sent) {
                    sent = channel.trySend(1);
                    Go.gosched();
                }
                crew.join();
                assertEquals(sent ? 0 : 1, fired.get());
                assertIdle(channel);
            }
        }
    }

    // Futures and contexts

    @Test
    void aFutureIsACase() {
        var idle = onReceive(new Chan<Integer>());
        assertEquals(1, select(idle, onDone(CompletableFuture.completedFuture("x"))));
        assertEquals(1, select(idle, onDone(CompletableFuture.failedFuture(new ArithmeticException()))));
        assertEquals(1, select(onDone(new CompletableFuture<String>()), otherwise()));
        var got = new AtomicReference<@Nullable String>();
        select(idle, onDone(CompletableFuture.completedFuture("x"), got::set));
        assertEquals("x", got.get());
        var runs = new AtomicInteger();
        select(idle, onDone(CompletableFuture.failedFuture(new ArithmeticException()), runs::incrementAndGet));
        assertEquals(1, runs.get());
        var failed = CompletableFuture.<String>failedFuture(new ArithmeticException());
        var thrown = assertThrows(CompletionException.class, () -> select(onDone(failed, got::set)));
        assertInstanceOf(ArithmeticException.class, thrown.getCause());
    }

    @Test
    void aFutureWakesEverySelectThatWaitsForIt() {
        try (var crew = new Crew()) {
            var future = new CompletableFuture<Integer>();
            var idle = new Chan<Integer>();
            var sum = new AtomicInteger();
            for (int i = 0; i < 10; i++) {
                crew.go(() -> select(onReceive(idle), onDone(future, sum::addAndGet)));
            }
            Asleep.untilReceiving(idle, 10);
            future.complete(7);
            crew.join();
            assertEquals(70, sum.get());
            assertIdle(idle);
        }
    }

    @Test
    void manySelectsOnAFutureThatDoesNotCompleteLeaveNothing() {
        var future = new CompletableFuture<Integer>();
        var ready = closed();
        for (int i = 0; i < 10_000; i++) {
            assertEquals(0, select(onReceive(ready), onDone(future)));
        }
        assertEquals(1, future.getNumberOfDependents());
    }

    @Test
    void aContextIsACase() {
        try (var crew = new Crew();
                var ctx = Context.background().withCancel()) {
            var idle = new Chan<Integer>();
            var runs = new AtomicInteger();
            assertEquals(2, select(onReceive(idle), onDone(ctx), otherwise()));
            assertEquals(1, select(onDone(Context.background()), otherwise()));
            crew.go(() -> assertEquals(1, select(onReceive(idle), onDone(ctx, runs::incrementAndGet))));
            Asleep.untilReceiving(idle, 1);
            ctx.cancel();
            crew.join();
            assertEquals(1, runs.get());
            assertEquals(0, select(onDone(ctx), otherwise()));
            assertIdle(idle);
        }
    }

    // Helpers

    private static Chan<Integer> closed() {
        var channel = new Chan<Integer>();
        channel.close();
        return channel;
    }

    private static void assertIdle(Chan<?>... channels) {
        for (var channel : channels) {
            assertEquals(0, Asleep.sleepers(channel), channel::toString);
        }
    }

    @Test
    void futuresThatAreEqualAreNotTheSame() {
        record Id(int id) {}
        class Equal extends CompletableFuture<Integer> {
            private final Id id = new Id(1);

            @Override
            public boolean equals(Object other) {
                return other instanceof Equal equal && equal.id.equals(id);
            }

            @Override
            public int hashCode() {
                return id.hashCode();
            }
        }
        var first = new Equal();
        var second = new Equal();
        assertEquals(1, select(onDone(first), otherwise()));
        second.complete(1);
        assertEquals(1, select(onDone(first), otherwise()));
        assertEquals(0, select(onDone(second), otherwise()));
    }
}
