package dev.gofer.check;

import dev.gofer.Cond;
import dev.gofer.Context;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** {@code Cond}: no signal is lost, and none counts twice. */
final class CondExplorations {
    private CondExplorations() {}

    /** A change that is signalled is seen by somebody who waits for it: two guests are greeted, by two hosts. */
    static void signalsAreNotLost() {
        var mu = new Mutex();
        var arrived = new Cond(mu);
        int[] guests = {0};
        var greeted = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                mu.lock();
                while (guests[0] == 0) {
                    arrived.await();
                }
                guests[0]--;
                greeted.incrementAndGet();
                mu.unlock();
            });
            over.go(() -> {
                mu.lock();
                guests[0]++;
                mu.unlock();
                arrived.signal();
            });
        }
        over.await();
        Expect.equal(2, greeted.get(), "guests who were greeted");
        Expect.equal("Cond (0 waiting)", arrived.toString(), "state in the end");
    }

    /** A broadcast lets all go on who wait, each with the lock held. */
    static void broadcastWakesAll() {
        var mu = new Mutex();
        var opened = new Cond(mu);
        var isOpen = new AtomicBoolean();
        var inside = new Inside();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                mu.lock();
                while (!isOpen.get()) {
                    opened.await();
                }
                inside.visitAlone();
                mu.unlock();
            });
        }
        mu.lock();
        isOpen.set(true);
        opened.broadcast();
        inside.visitAlone();
        mu.unlock();
        over.await();
        Expect.equal(3, inside.visits(), "visits");
    }

    /** One signal ends one await, where two wait; and no await ends without one. */
    static void oneSignalForOne() {
        var mu = new Mutex();
        var cond = new Cond(mu);
        var woken = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                mu.lock();
                cond.await();
                woken.incrementAndGet();
                mu.unlock();
            });
        }
        Synctest.await();
        cond.signal();
        Synctest.await();
        Expect.equal(1, woken.get(), "who was woken by one signal");
        cond.signal();
        over.await();
    }

    /** A signal goes to one who waits, or to the next where he gives up first: never to nobody, and he has the lock in either case. */
    static void whoGivesUpTakesNoSignal() {
        var mu = new Mutex();
        var cond = new Cond(mu);
        var inside = new Inside();
        var thread = new AtomicReference<Thread>();
        var woken = new AtomicInteger();
        var over = new WaitGroup();
        over.go(() -> {
            mu.lock();
            thread.set(Thread.currentThread());
            woken.addAndGet(Expect.givingUp(cond::await) ? 0 : 1);
            inside.visitAlone();
            mu.unlock();
        });
        Synctest.await();
        over.go(() -> {
            mu.lock();
            cond.await();
            woken.incrementAndGet();
            inside.visitAlone();
            mu.unlock();
        });
        Synctest.await();
        var both = new WaitGroup();
        both.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        both.go(cond::signal);
        both.await();
        Synctest.await();
        Expect.equal(1, woken.get(), "who was woken by the signal");
        cond.broadcast();
        over.await();
        Expect.equal(2, inside.visits(), "visits");
    }

    /** The end of a context ends an await, with the lock held; others still hear signals. */
    static void contextEndsTheWait() throws Exception {
        var mu = new Mutex();
        var cond = new Cond(mu);
        var inside = new Inside();
        var ctx = Context.background().withCancel();
        var over = new WaitGroup();
        over.go(ctx::cancel);
        over.go(() -> {
            mu.lock();
            inside.visitAlone();
            cond.signal();
            mu.unlock();
        });
        mu.lock();
        boolean gaveUp = Expect.givingUp(() -> cond.await(ctx));
        inside.visitAlone();
        mu.unlock();
        over.await();
        Expect.that(!gaveUp || ctx.err() != null, "who gives up was told to");
        Expect.equal("Cond (0 waiting)", cond.toString(), "state in the end");
    }

    /** Readers of a lock can wait for what a writer does. */
    static void readersWaitForAWriter() {
        var mu = new RWMutex();
        var changed = new Cond(mu.rlocker());
        var isChanged = new AtomicBoolean();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                mu.rlock();
                while (!isChanged.get()) {
                    changed.await();
                }
                mu.runlock();
            });
        }
        mu.lock();
        isChanged.set(true);
        mu.unlock();
        changed.broadcast();
        over.await();
        Expect.equal("RWMutex (unlocked)", mu.toString(), "state in the end");
    }
}
