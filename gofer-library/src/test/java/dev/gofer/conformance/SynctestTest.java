package dev.gofer.conformance;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;
import static dev.gofer.Go.tick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.gofer.Chan;
import dev.gofer.Cond;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.GoTimer;
import dev.gofer.MisuseException;
import dev.gofer.Mutex;
import dev.gofer.Rule;
import dev.gofer.Task;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.DeadlockError;
import dev.gofer.synctest.Synctest;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code src/internal/synctest/synctest_test.go} asks for. */
@Timeout(120)
@SuppressWarnings("ImmutableEnumChecker") // their lambdas capture nothing
class SynctestTest {
    private static final Duration NANOSECOND = Duration.ofNanos(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final WaitGroup STATIC_GROUP = new WaitGroup();
    private static final WaitGroup OTHER_STATIC_GROUP = new WaitGroup();

    private static Instant now() {
        return Synctest.clock().instant();
    }

    private static Duration since(Instant start) {
        return Duration.between(start, now());
    }

    @Test
    @Rule(49)
    void testNow() {
        var start = Instant.parse("2000-01-01T00:00:00Z");
        Synctest.run(() -> {
            assertEquals(start, now());
            go(() -> assertEquals(start, now()));
            sleep(SECOND);
            assertEquals(start.plusSeconds(1), now());
        });
    }

    @Test
    void testMonotonicClock() {
        var start = Instant.now();
        Synctest.run(() -> {
            sleep(Duration.between(now(), start));
            assertEquals(start, now());
            sleep(SECOND);
            assertEquals(SECOND, since(start));
        });
    }

    @Test
    void testRunEmpty() {
        Synctest.run(() -> {});
    }

    @Test
    void testSimpleWait() {
        Synctest.run(Synctest::await);
    }

    @Test
    void testGoroutineWait() {
        Synctest.run(() -> {
            go(() -> {});
            Synctest.await();
        });
    }

    @Test
    void testWait() {
        Synctest.run(() -> {
            var done = new boolean[1];
            var ch = new Chan<Integer>();
            startChain(ch, () -> done[0] = true);
            ch.send(100);
            Synctest.await();
            assertTrue(done[0]);
        });
    }

    /** Each goroutine takes one off and starts the next; the last calls {@code end}. */
    private static void startChain(Chan<Integer> ch, Runnable end) {
        go(() -> {
            int count = received(ch);
            if (count == 0) {
                end.run();
            } else {
                startChain(ch, end);
                ch.send(count - 1);
            }
        });
    }

    private static <T> T received(Chan<T> ch) {
        var value = ch.receive();
        if (value == null) {
            throw new AssertionError("closed");
        }
        return value;
    }

    @Test
    void testMallocs() {
        for (int i = 0; i < 100; i++) {
            Synctest.run(() -> {
                var done = new boolean[1];
                var ch = new Chan<byte[]>();
                startShrinking(ch, () -> done[0] = true);
                ch.send(new byte[100]);
                Synctest.await();
                assertTrue(done[0]);
            });
        }
    }

    private static void startShrinking(Chan<byte[]> ch, Runnable end) {
        go(() -> {
            var bytes = received(ch);
            if (bytes.length == 0) {
                end.run();
            } else {
                startShrinking(ch, end);
                ch.send(new byte[bytes.length - 1]);
            }
        });
    }

    @Test
    void testTimerReadBeforeDeadline() {
        Synctest.run(() -> {
            var start = now();
            new GoTimer(Duration.ofSeconds(5)).channel().receive();
            assertEquals(Duration.ofSeconds(5), since(start));
        });
    }

    @Test
    void testTimerReadAfterDeadline() {
        Synctest.run(() -> {
            var want = now().plus(SECOND);
            var timer = new GoTimer(SECOND);
            sleep(SECOND.multipliedBy(2));
            assertEquals(want, timer.channel().receive());
        });
    }

    @Test
    void testTimerReset() {
        Synctest.run(() -> {
            var start = now();
            var timer = new GoTimer(SECOND);
            assertEquals(start.plusSeconds(1), timer.channel().receive());
            timer.reset(Duration.ofSeconds(2));
            assertEquals(start.plusSeconds(3), timer.channel().receive());
            timer.reset(Duration.ofSeconds(3));
            sleep(SECOND);
            timer.reset(Duration.ofSeconds(3));
            assertEquals(start.plusSeconds(7), timer.channel().receive());
        });
    }

    @Test
    void testTimeAfter() {
        Synctest.run(() -> {
            var i = new AtomicInteger();
            GoTimer.afterFunc(SECOND, () -> {
                i.incrementAndGet();
                go(() -> {
                    sleep(SECOND);
                    i.incrementAndGet();
                });
            });
            sleep(Duration.ofSeconds(3));
            Synctest.await();
            assertEquals(2, i.get());
        });
    }

    @Test
    void testTimerAfterBubbleExit() {
        var ran = new AtomicBoolean();
        Synctest.run(() -> GoTimer.afterFunc(SECOND, () -> ran.set(true)));
        assertFalse(ran.get());
    }

    @Test
    void testTimerFromOutsideBubble() {
        var timer = new GoTimer(Duration.ofMillis(10));
        Synctest.run(() -> timer.channel().receive());
        assertFalse(timer.stop());
    }

    @Test
    void testTimerNondeterminism() {
        Synctest.run(() -> {
            var seen = new boolean[2];
            for (int i = 0; i < 1_000 && !(seen[0] && seen[1]); i++) {
                var first = new GoTimer(NANOSECOND);
                var second = new GoTimer(NANOSECOND);
                seen[select(onReceive(first.channel()), onReceive(second.channel()))] = true;
                Synctest.await();
            }
            assertTrue(seen[0] && seen[1]);
        });
    }

    @Test
    void testSleepNondeterminism() {
        Synctest.run(() -> {
            var seen = new boolean[3];
            for (int i = 0; i < 1_000 && !(seen[1] && seen[2]); i++) {
                var first = new AtomicInteger();
                for (int who = 1; who <= 2; who++) {
                    int me = who;
                    go(() -> {
                        sleep(NANOSECOND);
                        first.compareAndSet(0, me);
                    });
                }
                sleep(NANOSECOND);
                Synctest.await();
                seen[first.get()] = true;
                Synctest.await();
            }
            assertFalse(seen[0]);
            assertTrue(seen[1] && seen[2]);
        });
    }

    @Test
    void testTimerRunsImmediately() {
        Synctest.run(() -> {
            var start = now();
            var timer = new GoTimer(Duration.ZERO);
            select(
                    onReceive(timer.channel(), got -> assertEquals(start, got)),
                    otherwise(() -> fail("a timer of no delay is not ready")));
        });
    }

    @Test
    void testTimerRanInPast() {
        Synctest.run(() -> {
            var want = now().plus(SECOND);
            var timer = new GoTimer(SECOND);
            sleep(SECOND.multipliedBy(2));
            select(
                    onReceive(timer.channel(), got -> assertEquals(want, got)),
                    otherwise(() -> fail("a timer that is due is not ready")));
        });
    }

    @Test
    void testAfterFuncRunsImmediately() {
        Synctest.run(() -> {
            var ran = new AtomicBoolean();
            GoTimer.afterFunc(Duration.ZERO, () -> ran.set(true));
            while (!ran.get()) {
                Go.gosched();
            }
        });
    }

    @Test
    void testTimerResetZeroDoNotHang() {
        Synctest.run(() -> {
            var timer = new GoTimer(Duration.ZERO);
            var ctx = Context.background().withCancel();
            go(() -> {
                while (select(onDone(ctx), onReceive(timer.channel())) == 1) {
                    // again
                }
            });
            Synctest.await();
            timer.reset(Duration.ZERO);
            Synctest.await();
            ctx.cancel();
            Synctest.await();
        });
    }

    private static final Chan<Integer> OUTSIDE = new Chan<>();

    /** What is done inside with a channel from outside, and what outside lets it go on. */
    enum FromOutside {
        READ_CLOSED(Chan::close, Chan::receive),
        READ_VALUE(ch -> ch.send(0), Chan::receive),
        WRITE_VALUE(Chan::receive, ch -> ch.send(0)),
        SELECT_OUTSIDE_ONLY(Chan::close, ch -> select(onReceive(ch), onReceive(OUTSIDE))),
        SELECT_MIXED(Chan::close, ch -> select(onReceive(ch), onReceive(new Chan<Integer>())));

        private final Consumer<Chan<Integer>> outside;
        private final Consumer<Chan<Integer>> inside;

        FromOutside(Consumer<Chan<Integer>> outside, Consumer<Chan<Integer>> inside) {
            this.outside = outside;
            this.inside = inside;
        }
    }

    @ParameterizedTest
    @EnumSource
    @Rule(50)
    void testChannelFromOutsideBubble(FromOutside test) {
        var ch = new Chan<Integer>();
        GoTimer.afterFunc(MILLISECOND, () -> test.outside.accept(ch));
        Synctest.run(() -> test.inside.accept(ch));
    }

    /** What is done with a channel that was made in a bubble. */
    enum MovedOut {
        RECEIVE("receive on synctest channel from outside bubble", Chan::receive),
        SEND("send on synctest channel from outside bubble", ch -> ch.send(0)),
        CLOSE("close of synctest channel from outside bubble", Chan::close),
        SELECT("select on synctest channel from outside bubble", ch -> select(onReceive(ch), otherwise()));

        private final String message;
        private final Consumer<Chan<Integer>> action;

        MovedOut(String message, Consumer<Chan<Integer>> action) {
            this.message = message;
            this.action = action;
        }
    }

    private static <T> T madeInBubble(java.util.function.Supplier<T> maker) {
        var made = new AtomicReference<@Nullable T>();
        Synctest.run(() -> made.set(maker.get()));
        return java.util.Objects.requireNonNull(made.get());
    }

    private static void assertMisuse(String message, Task task) {
        var e = assertThrows(MisuseException.class, task::run);
        assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    @Rule(51)
    void testChannelMovedOutOfBubble(MovedOut test) {
        var outside = madeInBubble(() -> new Chan<Integer>());
        assertMisuse(test.message, () -> test.action.accept(outside));
        assertMisuse(test.message, () -> Synctest.run(() -> test.action.accept(outside)));
    }

    /** What is done outside with a timer that was made in a bubble. */
    enum MovedTimer {
        READ_CHANNEL(
                "receive on synctest channel from outside bubble",
                timer -> timer.channel().receive()),
        RESET("reset of synctest timer from outside bubble", timer -> timer.reset(SECOND)),
        STOP("stop of synctest timer from outside bubble", GoTimer::stop);

        private final String message;
        private final Consumer<GoTimer> action;

        MovedTimer(String message, Consumer<GoTimer> action) {
            this.message = message;
            this.action = action;
        }
    }

    @ParameterizedTest
    @EnumSource
    void testTimerFromInsideBubble(MovedTimer test) {
        var timer = madeInBubble(() -> new GoTimer(SECOND));
        assertMisuse(test.message, () -> test.action.accept(timer));
    }

    private static void assertDeadlock(String message, Task task) {
        var e = assertThrows(DeadlockError.class, () -> Synctest.run(task));
        assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
    }

    @Test
    @Rule(51)
    void testDeadlockRoot() {
        assertDeadlock("deadlock: all goroutines in bubble are blocked", Go::select);
    }

    @Test
    void testDeadlockChild() {
        assertDeadlock(
                "deadlock: main bubble goroutine has exited but blocked goroutines remain", () -> go(Go::select));
    }

    @Test
    void testDeadlockTicker() {
        assertDeadlock(
                "deadlock: main bubble goroutine has exited but blocked goroutines remain",
                () -> go(() -> {
                    for (var _ : tick(SECOND)) {
                        fail("the ticker ran");
                    }
                }));
    }

    @Test
    void testCond() {
        Synctest.run(() -> {
            var mu = new Mutex();
            var cond = new Cond(mu);
            var start = now();
            go(() -> {
                sleep(MILLISECOND);
                locked(mu, cond::signal);
                sleep(MILLISECOND);
                locked(mu, cond::broadcast);
            });
            locked(mu, cond::await);
            assertEquals(MILLISECOND, since(start));

            var done = new AtomicBoolean();
            go(() -> {
                locked(mu, cond::await);
                done.set(true);
            });
            locked(mu, cond::await);
            Synctest.await();
            assertTrue(done.get());
            assertEquals(MILLISECOND.multipliedBy(2), since(start));
        });
    }

    private static void locked(Mutex mu, Runnable action) {
        mu.lock();
        try {
            action.run();
        } finally {
            mu.unlock();
        }
    }

    private static List<Instant> threeSeconds() {
        return List.of(now(), now().plus(SECOND), now().plusSeconds(2));
    }

    private static Stream<Instant> seconds() {
        return Stream.iterate(now(), last -> {
            sleep(SECOND);
            return now();
        });
    }

    @Test
    void testIteratorPush() {
        Synctest.run(() -> {
            var got = new ArrayList<Instant>();
            var want = threeSeconds();
            go(() -> seconds().limit(3).forEach(got::add));
            sleep(Duration.ofSeconds(5));
            Synctest.await();
            assertEquals(want, got);
        });
    }

    @Test
    void testIteratorPull() {
        Synctest.run(() -> {
            var got = new ArrayList<Instant>();
            var want = threeSeconds();
            go(() -> {
                var pull = seconds().iterator();
                while (got.size() < 3) {
                    got.add(pull.next());
                }
            });
            sleep(Duration.ofSeconds(5));
            Synctest.await();
            assertEquals(want, got);
        });
    }

    /** The JDK has locks of its own, and who has one may be outside. */
    @Test
    void testReflectFuncOf() {
        var outside = new WaitGroup();
        outside.go(SynctestTest::makeTypes);
        Synctest.run(SynctestTest::makeTypes);
        outside.await();
    }

    private static void makeTypes() {
        for (int i = 0; i < 1_000; i++) {
            var loader = i % 100 == 0 ? new ClassLoader() {} : SynctestTest.class.getClassLoader();
            assertNotNull(
                    Proxy.newProxyInstance(loader, new Class<?>[] {Runnable.class}, (proxy, method, args) -> null));
        }
    }

    @Test
    void testWaitGroupInBubble() {
        Synctest.run(() -> {
            var wg = new WaitGroup();
            wg.add(1);
            go(() -> {
                sleep(SECOND);
                wg.done();
            });
            var start = now();
            wg.await();
            assertEquals(SECOND, since(start));
        });
    }

    @Test
    void testWaitGroupRacingAdds() {
        Synctest.run(() -> {
            var wg = new WaitGroup();
            for (int i = 0; i < 100; i++) {
                wg.go(() -> {});
            }
            wg.await();
        });
    }

    @Test
    void testWaitGroupOutOfBubble() {
        var wg = new WaitGroup();
        wg.add(1);
        var done = new Chan<Void>();
        go(() -> Synctest.run(() -> {
            wg.await();
            done.close();
        }));
        assertEquals(1, select(onReceive(done), Go.onTimeout(MILLISECOND)), "it finished before done()");
        wg.done();
        done.receive();
    }

    private static final String INSIDE_AND_OUTSIDE =
            "sync: WaitGroup.Add called from inside and outside synctest bubble";

    @Test
    void testWaitGroupMovedIntoBubble() {
        var wg = new WaitGroup();
        wg.add(1);
        assertMisuse(INSIDE_AND_OUTSIDE, () -> Synctest.run(() -> wg.add(1)));
    }

    @Test
    void testWaitGroupMovedOutOfBubble() {
        var wg = new WaitGroup();
        Synctest.run(() -> wg.add(1));
        assertMisuse(INSIDE_AND_OUTSIDE, () -> wg.add(1));
    }

    @Test
    void testWaitGroupMovedBetweenBubblesWithNonZeroCount() {
        var wg = new WaitGroup();
        Synctest.run(() -> wg.add(1));
        assertMisuse("sync: WaitGroup.Add called from multiple synctest bubbles", () -> Synctest.run(() -> wg.add(1)));
    }

    @Test
    void testWaitGroupDisassociateInWait() {
        var wg = new WaitGroup();
        Synctest.run(() -> {
            wg.add(1);
            wg.done();
            wg.await();
        });
        Synctest.run(() -> {
            wg.add(1);
            wg.done();
        });
    }

    @Test
    void testWaitGroupDisassociateInAdd() {
        var wg = new WaitGroup();
        Synctest.run(() -> {
            wg.add(1);
            go(wg::await);
            Synctest.await();
            wg.done();
        });
        Synctest.run(() -> {
            wg.add(1);
            wg.done();
        });
    }

    @Test
    void testWaitGroupLinkerAllocated() {
        Synctest.run(() -> {
            STATIC_GROUP.go(() -> {});
            STATIC_GROUP.await();
        });
    }

    @Test
    void testWaitGroupHeapAllocated() {
        Synctest.run(() -> {
            OTHER_STATIC_GROUP.add(1);
            go(OTHER_STATIC_GROUP::await);
            Synctest.await();
            OTHER_STATIC_GROUP.done();
        });
    }

    @Test
    void testWaitGroupManyBubbles() {
        var wg = new WaitGroup();
        var failures = new Chan<Throwable>(100);
        for (int i = 0; i < 100; i++) {
            wg.go(() -> {
                try {
                    Synctest.run(() -> {
                        var cancel = new Chan<Void>();
                        var inner = new WaitGroup();
                        for (int n = 0; n < 100; n++) {
                            inner.go(cancel::receive);
                        }
                        Synctest.await();
                        cancel.close();
                        inner.await();
                    });
                } catch (Throwable e) {
                    failures.send(e);
                }
            });
        }
        wg.await();
        assertEquals(null, failures.tryReceive());
    }

    @Test
    void testHappensBefore() {
        var v = new int[2][64]; // two, so that they are not of the same goroutine; far apart
        Synctest.run(() -> {
            step(v, 0, 1);
            eachInGoroutine(v, 1, 2, () -> {});
            Synctest.await();
            step(v, 2, 3);
            var first = new Chan<Void>();
            eachInGoroutine(v, 3, 4, first::receive);
            Synctest.await();
            step(v, 4, 5);
            first.close();
            eachByTimer(v, 5, 6, () -> {});
            Synctest.await();
            step(v, 6, 7);
            var second = new Chan<Void>();
            eachByTimer(v, 7, 8, second::receive);
            Synctest.await();
            step(v, 8, 9);
            second.close();
        });
        Synctest.run(() -> {
            go(() -> go(() -> step(v[0], 9, 10)));
            go(() -> go(() -> step(v[1], 9, 10)));
        });
        assertEquals(10, v[0][0]);
        assertEquals(10, v[1][0]);
    }

    private static void step(int[][] v, int from, int to) {
        step(v[0], from, to);
        step(v[1], from, to);
    }

    private static void step(int[] v, int from, int to) {
        assertEquals(from, v[0]);
        v[0] = to;
    }

    private static void eachInGoroutine(int[][] v, int from, int to, Runnable then) {
        for (var each : v) {
            go(() -> {
                step(each, from, to);
                then.run();
            });
        }
    }

    private static void eachByTimer(int[][] v, int from, int to, Runnable then) {
        for (var each : v) {
            GoTimer.afterFunc(Duration.ZERO, () -> {
                step(each, from, to);
                then.run();
            });
        }
    }

    @Test
    void testWeak() {
        Synctest.run(() -> {
            for (int i = 0; i < 5; i++) {
                System.gc();
                assertNotNull(new WeakReference<>(new byte[1024]));
            }
        });
    }

    /** Of {@code src/runtime/crash_test.go}. */
    @Test
    void testSynctestCondSignalFromNoBubble() {
        var mu = new Mutex();
        var cond = new Cond(mu);
        var sleeps = new Chan<Integer>();
        var caught = new AtomicReference<@Nullable Throwable>();
        go(() -> {
            sleeps.receive();
            try {
                cond.signal();
            } catch (Throwable e) {
                caught.set(e);
            }
            sleeps.receive();
        });
        Synctest.run(() -> {
            go(() -> locked(mu, cond::await));
            Synctest.await();
            sleeps.send(1);
            sleeps.send(2);
            locked(mu, cond::signal);
        });
        assertTrue(String.valueOf(caught.get()).contains("semaphore wake of synctest goroutine from outside bubble"));
    }
}
