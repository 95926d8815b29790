package dev.gofer;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.synctest.Synctest;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RWMutexTest {
    private final RWMutex mu = new RWMutex();

    @Test
    void readersShareAWriterIsAlone() {
        mu.rlock();
        mu.rlock();
        assertEquals("RWMutex (2 readers)", mu.toString());
        assertFalse(mu.tryLock());
        mu.runlock();
        assertFalse(mu.tryLock());
        mu.runlock();
        assertTrue(mu.tryLock());
        assertEquals("RWMutex (a writer)", mu.toString());
        assertFalse(mu.tryLock());
        assertFalse(mu.tryRlock());
        mu.unlock();
        assertEquals("RWMutex (unlocked)", mu.toString());
        assertTrue(mu.tryRlock());
        mu.runlock();
    }

    @Test
    @Rule(32)
    void aWaitingWriterKeepsNewReadersOut() {
        try (var crew = new Crew()) {
            mu.rlock();
            var writer = crew.go(mu::lock).asleep();
            assertEquals("RWMutex (1 readers, 1 writers waiting)", mu.toString());
            assertFalse(mu.tryRlock());
            var reader = crew.go(mu::rlock).asleep();
            assertEquals("RWMutex (1 readers, 1 writers waiting, 1 readers waiting)", mu.toString());
            mu.runlock();
            assertEquals(null, writer.failure());
            assertEquals("RWMutex (a writer, 1 readers waiting)", mu.toString());
            mu.unlock();
            assertEquals(null, reader.failure());
            assertEquals("RWMutex (1 readers)", mu.toString());
            mu.runlock();
        }
    }

    @Test
    @Rule(32)
    void aSecondReadLockOfTheSameGoroutineWaitsForTheWriterInBetween() {
        try (var crew = new Crew()) {
            var reader = crew.go(() -> {
                mu.rlock();
                crew.go(mu::lock).asleep();
                mu.rlock(); // the writer waits for the first, this for the writer
            });
            Asleep.until(mu, "1 writers waiting, 1 readers waiting");
            assertFalse(reader.isOver());
        }
    }

    @Test
    @Rule(32)
    void thereIsNeitherUpgradeNorDowngrade() {
        try (var crew = new Crew()) {
            mu.rlock();
            crew.go(mu::lock).asleep(); // what the reader would wait for is the reader
            assertFalse(mu.tryLock());
        }
        mu.runlock();
        mu.lock();
        assertFalse(mu.tryRlock());
        mu.unlock();
    }

    @Test
    void allReadersWhoWaitGoBeforeTheNextWriter() {
        try (var crew = new Crew()) {
            mu.lock();
            var second = crew.go(mu::lock).asleep();
            for (int i = 0; i < 5; i++) {
                crew.go(mu::rlock).asleep();
            }
            assertEquals("RWMutex (a writer, 1 writers waiting, 5 readers waiting)", mu.toString());
            mu.unlock();
            assertEquals("RWMutex (5 readers, 1 writers waiting)", mu.toString());
            for (int i = 0; i < 5; i++) {
                assertFalse(second.isOver());
                mu.runlock();
            }
            assertEquals(null, second.failure());
            assertEquals("RWMutex (a writer)", mu.toString());
            mu.unlock();
            crew.join();
        }
    }

    /** To a free lock, and he cannot run before the caller waits. Says whether he has read. */
    private static AtomicBoolean aReaderIsBeingWoken(RWMutex mu) {
        var hasRead = new AtomicBoolean();
        mu.lock();
        go(() -> {
            mu.rlock();
            hasRead.set(true);
            mu.runlock();
        });
        Synctest.await();
        mu.unlock();
        return hasRead;
    }

    @Test
    void aReaderLosesToAWriterWhoComesByOnceAtMost() {
        Synctest.run(() -> {
            var mu = new RWMutex();
            var hasRead = aReaderIsBeingWoken(mu);
            if (mu.tryLock()) {
                Synctest.await(); // he has tried, and waits again
                assertFalse(hasRead.get());
                assertEquals("RWMutex (a writer, 1 readers waiting)", mu.toString());
                mu.unlock(); // he has it
                assertTrue(!mu.tryLock() || hasRead.get());
            }
        });
    }

    @Test
    void writersWhoComeByLetAReaderInWhoCannotRunUntilTheyWait() {
        Synctest.run(() -> {
            var mu = new RWMutex();
            var hasRead = aReaderIsBeingWoken(mu);
            for (int writers = 0; mu.tryLock(); writers++) {
                assertTrue(writers < 1_000, "the lock is not kept for him");
                assertFalse(hasRead.get()); // one runs at a time: he has no processor yet
                mu.unlock();
            }
            mu.lock();
            assertTrue(hasRead.get());
            mu.unlock();
            assertEquals("RWMutex (unlocked)", mu.toString());
        });
    }

    @Test
    void writersGoInTheOrderInWhichTheyCame() {
        var order = new Chan<Integer>(4);
        try (var crew = new Crew()) {
            mu.rlock();
            for (int i = 1; i <= 4; i++) {
                int number = i;
                crew.go(() -> {
                            mu.lock();
                            order.send(number);
                            mu.unlock();
                        })
                        .asleep();
            }
            mu.runlock();
            for (int i = 1; i <= 4; i++) {
                assertEquals(i, order.receive());
            }
            crew.join();
        }
        assertEquals("RWMutex (unlocked)", mu.toString());
    }

    @Test
    void aWriterWhoGivesUpLetsTheReadersBehindHimGo() {
        try (var crew = new Crew()) {
            mu.rlock();
            var writer = crew.go(mu::lock).asleep();
            var readers = new Crew.Member[] {
                crew.go(mu::rlock).asleep(), crew.go(mu::rlock).asleep()
            };
            writer.interrupt();
            assertInstanceOf(CancellationException.class, writer.failure());
            assertTrue(writer.endedInterrupted());
            for (var reader : readers) {
                assertEquals(null, reader.failure());
            }
            assertEquals("RWMutex (3 readers)", mu.toString());
            for (int i = 0; i < 3; i++) {
                mu.runlock();
            }
            assertTrue(mu.tryLock());
        }
    }

    @Test
    void aWriterWhoGivesUpLeavesTheTurnToTheNextWriter() {
        try (var crew = new Crew()) {
            mu.rlock();
            var first = crew.go(mu::lock).asleep();
            var second = crew.go(mu::lock).asleep();
            var reader = crew.go(mu::rlock).asleep();
            first.interrupt();
            assertInstanceOf(CancellationException.class, first.failure());
            assertEquals("RWMutex (1 readers, 1 writers waiting, 1 readers waiting)", mu.toString());
            mu.runlock();
            assertEquals(null, second.failure());
            mu.unlock();
            assertEquals(null, reader.failure());
        }
    }

    @Test
    void aReaderWhoGivesUpLeavesNoTrace() {
        try (var crew = new Crew()) {
            mu.lock();
            var reader = crew.go(mu::rlock).asleep();
            reader.interrupt();
            assertInstanceOf(CancellationException.class, reader.failure());
            assertEquals("RWMutex (a writer)", mu.toString());
            mu.unlock();
            assertTrue(mu.tryLock());
        }
    }

    @Test
    void aContextEndsBothWaits() {
        var ctx = Context.background().withCancel();
        try (var crew = new Crew()) {
            mu.lock();
            var reader = crew.go(() -> mu.rlock(ctx)).asleep();
            var writer = crew.go(() -> mu.lock(ctx)).asleep();
            ctx.cancel();
            assertInstanceOf(CanceledException.class, reader.failure());
            assertInstanceOf(CanceledException.class, writer.failure());
            assertFalse(writer.endedInterrupted());
            mu.unlock();
        }
        mu.lock(ctx); // free: the context does not matter
        mu.unlock();
        mu.rlock(ctx);
        mu.runlock();
        assertEquals("RWMutex (unlocked)", mu.toString());
    }

    @Test
    @Rule(24)
    void unlockingWhatIsNotLockedIsMisuse() {
        Misuse.expect("sync: RUnlock of unlocked RWMutex", mu::runlock);
        Misuse.expect("sync: Unlock of unlocked RWMutex", mu::unlock);
        mu.lock();
        Misuse.expect("sync: RUnlock of unlocked RWMutex", mu::runlock);
        mu.unlock();
        mu.rlock();
        Misuse.expect("sync: Unlock of unlocked RWMutex", mu::unlock);
        mu.runlock();
        assertEquals("RWMutex (unlocked)", mu.toString());
    }

    @Test
    void theWriterSideIsNotOwned() {
        try (var crew = new Crew()) {
            mu.lock();
            crew.go(mu::unlock);
            crew.join();
            assertTrue(mu.tryRlock());
            crew.go(mu::runlock);
            crew.join();
            assertTrue(mu.tryLock());
        }
    }

    @Test
    void nobodyIsForgottenThoughManyGiveUp() {
        int[] shared = new int[2]; // both equal, but while a writer is at work
        var torn = new Chan<String>(1);
        try (var crew = new Crew()) {
            var busy = new Crew.Member[6];
            for (int i = 0; i < busy.length; i++) {
                boolean writes = i < 2;
                busy[i] = crew.go(() -> {
                    for (int round = 0; round < 2_000; ) {
                        try {
                            if (writes) {
                                mu.lock();
                                shared[0]++;
                                shared[1]++;
                                mu.unlock();
                            } else {
                                mu.rlock();
                                if (shared[0] != shared[1]) {
                                    torn.trySend(shared[0] + " " + shared[1]);
                                }
                                mu.runlock();
                            }
                            round++;
                        } catch (CancellationException e) {
                            assertTrue(Thread.interrupted());
                        }
                        if (round % 64 == 0) {
                            Go.gosched();
                        }
                    }
                });
            }
            crew.go(() -> {
                for (int i = 0; i < 3_000 && !isOver(busy); i++) { // an end: who is always interrupted gets nowhere
                    busy[i % busy.length].interrupt();
                    Go.gosched();
                }
            });
            crew.join();
        }
        assertEquals(null, torn.tryReceive());
        assertEquals("RWMutex (unlocked)", mu.toString());
        assertEquals(4_000, shared[0]);
    }

    private static boolean isOver(Crew.Member[] members) {
        for (var member : members) {
            if (!member.isOver()) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aDumpNamesWhoWaitsAndWhy() {
        try (var crew = new Crew()) {
            mu.lock();
            var reader = crew.go(mu::rlock).asleep();
            var writer = crew.go(mu::lock).asleep();
            var dump = Go.dump();
            assertTrue(dump.contains("goroutine " + reader.thread().threadId() + " [sync.RWMutex.RLock]:"), dump);
            assertTrue(dump.contains("goroutine " + writer.thread().threadId() + " [sync.RWMutex.Lock]:"), dump);
        }
    }

    @Test
    void aWaiterOnAPlatformThreadIsServedToo() throws InterruptedException {
        mu.lock();
        var reader = Thread.ofPlatform().start(mu::rlock);
        Asleep.until(mu, "1 readers waiting");
        mu.unlock();
        reader.join();
        assertEquals("RWMutex (1 readers)", mu.toString());
    }

    @Test
    void anEndedContextEndsTheWaitAtOnce() {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        mu.lock();
        assertThrows(CanceledException.class, () -> mu.rlock(ctx));
        assertThrows(CanceledException.class, () -> mu.lock(ctx));
        assertEquals("RWMutex (a writer)", mu.toString());
    }
}
