package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Go#future}: a goroutine and a future that end each other. */
@Timeout(60)
class GoFutureTest {
    private final Chan<Thread> begun = new Chan<>(1);
    private final Chan<Throwable> ended = new Chan<>(1);

    /** A goroutine that sleeps until it is interrupted. */
    private CompletableFuture<String> sleeping(Context ctx) {
        CompletableFuture<String> future = Go.future(ctx, () -> {
            begun.send(Thread.currentThread());
            try {
                return String.valueOf(new Chan<String>().receive());
            } catch (CancellationException e) {
                ended.send(e);
                throw e;
            }
        });
        Asleep.until(Crew.next(begun));
        return future;
    }

    @Test
    void itCompletesWithTheResult() {
        assertEquals(42, Go.future(() -> 42).join());
        assertNull(Go.future(() -> null).join());
    }

    @Test
    void itCompletesWithTheFailure() {
        var uncaught = new Chan<Throwable>(1);
        Uncaught.during(uncaught::trySend, () -> {
            var thrown = assertThrows(
                    CompletionException.class,
                    () -> Go.future(() -> {
                                throw new IOException("planted");
                            })
                            .join());
            assertInstanceOf(IOException.class, thrown.getCause());
        });
        assertNull(uncaught.tryReceive());
    }

    @Test
    void goexitCompletesIt() {
        var future = Go.future(() -> {
            Go.goexit();
            return 1;
        });
        assertThrows(CancellationException.class, future::join);
    }

    @Test
    void itTellsWhyTheContextHasEndedWhoeverCompletesIt() {
        for (int i = 0; i < 300; i++) {
            var ctx = Context.background().withCancel();
            var future = sleeping(ctx);
            var cause = new IOException("planted");
            ctx.cancel(cause);
            var thrown = future.<Throwable>handle((value, failure) -> failure).join();
            assertInstanceOf(CanceledException.class, thrown);
            assertSame(cause, thrown.getCause());
            Crew.next(ended);
        }
    }

    @Test
    void cancelInterruptsTheGoroutine() {
        var future = sleeping(Context.background());
        assertTrue(future.cancel(false));
        assertInstanceOf(CancellationException.class, Crew.next(ended));
        assertTrue(future.isCancelled());
    }

    @Test
    void whateverCompletesItInterruptsTheGoroutine() {
        var future = sleeping(Context.background());
        future.complete("other");
        assertInstanceOf(CancellationException.class, Crew.next(ended));
        assertEquals("other", future.join());
    }

    @Test
    void aTimeoutInterruptsTheGoroutine() {
        var future = sleeping(Context.background()).orTimeout(1, TimeUnit.MICROSECONDS);
        assertInstanceOf(CancellationException.class, Crew.next(ended));
        var thrown = assertThrows(CompletionException.class, future::join);
        assertInstanceOf(TimeoutException.class, thrown.getCause());
    }

    @Test
    void theEndOfTheContextCancelsItAndInterruptsTheGoroutine() {
        try (var ctx = Context.background().withCancel()) {
            var future = sleeping(ctx);
            ctx.cancel();
            assertThrows(CancellationException.class, future::join);
            assertTrue(future.isCancelled());
            assertInstanceOf(CancellationException.class, Crew.next(ended));
        }
    }

    @Test
    void theEndOfTheContextCancelsItEvenIfTheGoroutineDoesNotCare() {
        try (var ctx = Context.background().withCancel()) {
            var goOn = new Chan<Integer>();
            var interrupted = new Chan<Boolean>(1);
            var future = Go.future(ctx, () -> {
                try {
                    goOn.receive();
                } catch (CancellationException e) {
                    interrupted.send(Thread.interrupted());
                }
                return String.valueOf(goOn.receive());
            });
            Asleep.untilReceiving(goOn, 1);
            ctx.cancel();
            assertThrows(CancellationException.class, future::join);
            assertTrue(Crew.next(interrupted));
            goOn.send(1);
        }
    }

    @Test
    void whoWaitsForItIsNotInterrupted() {
        for (int round = 0; round < 200; round++) {
            var start = new Chan<Integer>();
            var future = Go.future(start::receive)
                    .thenApply(n -> Thread.currentThread().isInterrupted());
            start.send(1);
            assertFalse(future.join());
        }
    }

    @Test
    void itLeavesNothingInItsContext() {
        try (var ctx = Context.background().withCancel()) {
            for (int round = 0; round < 100; round++) {
                assertEquals(1, Go.future(ctx, () -> 1).join());
            }
            Asleep.until(() -> Watching.count(ctx) == 0);
        }
    }

    @Test
    void aSelectWaitsForIt() {
        var future = Go.future(() -> "done");
        var got = new Chan<String>(1);
        assertEquals(0, Go.select(Go.onDone(future, got::send)));
        assertEquals("done", got.receive());
    }
}
