package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ErrGroupTest {
    private final ErrGroup group = new ErrGroup();
    private final Chan<Integer> gate = new Chan<>();

    @Test
    @Rule(38)
    void theFirstFailureWinsAndCarriesTheOthers() {
        var first = new IOException("first");
        var second = new IOException("second");
        group.go(() -> {
            throw first;
        });
        Asleep.until(group, "failed");
        group.go(() -> {
            throw second;
        });
        group.go(() -> {});
        assertSame(first, assertThrows(IOException.class, group::await));
        assertEquals(1, first.getSuppressed().length);
        assertSame(second, first.getSuppressed()[0]);
        assertSame(first, assertThrows(IOException.class, group::await)); // again, with nothing added
        assertEquals(1, first.getSuppressed().length);
    }

    @Test
    void theSameExceptionTwiceIsNotSuppressedInItself() {
        var planned = new IOException("planned");
        for (int i = 0; i < 3; i++) {
            group.go(() -> {
                throw planned;
            });
        }
        assertSame(planned, assertThrows(IOException.class, group::await));
        assertEquals(0, planned.getSuppressed().length);
    }

    @Test
    @Rule(38)
    void theFirstFailureIsTheCauseOfTheContextsEnd() throws Exception {
        var failing = ErrGroup.withContext(Context.background());
        var planned = new IOException("planned");
        failing.go(() -> {
            failing.context().done().receive();
            throw new IOException("late");
        });
        assertNull(failing.context().err());
        failing.go(() -> {
            throw planned;
        });
        assertSame(planned, assertThrows(IOException.class, failing::await));
        assertInstanceOf(CanceledException.class, failing.context().err());
        assertSame(planned, failing.context().cause());
    }

    @Test
    @Rule(38)
    void aCancellationOfATasksOwnIsAFailureOneByTheEndOfTheContextIsNone() {
        var failing = ErrGroup.withContext(Context.background());
        var own = new CancellationException("of its own");
        var planned = new IOException("planned");
        var mutex = new Mutex();
        mutex.lock();
        failing.go(() -> new Chan<Integer>().receive());
        failing.go(() -> mutex.lock(failing.context()));
        failing.go(() -> {
            try {
                failing.context().done().receive();
            } catch (CancellationException e) {
                throw own;
            }
            throw own;
        });
        failing.go(() -> {
            throw planned;
        });
        assertSame(planned, assertThrows(IOException.class, failing::await));
        assertArrayEquals(new Throwable[] {own}, planned.getSuppressed());
    }

    @Test
    @Rule(38)
    void awaitEndsTheContextToo() throws Exception {
        var fine = ErrGroup.withContext(Context.background());
        fine.go(() -> assertNull(fine.context().err()));
        fine.await();
        assertInstanceOf(CanceledException.class, fine.context().err());
        assertSame(fine.context().err(), fine.context().cause());
    }

    @Test
    void theEndOfTheContextInterruptsTheTasks() {
        var failing = ErrGroup.withContext(Context.background());
        var nothing = new Chan<Integer>();
        var ended = new AtomicInteger();
        failing.go(() -> {
            try {
                nothing.receive();
            } catch (CancellationException e) {
                ended.incrementAndGet();
            }
        });
        Asleep.untilReceiving(nothing, 1);
        failing.go(() -> {
            throw new IOException("planned");
        });
        assertThrows(IOException.class, failing::await);
        assertEquals(1, ended.get());
    }

    @Test
    @Rule(38)
    void theLimitMakesGoWaitAndTryGoFail() throws Exception {
        group.setLimit(2);
        group.go(gate::receive);
        assertTrue(group.tryGo(gate::receive));
        assertFalse(group.tryGo(() -> {}));
        try (var crew = new Crew()) {
            var third = crew.go(() -> group.go(gate::receive)).asleep();
            assertFalse(third.isOver());
            gate.send(1);
            assertNull(third.failure());
        }
        gate.close();
        group.await();
        assertTrue(group.tryGo(() -> {}));
        group.await();
    }

    @Test
    @Rule(38)
    void theLimitStaysWhileTasksRun() throws Exception {
        group.setLimit(1);
        group.go(gate::receive);
        Misuse.expect(
                "errgroup: modify limit while 1 goroutines in the group are still active", () -> group.setLimit(2));
        gate.close();
        group.await();
        Asleep.until(() -> group.toString().contains("0 tasks"));
        group.setLimit(2);
        group.await();
    }

    @Test
    @Rule(38)
    void theLimitMayBeLiftedWhileTasksRun() throws Exception {
        group.setLimit(1);
        group.go(gate::receive);
        assertFalse(group.tryGo(() -> {}));
        group.setLimit(-1);
        assertTrue(group.tryGo(gate::receive));
        assertTrue(group.tryGo(gate::receive));
        group.setLimit(1); // those that run are none of this limit's
        assertTrue(group.tryGo(gate::receive));
        assertFalse(group.tryGo(() -> {}));
        gate.close();
        group.await();
    }

    @Test
    void aLimitOfZeroAdmitsNobody() {
        group.setLimit(0);
        assertFalse(group.tryGo(() -> {}));
        try (var crew = new Crew()) {
            var stuck = crew.go(() -> group.go(() -> {})).asleep();
            stuck.interrupt();
            assertInstanceOf(CancellationException.class, stuck.failure());
        }
    }

    @Test
    void aTaskThatExitsIsNoFailureAndFreesItsPlace() throws Exception {
        group.setLimit(1);
        group.go(Go::goexit);
        group.go(Go::goexit);
        group.await();
    }

    @Test
    void anErrorIsThrownAsItIs() {
        group.go(() -> {
            throw new AssertionError("planned");
        });
        assertEquals("planned", assertThrows(AssertionError.class, group::await).getMessage());
    }

    @Test
    void aGroupWithoutContextLetsTheOthersFinish() {
        var finished = new AtomicInteger();
        group.go(() -> {
            throw new IOException("planned");
        });
        group.go(() -> {
            gate.receive();
            finished.incrementAndGet();
        });
        Asleep.until(group, "failed");
        gate.close();
        assertThrows(IOException.class, group::await);
        assertEquals(1, finished.get());
        assertNull(group.context().err());
    }

    @Test
    void anInterruptEndsTheWaitOnly() {
        try (var crew = new Crew()) {
            group.go(gate::receive);
            var waiter = crew.go(group::await).asleep();
            waiter.interrupt();
            assertInstanceOf(CancellationException.class, waiter.failure());
            assertEquals("ErrGroup (WaitGroup (1 tasks, 0 waiting))", group.toString());
            gate.close();
        }
    }

    @Test
    void noMoreThanTheLimitRunAtOnce() throws Exception {
        group.setLimit(3);
        var running = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            group.go(() -> {
                int now = running.incrementAndGet();
                assertTrue(now <= 3, now + " run");
                Go.gosched();
                running.decrementAndGet();
            });
        }
        group.await();
    }
}
