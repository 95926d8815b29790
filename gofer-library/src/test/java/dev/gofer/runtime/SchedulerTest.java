package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.WaitGroup;
import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same must hold on the JDK's scheduler, but for what is skipped there: a goroutine that keeps a processor. */
class SchedulerTest {
    private static final boolean OURS = Scheduler.OURS != null;
    private final int before = Go.gomaxprocs(0);

    @AfterEach
    void giveProcessorsBack() {
        Go.gomaxprocs(before);
    }

    @Test
    void goroutinesRunOnTheSchedulerThatTheTestAskedFor() throws InterruptedException {
        assertEquals(!"jdk".equals(System.getProperty("gofer.scheduler")), OURS);
        var thread = new Chan<Thread>(1);
        Go.go(() -> thread.send(Thread.currentThread()));
        var scheduler = JdkThreads.scheduler(next(thread));
        if (OURS) {
            assertSame(Scheduler.OURS, scheduler);
        } else {
            assertTrue(scheduler instanceof java.util.concurrent.ForkJoinPool);
        }
    }

    @Test
    void twoWhoTalkToEachOtherForEverKeepNobodyFromRunning() {
        if (!OURS) {
            return; // there, who yields is put into a queue that is looked at when the others are empty
        }
        Go.gomaxprocs(1);
        var over = new AtomicBoolean();
        var wg = new WaitGroup();
        var ping = new Chan<Integer>();
        var pong = new Chan<Integer>();
        wg.go(() -> {
            while (!over.get()) {
                ping.send(1);
                next(pong);
            }
            ping.close();
        });
        wg.go(() -> {
            for (int value : ping) {
                pong.send(value);
            }
        });
        wg.go(
                () -> { // and those two let each other run
                    for (int i = 0; i < 1_000; i++) {
                        Go.gosched();
                    }
                    over.set(true);
                });
        wg.await();
    }

    @Test
    void whoComesFromOutsideRunsAmongThoseWhoYieldForEver() {
        Go.gomaxprocs(2);
        var over = new AtomicBoolean();
        var wg = new WaitGroup();
        for (int i = 0; i < 8; i++) {
            wg.go(() -> {
                while (!over.get()) {
                    Go.gosched();
                }
            });
        }
        for (int i = 0; i < 100; i++) {
            var ran = new CountDownLatch(1);
            Go.go(ran::countDown);
            await(ran);
        }
        over.set(true);
        wg.await();
    }

