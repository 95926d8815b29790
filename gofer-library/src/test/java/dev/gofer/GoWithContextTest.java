package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code go(ctx, task)}: the end of the context interrupts the task, and that is a normal end. */
@Timeout(60)
class GoWithContextTest {
    /** What the task threw, and what the goroutine did about it. */
    private record End(@Nullable Throwable thrown, @Nullable Throwable uncaught) {}

    /** Starts {@code task} with a context, ends that once the task is blocked, and waits for the end of the goroutine. */
    private static End endWhileBlocked(Task task) throws InterruptedException {
        var former = Thread.getDefaultUncaughtExceptionHandler();
        var uncaught = new Chan<Throwable>(1);
        var thrown = new Chan<Throwable>(1);
        var threads = new Chan<Thread>(1);
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.trySend(e));
        try (var ctx = Context.background().withCancel()) {
            Go.go(ctx, () -> {
                threads.send(Thread.currentThread());
                try {
                    task.run();
                } catch (Throwable e) {
                    thrown.send(e);
                    throw e;
                }
            });
            var thread = Crew.next(threads);
            Asleep.until(() -> thread.getState() == Thread.State.WAITING);
            ctx.cancel();
            thread.join();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(former);
        }
        return new End(thrown.tryReceive(), uncaught.tryReceive());
    }

    @Test
    void aBlockedReceiveIsInterruptedAndTheGoroutineEndsQuietly() throws Exception {
        var end = endWhileBlocked(() -> new Chan<Integer>().receive());
        assertInstanceOf(CancellationException.class, end.thrown);
        assertNull(end.uncaught);
    }

    @Test
    void aBlockedLatchIsInterruptedAndTheGoroutineEndsQuietly() throws Exception {
        var end = endWhileBlocked(() -> new CountDownLatch(1).await());
        assertInstanceOf(InterruptedException.class, end.thrown);
        assertNull(end.uncaught);
    }

    @Test
    void aBlockedSocketIsClosedAndTheGoroutineEndsQuietly() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var end = endWhileBlocked(() -> server.accept().close());
            assertInstanceOf(SocketException.class, end.thrown);
            assertNull(end.uncaught);
            assertTrue(server.isClosed());
        }
    }

    @Test
    void aBlockedSocketChannelIsClosedAndTheGoroutineEndsQuietly() throws Exception {
        try (var server = ServerSocketChannel.open().bind(null)) {
            var end = endWhileBlocked(() -> server.accept().close());
            assertInstanceOf(ClosedByInterruptException.class, end.thrown);
            assertNull(end.uncaught);
        }
    }

    @Test
    void anotherExceptionIsReportedAlsoAfterTheEnd() throws Exception {
        var end = endWhileBlocked(() -> {
            try {
                new Chan<Integer>().receive();
            } catch (CancellationException e) {
                throw new IllegalStateException("planted", e);
            }
        });
        assertInstanceOf(IllegalStateException.class, end.uncaught);
    }

    @Test
    void aCancellationWithoutTheEndOfTheContextIsReported() throws Exception {
        var end = endWhileBlocked(() -> {
            try {
                new Chan<Integer>().receive();
            } catch (CancellationException e) {
                // goes on
            }
        });
        assertNull(end.thrown);
        var uncaught = new Chan<Throwable>(1);
        var former = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.send(e));
        try (var ctx = Context.background().withCancel()) {
            Go.go(ctx, () -> {
                throw new CancellationException("planted");
            });
            assertEquals("planted", Crew.next(uncaught).getMessage());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(former);
        }
    }

    @Test
    void aTaskOfAContextThatHasEndedStartsInterrupted() throws Exception {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        var interrupted = new Chan<Boolean>();
        Go.go(ctx, () -> {
            boolean now = Thread.interrupted();
            interrupted.send(now);
        });
        assertTrue(Crew.next(interrupted));
    }

    @Test
    void noInterruptComesAfterTheTask() throws Exception {
        for (int round = 0; round < 5_000; round++) {
            var ctx = Context.background().withCancel();
            try (var crew = new Crew()) {
                crew.go(ctx::cancel);
                Interruptions.run(ctx, () -> {});
                assertFalse(Thread.currentThread().isInterrupted());
                crew.join();
            }
            assertFalse(Thread.currentThread().isInterrupted());
            assertNotNull(ctx.err());
            assertEquals(0, Watching.count(ctx));
        }
    }

    @Test
    void aTaskThatEndsLeavesNothingInItsContext() throws Exception {
        try (var ctx = Context.background().withCancel()) {
            var inside = new Chan<Integer>(1);
            Interruptions.run(ctx, () -> inside.send(Watching.count(ctx)));
            assertEquals(1, inside.receive());
            assertEquals(0, Watching.count(ctx));
        }
    }
}
