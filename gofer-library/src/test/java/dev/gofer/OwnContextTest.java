package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contexts that somebody else wrote, as parents and as time limits; and what the errors of ours tell. */
@Timeout(60)
class OwnContextTest {
    private static final Duration LONG = Duration.ofHours(1000);

    /** Written by somebody else. */
    private static class Own implements Context {
        final Chan<Void> done = new Chan<>();
        private volatile @Nullable CancellationException err; // written by end

        void end(CancellationException reason) {
            err = reason;
            done.close();
        }

        @Override
        public ReceiveChan<Void> done() {
            return done;
        }

        @Override
        public @Nullable CancellationException err() {
            return err;
        }

        @Override
        public @Nullable Instant deadline() {
            return null;
        }

        @Override
        public @Nullable Object value(Object key) {
            return key.equals("mine") ? "value" : null;
        }

        @Override
        public String toString() {
            return "own";
        }
    }

    /** One that nobody can be told of. */
    private static final class Broken extends Own {
        @Override
        public Stop afterFunc(Task task) {
            throw new OutOfMemoryError("planted");
        }
    }

    @Test
    void itsEndIsTheEndOfAllThatIsDerivedFromIt() {
        var own = new Own();
        var value = own.withValue("key", 1);
        var child = value.withCancel();
        var grandchild = child.withTimeout(LONG);
        assertEquals("own.WithValue(key).WithCancel", child.toString());
        assertEquals("value", grandchild.value("mine"));
        assertEquals(1, grandchild.value("key"));
        assertSame(own.done, value.done());
        assertNull(grandchild.err());
        int timers = Watching.timers();
        var reason = new CancellationException("of my own");
        own.end(reason);
        grandchild.done().receive();
        for (var each : List.of(value, child, grandchild)) {
            assertSame(reason, each.err());
            assertSame(reason, each.cause());
        }
        Asleep.until(() -> Watching.timers() == timers - 1); // stopped a moment after done is closed
        assertSame(reason, own.withCancel().err(), "also of one that is derived later");
        assertNull(own.withoutCancel().err());
        assertSame(Chan.<Void>nil(), own.withoutCancel().done());
    }

    @Test
    void whatIsCancelledBelowItLeavesNothing() {
        var own = new Own();
        for (int i = 0; i < 100; i++) {
            own.withCancel().cancel();
            assertTrue(own.afterFunc(() -> {}).stop());
        }
        Asleep.untilReceiving(own.done, 0);
        assertNull(own.err());
    }

    @Test
    void oneThatNeverEndsCostsNoGoroutine() {
        var never = new Own() {
            @Override
            public ReceiveChan<Void> done() {
                return Chan.nil();
            }
        };
        int before = Go.numGoroutine();
        var child = never.withCancel();
        assertTrue(never.afterFunc(() -> {}).stop());
        assertTrue(Go.numGoroutine() <= before);
        child.cancel();
        assertNotNull(child.err());
    }

    @Test
    void afterFuncRunsItsTaskOnceOrNever() {
        for (int round = 0; round < 1_000; round++) {
            var own = new Own();
            var ran = new AtomicInteger();
            var over = new Chan<Integer>(1);
            var stop = own.afterFunc(() -> {
                ran.incrementAndGet();
                over.send(1);
            });
            try (var crew = new Crew()) {
                crew.go(() -> own.end(new CanceledException(null)));
                if (stop.stop()) {
                    crew.join();
                    assertEquals(0, ran.get());
                } else {
                    assertEquals(1, over.receive());
                }
                assertFalse(stop.stop());
            }
        }
    }

    @Test
    void aDerivedContextThatEndsWhileItsParentDoesEndsOnce() {
        for (int round = 0; round < 1_000; round++) {
            var own = new Own();
            try (var crew = new Crew()) {
                crew.go(() -> own.end(new CanceledException(null)));
                var child = own.withCancel();
                child.cancel();
                assertSame(child.err(), child.err());
                crew.join();
            }
            Asleep.untilReceiving(own.done, 0);
        }
    }

