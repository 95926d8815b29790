package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.gofer.Asleep;
import dev.gofer.CanceledException;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.ReceiveChan;
import dev.gofer.Rule;
import dev.gofer.Task;
import dev.gofer.Watching;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code src/context/afterfunc_test.go}, and the tests of {@code x_test.go} with contexts that somebody else wrote. */
@Timeout(60)
class CustomContextTest {
    private static final Duration LONG = Duration.ofHours(1000);

    /** A context that wraps another, and is all like it. */
    private static class Wrapper implements Context {
        private final Context wrapped;

        Wrapper(Context wrapped) {
            this.wrapped = wrapped;
        }

        @Override
        public ReceiveChan<Void> done() {
            return wrapped.done();
        }

        @Override
        public @Nullable CancellationException err() {
            return wrapped.err();
        }

        @Override
        public @Nullable Instant deadline() {
            return wrapped.deadline();
        }

        @Override
        public @Nullable Object value(Object key) {
            return wrapped.value(key);
        }
    }

    /** One that has an end of its own. */
    private static final class WithDone extends Wrapper {
        final Chan<Void> done = new Chan<>();

        WithDone(Context wrapped) {
            super(wrapped);
        }

        @Override
        public ReceiveChan<Void> done() {
            return done;
        }
    }

    /** One that is cancelled by hand, and keeps what is to be done then. */
    private static final class WithAfterFunc implements Context {
        private final Map<Object, Task> tasks = new LinkedHashMap<>(); // guarded by this
        private final Chan<Void> done = new Chan<>();
        private volatile @Nullable CancellationException err; // written by cancel

        void cancel() {
            synchronized (this) {
                err = new CanceledException(null);
                done.close();
                tasks.values().forEach(dev.gofer.Go::go);
                tasks.clear();
            }
        }

        synchronized int tasks() {
            return tasks.size();
        }

        @Override
        public synchronized Stop afterFunc(Task task) {
            var key = new Object();
            tasks.put(key, task);
            return () -> {
                synchronized (this) {
                    return tasks.remove(key) != null;
                }
            };
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
            return null;
        }
    }

    /** A goroutine waits for the end of a parent that is somebody else's, unless that wraps one of ours. */
    @Test
    void testCustomContextGoroutines() {
        var own = new WithDone(Context.background());
        var child = own.withCancel();
        Asleep.untilReceiving(own.done, 1); // the goroutine
        child.cancel();
        Asleep.untilReceiving(own.done, 0);
        var timed = own.withTimeout(LONG);
        Asleep.untilReceiving(own.done, 1);
        timed.cancel();
        Asleep.untilReceiving(own.done, 0);

        var ours = Context.background().withCancel();
        var throughAWrapper = new Wrapper(ours).withCancel();
        assertEquals(1, Watching.count(ours), "a child like any other");
        assertEquals(0, Asleep.sleepers((Chan<Void>) ours.done()));
        ours.cancel();
        assertSame(ours.err(), throughAWrapper.err(), "before cancel returned: no goroutine had to do it");
        var after = new Wrapper(ours).withTimeout(LONG);
        assertSame(ours.err(), after.err());

        var another = new WithDone(new Wrapper(Context.background().withCancel()));
        try (var notThatOfTheWrapped = another.withCancel()) {
            Asleep.untilReceiving(another.done, 1);
            assertNull(notThatOfTheWrapped.err());
        }
        Asleep.untilReceiving(another.done, 0);
    }

    @Test
    @Rule(41)
    void testCustomContextPropagation() {
        var cause = new Exception("because");
        var ours = Context.background().withCancel();
        var theirs = new WithDone(ours);
        var child = theirs.withCancel();
        ours.cancel(cause);
        assertNull(child.err(), "its parent is not done");
        theirs.done.close();
        child.done().receive();
        assertInstanceOf(CanceledException.class, child.err());
        assertSame(cause, child.cause());
    }

    @Test
    @Rule(41)
    void testCustomContextCause() {
        var alone = new WithAfterFunc();
        alone.cancel();
        assertInstanceOf(CanceledException.class, alone.err());
        assertSame(alone.err(), alone.cause());

        var parent = new WithAfterFunc();
        var child = parent.withCancel();
        var cause = new Exception("because");
        child.cancel(cause);
        assertSame(cause, child.cause());
        assertNull(parent.err());
        assertNull(parent.cause());
        parent.cancel();
        assertSame(cause, child.cause());
        assertSame(parent.err(), parent.cause());

        var last = new WithAfterFunc();
        var below = last.withValue("key", 1).withCancel();
        last.cancel();
        below.done().receive();
        assertSame(last.err(), below.err());
        assertSame(last.err(), below.cause());
    }

    @Test
    void testCustomContextAfterFuncCancel() {
        var parent = new WithAfterFunc();
        try (var child = parent.withCancel()) {
            parent.cancel();
            assertNull(child.done().receive());
        }
    }

    @Test
    void testCustomContextAfterFuncTimeout() {
        var parent = new WithAfterFunc();
        try (var child = parent.withTimeout(LONG)) {
            parent.cancel();
            child.done().receive();
            assertInstanceOf(CanceledException.class, child.err());
        }
    }

    @Test
    @Rule(43)
    void testCustomContextAfterFuncAfterFunc() {
        var parent = new WithAfterFunc();
        var ran = new Chan<Void>();
        parent.withValue("key", 1).afterFunc(ran::close);
        parent.cancel();
        assertNull(ran.receive());
    }

    @Test
    void testCustomContextAfterFuncUnregisterCancel() {
        var parent = new WithAfterFunc();
        var first = parent.withCancel();
        var second = parent.withCancel();
        assertEquals(2, parent.tasks());
        first.cancel();
        second.cancel();
        assertEquals(0, parent.tasks());
    }

    @Test
    void testCustomContextAfterFuncUnregisterTimeout() {
        var parent = new WithAfterFunc();
        var child = parent.withTimeout(LONG);
        assertEquals(1, parent.tasks());
        child.cancel();
        assertEquals(0, parent.tasks());
    }

    @Test
    void testCustomContextAfterFuncUnregisterAfterFunc() {
        var parent = new WithAfterFunc();
        var stop = parent.afterFunc(() -> {});
        assertEquals(1, parent.tasks());
        stop.stop();
        assertEquals(0, parent.tasks());
    }
}
