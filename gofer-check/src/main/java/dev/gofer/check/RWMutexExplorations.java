package dev.gofer.check;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.MisuseException;
import dev.gofer.RWMutex;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** {@code RWMutex}: writers alone, readers together, neither side for ever. */
final class RWMutexExplorations {
    private RWMutexExplorations() {}

    /** A writer is alone, readers are with readers only, and each gets in. */
    static void writersAreAlone() {
        var mu = new RWMutex();
        var inside = new Inside();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> write(mu, inside));
            over.go(() -> read(mu, inside));
        }
        over.await();
        Expect.equal(4, inside.visits(), "visits");
        assertFree(mu);
    }

    /** The same where some do not wait. */
    static void triesKeepTheRules() {
        var mu = new RWMutex();
        var inside = new Inside();
        var over = new WaitGroup();
        over.go(() -> {
            if (mu.tryLock()) {
                inside.visitAlone();
                mu.unlock();
            }
        });
        over.go(() -> {
            if (mu.tryRlock()) {
                inside.visitToRead();
                mu.runlock();
            }
        });
        over.go(() -> write(mu, inside));
        over.go(() -> read(mu, inside));
        over.await();
        Expect.that(inside.visits() >= 2, "those who wait get in");
        assertFree(mu);
    }

    /** Two readers can be inside at the same time: they meet there. */
    static void readersMeet() {
        var mu = new RWMutex();
        var meet = new Chan<Integer>();
        var over = new WaitGroup();
        over.go(() -> {
            mu.rlock();
            meet.send(1);
            mu.runlock();
        });
        over.go(() -> {
            mu.rlock();
            meet.receive();
            mu.runlock();
        });
        over.await();
        assertFree(mu);
    }

    /** A reader who comes when a writer waits goes behind him. */
    static void readersDoNotOvertake() {
        var mu = new RWMutex();
        var hasWritten = new AtomicBoolean();
        var over = new WaitGroup();
        mu.rlock();
        over.go(() -> {
            mu.lock();
            hasWritten.set(true);
            mu.unlock();
        });
        Synctest.await();
        over.go(() -> {
            mu.rlock();
            Expect.that(hasWritten.get(), "the writer was first");
            mu.runlock();
        });
        Expect.that(!mu.tryRlock(), "a writer waits");
        mu.runlock();
        over.await();
        assertFree(mu);
    }

    /** All readers who wait when a writer unlocks go before the next writer. */
    static void readersGoBeforeTheNextWriter() {
        var mu = new RWMutex();
        var reads = new AtomicInteger();
        var over = new WaitGroup();
        mu.lock();
        over.go(() -> {
            mu.lock();
            Expect.equal(2, reads.get(), "readers who went before");
            mu.unlock();
        });
        Synctest.await();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                mu.rlock();
                reads.incrementAndGet();
                mu.runlock();
            });
        }
        Synctest.await();
        mu.unlock();
        over.await();
        assertFree(mu);
    }

    private static void read(RWMutex mu, AtomicBoolean hasRead) {
        mu.rlock();
        hasRead.set(true);
        mu.runlock();
    }

    /** Leaves a reader on his way to the lock, which is free. */
    private static void wakeReader(RWMutex mu, AtomicBoolean hasRead, WaitGroup over) {
        mu.lock();
        over.go(() -> read(mu, hasRead));
        Synctest.await();
        mu.unlock();
    }

    /** A reader loses to a writer who comes by once: at the next unlock it is his turn, whoever is faster. */
    static void readersLoseOnce() {
        var mu = new RWMutex();
        var hasRead = new AtomicBoolean();
        var over = new WaitGroup();
        wakeReader(mu, hasRead, over);
        if (mu.tryLock()) {
            Synctest.await(); // he has tried, and waits again
            mu.unlock();
            if (mu.tryLock()) {
                Expect.that(hasRead.get(), "the reader lost twice");
                mu.unlock();
            }
        }
        over.await();
        assertFree(mu);
    }

    /** The same where there is always a writer who comes by, and another reader who comes later. */
    static void nobodyStarvesBesideAWriter() {
        var mu = new RWMutex();
        var reads = new AtomicInteger();
        var over = new WaitGroup();
        mu.lock();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                mu.rlock();
                reads.incrementAndGet();
                mu.runlock();
            });
        }
        mu.unlock();
        for (int unlocks = 0; reads.get() < 2; unlocks++) {
            Expect.that(unlocks < 6, "readers who still wait after many unlocks");
            mu.lock();
            Synctest.await(); // all who read want to
            mu.unlock();
        }
        over.await();
        assertFree(mu);
    }

    /** So many writers may come by while a reader is on his way, and then none, whether or not he has run; here he runs when it pleases the schedule. */
    static void writersComeByForAWhile() {
        var mu = new RWMutex();
        var hasRead = new AtomicBoolean();
        var over = new WaitGroup();
        wakeReader(mu, hasRead, over);
        for (int passes = 1; !hasRead.get() && mu.tryLock(); passes++) {
            Expect.that(passes <= 256 || hasRead.get(), "a writer too many has come by");
            if (passes == 256) {
                over.go(() -> {
                    mu.lock();
                    Expect.that(hasRead.get(), "a writer has what was kept for the reader");
                    mu.unlock();
                });
            }
            mu.unlock();
        }
        mu.lock();
        mu.unlock();
        over.await();
        Expect.that(hasRead.get(), "the reader has not read");
        assertFree(mu);
    }

    /** Where a writer gives up, the readers behind him go on, while the reader before him still reads. */
    static void aWriterGivesUp() {
        var mu = new RWMutex();
        var ctx = Context.background().withCancel();
        var readers = new WaitGroup();
        var others = new WaitGroup();
        mu.rlock();
        others.go(() -> {
            if (!Expect.givingUp(() -> mu.lock(ctx))) {
                throw new AssertionError("the lock is held for reading");
            }
        });
        for (int i = 0; i < 2; i++) {
            readers.go(() -> {
                mu.rlock();
                mu.runlock();
            });
        }
        others.go(ctx::cancel);
        readers.await();
        others.await();
        mu.runlock();
        assertFree(mu);
    }

    /** A reader who gives up takes nothing with him: a writer and another reader behind him go on. */
    static void aReaderGivesUp() {
        var mu = new RWMutex();
        var inside = new Inside();
        var over = new WaitGroup();
        var thread = new AtomicReference<Thread>();
        mu.lock();
        over.go(() -> {
            thread.set(Thread.currentThread());
            if (!Expect.givingUp(mu::rlock)) {
                inside.visitToRead();
                mu.runlock();
            }
        });
        over.go(() -> write(mu, inside));
        over.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        mu.unlock();
        read(mu, inside);
        over.await();
        Expect.that(inside.visits() >= 2, "those who did not give up");
        assertFree(mu);
    }

    /** A writer who gives up at the moment at which the lock is his has it, or it goes to the next: never neither. */
    static void aWriterGivesUpAtHisTurn() {
        var mu = new RWMutex();
        var inside = new Inside();
        var over = new WaitGroup();
        var thread = new AtomicReference<Thread>();
        mu.rlock();
        over.go(() -> {
            thread.set(Thread.currentThread());
            if (!Expect.givingUp(mu::lock)) {
                inside.visitAlone();
                mu.unlock();
            }
        });
        over.go(() -> write(mu, inside));
        over.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        mu.runlock();
        over.await();
        Expect.that(inside.visits() >= 1, "the other writer");
        assertFree(mu);
    }

    /** Unlocks that have no lock fail, and break nothing. */
    static void oneUnlockSucceeds() {
        var mu = new RWMutex();
        mu.rlock();
        var failures = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> failures.addAndGet(Expect.throwing(MisuseException.class, mu::runlock) ? 1 : 0));
        }
        over.await();
        Expect.equal(1, failures.get(), "failures");
        assertFree(mu);
    }

    private static void write(RWMutex mu, Inside inside) {
        mu.lock();
        inside.visitAlone();
        mu.unlock();
    }

    private static void read(RWMutex mu, Inside inside) {
        mu.rlock();
        inside.visitToRead();
        mu.runlock();
    }

    private static void assertFree(RWMutex mu) {
        Expect.equal("RWMutex (unlocked)", mu.toString(), "state in the end");
        Expect.that(mu.tryLock(), "free in the end");
    }
}
