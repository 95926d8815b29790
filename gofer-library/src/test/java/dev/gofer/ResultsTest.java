package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Go#results}: tasks on any executor, their results from a channel. */
@Timeout(60)
class ResultsTest {
    private static final Executor CALLER = Runnable::run;

    private static List<Callable<Integer>> numbers(int count) {
        return IntStream.range(0, count)
                .<Callable<Integer>>mapToObj(n -> () -> n)
                .toList();
    }

    @Test
    void aTaskThatCallsGoexitIsCancelled() {
        try (var executor = Go.executor()) {
            List<Callable<Integer>> tasks = List.of(() -> {
                Go.goexit();
                return 1;
            });
            var results = Go.results(Context.background(), executor, 1, tasks);
            assertEquals(Future.State.CANCELLED, Crew.next(results).state());
            assertNull(results.receive());
        }
    }

    @Test
    void everyResultComesOnceThenTheChannelIsClosed() {
        try (var pool = Executors.newFixedThreadPool(3)) {
            for (int ahead : new int[] {1, 2, 7, 1_000}) {
                var seen = new HashSet<Integer>();
                for (var result : Go.<Integer>results(Context.background(), pool, ahead, numbers(200))) {
                    assertTrue(seen.add(result.resultNow()));
                }
                assertEquals(200, seen.size());
            }
        }
    }

    @Test
    void noTasksCloseTheChannel() {
        assertNull(
                Go.<Integer>results(Context.background(), CALLER, 1, List.of()).receive());
    }

    @Test
    void goroutinesMayRunThem() {
        try (var executor = Go.executor()) {
            var sum = Go.<Integer>results(Context.background(), executor, 10, numbers(100)).stream()
                    .mapToInt(Future::resultNow)
                    .sum();
            assertEquals(4950, sum);
        }
    }

    @Test
    void aFailureIsOneOfTheResults() {
        List<Callable<Integer>> tasks = List.of(
                () -> {
                    throw new IllegalStateException("planted");
                },
                () -> null);
        var results = Go.<Integer>results(Context.background(), CALLER, 1, tasks);
        assertEquals("planted", Crew.next(results).exceptionNow().getMessage());
        var last = Crew.next(results);
        assertEquals(Future.State.SUCCESS, last.state());
        assertNull(results.receive());
    }

    @Test
    void aRejectedTaskIsAFailure() {
        Executor rejects = task -> {
            throw new RejectedExecutionException("planted");
        };
        var results = Go.<Integer>results(Context.background(), rejects, 1, numbers(2));
        assertInstanceOf(RejectedExecutionException.class, Crew.next(results).exceptionNow());
        assertInstanceOf(RejectedExecutionException.class, Crew.next(results).exceptionNow());
        assertNull(results.receive());
    }

    @Test
    void tasksThatCannotBeToldAreTheLastFailure() {
        for (int ahead : new int[] {1, 3}) {
            List<Callable<Integer>> tasks = List.of(() -> 1, () -> 2);
            Iterable<Callable<Integer>> broken = () -> new Iterator<>() {
                private final Iterator<Callable<Integer>> left = tasks.iterator();

                @Override
                public boolean hasNext() {
                    return true;
                }

                @Override
                public Callable<Integer> next() {
                    if (!left.hasNext()) {
                        throw new IllegalStateException("planted");
                    }
                    return left.next();
                }
            };
            var results = Go.<Integer>results(Context.background(), CALLER, ahead, broken);
            assertEquals(1, Crew.next(results).resultNow());
            assertEquals(2, Crew.next(results).resultNow());
            assertEquals("planted", Crew.next(results).exceptionNow().getMessage());
            assertNull(results.receive());
        }
    }

    @Test
    void noMoreThanAheadAreUnderWay() {
        try (var ctx = Context.background().withCancel()) {
            var value = new AtomicInteger();
            Iterable<Callable<Integer>> endless = () -> new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return true;
                }

                @Override
                public Callable<Integer> next() {
                    return value::incrementAndGet;
                }
            };
            var begun = new AtomicInteger();
            Executor counts = task -> {
                begun.incrementAndGet();
                task.run();
            };
            var results = Go.<Integer>results(ctx, counts, 3, endless);
            for (int received = 0; received < 50; received++) {
                int limit = received + 3;
                Asleep.until(() -> begun.get() == limit);
                var _ = Crew.next(results);
                assertTrue(begun.get() <= limit + 1);
            }
        }
    }

    @Test
    void tasksThatComeLateHoldNoResultBack() {
        try (var ctx = Context.background().withCancel()) {
            var tasks = new Chan<Callable<Integer>>();
            var results = Go.<Integer>results(ctx, CALLER, 5, tasks);
            tasks.send(() -> 1);
            assertEquals(1, Crew.next(results).resultNow());
            tasks.send(() -> 2);
            assertEquals(2, Crew.next(results).resultNow());
            tasks.close();
            assertNull(results.receive());
        }
    }

    @Test
    void theEndOfTheContextCancelsTasksAndClosesTheChannel() {
        try (var executor = Go.executor();
                var ctx = Context.background().withCancel()) {
            var begun = new Chan<Thread>(1);
            var ended = new Chan<Throwable>(1);
            Callable<Integer> sleeps = () -> {
                begun.send(Thread.currentThread());
                try {
                    return new Chan<Integer>().receive();
                } catch (CancellationException e) {
                    ended.send(e);
                    throw e;
                }
            };
            var results = Go.<Integer>results(ctx, executor, 5, List.of(sleeps));
            Asleep.until(Crew.next(begun));
            ctx.cancel();
            assertNotNull(Crew.next(ended));
            while (results.receive() != null) {
                // the cancelled task may come, or not
            }
            Asleep.until(() -> Watching.count(ctx) == 0);
        }
    }

    @Test
    void whoStopsReceivingEndsTheContextAndNothingIsLeft() {
        try (var pool = Executors.newSingleThreadExecutor();
                var ctx = Context.background().withCancel()) {
            var results = Go.<Integer>results(ctx, pool, 4, numbers(1_000));
            assertNotNull(results.receive());
            ctx.cancel();
            Asleep.until(results::isClosed);
            Asleep.until(() -> Watching.count(ctx) == 0);
        }
    }

    @Test
    void misuseIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> Go.<Integer>results(Context.background(), CALLER, 0, List.of()));
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
