package dev.gofer;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitGroupTest {
    private final WaitGroup group = new WaitGroup();

    @Test
    void awaitReturnsWhenTheLastTaskIsDone() {
        var events = new Chan<String>(3);
        group.add(2);
        go(() -> {
            group.await();
            events.send("awaited");
        });
        Asleep.until(group, "2 tasks, 1 waiting");
        group.done();
        assertEquals("WaitGroup (1 tasks, 1 waiting)", group.toString());
        events.send("last");
        group.done();
        assertEquals("last", events.receive());
        assertEquals("awaited", events.receive());
        assertEquals("WaitGroup (0 tasks, 0 waiting)", group.toString());
    }

    @Test
    void awaitOfNoTasksReturnsAtOnceEvenWhenInterrupted() {
        Thread.currentThread().interrupt();
        group.await();
        assertTrue(Thread.interrupted());
    }

    @Test
    void oneDoneLetsAllGoOn() {
        var awaited = new WaitGroup();
        group.add(1);
        for (int i = 0; i < 100; i++) {
            awaited.go(group::await);
        }
        Asleep.until(group, "100 waiting");
        group.done();
        awaited.await();
    }

    @Test
    @Rule(28)
    void aNegativeCounterIsMisuse() {
        group.add(1);
        group.done();
        assertEquals(
                "sync: negative WaitGroup counter: done() was called more often than tasks were added",
                assertThrows(MisuseException.class, group::done).getMessage());
    }

    @Test
    @Rule(28)
    void anAddBetweenTheLastDoneAndTheReleaseIsMisuseAndKeepsNobodyWaiting() {
        for (int round = 0; round < 20; round++) {
            var raced = new WaitGroup();
            raced.add(1);
            try (var crew = new Crew()) {
                crew.go(raced::await);
                Asleep.until(raced, "1 waiting");
                var adder = new AtomicReference<Crew.@Nullable Member>();
                raced.visitSleepers((sleeper, reason) -> { // holds the lock: done waits with the release
                    crew.go(raced::done);
                    Asleep.until(raced, "0 tasks, 1 waiting");
                    var begun = new AtomicBoolean();
                    adder.set(crew.go(() -> {
                        begun.set(true);
                        raced.add(1);
                    }));
                    Asleep.until(begun::get);
                    for (int i = 0; i < 10; i++) {
                        Go.gosched(); // often the add has come in between then
                    }
                });
                var thrown = Objects.requireNonNull(adder.get()).failure();
                if (thrown != null) {
                    Misuse.check("sync: WaitGroup misuse: add called concurrently with await", thrown);
                } else {
                    raced.done();
                }
                raced.await();
                Asleep.until(raced, "0 tasks, 0 waiting");
            }
        }
    }

    @Test
    @Rule(29)
    void aTaskIsDoneHoweverItEnds() {
        var uncaught = new Chan<Throwable>(1);
        Uncaught.during(uncaught::send, () -> {
            group.go(() -> {});
            group.go(Go::goexit);
            group.go(() -> {
                throw new IllegalStateException("planned");
            });
            group.await();
        });
        assertEquals("planned", received(uncaught).getMessage());
    }

    @Test
    void aTaskThatSaysDoneItselfIsTooMuchAndTheGoroutineEndsNevertheless() {
        var uncaught = new Chan<Throwable>(1);
        var thread = new AtomicReference<Thread>();
        Uncaught.during(uncaught::send, () -> {
            group.go(() -> {
                thread.set(Thread.currentThread());
                group.done();
            });
            assertInstanceOf(MisuseException.class, received(uncaught));
        });
        Asleep.until(() -> !Go.dump().contains("goroutine " + thread.get().threadId() + " "));
    }

    @Test
    void anInterruptEndsTheWaitAndTheCountForgetsTheWaiter() throws InterruptedException {
        var thrown = new AtomicReference<@Nullable Throwable>();
        group.add(1);
        var waiter = Thread.startVirtualThread(() -> {
            try {
                group.await();
            } catch (CancellationException e) {
                thrown.set(Thread.currentThread().isInterrupted() ? e : null);
            }
        });
        Asleep.until(group, "1 waiting");
        waiter.interrupt();
        waiter.join();
        assertInstanceOf(CancellationException.class, thrown.get());
        assertEquals("WaitGroup (1 tasks, 0 waiting)", group.toString());
        group.add(1); // not misuse: nobody waits
    }

    @Test
    void aContextEndsTheWait() {
        group.add(1);
        var ctx = Context.background().withCancel();
        go(() -> {
            Asleep.until(group, "1 waiting");
            ctx.cancel();
        });
        assertThrows(CanceledException.class, () -> group.await(ctx));
        assertFalse(Thread.currentThread().isInterrupted());
        assertEquals("WaitGroup (1 tasks, 0 waiting)", group.toString());
        group.done();
        group.await(ctx); // nothing to wait for: the context does not matter
    }

    @Test
    void roundFollowsRoundThoughWaitersAreInterruptedAtTheLastMoment() throws InterruptedException {
        var failures = new Chan<Throwable>(1);
        interruptedRounds(group, 5_000, failures);
        assertNull(failures.tryReceive());
        assertEquals("WaitGroup (0 tasks, 0 waiting)", group.toString());
    }

    @Test
    void aRoundThatBeganWhenTheLastWaiterGaveUpIsNotEndedByTheDoneOfTheRoundBefore() throws InterruptedException {
        for (int round = 0; round < 100; round++) {
            var reused = new WaitGroup();
            reused.add(1);
            var begun = new AtomicBoolean();
            var waiter = Thread.startVirtualThread(() -> {
                try {
                    reused.await();
                } catch (CancellationException e) {
                    reused.add(1); // who waited has returned: the next round
                    begun.set(true);
                }
            });
            Asleep.until(reused, "1 waiting");
            var done = new AtomicReference<@Nullable Thread>();
            reused.visitSleepers((sleeper, reason) -> { // holds the lock: done and the waiter queue up for it
                done.set(Thread.startVirtualThread(reused::done));
                Asleep.until(reused, "0 tasks");
                waiter.interrupt();
            });
            waiter.join();
            Objects.requireNonNull(done.get()).join();
            assertEquals("WaitGroup (" + (begun.get() ? 1 : 0) + " tasks, 0 waiting)", reused.toString());
        }
    }

    /** In each round, the last done and an interrupt race for one waiter; others wait on. All return, then the next round begins. */
    static void interruptedRounds(WaitGroup group, int rounds, Chan<Throwable> failures) throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            group.add(1);
            var returned = new AtomicInteger();
            Runnable await = () -> {
                try {
                    group.await();
                } catch (CancellationException e) {
                    // one of two ways to return
                } catch (Throwable e) {
                    failures.trySend(e);
                }
                returned.incrementAndGet();
            };
            int waiters = 1 + round % 3;
            var threads = new Thread[waiters];
            for (int i = 0; i < waiters; i++) {
                threads[i] = Thread.startVirtualThread(await);
            }
            if (round % 2 == 0) {
                Asleep.until(group, waiters + " waiting");
            }
            var done = Thread.startVirtualThread(() -> {
                try {
                    group.done();
                } catch (Throwable e) {
                    failures.trySend(e);
                }
            });
            threads[round % waiters].interrupt();
            for (var thread : threads) {
                thread.join();
            }
            if (round % 4 < 3) {
                continue; // the last done may still be at work: the group may be used again nevertheless
            }
            done.join();
        }
        group.await();
    }

    @Test
    void aDumpNamesWhoWaitsAndWhy() {
        group.add(1);
        go(group::await);
        Asleep.until(group, "1 waiting");
        Asleep.until(() -> Go.dump().contains("[sync.WaitGroup.Wait]"));
        group.done();
    }

    private static <T> T received(Chan<T> chan) {
        var value = chan.receive();
        assertTrue(value != null);
        return value;
    }

    @Test
    @Rule(28)
    void moreTasksThanItCanCountAreMisuse() {
        var many = new WaitGroup();
        many.add(Integer.MAX_VALUE);
        assertEquals(
                "sync: negative WaitGroup counter: it counts no more than 2,147,483,647 tasks",
                assertThrows(MisuseException.class, () -> many.add(1)).getMessage());
    }
}
