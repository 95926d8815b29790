package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Go#executor}: the contract of {@link java.util.concurrent.ExecutorService}, kept by goroutines. */
@Timeout(60)
class GoExecutorTest {
    /** A task that sleeps until it is interrupted, and tells of both. */
    private static final class Sleeper implements Callable<String> {
        final Chan<Thread> begun = new Chan<>(1);
        final Chan<Throwable> ended = new Chan<>(1);

        @Override
        public String call() {
            begun.send(Thread.currentThread());
            try {
                return String.valueOf(new Chan<String>().receive());
            } catch (CancellationException e) {
                ended.send(e);
                throw e;
            }
        }
    }

    @Test
    void aTaskIsAGoroutineOfItsOwnWithItsNameInDumps() throws Exception {
        try (var executor = Go.executor()) {
            var sleepers = List.of(new Sleeper(), new Sleeper());
            var futures = sleepers.stream().map(executor::submit).toList();
            var threads = sleepers.stream().map(each -> Crew.next(each.begun)).toList();
            threads.forEach(Asleep::until);
            var dump = Go.dump();
            threads.forEach(each -> assertTrue(dump.contains("goroutine " + each.threadId() + " ["), dump));
            assertTrue(dump.contains("created by " + Sleeper.class.getName()), dump);
            futures.forEach(future -> future.cancel(true));
            sleepers.forEach(each -> assertNotNull(Crew.next(each.ended)));
        }
    }

    @Test
    void submitGivesTheResultOrTheFailure() throws Exception {
        try (var executor = Go.executor()) {
            assertEquals(42, executor.submit(() -> 42).get());
            var ran = new Chan<Boolean>(1);
            assertEquals("done", executor.submit(() -> ran.send(true), "done").get());
            assertTrue(Crew.next(ran));
            var failed = executor.submit(() -> {
                throw new IllegalStateException("planted");
            });
            var thrown = assertThrows(ExecutionException.class, failed::get);
            assertInstanceOf(IllegalStateException.class, thrown.getCause());
        }
    }

    @Test
    void aTaskThatCallsGoexitIsOver() {
        try (var executor = Go.executor()) {
            var future = executor.submit(Go::goexit);
            assertThrows(CancellationException.class, future::get);
            assertEquals(Future.State.CANCELLED, future.state());
        }
    }

    @Test
    void whatLeavesAnExecutedTaskIsUncaught() {
        var uncaught = new Chan<Throwable>(1);
        Uncaught.during(uncaught::trySend, () -> {
            try (var executor = Go.executor()) {
                executor.execute(() -> {
                    throw new IllegalStateException("planted");
                });
                assertEquals("planted", Crew.next(uncaught).getMessage());
            }
        });
    }

    @Test
    void shutdownLetsTasksEndAndTakesNoMore() throws Exception {
        var executor = Go.executor();
        var go = new Chan<Integer>();
        var future = executor.submit(go::receive);
        executor.shutdown();
        assertTrue(executor.isShutdown());
        assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
        assertFalse(executor.isTerminated());
        assertFalse(executor.awaitTermination(0, TimeUnit.DAYS));
        assertFalse(executor.awaitTermination(1, TimeUnit.MICROSECONDS));
        go.send(7);
        assertTrue(executor.awaitTermination(Long.MAX_VALUE, TimeUnit.DAYS));
        assertTrue(executor.isTerminated());
        assertEquals(7, future.get());
        executor.shutdown();
        assertTrue(executor.isTerminated());
    }

    @Test
    void shutdownWithoutTasksTerminates() throws Exception {
        var executor = Go.executor();
        assertFalse(executor.isShutdown());
        executor.shutdown();
        assertTrue(executor.isTerminated());
        assertTrue(executor.awaitTermination(0, TimeUnit.SECONDS));
        assertEquals(List.of(), executor.shutdownNow());
    }

    @Test
    void shutdownNowInterruptsAndAnInterruptedTaskIsNotUncaught() throws Exception {
        var uncaught = new Chan<Throwable>(1);
        Uncaught.during(uncaught::trySend, () -> {
            var executor = Go.executor();
            var sleeper = new Sleeper();
            executor.execute(sleeper::call);
            Asleep.until(Crew.next(sleeper.begun));
            assertEquals(List.of(), executor.shutdownNow());
            assertInstanceOf(CancellationException.class, Crew.next(sleeper.ended));
            executor.close();
            assertTrue(executor.isTerminated());
        });
        assertNull(uncaught.tryReceive());
    }