    @Test
    void afterFuncMakesAContextThatEndsWithTwo() {
        var cause = new Exception("because");
        for (boolean first : new boolean[] {true, false}) {
            var a = Context.background().withValue("key", 1).withCancel();
            var b = Context.background().withCancel();
            var both = a.withCancel();
            var stop = b.afterFunc(() -> both.cancel(b.cause()));
            (first ? a : b).cancel(cause);
            both.done().receive();
            assertSame(cause, both.cause());
            assertEquals(1, both.value("key"));
            assertEquals(first, stop.stop());
        }
    }

    @Test
    void itIsATimeLimit() {
        var mutex = new Mutex();
        mutex.lock();
        var group = new WaitGroup();
        group.add(1);
        List<Consumer<Context>> operations = List.of(mutex::lock, group::await, ctx -> new Weighted(0).acquire(ctx, 1));
        for (var operation : operations) {
            try (var crew = new Crew()) {
                var own = new Own();
                var member = crew.go(() -> operation.accept(own)).asleep();
                own.end(new CancellationException("of my own"));
                var thrown = assertInstanceOf(CancellationException.class, member.failure());
                assertEquals("of my own", thrown.getMessage());
                assertSame(own.err(), thrown.getCause());
                Asleep.untilReceiving(own.done, 0);
            }
        }
        assertEquals("Mutex (locked)", mutex.toString());
        assertEquals("WaitGroup (1 tasks, 0 waiting)", group.toString());
    }

    /** As if memory ran out between the queueing up and the watch. */
    @Test
    void whoCannotBeToldOfTheEndLeavesNoWaiterBehind() {
        var mutex = new Mutex();
        mutex.lock();
        var rwMutex = new RWMutex();
        rwMutex.lock();
        var group = new WaitGroup();
        group.add(1);
        var weighted = new Weighted(1);
        weighted.acquire(1);
        var locker = new Mutex();
        var cond = new Cond(locker);
        locker.lock();
        List<Consumer<Context>> operations = List.of(
                mutex::lock, rwMutex::lock, rwMutex::rlock, group::await, ctx -> weighted.acquire(ctx, 1), cond::await);
        for (var operation : operations) {
            assertThrows(OutOfMemoryError.class, () -> operation.accept(new Broken()));
        }
        for (var each : List.of(mutex, rwMutex, group, weighted, cond)) {
            var state = each.toString();
            assertFalse(state.matches(".*[1-9] waiting.*"), state);
        }
        mutex.unlock();
        mutex.lock();
        rwMutex.unlock();
        rwMutex.rlock();
        locker.unlock();
    }

    @Test
    void theErrorIsMadeForWhoAsksFirst() {
        var ctx = Context.background().withCancel();
        cancels(ctx);
        var err = asks(ctx);
        assertTrue(mentions(err, "asks"));
        assertFalse(mentions(err, "cancels"), "who closes a context pays for no stack trace");
        assertSame(err, ctx.err());
    }

    private static void cancels(Context.Cancellable ctx) {
        ctx.cancel();
    }

    private static Throwable asks(Context ctx) {
        return assertInstanceOf(CanceledException.class, ctx.err());
    }

    private static boolean mentions(Throwable e, String method) {
        return Arrays.stream(e.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    @Test
    void oneWithoutADoneChannelNeverEndsAsInGo() {
        var endless = new Own() {
            @Override
            public ReceiveChan<Void> done() {
                return NullsTest.none();
            }
        };
        try (var ctx = endless.withCancel()) {
            assertNull(ctx.err());
            assertEquals("value", ctx.value("mine"));
            ctx.cancel();
            assertNotNull(ctx.err());
        }
        assertTrue(endless.afterFunc(() -> {}).stop());
        assertTrue(((Chan<Void>) endless.withValue("key", 1).done()).isNil());
        assertEquals(1, Go.select(Go.onDone(endless), Go.otherwise()));
        var mutex = new Mutex();
        mutex.lock(endless);
        try (var crew = new Crew()) {
            var waiting = crew.go(() -> mutex.lock(endless)).asleep();
            mutex.unlock();
            assertNull(waiting.failure());
        }
    }
}
