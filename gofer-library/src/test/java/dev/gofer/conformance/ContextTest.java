package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.CanceledException;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Crew;
import dev.gofer.DeadlineExceededException;
import dev.gofer.Go;
import dev.gofer.Watching;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What {@code src/context/x_test.go} and {@code context_test.go} ask for. */
@Timeout(60)
class ContextTest {
    private static final Context ROOT = Context.background();
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofHours(1000);

    private record Key(String name) {}

    private static void assertOpen(Context ctx) {
        assertNull(ctx.err());
        assertNull(ctx.cause());
        assertFalse(ctx.done().isClosed());
    }

    private static void assertCanceled(Context ctx) {
        assertEnded(CanceledException.class, "context canceled", ctx);
    }

    private static void assertExceeded(Context ctx) {
        assertEnded(DeadlineExceededException.class, "context deadline exceeded", ctx);
    }

    private static void assertEnded(Class<? extends CancellationException> type, String message, Context ctx) {
        var err = assertInstanceOf(type, ctx.err());
        assertEquals(message, err.getMessage());
        assertSame(err, ctx.err(), "the same for ever");
        assertTrue(ctx.done().isClosed());
    }

    @Test
    void testParentFinishesChild() {
        var parent = ROOT.withCancel();
        var child = parent.withCancel();
        var value = parent.withValue("key", "value");
        var timed = value.withTimeout(LONG);
        var stop = parent.afterFunc(() -> {});
        for (var each : List.of(parent, child, value, timed)) {
            assertOpen(each);
        }
        assertEquals(3, Watching.count(parent), "two children and a task");
        parent.cancel();
        assertEquals(0, Watching.count(parent));
        for (var each : List.of(parent, child, value, timed, parent.withValue("key", "value"))) {
            assertCanceled(each);
        }
        assertFalse(stop.stop());
    }

    @Test
    void testChildFinishesFirst() {
        var cancellable = ROOT.withCancel();
        for (var parent : List.of(ROOT, cancellable)) {
            var child = parent.withCancel();
            assertOpen(parent);
            assertOpen(child);
            assertEquals(parent == cancellable ? 1 : 0, Watching.count(cancellable));
            child.cancel();
            assertEquals(0, Watching.count(cancellable));
            assertCanceled(child);
            assertOpen(parent);
        }
    }

    @Test
    void testCancelRemoves() {
        var ctx = ROOT.withCancel();
        assertEquals(0, Watching.count(ctx));
        var child = ctx.withCancel();
        assertEquals(1, Watching.count(ctx));
        child.cancel();
        assertEquals(0, Watching.count(ctx));
        var timed = ctx.withTimeout(LONG);
        assertEquals(1, Watching.count(ctx));
        timed.cancel();
        assertEquals(0, Watching.count(ctx));
        var stop = ctx.afterFunc(() -> {});
        assertEquals(1, Watching.count(ctx));
        assertTrue(stop.stop());
        assertEquals(0, Watching.count(ctx));
    }

    @Test
    void testBackground() {
        assertNull(ROOT.done().tryReceive());
        assertOpen(ROOT);
        assertEquals("context.Background", ROOT.toString());
    }

    @Test
    void testTODO() {
        assertNull(Context.todo().done().tryReceive());
        assertOpen(Context.todo());
        assertEquals("context.TODO", Context.todo().toString());
        assertEquals("context.TODO.WithCancel", Context.todo().withCancel().toString());
    }

    @Test
    void testWithCancel() {
        var parent = ROOT.withCancel();
        assertEquals("context.Background.WithCancel", parent.toString());
        var child = parent.withCancel();
        assertOpen(parent);
        assertOpen(child);
        parent.cancel();
        assertCanceled(parent);
        assertCanceled(child);
    }

    @Test
    void testDeadline() {
        var ctx = ROOT.withDeadline(Instant.now().plus(SHORT));
        assertTrue(ctx.toString().startsWith("context.Background.WithDeadline("), ctx::toString);
        ctx.done().receive();
        assertExceeded(ctx);
        var later = ROOT.withDeadline(Instant.now().plus(SHORT))
                .withDeadline(Instant.now().plus(LONG));
        later.done().receive();
        assertExceeded(later);
        assertExceeded(ROOT.withDeadline(Instant.now().minus(SHORT)));
        assertExceeded(ROOT.withDeadline(Instant.now()));
    }

