package dev.gofer.synctest;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.MisuseException;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.Ticker;
import dev.gofer.WaitGroup;
import dev.gofer.Weighted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a bubble does beyond Go's; Go's own tests of it are in {@code conformance}. */
@Timeout(120)
class SynctestTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static Instant now() {
        return Synctest.clock().instant();
    }

    private static Duration age() {
        return Duration.between(Instant.parse("2000-01-01T00:00:00Z"), now());
    }

    @Test
    void theExampleHolds() {
        SynctestSnippets.timeout();
    }

    @Test
    void tickersOfAMinuteTakeNoTime() {
        Synctest.run(() -> {
            try (var ticker = new Ticker(Duration.ofMillis(100))) {
                for (int tick = 1; tick <= 600; tick++) {
                    ticker.channel().receive();
                    assertEquals(Duration.ofMillis(100L * tick), age());
                }
            }
        });
    }

    @Test
    void aWaitForAMutexIsDurable() {
        Synctest.run(() -> {
            var mu = new Mutex();
            mu.lock();
            var locked = new AtomicBoolean();
            go(() -> {
                mu.lock();
                locked.set(true);
                mu.unlock();
            });
            Synctest.await();
            sleep(HOUR);
            assertFalse(locked.get());
            mu.unlock();
            Synctest.await();
            assertTrue(locked.get());
        });
    }

    @Test
    void aWaitForAnRWMutexIsDurableEvenIfItWasMadeOutside() {
        var rw = new RWMutex();
        Synctest.run(() -> {
            rw.rlock();
            go(() -> {
                rw.lock();
                rw.unlock();
            });
            go(() -> {
                sleep(HOUR);
                rw.runlock();
            });
            Synctest.await();
            assertFalse(rw.tryRlock());
            sleep(HOUR.plusNanos(1));
            assertTrue(rw.tryLock());
            assertEquals(HOUR.plusNanos(1), age());
        });
    }

    @Test
    void aWaitForPermitsIsDurable() {
        Synctest.run(() -> {
            var permits = new Weighted(1);
            permits.acquire(1);
            go(() -> {
                sleep(HOUR);
                permits.release(1);
            });
            permits.acquire(1);
            assertEquals(HOUR, age());
        });
    }

    @Test
    void aMutexThatSomebodyOutsideHasIsWaitedForInRealTime() {
        var mu = new Mutex();
        mu.lock();
        var asks = new Chan<Boolean>();
        go(() -> {
            asks.receive();
            mu.unlock();
        });
        Synctest.run(() -> {
            go(() -> asks.send(true));
            go(() -> sleep(HOUR));
            mu.lock();
            assertEquals(Duration.ZERO, age());
            mu.unlock();
            sleep(HOUR);
        });
    }

    @Test
    void twoGoroutinesThatLockCrosswiseAreADeadlockWithBothStacks() {
        var e = assertThrows(
                DeadlockError.class,
                () -> Synctest.run(() -> {
                    var first = new Mutex();
                    var second = new Mutex();
                    go(() -> lockBoth(first, second));
                    go(() -> lockBoth(second, first));
                    sleep(HOUR);
                }));
        var message = String.valueOf(e.getMessage());
        assertEquals(2, message.split("\\[sync.Mutex.Lock", -1).length - 1, message);
        assertTrue(message.contains("SynctestTest.lockBoth"), message);
    }

    private static void lockBoth(Mutex one, Mutex other) {
        one.lock();
        sleep(Duration.ofNanos(1));
        other.lock();
    }

    @Test
    void finallyBlocksRunAfterADeadlock() {
        var ended = new AtomicInteger();
        assertThrows(
                DeadlockError.class,
                () -> Synctest.run(() -> {
                    for (int i = 0; i < 3; i++) {
                        go(() -> {
                            try {
                                Go.select();
                            } finally {
                                ended.incrementAndGet();
                            }
                        });
                    }
                }));
        assertEquals(3, ended.get());
    }

    @Test
    void theFirstFailureIsThrownAndTheOthersAreSuppressed() {
        var e = assertThrows(
                IllegalStateException.class,
                () -> Synctest.run(() -> {
                    go(() -> {
                        throw new IllegalStateException("first");
                    });
                    Synctest.await();
                }));
        assertEquals("first", e.getMessage());
    }

    @Test
    void aCheckedExceptionComesOutAsItIs() {
        assertThrows(
                java.io.IOException.class,
                () -> Synctest.run(() -> {
                    throw new java.io.IOException();
                }));
    }

    @Test
    void awaitIsForOneAtATimeAndInABubbleOnly() {
        assertThrows(MisuseException.class, Synctest::await);
        Synctest.run(() -> {
            var waits = new AtomicBoolean();
            go(() -> {
                waits.set(true);
                Synctest.await();
            });
            while (!waits.get()) {
                Go.gosched();
            }
            assertThrows(MisuseException.class, Synctest::await);
        });
    }

    @Test
    void whoIsInterruptedGoesOnBeforeTimeDoes() {
        Synctest.run(() -> {
            var sleeper = new AtomicReference<@Nullable Thread>();
            var end = new AtomicReference<@Nullable Duration>();
            go(() -> {
                sleeper.set(Thread.currentThread());
                assertThrows(CancellationException.class, () -> sleep(HOUR));
                end.set(age());
            });
            Synctest.await();
            java.util.Objects.requireNonNull(sleeper.get()).interrupt();
            sleep(Duration.ofNanos(1));
            assertEquals(Duration.ZERO, end.get());
        });
    }

    @Test
    void aGoroutineEndsWithItsContext() {
        Synctest.run(() -> {
            var ctx = Context.background().withTimeout(HOUR);
            var wg = new WaitGroup();
            wg.add(1);
            go(ctx, () -> {
                try {
                    Go.select();
                } finally {
                    wg.done();
                }
            });
            wg.await();
            assertEquals(HOUR, age());
        });
    }

    @Test
    void aContextFromOutsideEndsAWaitInside() {
        var ctx = Context.background().withCancel();
        var asks = new Chan<Boolean>();
        go(() -> {
            asks.receive();
            ctx.cancel();
        });
        Synctest.run(() -> {
            asks.send(true);
            assertEquals(0, select(onDone(ctx)));
        });
    }

    @Test
    void aFutureOfAnotherGoroutineIsWaitedFor() {
        Synctest.run(() -> {
            var future = new CompletableFuture<String>();
            go(() -> {
                sleep(HOUR);
                future.complete("done");
            });
            assertEquals("done", future.get());
            assertEquals(HOUR, age());
        });
    }

    @Test
    void aLockOfTheJdkIsWaitedFor() {
        Synctest.run(() -> {
            var latch = new CountDownLatch(3);
            var queue = new LinkedBlockingQueue<Integer>();
            for (int i = 0; i < 3; i++) {
                int mine = i;
                go(() -> {
                    sleep(HOUR.multipliedBy(mine + 1));
                    queue.add(mine);
                    latch.countDown();
                });
            }
            for (int i = 0; i < 3; i++) {
                assertEquals(i, queue.take());
            }
            latch.await();
            assertEquals(HOUR.multipliedBy(3), age());
        });
    }

    @Test
    void threadSleepTakesRealTimeAndEnds() {
        Synctest.run(() -> {
            var slept = new AtomicBoolean();
            go(() -> {
                Thread.sleep(1);
                slept.set(true);
            });
            Synctest.await();
            assertTrue(slept.get());
            assertEquals(Duration.ZERO, age());
        });
    }

    @Test
    void aSchedulerGoesByTheBubblesClock() {
        Synctest.run(() -> {
            var times = new ArrayList<Duration>();
            try (var scheduler = Synctest.scheduler()) {
                var once = scheduler.schedule(() -> "once", 1, TimeUnit.HOURS);
                assertEquals("once", once.get());
                assertEquals(HOUR, age());
                var repeated = scheduler.scheduleAtFixedRate(() -> times.add(age()), 1, 2, TimeUnit.HOURS);
                sleep(HOUR.multipliedBy(6));
                repeated.cancel(false);
            }
            assertEquals(List.of(HOUR.multipliedBy(2), HOUR.multipliedBy(4), HOUR.multipliedBy(6)), times);
        });
    }

    @Test
    void aClockIsForCodeThatAsksForOne() {
        Synctest.run(() -> {
            InstantSource source = Synctest.clock();
            sleep(HOUR);
            assertEquals(946_684_800_000L + HOUR.toMillis(), source.millis());
            assertTrue(Synctest.isInBubble());
        });
        assertFalse(Synctest.isInBubble());
    }

    @Test
    void whoRunsABubbleMayBeInterrupted() {
        var caught = new AtomicReference<@Nullable Throwable>();
        var begun = new CountDownLatch(1);
        var runner = Thread.ofPlatform().unstarted(() -> {
            try {
                Synctest.run(() -> {
                    begun.countDown();
                    while (true) {
                        sleep(HOUR);
                    }
                });
            } catch (Throwable e) {
                caught.set(e);
            }
        });
        runner.start();
        assertTrue(awaited(begun));
        runner.interrupt();
        join(runner);
        assertInstanceOf(CancellationException.class, caught.get());
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
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
