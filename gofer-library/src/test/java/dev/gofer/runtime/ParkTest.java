package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Crew;
import dev.gofer.Go;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParkTest {
    private final SpinLock lock = new SpinLock();
    private final WaitQueue queue = new WaitQueue();
    private final AtomicReference<@Nullable Object> brought = new AtomicReference<>();
    private final AtomicInteger givenUp = new AtomicInteger();

    private void sleepInQueue() {
        var me = new Waiter(null);
        lock.acquire();
        queue.add(me);
        lock.release();
        Park.sleep(me, queue, lock, this, givenUp::incrementAndGet);
        brought.set(me.item);
    }

    @Test
    void whoWasTakenSleepsOnUntilWokenWhateverElseHappens() {
        for (boolean interrupted : new boolean[] {false, true}) {
            try (var crew = new Crew()) {
                var member = crew.go(this::sleepInQueue).asleep();
                lock.acquire();
                var taken = queue.poll();
                lock.release();
                assertNotNull(taken);
                if (interrupted) {
                    member.interrupt(); // too late
                } else {
                    LockSupport.unpark(member.thread()); // for no reason
                }
                for (int i = 0; i < 50; i++) {
                    Go.gosched();
                }
                assertFalse(member.isOver());
                taken.item = "it"; // not seen by who returned too early
                Park.wake(taken);
                assertNull(member.failure());
                assertEquals(interrupted, member.endedInterrupted());
                assertEquals("it", brought.getAndSet(null));
                assertEquals(0, givenUp.get());
            }
        }
    }

    @Test
    void whoIsInterruptedOrToldToGiveUpLeavesTheQueue() {
        for (boolean interrupted : new boolean[] {false, true}) {
            try (var crew = new Crew()) {
                var member = crew.go(this::sleepInQueue).asleep();
                if (interrupted) {
                    member.interrupt();
                } else {
                    var waiter = queue.removeFirst();
                    assertNotNull(waiter);
                    queue.add(waiter);
                    waiter.giveUp();
                }
                assertInstanceOf(CancellationException.class, member.failure());
                assertTrue(queue.isEmpty());
                assertEquals(interrupted, member.endedInterrupted());
            }
        }
        assertEquals(2, givenUp.get());
    }

    @Test
    void whoSleepsShowsOnWhat() {
        try (var crew = new Crew()) {
            var member = crew.go(this::sleepInQueue).asleep();
            assertEquals(this, Park.blocker(member.thread()));
            Asleep.until(() -> queue.size() == 1);
        }
    }

    @Test
    void aYieldKeepsTheInterruptFlag() {
        Thread.currentThread().interrupt();
        for (int i = 0; i < 500; i++) { // some of them nap
            Park.yieldFairly();
            assertTrue(Thread.currentThread().isInterrupted());
        }
        assertTrue(Thread.interrupted());
        for (int i = 0; i < 500; i++) {
            Park.yieldFairly();
            assertFalse(Thread.currentThread().isInterrupted());
        }
    }

    /** They keep every processor busy, and the JDK's scheduler would not look beyond them; an interrupt is no reason not to nap. */
    @Test
    void whoYieldsForLongLetsOthersRunInterruptedOrNot() {
        for (boolean interrupted : new boolean[] {false, true}) {
            var stop = new AtomicBoolean();
            var last = new AtomicInteger(); // of those who yielded too often in vain
            try (var crew = new Crew()) {
                int processors = Go.gomaxprocs(0);
                for (int round = 0; round < 20; round++) {
                    stop.set(false);
                    var yielding = new ArrayList<Crew.Member>();
                    for (int i = 0; i < processors + 1; i++) {
                        yielding.add(crew.go(() -> {
                            if (interrupted) {
                                Thread.currentThread().interrupt();
                            }
                            for (int yields = 0; !stop.get(); yields++) {
                                if (yields == 3_000_000) {
                                    last.incrementAndGet();
                                    break;
                                }
                                Park.yieldFairly();
                            }
                        }));
                    }
                    Go.go(() -> stop.set(true));
                    yielding.forEach(member -> assertNull(member.failure()));
                }
            }
            assertEquals(0, last.get(), "interrupted: " + interrupted);
        }
    }
}
