package dev.gofer.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.Task;
import dev.gofer.synctest.DeadlockError;
import dev.gofer.synctest.Synctest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * What of the JDK goes by a bubble's time, with all that {@code docs/testing.md} says to put into the argLine: each row of the tables there is a
 * test here. What the rows with "real" say, is that they end.
 */
@Timeout(120)
@SuppressWarnings({"WaitNotInLoop", "JavaUtilDate"}) // how long such a wait takes is what is tested
class VirtualTimeTest {
    private static final Path PAGE = Path.of("../docs/testing.md");
    private static final Duration HOUR = Duration.ofHours(1);

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int anHourLater() {
        sleep(HOUR);
        return 1;
    }

    private static void timesOut(Task task) throws Exception {
        assertThrows(TimeoutException.class, task::run);
    }

    private static void inPool(ExecutorService pool) throws Exception {
        try (pool) {
            assertEquals(1, pool.submit(VirtualTimeTest::anHourLater).get());
        }
    }

    /** Each takes an hour of the bubble's clock. */
    private static Map<String, Task> virtual() {
        var rows = new LinkedHashMap<String, Task>();
        rows.put("Thread.sleep", () -> Thread.sleep(HOUR));
        rows.put("Thread.join(Duration)", () -> {
            var thread = Thread.ofVirtual().start(LockSupport::park);
            assertEquals(false, thread.join(HOUR));
            LockSupport.unpark(thread);
        });
        rows.put("Object.wait(timeout)", () -> {
            var monitor = new Object();
            synchronized (monitor) {
                monitor.wait(HOUR.toMillis());
            }
        });
        rows.put("LockSupport.parkNanos", () -> LockSupport.parkNanos(HOUR.toNanos()));
        rows.put("Future.get(timeout)", () -> timesOut(() -> new CompletableFuture<Integer>().get(1, TimeUnit.HOURS)));
        rows.put("CompletableFuture.orTimeout", () -> {
            var future = new CompletableFuture<Integer>().orTimeout(1, TimeUnit.HOURS);
            assertThrows(ExecutionException.class, future::get);
        });
        rows.put(
                "CompletableFuture.completeOnTimeout",
                () -> assertEquals(
                        1,
                        new CompletableFuture<Integer>()
                                .completeOnTimeout(1, 1, TimeUnit.HOURS)
                                .get()));
        rows.put(
                "CompletableFuture.delayedExecutor",
                () -> CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.HOURS))
                        .get());
        rows.put(
                "CompletableFuture.supplyAsync",
                () -> assertEquals(
                        2,
                        CompletableFuture.supplyAsync(VirtualTimeTest::anHourLater)
                                .thenApplyAsync(one -> one + 1)
                                .get()));
        rows.put("Executors.newScheduledThreadPool", () -> {
            try (var pool = Executors.newScheduledThreadPool(1)) {
                assertEquals(1, pool.schedule(() -> 1, 1, TimeUnit.HOURS).get());
            }
        });
        rows.put("Executors.newFixedThreadPool", () -> inPool(Executors.newFixedThreadPool(2)));
        rows.put("Executors.newCachedThreadPool", () -> inPool(Executors.newCachedThreadPool()));
        rows.put(
                "Executors.newVirtualThreadPerTaskExecutor", () -> inPool(Executors.newVirtualThreadPerTaskExecutor()));
        rows.put("ExecutorService.invokeAny(timeout)", () -> {
            try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
                int first = pool.invokeAny(List.<Callable<Integer>>of(VirtualTimeTest::anHourLater), 2, TimeUnit.HOURS);
                assertEquals(1, first);
            }
        });
        rows.put("BlockingQueue.poll(timeout)", () -> new LinkedBlockingQueue<Integer>().poll(1, TimeUnit.HOURS));
        rows.put("DelayQueue.poll(timeout)", () -> new DelayQueue<>().poll(1, TimeUnit.HOURS));
        rows.put("CountDownLatch.await(timeout)", () -> new CountDownLatch(1).await(1, TimeUnit.HOURS));
        rows.put("Condition.await(timeout)", () -> {
            var lock = new ReentrantLock();
            lock.lock();
            assertEquals(false, lock.newCondition().await(1, TimeUnit.HOURS));
        });
        rows.put("Condition.awaitUntil", () -> {
            var lock = new ReentrantLock();
            lock.lock();
            assertEquals(
                    false,
                    lock.newCondition().awaitUntil(Date.from(Instant.now().plus(HOUR))));
        });
        rows.put("Lock.tryLock(timeout)", () -> {
            var lock = new ReentrantLock();
            lock.lock();
            var other = Thread.ofVirtual().start(() -> {
                try {
                    assertEquals(false, lock.tryLock(1, TimeUnit.HOURS));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            other.join();
        });
        rows.put("StampedLock.tryReadLock(timeout)", () -> {
            var lock = new StampedLock();
            lock.writeLock();
            assertEquals(0, lock.tryReadLock(1, TimeUnit.HOURS));
        });
        rows.put("Semaphore.tryAcquire(timeout)", () -> new Semaphore(0).tryAcquire(1, TimeUnit.HOURS));
        rows.put(
                "Exchanger.exchange(timeout)",
                () -> timesOut(() -> new Exchanger<Integer>().exchange(1, 1, TimeUnit.HOURS)));
        rows.put(
                "Phaser.awaitAdvanceInterruptibly(timeout)",
                () -> timesOut(() -> new Phaser(1).awaitAdvanceInterruptibly(0, 1, TimeUnit.HOURS)));
        rows.put("System.nanoTime", () -> {
            long begun = System.nanoTime();
            sleep(HOUR);
            assertEquals(HOUR.toNanos(), System.nanoTime() - begun);
        });
        rows.put("System.currentTimeMillis", () -> {
            assertEquals(946_684_800_000L, System.currentTimeMillis());
            sleep(HOUR);
            assertEquals(946_684_800_000L + HOUR.toMillis(), System.currentTimeMillis());
        });
        rows.put("Instant.now", () -> {
            sleep(HOUR);
            assertEquals(Instant.parse("2000-01-01T01:00:00Z"), Instant.now());
        });
        rows.put("LocalDateTime.now", () -> {
            var begun = LocalDateTime.now(java.time.ZoneOffset.UTC);
            sleep(HOUR);
            assertEquals(HOUR, Duration.between(begun, LocalDateTime.now(java.time.ZoneOffset.UTC)));
        });
        rows.put("new Date()", () -> {
            sleep(HOUR);
            assertEquals(Date.from(Instant.parse("2000-01-01T01:00:00Z")), new Date());
        });
        return rows;
    }

    /** These go by the clock of the world. Each takes a few milliseconds of it, and none of the bubble's. */
    private static Map<String, Task> real() {
        var rows = new LinkedHashMap<String, Task>();
        rows.put("new Thread(…)", () -> {
            var thread = new Thread(() -> sleep(Duration.ofMillis(2)));
            thread.start();
            thread.join();
        });
        rows.put("new ForkJoinPool(…)", () -> {
            try (var pool = new ForkJoinPool(1)) {
                pool.submit(() -> sleep(Duration.ofMillis(2))).get();
            }
        });
        rows.put("java.util.Timer", () -> {
            var timer = new java.util.Timer();
            var done = new CountDownLatch(1);
            timer.schedule(
                    new java.util.TimerTask() {
                        @Override
                        public void run() {
                            done.countDown();
                        }
                    },
                    2);
            done.await();
            timer.cancel();
        });
        return rows;
    }

    private static Duration age(Task task) {
        var age = new Duration[1];
        Synctest.run(() -> {
            var begun = Synctest.clock().instant();
            task.run();
            age[0] = Duration.between(begun, Synctest.clock().instant());
        });
        return age[0];
    }

    @TestFactory
    Stream<DynamicTest> virtualTime() {
        return virtual().entrySet().stream()
                .map(row -> dynamicTest(row.getKey(), () -> assertEquals(HOUR, age(row.getValue()))));
    }

    @TestFactory
    Stream<DynamicTest> realTime() {
        return real().entrySet().stream()
                .map(row -> dynamicTest(row.getKey(), () -> assertEquals(Duration.ZERO, age(row.getValue()))));
    }

    @Test
    void thePagesTablesAreThese() throws IOException {
        var text = Files.readString(PAGE);
        var names = Stream.of(virtual(), real()).flatMap(rows -> rows.keySet().stream());
        assertEquals(
                List.of(),
                names.filter(name -> !text.contains("`" + name + "`")).toList(),
                "not on the page");
    }

    /** Who sleeps with a monitor keeps another from it, for as long as the bubble's clock says. */
    @Test
    void aMonitorIsHeldForVirtualTime() {
        assertEquals(Duration.ofHours(2), age(() -> {
            var monitor = new Object();
            var holder = Thread.ofVirtual().start(() -> {
                synchronized (monitor) {
                    sleep(HOUR.multipliedBy(2));
                }
            });
            sleep(HOUR);
            synchronized (monitor) {
                assertTrue(holder.isAlive() || holder.join(HOUR));
            }
        }));
    }

    @Test
    void whoIsNotifiedGoesOn() {
        assertEquals(HOUR, age(() -> {
            var monitor = new Object();
            Thread.ofVirtual().start(() -> {
                sleep(HOUR);
                synchronized (monitor) {
                    monitor.notifyAll();
                }
            });
            synchronized (monitor) {
                monitor.wait();
            }
        }));
    }

    private static final Chan<Chan<Integer>> TO_PINNED = new Chan<>(1);

    /** Its initializer waits: a goroutine in there cannot let go of its carrier thread. */
    private static final class Pinned {
        static final Integer VALUE = Objects.requireNonNull(
                Objects.requireNonNull(TO_PINNED.receive()).receive());
    }

    private static final class PinnedSleep {
        static final int VALUE = anHourLater();
    }

    @Test
    void whoIsPinnedAndWaitsForAnotherGoroutineIsTold() {
        var e = assertThrows(
                DeadlockError.class,
                () -> Synctest.run(() -> {
                    var never = new Chan<Integer>();
                    go(never);
                    TO_PINNED.send(never);
                    assertEquals(1, Pinned.VALUE);
                }));
        var message = String.valueOf(e.getMessage());
        assertTrue(message.contains("goroutine 1 is pinned and waits"), message);
        assertTrue(message.contains("Pinned.<clinit>"), message);
    }

    private static void go(Chan<Integer> channel) {
        Go.go(() -> channel.send(1));
    }

    @Test
    void whoIsPinnedAndSleepsTakesTheClockAlong() {
        assertEquals(HOUR, age(() -> assertEquals(1, PinnedSleep.VALUE)));
    }

    @Test
    void whatAPlainThreadThrowsFailsTheTest() {
        var e = assertThrows(
                IllegalStateException.class,
                () -> Synctest.run(() -> {
                    Thread.ofVirtual().start(() -> {
                        throw new IllegalStateException("in a thread");
                    });
                    sleep(HOUR);
                }));
        assertEquals("in a thread", e.getMessage());
    }
}