    @Test
    void testTimeout() {
        long start = System.nanoTime();
        var ctx = ROOT.withTimeout(SHORT);
        assertTrue(ctx.toString().startsWith("context.Background.WithDeadline("), ctx::toString);
        ctx.done().receive();
        assertExceeded(ctx);
        assertTrue(System.nanoTime() - start >= SHORT.toNanos() - 500_000); // two clocks
        var child = ROOT.withTimeout(SHORT).withTimeout(LONG);
        child.done().receive();
        assertExceeded(child);
    }

    @Test
    void testCanceledTimeout() {
        var ctx = ROOT.withTimeout(LONG).withTimeout(LONG.multipliedBy(2));
        ctx.cancel();
        assertCanceled(ctx);
    }

    @Test
    void testValues() {
        record OtherKey(String name) {}
        var k1 = new Key("1");
        var k2 = new OtherKey("1"); // as k1, but of another type
        var k3 = new OtherKey("3");
        var c1 = ROOT.withValue(k1, "c1k1");
        var c2 = c1.withValue(k2, "c2k2");
        var c3 = c2.withValue(k3, "c3k3");
        var c4 = c3.withValue(k1, null);
        var c5 = c4.withCancel().withoutCancel().withValue(k2, "c5k2");
        assertValues(ROOT, null, null, null, k1, k2, k3);
        assertValues(c1, "c1k1", null, null, k1, k2, k3);
        assertValues(c2, "c1k1", "c2k2", null, k1, k2, k3);
        assertValues(c3, "c1k1", "c2k2", "c3k3", k1, k2, k3);
        assertValues(c4, null, "c2k2", "c3k3", k1, k2, k3);
        assertValues(c5, null, "c5k2", "c3k3", k1, k2, k3);
        assertEquals(
                "context.Background.WithValue(a).WithValue(b)",
                ROOT.withValue("a", 1).withValue("b", 2).toString());
    }

    private static void assertValues(
            Context ctx,
            @Nullable Object v1,
            @Nullable Object v2,
            @Nullable Object v3,
            Object k1,
            Object k2,
            Object k3) {
        assertEquals(v1, ctx.value(k1));
        assertEquals(v2, ctx.value(k2));
        assertEquals(v3, ctx.value(k3));
    }

