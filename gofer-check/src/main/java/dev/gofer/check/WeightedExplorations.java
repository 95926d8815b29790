package dev.gofer.check;

import dev.gofer.Context;
import dev.gofer.WaitGroup;
import dev.gofer.Weighted;
import dev.gofer.synctest.Synctest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** {@code Weighted}: never more than there is, no permit lost, and nobody overtaken. */
final class WeightedExplorations {
    private WeightedExplorations() {}

    /** What is held at any time is not more than there is, and each gets what he wants in the end. */
    static void neverMoreThanThereIs() {
        var permits = new Weighted(2);
        int[] held = {0};
        var over = new WaitGroup();
        for (int n : new int[] {1, 2, 1}) {
            over.go(() -> {
                permits.acquire(n);
                held[0] += n;
                Expect.that(held[0] <= 2, "held: " + held[0]);
                dev.gofer.Go.gosched();
                held[0] -= n;
                permits.release(n);
            });
        }
        over.await();
        assertAllFree(permits);
    }

    /** One permit is a lock: one goroutine at a time is inside, each gets in, also where some only try. */
    static void onePermitIsALock() {
        var permits = new Weighted(1);
        var inside = new Inside();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                permits.acquire(1);
                inside.visitAlone();
                permits.release(1);
            });
        }
        over.go(() -> {
            if (permits.tryAcquire(1)) {
                inside.visitAlone();
                permits.release(1);
            }
        });
        over.await();
        assertAllFree(permits, 1);
    }

    /** Who wants much is not overtaken by those behind him who want little. */
    static void nobodyOvertakes() {
        var permits = new Weighted(2);
        var hasMuch = new AtomicBoolean();
        var over = new WaitGroup();
        permits.acquire(1);
        over.go(() -> {
            permits.acquire(2);
            hasMuch.set(true);
            permits.release(2);
        });
        Synctest.await();
        over.go(() -> {
            permits.acquire(1);
            Expect.that(hasMuch.get(), "who came first was served first");
            permits.release(1);
        });
        Expect.that(!permits.tryAcquire(1), "somebody waits");
        permits.release(1);
        over.await();
        assertAllFree(permits);
    }

    /** Where who wants much gives up, those behind him get what is free, though nobody releases anything. */
    static void givingUpLetsOthersGo() {
        var permits = new Weighted(2);
        var ctx = Context.background().withCancel();
        var little = new WaitGroup();
        var others = new WaitGroup();
        permits.acquire(1);
        others.go(() -> Expect.that(Expect.givingUp(() -> permits.acquire(ctx, 2)), "there are not so many"));
        little.go(() -> {
            permits.acquire(1);
            permits.release(1);
        });
        others.go(ctx::cancel);
        little.await();
        others.await();
        permits.release(1);
        assertAllFree(permits);
    }

    /** A context that ends at the moment at which the permits come: they are held, or they are free. */
    static void noPermitIsLost() {
        var permits = new Weighted(1);
        var ctx = Context.background().withCancel();
        var over = new WaitGroup();
        permits.acquire(1);
        over.go(() -> {
            if (!Expect.givingUp(() -> permits.acquire(ctx, 1))) {
                permits.release(1);
            }
        });
        over.go(ctx::cancel);
        permits.release(1);
        over.await();
        assertAllFree(permits, 1);
    }

    /** The same by an interrupt, with another one behind. */
    static void noPermitIsLostByInterrupt() {
        var permits = new Weighted(1);
        var thread = new AtomicReference<Thread>();
        var over = new WaitGroup();
        permits.acquire(1);
        over.go(() -> {
            thread.set(Thread.currentThread());
            if (!Expect.givingUp(() -> permits.acquire(1))) {
                permits.release(1);
            }
        });
        over.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        over.go(() -> {
            permits.acquire(1);
            permits.release(1);
        });
        permits.release(1);
        over.await();
        assertAllFree(permits, 1);
    }

    private static void assertAllFree(Weighted permits) {
        assertAllFree(permits, 2);
    }

    private static void assertAllFree(Weighted permits, int size) {
        Expect.equal("Weighted (0 of " + size + " held, 0 waiting)", permits.toString(), "state in the end");
    }
}