    @Test
    void closeWaitsAndItsInterruptBecomesShutdownNow() throws Exception {
        var executor = Go.executor();
        var sleeper = new Sleeper();
        var _ = executor.submit(sleeper);
        try (var crew = new Crew()) {
            var closer = crew.go(executor::close);
            Asleep.until(Crew.next(sleeper.begun));
            closer.asleep();
            closer.interrupt();
            assertNotNull(Crew.next(sleeper.ended));
            assertTrue(closer.endedInterrupted());
        }
        assertTrue(executor.isTerminated());
    }

    @Test
    void anInterruptedAwaitTerminationThrowsAndClearsTheFlag() {
        var executor = Go.executor();
        var sleeper = new Sleeper();
        var _ = executor.submit(sleeper);
        try (var crew = new Crew()) {
            var waiting = crew.go(() -> executor.awaitTermination(1, TimeUnit.DAYS));
            Asleep.until(() -> Asleep.isAsleep(waiting.thread()));
            waiting.interrupt();
            assertInstanceOf(InterruptedException.class, waiting.failure());
            assertFalse(waiting.endedInterrupted());
        }
        executor.shutdownNow();
        executor.close();
    }

    @Test
    void invokeAllWaitsForAll() throws Exception {
        try (var executor = Go.executor()) {
            var tasks = IntStream.range(0, 100)
                    .<Callable<Integer>>mapToObj(n -> () -> n * n)
                    .toList();
            var futures = executor.invokeAll(tasks);
            for (int n = 0; n < 100; n++) {
                assertEquals(n * n, futures.get(n).resultNow());
            }
            var sleeper = new Sleeper();
            var late = executor.invokeAll(List.of(sleeper), 1, TimeUnit.MICROSECONDS);
            assertEquals(Future.State.CANCELLED, late.getFirst().state());
        }
    }

    @Test
    void invokeAnyTakesOneAndInterruptsTheOthers() throws Exception {
        try (var executor = Go.executor()) {
            var sleeper = new Sleeper();
            List<Callable<String>> tasks = List.of(sleeper, () -> {
                Asleep.until(Crew.next(sleeper.begun));
                return "first";
            });
            assertEquals("first", executor.invokeAny(tasks));
            assertNotNull(Crew.next(sleeper.ended));
            Callable<String> fails = () -> {
                throw new IllegalStateException("planted");
            };
            assertThrows(ExecutionException.class, () -> executor.invokeAny(List.of(fails, fails)));
        }
    }

    @Test
    void theEndOfItsContextShutsItDownAndInterrupts() throws Exception {
        try (var ctx = Context.background().withCancel();
                var executor = Go.executor(ctx)) {
            var sleeper = new Sleeper();
            var future = executor.submit(sleeper);
            Asleep.until(Crew.next(sleeper.begun));
            ctx.cancel();
            assertTrue(executor.isShutdown());
            assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
            assertInstanceOf(CancellationException.class, Crew.next(sleeper.ended));
            assertThrows(ExecutionException.class, future::get);
            assertTrue(executor.awaitTermination(1, TimeUnit.DAYS));
        }
    }

    @Test
    void anExecutorOfAContextThatHasEndedTakesNothing() {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        var executor = Go.executor(ctx);
        assertTrue(executor.isTerminated());
        assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
    }

    @Test
    void aTerminatedExecutorLeavesNothingInItsContext() {
        try (var ctx = Context.background().withCancel()) {
            for (int round = 0; round < 100; round++) {
                try (var executor = Go.executor(ctx)) {
                    executor.execute(() -> {});
                }
            }
            assertEquals(0, Watching.count(ctx));
        }
    }

    @Test
    void manyTasksAndAShutdownAtOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            var executor = Go.executor();
            var done = new WaitGroup();
            try (var crew = new Crew()) {
                crew.go(executor::shutdown);
                for (int i = 0; i < 10; i++) {
                    done.add(1);
                    try {
                        executor.execute(done::done);
                    } catch (RejectedExecutionException e) {
                        done.done();
                    }
                }
                crew.join();
            }
            done.await();
            assertTrue(executor.awaitTermination(1, TimeUnit.DAYS));
        }
    }
}
