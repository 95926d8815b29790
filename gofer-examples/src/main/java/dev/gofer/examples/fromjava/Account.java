package dev.gofer.examples.fromjava;

import dev.gofer.Cond;
import dev.gofer.Context;
import dev.gofer.Mutex;
import java.util.concurrent.locks.ReentrantLock;

/** An account from which one can withdraw what is there; who wants more waits for a deposit. */
final class Account {
    // @start region=before
    static final class ByReentrantLock {
        private final ReentrantLock lock = new ReentrantLock();
        private final java.util.concurrent.locks.Condition deposited = lock.newCondition();
        private long balance; // guarded by lock

        void deposit(long amount) {
            lock.lock();
            try {
                balance += amount;
                deposited.signalAll();
            } finally {
                lock.unlock();
            }
        }

        void withdraw(long amount) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (balance < amount) {
                    deposited.await();
                }
                balance -= amount;
            } finally {
                lock.unlock();
            }
        }
    }
    // @end

    // @start region=after
    static final class ByMutex {
        private final Mutex mu = new Mutex();
        private final Cond deposited = new Cond(mu);
        private long balance; // guarded by mu

        void deposit(long amount) {
            mu.lock();
            try {
                balance += amount;
                deposited.broadcast();
            } finally {
                mu.unlock();
            }
        }

        void withdraw(Context ctx, long amount) { // the end of ctx ends the wait
            mu.lock(ctx);
            try {
                while (balance < amount) {
                    deposited.await(ctx);
                }
                balance -= amount;
            } finally {
                mu.unlock();
            }
        }
    }
    // @end

    private Account() {}
}