    @Test
    void whoComputesWithoutAPauseKeepsNobodyFromRunning() {
        if (!OURS) {
            return; // there, nobody else runs until it pauses
        }
        Go.gomaxprocs(1);
        var over = new AtomicBoolean();
        var wg = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            wg.go(() -> {
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
        }
        wg.go(() -> over.set(true)); // queued behind them
        wg.await();
    }

    /** Its class's initializer parks in a frame that cannot leave its platform thread. */
    private static final class Pinned {
        static final Chan<Integer> CHANNEL = new Chan<>();

        private static final class Holder {
            static final int VALUE = next(CHANNEL);
        }
    }

    @Test
    void whoSleepsPinnedKeepsNobodyFromRunning() {
        if (!OURS) {
            return; // with one processor, nobody could wake it there
        }
        Go.gomaxprocs(1);
        var wg = new WaitGroup();
        var begun = new Chan<Integer>();
        var got = new AtomicInteger();
        wg.go(() -> {
            begun.send(0);
            got.set(Pinned.Holder.VALUE);
        });
        wg.go(() -> {
            next(begun);
            Go.gosched();
            Pinned.CHANNEL.send(7);
        });
        wg.await();
        assertEquals(7, got.get());
    }

    /** Nobody writes into the pipe but a goroutine that is queued behind the one that waits for it in a system call. */
    @Test
    void whoWaitsForAFileKeepsNobodyFromRunning(@TempDir Path folder) throws Exception {
        if (!OURS) {
            return; // there, the open of a file keeps the processor
        }
        Go.gomaxprocs(1);
        var pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        var wg = new WaitGroup();
        var read = new AtomicReference<String>();
        wg.go(() -> {
            wg.go(() -> Files.writeString(pipe, "through", StandardOpenOption.WRITE));
            try (var in = new FileInputStream(pipe.toFile())) {
                read.set(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        });
        wg.await();
        assertEquals("through", read.get());
    }

    @Test
    void monitorsBlockGoroutinesOnly() {
        Go.gomaxprocs(1);
        var lock = new Object();
        var wg = new WaitGroup();
        var held = new Chan<Integer>();
        var release = new Chan<Integer>();
        var order = new ConcurrentHashMap<String, Integer>();
        wg.go(() -> {
            synchronized (lock) {
                held.send(0);
                next(release);
                order.put("holder", order.size());
            }
        });
        wg.go(() -> {
            next(held);
            wg.go(() -> release.send(0));
            synchronized (lock) {
                order.put("other", order.size());
            }
        });
        wg.await();
        assertEquals(0, order.get("holder"));
        assertEquals(1, order.get("other"));
    }

    @Test
    void queuedGoroutinesAreStolenByAnotherProcessor() {
        Go.gomaxprocs(2);
        var both = new CountDownLatch(2);
        var wg = new WaitGroup();
        wg.go(
                () -> { // starts the other in its own queue, and does not pause
                    wg.go(() -> meet(both));
                    meet(both);
                });
        wg.await();
    }

    private static void meet(CountDownLatch both) {
        both.countDown();
        while (both.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void manyMoreThanARingHoldsAllRun() {
        var ran = new AtomicInteger();
        var wg = new WaitGroup();
        wg.go(() -> {
            for (int i = 0; i < 100_000; i++) {
                wg.go(ran::incrementAndGet);
            }
        });
        wg.await();
        assertEquals(100_000, ran.get());
    }

    @Test
    void oneCloseWakesAllWhereverTheyRun() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            var gate = new Chan<Integer>();
            var woken = new AtomicInteger();
            var goroutines = new WaitGroup();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 700; i++) { // more than a ring has room for
                goroutines.go(() -> {
                    gate.receive();
                    woken.incrementAndGet();
                });
                if (i % 100 == 0) {
                    Runnable wait = () -> {
                        gate.receive();
                        woken.incrementAndGet();
                    };
                    threads.add(Thread.ofVirtual().start(wait));
                    threads.add(Thread.ofPlatform().start(wait));
                    goroutines.go(
                            () -> { // parks with a time limit: another state of its thread
                                Go.select(Go.onReceive(gate), Go.onTimeout(Duration.ofHours(1)));
                                woken.incrementAndGet();
                            });
                }
            }
            awaitSleepers(gate, 700 + 3 * 7);
            goroutines.go(gate::close);
            goroutines.await();
            for (var thread : threads) {
                thread.join();
            }
            assertEquals(700 + 3 * 7, woken.get());
        }
    }

    @Test
    void aBatchLosesNobodyWhomTheJdkQueuesUp() {
        if (!OURS) {
            return;
        }
        var sleepers = new ArrayList<Thread>();
        var woken = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            boolean isTimed = i == 1; // such a thread is woken by the JDK's own code
            var thread = new Chan<Thread>(1);
            woken.go(() -> {
                thread.send(Thread.currentThread());
                if (isTimed) {
                    LockSupport.parkNanos(Duration.ofHours(1).toNanos());
                } else {
                    LockSupport.park();
                }
            });
            sleepers.add(next(thread));
        }
        var asleep = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
        while (!sleepers.stream().allMatch(thread -> asleep.contains(thread.getState()))) {
            Go.gosched();
        }
        woken.go(() -> {
            var worker = Objects.requireNonNull(Scheduler.worker());
            sleepers.forEach(thread -> Scheduler.unparkInBatch(thread, worker));
            Scheduler.endBatch(worker);
        });
        woken.await();
    }

    private static void awaitSleepers(Chan<?> chan, int count) {
        while (!chan.toString().contains(count + " waiting to receive")) {
            Go.gosched();
        }
    }

    @Test
    void noWakeUpIsLostWhileProcessorsComeAndGo() {
        var over = new AtomicBoolean();
        var changer = Thread.ofPlatform().start(() -> {
            for (int n = 0; !over.get(); n++) {
                Go.gomaxprocs(1 + n % 4);
                Go.gosched();
            }
        });
        var rings = new ArrayList<WaitGroup>();
        for (int r = 0; r < 16; r++) {
            rings.add(ring(64, 200));
        }
        rings.forEach(WaitGroup::await);
        over.set(true);
        join(changer);
    }

    /** {@code size} goroutines that pass a token on, {@code rounds} times round. */
    private static WaitGroup ring(int size, int rounds) {
        var wg = new WaitGroup();
        var first = new Chan<Integer>();
        var from = first;
        for (int i = 1; i < size; i++) {
            var to = new Chan<Integer>();
            var source = from;
            wg.go(() -> {
                for (int value : source) {
                    to.send(value);
                }
                to.close();
            });
            from = to;
        }
        var last = from;
        wg.go(() -> {
            for (int i = 0; i < rounds; i++) {
                first.send(i);
                assertEquals(i, next(last));
            }
            first.close();
        });
        return wg;
    }

    @Test
    void dumpsOfRunningGoroutinesLoseNone() {
        var wg = ring(8, 20_000);
        var over = new AtomicBoolean();
        var dumper = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                Go.dump(); // suspends each for a moment: whoever is woken meanwhile has to be queued again
            }
        });
        wg.await();
        over.set(true);
        join(dumper);
    }

    private static <T> T next(Chan<T> channel) {
        var value = channel.receive();
        return java.util.Objects.requireNonNull(value);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
