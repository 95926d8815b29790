package dev.gofer.check.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.gofer.Cond;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.Weighted;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** {@code Mutex}, {@code RWMutex}, {@code Cond}, {@code Weighted}. */
public final class Locks {
    private Locks() {}

    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the second came later")
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the first came later")
    @Outcome(expect = FORBIDDEN, desc = "the later one has not seen what the earlier one wrote")
    @State
    public static class UnlockLock {
        private final Mutex mu = new Mutex();
        private int x;

        @Actor
        public void one(II_Result r) {
            mu.lock();
            r.r1 = ++x;
            mu.unlock();
        }

        @Actor
        public void other(II_Result r) {
            mu.lock();
            r.r2 = ++x;
            mu.unlock();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the second came later")
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the first came later")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "only the first had it")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "only the second had it")
    @Outcome(expect = FORBIDDEN, desc = "the later one has not seen what the earlier one wrote, or nobody had it")
    @State
    public static class UnlockTryLock {
        private final Mutex mu = new Mutex();
        private int x;

        @Actor
        public void one(II_Result r) {
            if (mu.tryLock()) {
                r.r1 = ++x;
                mu.unlock();
            }
        }

        @Actor
        public void other(II_Result r) {
            if (mu.tryLock()) {
                r.r2 = ++x;
                mu.unlock();
            }
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class UnlockOfAWriterRlock {
        private final RWMutex mu = new RWMutex();
        private int x;

        public UnlockOfAWriterRlock() {
            mu.lock();
        }

        @Actor
        public void first() {
            x = 1;
            mu.unlock();
        }

        @Actor
        public void then(I_Result r) {
            mu.rlock();
            r.r1 = x;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class RunlockLock {
        private final RWMutex mu = new RWMutex();
        private int x;

        public RunlockLock() {
            mu.rlock();
        }

        @Actor
        public void first() {
            x = 1;
            mu.runlock();
        }

        @Actor
        public void then(I_Result r) {
            mu.lock();
            r.r1 = x;
        }
    }

    /** {@code x} is written after the lock was given back, and read when it is: so the edge is the signal's alone. */
    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class SignalAwait {
        private final Mutex mu = new Mutex();
        private final Cond cond = new Cond(mu);
        private boolean waits; // guarded by mu
        private int x;

        @Actor
        public void first() {
            while (!seesWaiter()) {
                Thread.onSpinWait();
            }
            x = 1;
            cond.signal();
        }

        private boolean seesWaiter() {
            mu.lock();
            boolean seen = waits;
            mu.unlock();
            return seen;
        }

        @Actor
        public void then(I_Result r) {
            mu.lock();
            waits = true;
            cond.await();
            mu.unlock();
            r.r1 = x;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class ReleaseAcquire {
        private final Weighted permits = new Weighted(1);
        private int x;

        public ReleaseAcquire() {
            permits.acquire(1);
        }

        @Actor
        public void first() {
            x = 1;
            permits.release(1);
        }

        @Actor
        public void then(I_Result r) {
            permits.acquire(1);
            r.r1 = x;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the second came later")
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the first came later")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "only the first had it")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "only the second had it")
    @Outcome(expect = FORBIDDEN, desc = "the later one has not seen what the earlier one wrote, or nobody had it")
    @State
    public static class ReleaseTryAcquire {
        private final Weighted permits = new Weighted(1);
        private int x;

        @Actor
        public void one(II_Result r) {
            if (permits.tryAcquire(1)) {
                r.r1 = ++x;
                permits.release(1);
            }
        }

        @Actor
        public void other(II_Result r) {
            if (permits.tryAcquire(1)) {
                r.r2 = ++x;
                permits.release(1);
            }
        }
    }
}
