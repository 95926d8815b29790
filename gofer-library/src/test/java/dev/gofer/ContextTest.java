package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.synctest.Schedules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ContextTest {
    private static final Context ROOT = Context.background();
    private static final Duration LONG = Duration.ofHours(1000);
    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    @Test
    @Rule(40)
    @DisplayName("rule 40: done is the same channel each time; err is null until it is closed, then the same for ever")
    void doneAndErr() {
        var canceled = ROOT.withCancel();
        var done = canceled.done();
        assertSame(done, canceled.done());
        assertSame(done, canceled.withValue("key", "value").done());
        assertFalse(done.isClosed());
        assertNull(canceled.err());
        canceled.cancel();
        assertSame(done, canceled.done());
        assertTrue(done.isClosed());
        assertMessage("context canceled", assertInstanceOf(CanceledException.class, canceled.err()));
        canceled.cancel(new Exception("too late"));
        assertSame(canceled.err(), canceled.cause());
        var exceeded = ROOT.withTimeout(Duration.ZERO);
        assertMessage("context deadline exceeded", assertInstanceOf(DeadlineExceededException.class, exceeded.err()));
        assertTrue(exceeded.done().isClosed(), "also when first asked for after the end");
        assertSame(Chan.<Void>nil(), ROOT.done());
    }

    private static void assertMessage(String message, Exception e) {
        assertEquals(message, e.getMessage());
    }

    @Test
    @Rule(40)
    @DisplayName("rule 40: nobody sees an error while the channel is open")
    void errWaitsForDone() {
        var ctx = ROOT.withCancel();
        var done = (Chan<Void>) ctx.done();
        try (var crew = new Crew()) {
            done.lock().acquire(); // stops the cancel half-way
            crew.go(ctx::cancel);
            Asleep.until(() -> ctx.toString().endsWith("(context canceled)"));
            var asking = crew.go(ctx::err);
            boolean answered = isOverSoon(asking);
            done.lock().release();
            assertFalse(answered);
            crew.join();
        }
        assertTrue(done.isClosed());
    }

    @Test
    @Rule(40)
    @DisplayName("rule 40: also a channel that is first asked for after the end is closed before anybody has it")
    void aChannelThatIsAskedForLateIsClosed() {
        Schedules.explore(1_000, 1, () -> {
            var ctx = ROOT.withCancel();
            ctx.cancel();
            Go.go(ctx::done);
            Go.go(() -> assertTrue(ctx.done().isClosed()));
        });
    }

    @Test
    @Rule(41)
    @DisplayName("rule 41: cancel has ended all below when it returns, and never affects the parent")
    void cancelEndsAllBelow() {
        var parent = ROOT.withCancel();
        var ctx = parent.withCancel();
        var below = new ArrayList<Context>();
        below.add(ctx.withTimeout(LONG).withValue("key", "value"));
        below.add(below.getFirst().withCancel());
        below.add(below.getLast().withTimeout(LONG));
        var cause = new Exception("because");
        ctx.cancel(cause);
        for (var each : below) {
            assertSame(ctx.err(), each.err());
            assertSame(cause, each.cause());
            assertTrue(each.done().isClosed());
        }
        assertNull(parent.err());
        assertFalse(parent.done().isClosed());
    }

    @Test
    @Rule(41)
    @DisplayName("rule 41: so it has when somebody else began to cancel a little earlier")
    void cancelWaitsForAConcurrentCancel() {
        var ctx = ROOT.withCancel();
        assertNotOverWhileTheEndOf(ctx.withCancel(), ctx, ctx);
    }

    @Test
    @Rule(41)
    @DisplayName("rule 41: and when somebody else is cancelling a part of it")
    void cancelWaitsForAConcurrentCancelOfAChild() {
        var ctx = ROOT.withCancel();
        var child = ctx.withCancel();
        assertNotOverWhileTheEndOf(child.withCancel(), child, ctx);
    }

    /** Stops a cancel of {@code first} when it comes to {@code last}, which is below; cancels {@code second}, which must wait. */
    private static void assertNotOverWhileTheEndOf(
            Context last, Context.Cancellable first, Context.Cancellable second) {
        var done = (Chan<Void>) last.done();
        try (var crew = new Crew()) {
            done.lock().acquire();
            crew.go(first::cancel);
            Asleep.until(() -> first.err() != null);
            var waiting = crew.go(second::cancel);
            boolean isOver = isOverSoon(waiting);
            done.lock().release();
            assertFalse(isOver);
            crew.join();
        }
        assertNotNull(last.err());
        assertNotNull(second.err());
    }

    /** Gives it time enough to end if it can. */
    private static boolean isOverSoon(Crew.Member member) {
        assertNotNull(member.thread());
        for (int i = 0; i < 100 && !member.isOver(); i++) {
            Go.gosched();
        }
        return member.isOver();
    }

    @Test
    @Rule(41)
    @DisplayName("rule 41: the first cause wins; without one, the cause is the error")
    void theFirstCauseWins() {
        var first = new Exception("first");
        var parent = ROOT.withCancel();
        var child = parent.withCancel();
        child.cancel(first);
        parent.cancel(new Exception("second"));
        child.cancel(new Exception("third"));
        assertSame(first, child.cause());
        var plain = ROOT.withCancel();
        plain.cancel();
        assertSame(plain.err(), plain.cause());
    }

    @Test
    @Rule(42)
    @DisplayName("rule 42: an earlier deadline of the parent stays")
    void anEarlierDeadlineStays() {
        var soon = Instant.now().plus(LONG);
        var later = soon.plus(LONG);
        try (var parent = ROOT.withDeadline(soon)) {
            assertEquals(soon, parent.deadline());
            assertEquals(soon, parent.withDeadline(later).deadline());
            assertEquals(soon, parent.withCancel().deadline());
            assertEquals(soon, parent.withValue("key", "value").deadline());
            assertEquals(soon.minus(LONG), parent.withDeadline(soon.minus(LONG)).deadline());
            assertNull(parent.withoutCancel().deadline());
        }
    }

    @Test
    @Rule(42)
    @DisplayName("rule 42: a past deadline is an end at once; the end of time is none")
    void deadlinesOfAnyInstant() {
        for (var past : new Instant[] {Instant.MIN, Instant.EPOCH, Instant.now()}) {
            assertInstanceOf(
                    DeadlineExceededException.class, ROOT.withDeadline(past).err());
        }
        for (var past : new Duration[] {Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE)}) {
            assertInstanceOf(
                    DeadlineExceededException.class, ROOT.withTimeout(past).err());
        }
        try (var never = ROOT.withDeadline(Instant.MAX);
                var longest = ROOT.withTimeout(LONGEST)) {
            assertNull(never.err());
            assertNull(longest.err());
            assertEquals(Instant.MAX, longest.deadline());
            assertInstanceOf(
                    DeadlineExceededException.class,
                    never.withDeadline(Instant.MIN).err());
            assertNull(never.err());
        }
    }

    @Test
    @Rule(42)
    @DisplayName("rule 42: cancel stops the timer, and so does the end of the parent")
    void cancelStopsTheTimer() {
        int before = Watching.timers();
        var child = ROOT.withTimeout(LONG);
        assertEquals(before + 1, Watching.timers());
        child.cancel();
        assertEquals(before, Watching.timers());
        var parent = ROOT.withCancel();
        var below = parent.withTimeout(LONG);
        assertEquals(before + 1, Watching.timers());
        parent.cancel();
        assertEquals(before, Watching.timers());
        assertInstanceOf(CanceledException.class, below.err());
        var inherited = ROOT.withTimeout(LONG);
        inherited.withTimeout(LONG.multipliedBy(2));
        assertEquals(before + 1, Watching.timers(), "a later deadline needs no timer");
        inherited.cancel();
    }

    @Test
    @Rule(43)
    @DisplayName(
            "rule 43: afterFunc runs its task once, in a goroutine of its own; stop tells whether it prevented that")
    void afterFuncRunsOnce() {
        for (int round = 0; round < 2_000; round++) {
            var ctx = ROOT.withCancel();
            var ran = new AtomicInteger();
            var over = new Chan<Thread>(1);
            var stop = ctx.afterFunc(() -> {
                ran.incrementAndGet();
                over.send(Thread.currentThread());
            });
            try (var crew = new Crew()) {
                crew.go(ctx::cancel);
                if (stop.stop()) {
                    crew.join();
                    assertEquals(0, ran.get());
                } else {
                    assertTrue(Crew.next(over).isVirtual());
                    assertEquals(1, ran.get());
                }
                assertFalse(stop.stop());
            }
        }
    }

    @Test
    @Rule(43)
    @DisplayName("rule 43: neither cancel nor stop waits for the task")
    void nobodyWaitsForTheTask() {
        var ctx = ROOT.withCancel();
        var mayEnd = new Chan<Void>();
        var stop = ctx.afterFunc(mayEnd::receive);
        ctx.cancel();
        assertFalse(stop.stop());
        mayEnd.close();
    }

    @Test
    @Rule(43)
    @DisplayName("rule 43: on a context that never ends, too, stop prevents the task once")
    void afterFuncOfAContextThatNeverEnds() {
        for (var ctx :
                new Context[] {ROOT, ROOT.withValue("key", 1), ROOT.withCancel().withoutCancel()}) {
            var stop = ctx.afterFunc(() -> {});
            assertTrue(stop.stop());
            assertFalse(stop.stop());
        }
    }

    @Test
    @Rule(44)
    @DisplayName("rule 44: withoutCancel keeps the values, and neither end, deadline nor cause")
    void withoutCancelKeepsValues() {
        var parent = ROOT.withValue("key", "value").withTimeout(LONG);
        var detached = parent.withoutCancel();
        var child = detached.withCancel();
        parent.cancel(new Exception("because"));
        assertEquals("value", child.value("key"));
        assertNull(detached.err());
        assertNull(detached.cause());
        assertNull(detached.deadline());
        assertSame(Chan.<Void>nil(), detached.done());
        assertNull(child.err());
        child.cancel();
        assertNotNull(child.err());
    }

    @Test
    @Rule(44)
    @DisplayName("rule 44: a null key is an error")
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // what a caller without our checks can do
    void aNullKeyIsAnError() {
        assertThrows(NullPointerException.class, () -> ROOT.withValue(null, "value"));
    }

    @Test
    void aMillionChildrenLeaveNothingBehind() {
        var ctx = ROOT.withCancel();
        int timers = Watching.timers();
        try (var crew = new Crew()) {
            crew.go(
                    () -> { // its stack is short, and so are the stack traces of a million errors
                        for (int i = 0; i < 1_000_000; i++) {
                            ctx.withCancel().cancel();
                        }
                        for (int i = 0; i < 10_000; i++) {
                            ctx.withTimeout(LONG).cancel();
                        }
                    });
            crew.join();
        }
        assertEquals(0, Watching.count(ctx));
        assertEquals(timers, Watching.timers());
    }

    @Test
    void aChainOfAnyLengthCanBeUsedAndEnds() {
        var root = ROOT.withValue("key", "value").withCancel();
        Context last = root;
        for (int i = 0; i < 100_000; i++) {
            last = last.withCancel();
        }
        assertEquals("value", last.value("key"));
        root.cancel();
        assertSame(root.err(), last.err());
        assertTrue(last.toString().endsWith(".WithCancel.WithCancel (context canceled)"));
        Context values = root;
        for (int i = 0; i < 100_000; i++) {
            values = values.withValue(i, i);
        }
        assertSame(root.err(), values.err());
        assertSame(root.cause(), values.cause());
        assertTrue(values.done().isClosed());
        assertEquals("value", values.value("key"));
        assertNull(values.value("no key"));
        assertTrue(values.toString().endsWith(".WithValue(99999)"));
    }

    @Test
    void aChildMadeWhileItsParentEndsHasEnded() {
        for (int round = 0; round < 2_000; round++) {
            var parent = ROOT.withCancel();
            int timers = Watching.timers();
            try (var crew = new Crew()) {
                crew.go(parent::cancel);
                var child = parent.withTimeout(LONG);
                crew.join();
                assertSame(parent.err(), child.err());
                assertTrue(child.done().isClosed());
                assertEquals(0, Watching.count(parent));
                assertEquals(timers, Watching.timers());
            }
        }
    }

    @Test
    void closeIsCancel() {
        var ctx = ROOT.withCancel();
        try (ctx) {
            assertNull(ctx.err());
        }
        assertInstanceOf(CanceledException.class, ctx.err());
    }

    @Test
    void thePathTellsNoValues() {
        try (var dated = ROOT.withValue("user", "secret").withDeadline(Instant.MAX)) {
            assertEquals(
                    "context.Background.WithValue(user).WithDeadline(" + Instant.MAX
                            + ").WithValue(other).WithoutCancel.WithCancel",
                    dated.withValue("other", 1).withoutCancel().withCancel().toString());
        }
    }
}
