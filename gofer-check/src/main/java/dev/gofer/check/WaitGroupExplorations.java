package dev.gofer.check;

import static dev.gofer.Go.go;

import dev.gofer.Context;
import dev.gofer.MisuseException;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code WaitGroup}: nobody goes on before all is done, and everybody afterwards. */
final class WaitGroupExplorations {
    private WaitGroupExplorations() {}

    /** All who wait go on when all tasks are done, and not before. */
    static void awaitSeesAllDone() {
        var wg = new WaitGroup();
        var done = new AtomicInteger();
        var awaiting = new WaitGroup();
        wg.add(2);
        for (int i = 0; i < 2; i++) {
            go(() -> {
                done.incrementAndGet();
                wg.done();
            });
            awaiting.go(() -> {
                wg.await();
                Expect.equal(2, done.get(), "tasks done");
            });
        }
        awaiting.await();
        assertOver(wg);
    }

    /** A group can be used again when all who waited have returned. */
    static void rounds() {
        var wg = new WaitGroup();
        var done = new AtomicInteger();
        for (int round = 1; round <= 3; round++) {
            wg.add(2);
            for (int i = 0; i < 2; i++) {
                go(() -> {
                    done.incrementAndGet();
                    wg.done();
                });
            }
            wg.await();
            Expect.equal(2 * round, done.get(), "tasks done in round " + round);
        }
        assertOver(wg);
    }

    /** Who gives up leaves no trace: the next round waits for its own tasks, and all of them. */
    static void givingUpLeavesNoTrace() throws Exception {
        var wg = new WaitGroup();
        var ctx = Context.background().withCancel();
        var done = new AtomicInteger();
        var cancel = new WaitGroup();
        wg.add(1);
        go(() -> {
            done.incrementAndGet();
            wg.done();
        });
        cancel.go(ctx::cancel);
        if (Expect.givingUp(() -> wg.await(ctx))) {
            wg.await();
        }
        Expect.equal(1, done.get(), "tasks done");
        cancel.await();
        wg.add(1);
        go(() -> {
            done.incrementAndGet();
            wg.done();
        });
        wg.await();
        Expect.equal(2, done.get(), "tasks done in both rounds");
        assertOver(wg);
    }

    /** The only one who waits gives up, and begins the next round as soon as he may: the end of the first does not let him go on in the second. */
    static void aLateReleaseHitsNobody() throws Exception {
        var wg = new WaitGroup();
        var ctx = Context.background().withCancel();
        var round = new AtomicInteger(1);
        var others = new WaitGroup();
        wg.add(1);
        others.go(wg::done);
        others.go(ctx::cancel);
        if (Expect.givingUp(() -> wg.await(ctx))) {
            wg.await(); // returns at once where the counter is 0, even before the release has the lock
            if (!Expect.throwing(MisuseException.class, () -> wg.add(1))) {
                others.go(() -> {
                    Synctest.await(); // until all else is over that could let him go on
                    round.set(2);
                    wg.done();
                });
                wg.await();
                Expect.equal(2, round.get(), "the round in which await returns");
            }
        }
        others.await();
        assertOver(wg);
    }

    /** What is added while others wait for it is waited for, too. */
    static void tasksAddTasks() {
        var wg = new WaitGroup();
        var done = new AtomicInteger();
        wg.go(() -> {
            wg.go(done::incrementAndGet);
            done.incrementAndGet();
        });
        wg.await();
        Expect.equal(2, done.get(), "tasks done");
        assertOver(wg);
    }

    /** One task can be done once: another one who says so fails. */
    static void oneDoneSucceeds() {
        var wg = new WaitGroup();
        wg.add(1);
        var failures = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> failures.addAndGet(Expect.throwing(MisuseException.class, wg::done) ? 1 : 0));
        }
        over.await();
        Expect.equal(1, failures.get(), "failures");
    }

    private static void assertOver(WaitGroup wg) {
        Expect.equal("WaitGroup (0 tasks, 0 waiting)", wg.toString(), "state in the end");
    }
}