    @Test
    void testSimultaneousCancels() {
        var all = new ArrayList<Context.Cancellable>();
        all.add(ROOT.withCancel());
        for (int next = 0; all.size() < 100; next++) {
            for (int i = 0; i < 4; i++) {
                all.add(all.get(next).withCancel());
            }
        }
        var shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(1));
        try (var crew = new Crew()) {
            for (var ctx : shuffled) {
                crew.go(ctx::cancel);
            }
            Collections.shuffle(shuffled, new Random(2));
            for (var ctx : shuffled) {
                ctx.done().receive();
            }
            crew.join();
        }
        all.forEach(ContextTest::assertCanceled);
    }

    @Test
    void testInterlockedCancels() {
        try (var crew = new Crew()) {
            var parent = ROOT.withCancel();
            var child = parent.withCancel();
            crew.go(() -> {
                parent.done().receive();
                child.cancel();
            });
            parent.cancel();
            child.done().receive();
            crew.join();
        }
    }

    @Test
    void testLayersCancel() {
        for (int seed = 0; seed < 20; seed++) {
            testLayers(seed, LONG);
        }
    }

    @Test
    void testLayersTimeout() {
        for (int seed = 0; seed < 5; seed++) {
            testLayers(seed, SHORT);
        }
    }

    /** A chain of contexts of all kinds; all values are seen from its end, and what ends one of them ends the last. */
    private static void testLayers(long seed, Duration timeout) {
        var random = new Random(seed);
        var values = new HashMap<Key, Integer>();
        var cancellables = new ArrayList<Context.Cancellable>();
        var ctx = ROOT;
        for (int i = 0; i < 30 || cancellables.isEmpty(); i++) {
            int kind = random.nextInt(3);
            if (kind == 0) {
                values.put(new Key("key " + i), i);
                ctx = ctx.withValue(new Key("key " + i), i);
            } else {
                var child = kind == 1 ? ctx.withCancel() : ctx.withTimeout(timeout);
                cancellables.add(child);
                ctx = child;
            }
        }
        var last = ctx.withTimeout(timeout);
        values.forEach((key, value) -> assertEquals(value, last.value(key)));
        assertTrue(last.toString().startsWith("context.Background."));
        if (timeout.equals(LONG)) {
            assertOpen(last);
            cancellables.get(random.nextInt(cancellables.size())).cancel();
            assertCanceled(last);
        } else {
            last.done().receive();
            assertExceeded(last);
        }
        values.forEach((key, value) -> assertEquals(value, last.value(key)));
    }

    @Test
    void testWithCancelCanceledParent() {
        var cause = new Exception("because");
        var parent = ROOT.withCancel();
        parent.cancel(cause);
        var child = parent.withCancel();
        assertCanceled(child);
        assertSame(cause, child.cause());
    }

    @Test
    void testWithCancelSimultaneouslyCanceledParent() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 1_000; i++) {
                var cause = new Exception("because");
                var parent = ROOT.withCancel();
                crew.go(() -> parent.cancel(cause));
                var child = parent.withTimeout(LONG);
                child.done().receive();
                assertCanceled(child);
                assertSame(cause, child.cause());
            }
            crew.join();
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // what a caller without our checks can do
    void testWithValueChecksKey() {
        var e = assertThrows(NullPointerException.class, () -> ROOT.withValue(null, "value"));
        assertTrue(Objects.requireNonNull(e.getMessage()).startsWith("nil key"), e::toString);
    }

    @Test
    void testDeadlineExceededSupportsTimeout() {
        CancellationException err = ROOT.withTimeout(Duration.ZERO).err();
        assertInstanceOf(DeadlineExceededException.class, err, "a type of its own tells a timeout");
    }

    @TestFactory
    Stream<DynamicTest> testCause() {
        var parentCause = new Exception("parent");
        var childCause = new Exception("child");
        var tooSlow = new Exception("too slow");
        var early = new Exception("finished early");
        return Stream.of(
                cause("Background", null, null, () -> ROOT),
                cause("TODO", null, null, Context::todo),
                cause("WithCancel", "canceled", null, () -> cancelled(ROOT.withCancel(), Context.Cancellable::cancel)),
                cause(
                        "WithCancelCause",
                        "canceled",
                        parentCause,
                        () -> cancelled(ROOT.withCancel(), ctx -> ctx.cancel(parentCause))),
                cause(
                        "WithCancelCause nil",
                        "canceled",
                        null,
                        () -> cancelled(ROOT.withCancel(), ctx -> ctx.cancel(null))),
                cause(
                        "parent cause before child",
                        "canceled",
                        parentCause,
                        () -> parentThenChild(parentCause, childCause)),
                cause(
                        "parent cause after child",
                        "canceled",
                        childCause,
                        () -> childThenParent(childCause, parentCause)),
                cause("parent cause before nil", "canceled", parentCause, () -> parentThenChild(parentCause, null)),
                cause("parent cause after nil", "canceled", null, () -> childThenParent(null, parentCause)),
                cause("child cause after nil", "canceled", null, () -> parentThenChild(null, childCause)),
                cause("child cause before nil", "canceled", childCause, () -> childThenParent(childCause, null)),
                cause(
                        "WithTimeout",
                        "deadline",
                        null,
                        () -> cancelled(ROOT.withTimeout(Duration.ZERO), Context.Cancellable::cancel)),
                cause(
                        "WithTimeout canceled",
                        "canceled",
                        null,
                        () -> cancelled(ROOT.withTimeout(LONG), Context.Cancellable::cancel)),
                cause(
                        "WithTimeoutCause",
                        "deadline",
                        tooSlow,
                        () -> cancelled(ROOT.withTimeout(Duration.ZERO, tooSlow), Context.Cancellable::cancel)),
                cause(
                        "WithTimeoutCause canceled",
                        "canceled",
                        null,
                        () -> cancelled(ROOT.withTimeout(LONG, tooSlow), Context.Cancellable::cancel)),
                cause("WithTimeoutCause stacked", "deadline", tooSlow, () -> {
                    var parent = ROOT.withCancel();
                    var child = parent.withTimeout(Duration.ZERO, tooSlow);
                    parent.cancel(early);
                    return child;
                }),
                cause("WithTimeoutCause stacked canceled", "canceled", early, () -> {
                    var parent = ROOT.withCancel();
                    var child = parent.withTimeout(LONG, tooSlow);
                    parent.cancel(early);
                    return child;
                }),
                cause("WithoutCancel", null, null, ROOT::withoutCancel),
                cause(
                        "WithoutCancel canceled",
                        null,
                        null,
                        () -> cancelled(ROOT.withCancel(), ctx -> ctx.cancel(early))
                                .withoutCancel()),
                cause(
                        "WithoutCancel timeout",
                        null,
                        null,
                        () -> ROOT.withTimeout(Duration.ZERO, tooSlow).withoutCancel()));
    }

    private static DynamicTest cause(
            String name, @Nullable String err, @Nullable Throwable cause, Supplier<Context> make) {
        return DynamicTest.dynamicTest(name, () -> {
            var ctx = make.get();
            var actual = ctx.err();
            if (err == null) {
                assertNull(actual);
            } else {
                assertTrue(Objects.requireNonNull(Objects.requireNonNull(actual).getMessage())
                        .contains(err));
            }
            assertSame(cause == null ? actual : cause, ctx.cause());
        });
    }

    private static Context cancelled(Context.Cancellable ctx, Consumer<Context.Cancellable> how) {
        how.accept(ctx);
        return ctx;
    }

    private static Context parentThenChild(@Nullable Throwable parentCause, @Nullable Throwable childCause) {
        var parent = ROOT.withCancel();
        var child = parent.withCancel();
        parent.cancel(parentCause);
        child.cancel(childCause);
        return child;
    }

    private static Context childThenParent(@Nullable Throwable childCause, @Nullable Throwable parentCause) {
        var parent = ROOT.withCancel();
        var child = parent.withCancel();
        child.cancel(childCause);
        parent.cancel(parentCause);
        return child;
    }

    @Test
    void testCauseRace() {
        for (int i = 0; i < 1_000; i++) {
            var cause = new Exception("because");
            var ctx = ROOT.withCancel();
            Go.go(() -> ctx.cancel(cause));
            Throwable seen;
            while ((seen = ctx.cause()) == null) {
                Go.gosched();
            }
            assertSame(cause, seen);
        }
    }

    @Test
    void testWithoutCancel() {
        var ctx = ROOT.withValue("key", "value").withTimeout(Duration.ZERO).withoutCancel();
        assertNull(ctx.deadline());
        assertSame(Chan.<Void>nil(), ctx.done());
        assertNull(ctx.err());
        assertNull(ctx.cause());
        assertEquals("value", ctx.value("key"));
    }

    @Test
    void testAfterFuncCalledAfterCancel() {
        var ctx = ROOT.withCancel();
        var ran = new Chan<Void>();
        var stop = ctx.afterFunc(ran::close);
        assertFalse(ran.isClosed());
        ctx.cancel();
        ran.receive();
        assertFalse(stop.stop());
    }

    @Test
    void testAfterFuncCalledAfterTimeout() {
        try (var ctx = ROOT.withTimeout(SHORT)) {
            var ran = new Chan<Void>();
            ctx.afterFunc(ran::close);
            ran.receive();
        }
    }

    @Test
    void testAfterFuncCalledImmediately() {
        var ctx = ROOT.withCancel();
        ctx.cancel();
        var ran = new Chan<Void>();
        ctx.afterFunc(ran::close);
        ran.receive();
    }

    @Test
    void testAfterFuncNotCalledAfterStop() {
        var ctx = ROOT.withCancel();
        var ran = new Chan<Void>();
        var stop = ctx.afterFunc(ran::close);
        assertTrue(stop.stop());
        ctx.cancel();
        assertFalse(stop.stop());
        var later = new Chan<Void>();
        ctx.afterFunc(later::close);
        later.receive();
        assertFalse(ran.isClosed());
    }

    @Test
    void testAfterFuncCalledAsynchronously() {
        var ctx = ROOT.withCancel();
        var ran = new Chan<Integer>();
        ctx.afterFunc(() -> ran.send(1)); // blocks until we receive
        ctx.cancel();
        assertEquals(1, ran.receive());
    }

    @Test
    void testContextErrDoneRace() {
        for (int i = 0; i < 5_000; i++) {
            var ctx = ROOT.withCancel();
            var done = ctx.done();
            Go.go(ctx::cancel);
            while (ctx.err() == null) {
                Thread.onSpinWait();
            }
            assertTrue(done.isClosed(), "an error, so the channel is closed");
        }
    }
}
