package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Child;
import dev.gofer.Go;
import dev.gofer.MisuseException;
import dev.gofer.WaitGroup;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a virtual thread of the JDK can rely on, ours can rely on; on both schedulers. */
class SwitchTest {
    private static final ScopedValue<Integer> SCOPED = ScopedValue.newInstance();
    private static final int TURNS = 20_000;

    private final int before = Go.gomaxprocs(0);

    @AfterEach
    void giveProcessorsBack() {
        Go.gomaxprocs(before);
    }

    @Test
    void thisJdkHasAllParts() {
        assertTrue(Switch.IS_OPEN);
    }

    /** Two that take turns, {@link #TURNS} each, and do {@code check} before each. */
    private static void takeTurns(Runnable first, Runnable second) {
        Go.gomaxprocs(1);
        var ball = new Chan<Integer>();
        var failure = new AtomicReference<@Nullable Throwable>();
        var wg = new WaitGroup();
        wg.go(() -> {
            try {
                for (int i = 0; i < TURNS; i++) {
                    first.run();
                    ball.send(i);
                }
            } catch (Throwable e) {
                failure.set(e);
            } finally {
                ball.close();
            }
        });
        wg.go(() -> {
            try {
                for (int ignored : ball) {
                    second.run();
                }
            } catch (Throwable e) {
                failure.set(e);
                for (int ignored : ball) {} // the other one may end
            }
        });
        wg.await();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    @Test
    void eachIsTheCurrentThreadWhenItRuns() {
        var threads = new Thread[2];
        takeTurns(() -> threads[0] = same(threads[0]), () -> threads[1] = same(threads[1]));
        assertTrue(threads[0] != threads[1]);
    }

    private static Thread same(@Nullable Thread before) {
        var now = Thread.currentThread();
        assertTrue(before == null || before == now);
        return now;
    }

    @Test
    void scopedValuesAndThreadLocalsAreOfTheOneWhoRuns() {
        var local = new ThreadLocal<Integer>();
        Go.gomaxprocs(1);
        var wg = new WaitGroup();
        var failures = new AtomicInteger();
        var turn = new Chan<Integer>();
        for (int number = 0; number < 2; number++) {
            int mine = number;
            wg.go(() -> {
                local.set(mine);
                ScopedValue.where(SCOPED, mine).run(() -> {
                    for (int i = 0; i < TURNS; i++) {
                        if (i % 2 == mine) {
                            turn.send(i);
                        } else {
                            turn.receive();
                        }
                        if (SCOPED.get() != mine || local.get() != mine) {
                            failures.incrementAndGet();
                        }
                    }
                });
            });
        }
        wg.await();
        assertEquals(0, failures.get());
    }

    @Test
    void anInterruptReachesWhoWaitsAndNobodyElse() throws InterruptedException {
        Go.gomaxprocs(1);
        var over = new AtomicBoolean();
        var strays = new AtomicInteger();
        var wg = new WaitGroup();
        var target = new AtomicReference<@Nullable Thread>();
        var started = new CountDownLatch(1);
        var ball = new Chan<Integer>();
        var interrupts = new AtomicInteger();
        wg.go(() -> {
            target.set(Thread.currentThread());
            started.countDown();
            while (!over.get()) {
                try {
                    ball.send(1);
                } catch (CancellationException e) {
                    interrupts.incrementAndGet();
                }
                Thread.interrupted();
            }
            ball.close();
        });
        wg.go(() -> {
            for (int ignored : ball) {
                if (Thread.currentThread().isInterrupted() || Thread.interrupted() || isCarrierInterrupted()) {
                    strays.incrementAndGet();
                }
            }
        });
        started.await();
        var interrupted = target.get();
        assertNotNull(interrupted);
        for (int i = 0; i < TURNS; i++) {
            interrupted.interrupt();
        }
        while (interrupts.get() == 0) { // it may have come between all of them so far
            interrupted.interrupt();
            Thread.onSpinWait();
        }
        over.set(true);
        wg.await();
        assertEquals(0, strays.get());
    }

    @Test
    void whoIsInterruptedStaysSoWhereverItRunsOn() {
        var seen = new AtomicInteger();
        takeTurns(
                () -> {
                    Thread.currentThread().interrupt();
                    Go.gosched();
                    boolean isCarrierInterrupted = isCarrierInterrupted();
                    if (Thread.interrupted() && isCarrierInterrupted) {
                        seen.incrementAndGet();
                    }
                },
                () -> assertFalse(Thread.currentThread().isInterrupted() || isCarrierInterrupted()));
        assertEquals(TURNS, seen.get());
    }

    private static boolean isCarrierInterrupted() {
        return JdkThreads.carrier(Thread.currentThread()).isInterrupted();
    }

    @Test
    void whoEndsInterruptedLeavesNoInterruptedCarrier() {
        var wg = new WaitGroup();
        wg.go(() -> Thread.currentThread().interrupt());
        wg.await();
        int looks = 0;
        while (looks < 1_000_000 && interruptedWorkers() > 0) { // it may not have left its carrier yet
            looks++;
            Thread.onSpinWait();
        }
        assertEquals(0, interruptedWorkers());
    }

    private static long interruptedWorkers() {
        return Scheduler.OURS == null
                ? 0
                : List.of(Scheduler.OURS.workers()).stream()
                        .filter(Thread::isInterrupted)
                        .count();
    }

    @Test
    void othersSeeWhereItWaitsWhileItIsWokenAgainAndAgain() throws InterruptedException {
        var over = new AtomicBoolean();
        var ball = new Chan<Integer>();
        var thread = new AtomicReference<@Nullable Thread>();
        var started = new CountDownLatch(1);
        var wg = new WaitGroup();
        wg.go(() -> {
            thread.set(Thread.currentThread());
            started.countDown();
            for (int i = 0; !over.get(); i++) {
                ball.send(i);
            }
            ball.close();
        });
        wg.go(() -> {
            int next = 0;
            for (int value : ball) {
                assertEquals(next++, value);
            }
        });
        started.await();
        var seen = thread.get();
        assertNotNull(seen);
        int waiting = 0;
        for (int i = 0; i < 2_000 || waiting == 0; i++) {
            seen.getStackTrace(); // stops it from being run for as long as that takes
            if (seen.getState() == Thread.State.WAITING) {
                waiting++;
            }
        }
        over.set(true);
        wg.await();
    }

    @Test
    void aParkedOneIsWaitingAndTellsForWhat() throws InterruptedException {
        var never = new Chan<Integer>();
        var thread = new AtomicReference<@Nullable Thread>();
        var wg = new WaitGroup();
        var started = new CountDownLatch(1);
        wg.go(() -> {
            thread.set(Thread.currentThread());
            started.countDown();
            never.receive();
            assertSame(null, LockSupport.getBlocker(Thread.currentThread()));
        });
        started.await();
        var parked = thread.get();
        assertNotNull(parked);
        while (parked.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertSame(never, LockSupport.getBlocker(parked));
        assertTrue(
                List.of(parked.getStackTrace()).toString().contains("Chan.receive"),
                () -> List.of(parked.getStackTrace()).toString());
        LockSupport.unpark(parked); // for no reason: it waits on
        parked.getStackTrace();
        never.send(1);
        wg.await();
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // it is one of the ways
    void allOtherWaysToWaitWorkBetween() {
        Go.gomaxprocs(2);
        var monitor = new Object();
        var counter = new int[1];
        var wg = new WaitGroup();
        for (int i = 0; i < 8; i++) {
            var ball = new Chan<Integer>();
            wg.go(() -> {
                for (int j = 0; j < 300; j++) {
                    synchronized (monitor) {
                        counter[0]++;
                        if (j % 3 == 0) {
                            Go.gosched(); // the others come to the monitor, and let go of their carriers
                        }
                    }
                    ball.send(j);
                    if (j % 50 == 0) {
                        LockSupport.parkNanos(1_000); // the JDK's timer wakes it
                    }
                }
                ball.close();
            });
            wg.go(() -> {
                for (int ignored : ball) {
                    synchronized (monitor) {
                        counter[0]++;
                    }
                    Thread.yield();
                }
            });
        }
        wg.await();
        assertEquals(8 * 2 * 300, counter[0]);
    }

    @Test
    void whoEndsWithAnExceptionOfItsHandlersEnds() throws InterruptedException {
        var started = new AtomicReference<@Nullable Thread>();
        var wg = new WaitGroup();
        wg.go(() -> started.set(Thread.ofVirtual() // on the scheduler of who starts it
                .uncaughtExceptionHandler((thread, exception) -> {
                    throw new IllegalStateException("the handler's own");
                })
                .start(() -> {
                    throw new IllegalStateException("for the handler");
                })));
        wg.await();
        var thread = started.get();
        assertNotNull(thread);
        thread.join();
        assertSame(Thread.State.TERMINATED, thread.getState());
    }

    @Test
    void whoseStackOverflowsWhereItParksGetsTheOverflowAndCanWaitOn() {
        var ball = new Chan<Integer>();
        var wg = new WaitGroup();
        var wrong = new AtomicReference<@Nullable Object>();
        var overflows = new AtomicInteger();
        wg.go(() -> {
            int deepest = deepest(0);
            for (int depth = Math.max(0, deepest / 2); depth < deepest * 2 && overflows.get() < 20; depth += 7) {
                try {
                    receiveAt(depth, ball);
                } catch (StackOverflowError e) {
                    overflows.incrementAndGet();
                } catch (Throwable e) {
                    wrong.set(e);
                }
                if (LockSupport.getBlocker(Thread.currentThread()) != null) {
                    wrong.set("parked on " + LockSupport.getBlocker(Thread.currentThread()));
                }
            }
            ball.close();
        });
        wg.go(() -> {
            try {
                while (true) {
                    ball.send(1);
                }
            } catch (MisuseException e) {
                // closed
            }
        });
        wg.await();
        assertSame(null, wrong.get());
        assertEquals(20, overflows.get());
    }

    @SuppressWarnings("InfiniteRecursion") // the stack ends it
    private static int deepest(int depth) {
        try {
            return deepest(depth + 1);
        } catch (StackOverflowError e) {
            return depth;
        }
    }

    private static int receiveAt(int depth, Chan<Integer> ball) {
        return depth == 0 ? Integer.valueOf(1).compareTo(ball.receive()) : receiveAt(depth - 1, ball) + 1;
    }

    @Test
    void isCompiledIntoNobody() throws IOException, InterruptedException {
        if (Scheduler.OURS == null) {
            return;
        }
        var child = Child.run(
                List.of("-XX:TieredStopAtLevel=4", "-XX:+UnlockDiagnosticVMOptions", "-XX:+PrintInlining"),
                PingPong.class,
                "4000000"); // long enough that the JVM compiles what workers do, as well as it can
        assertEquals(0, child.exit(), child::toString);
        var lines = child.out()
                .lines()
                .filter(line -> line.contains("runtime.Switch::run "))
                .map(String::strip)
                .toList();
        assertTrue(lines.stream().anyMatch(line -> line.endsWith("hot method too big")), lines::toString);
        assertTrue(lines.stream().allMatch(line -> line.contains("failed to inline")), lines::toString);
    }

    /** Sends so many numbers from one goroutine to another; prints whether the JDK lets us run goroutines, and their sum. */
    static final class PingPong {
        public static void main(String[] args) {
            int many = Integer.parseInt(args[0]);
            Go.main(() -> {
                var ball = new Chan<Integer>();
                Go.go(() -> {
                    for (int i = 0; i < many; i++) {
                        ball.send(i);
                    }
                    ball.close();
                });
                long sum = 0;
                for (int value : ball) {
                    sum += value;
                }
                System.out.println(JdkThreads.areOpen() + " " + sum);
            });
        }
    }
}
