package dev.gofer.check;

import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.MisuseException;
import dev.gofer.Mutex;
import dev.gofer.Task;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** {@code Mutex}: one at a time, and each in the end. */
final class MutexExplorations {
    private MutexExplorations() {}

    /** One goroutine at a time is inside, and each gets in. */
    static void oneAtATime() {
        var mu = new Mutex();
        var inside = new Inside();
        var over = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            over.go(() -> {
                mu.lock();
                inside.visitAlone();
                mu.unlock();
            });
        }
        over.await();
        Expect.equal(3, inside.visits(), "visits");
        assertFree(mu);
    }

    /** The same where some do not wait: who got in by {@code tryLock} is alone, too. */
    static void triesAreAlone() {
        var mu = new Mutex();
        var inside = new Inside();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                if (mu.tryLock()) {
                    inside.visitAlone();
                    mu.unlock();
                }
            });
        }
        over.go(() -> {
            mu.lock();
            inside.visitAlone();
            mu.unlock();
        });
        over.await();
        assertFree(mu);
    }

    /** Who has waited for more than a millisecond starves: the mutex is handed to him, and he to the next. */
    static void whoStarvesIsServed() {
        var mu = new Mutex();
        var inside = new Inside();
        var over = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            over.go(() -> {
                for (int n = 0; n < 2; n++) {
                    mu.lock();
                    inside.visitAlone();
                    Go.sleep(Duration.ofMillis(2));
                    mu.unlock();
                }
            });
        }
        over.await();
        Expect.equal(6, inside.visits(), "visits");
        assertFree(mu);
    }

    /** Where one of two who wait gives up, because his context ends, the other gets the mutex; who did not give up has it. */
    static void contextEndsTheWait() throws Exception {
        var ctx = Context.background().withCancel();
        var cancel = new WaitGroup();
        cancel.go(ctx::cancel);
        oneGivesUp(mu -> mu.lock(ctx));
        cancel.await();
    }

    /** The same by an interrupt. */
    static void interruptEndsTheWait() throws Exception {
        var thread = new AtomicReference<Thread>();
        var interrupt = new WaitGroup();
        interrupt.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        oneGivesUp(mu -> {
            thread.set(Thread.currentThread());
            mu.lock();
        });
        interrupt.await();
    }

    private interface Lock {
        void lock(Mutex mu) throws Exception;
    }

    private static void oneGivesUp(Lock lock) throws Exception {
        var mu = new Mutex();
        var inside = new Inside();
        var over = new WaitGroup();
        mu.lock();
        over.go(() -> {
            if (!Expect.givingUp(() -> lock.lock(mu))) {
                inside.visitAlone();
                mu.unlock();
            }
        });
        over.go(() -> {
            mu.lock();
            inside.visitAlone();
            mu.unlock();
        });
        mu.unlock();
        over.await();
        Expect.that(inside.visits() > 0, "who does not give up gets in");
        assertFree(mu);
    }

    /** Who gives up while the mutex is free, and on its way to another one, does not free it of who got it by {@code tryLock} meanwhile. */
    static void givingUpWhileOthersTry() {
        var mu = new Mutex();
        var inside = new Inside();
        var over = new WaitGroup();
        var thread = new AtomicReference<Thread>();
        mu.lock();
        over.go(() -> visit(mu, inside));
        Synctest.await();
        over.go(() -> {
            thread.set(Thread.currentThread());
            if (!Expect.givingUp(mu::lock)) {
                inside.visitAlone();
                mu.unlock();
            }
        });
        Synctest.await();
        over.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        over.go(() -> {
            if (mu.tryLock()) {
                inside.visitAlone();
                mu.unlock();
            }
        });
        mu.unlock();
        over.await();
        Expect.that(inside.visits() > 0, "who does not give up gets in");
        assertFree(mu);
    }

    /** Who gives up while somebody starves takes nothing from him. */
    static void givingUpWhileOthersStarve() {
        var mu = new Mutex();
        var inside = new Inside();
        var over = new WaitGroup();
        var ctx = Context.background().withTimeout(Duration.ofMillis(2));
        mu.lock();
        over.go(() -> {
            if (!Expect.givingUp(() -> mu.lock(ctx))) {
                inside.visitAlone();
                mu.unlock();
            }
        });
        over.go(() -> visit(mu, inside));
        Go.sleep(Duration.ofMillis(2));
        mu.unlock();
        visit(mu, inside);
        over.await();
        Expect.that(inside.visits() >= 2, "who does not give up gets in");
        ctx.cancel();
        assertFree(mu);
    }

    private static void visit(Mutex mu, Inside inside) {
        mu.lock();
        inside.visitAlone();
        mu.unlock();
    }

    /** A mutex that is locked once can be unlocked once, by whomever: another one who tries fails. */
    static void oneUnlockSucceeds() {
        var mu = new Mutex();
        mu.lock();
        var failures = new AtomicInteger();
        Task unlock = () -> failures.addAndGet(Expect.throwing(MisuseException.class, mu::unlock) ? 1 : 0);
        var over = new WaitGroup();
        over.go(unlock);
        over.go(unlock);
        over.await();
        Expect.equal(1, failures.get(), "failures");
        assertFree(mu);
    }

    /** {@code tryLock} fails where the mutex is locked, and succeeds where nobody has it or waits. */
    static void triesAreExact() {
        var mu = new Mutex();
        mu.lock();
        var got = new AtomicBoolean();
        var over = new WaitGroup();
        over.go(() -> got.set(mu.tryLock()));
        Synctest.await();
        Expect.that(!got.get(), "it is locked");
        mu.unlock();
        Expect.that(mu.tryLock(), "it is free");
        mu.unlock();
        over.await();
    }

    private static void assertFree(Mutex mu) {
        Expect.equal("Mutex (unlocked)", mu.toString(), "state in the end");
        Expect.that(mu.tryLock(), "free in the end");
    }
}
