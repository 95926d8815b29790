package dev.gofer.bench;

import static dev.gofer.Go.go;
import static dev.gofer.bench.GoferSide.parallel;

import dev.gofer.Chan;
import dev.gofer.Cond;
import dev.gofer.Mutex;
import dev.gofer.Once;
import dev.gofer.OnceValue;
import dev.gofer.RWMutex;
import dev.gofer.WaitGroup;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Go: the tests of {@code sync}. */
final class GoferSync {
    private GoferSync() {}

    static void addTo(Map<String, Body> bodies) {
        for (int waiters = 1; waiters <= 32; waiters *= 2) {
            int count = waiters;
            bodies.put("Cond" + waiters, b -> cond(b, count));
        }
        bodies.put("MutexUncontended", GoferSync::mutexUncontended);
        bodies.put("Mutex", b -> mutex(b, 1, 0));
        bodies.put("MutexSlack", b -> mutex(b, 10, 0));
        bodies.put("MutexWork", b -> mutex(b, 1, 100));
        bodies.put("MutexWorkSlack", b -> mutex(b, 10, 100));
        bodies.put("MutexNoSpin", GoferSync::mutexNoSpin);
        bodies.put("MutexSpin", GoferSync::mutexSpin);
        bodies.put("RWMutexUncontended", GoferSync::rwMutexUncontended);
        bodies.put("RWMutexWrite100", b -> rwMutex(b, 0, 100));
        bodies.put("RWMutexWrite10", b -> rwMutex(b, 0, 10));
        bodies.put("RWMutexWorkWrite100", b -> rwMutex(b, 100, 100));
        bodies.put("RWMutexWorkWrite10", b -> rwMutex(b, 100, 10));
        bodies.put("Once", GoferSync::once);
        bodies.put("OnceFunc/v=Once", GoferSync::onceFuncOnce);
        bodies.put("OnceFunc/v=Global", GoferSync::onceFuncGlobal);
        bodies.put("OnceFunc/v=Local", GoferSync::onceFuncLocal);
        bodies.put("OnceFunc/v=Make", GoferSync::onceFuncMake);
        bodies.put("OnceValue/v=Once", GoferSync::onceValueOnce);
        bodies.put("OnceValue/v=Global", GoferSync::onceValueGlobal);
        bodies.put("OnceValue/v=Local", GoferSync::onceValueLocal);
        bodies.put("OnceValue/v=Make", GoferSync::onceValueMake);
        bodies.put("WaitGroupUncontended", GoferSync::waitGroupUncontended);
        bodies.put("WaitGroupAddDone", b -> waitGroupAddDone(b, 0));
        bodies.put("WaitGroupAddDoneWork", b -> waitGroupAddDone(b, 100));
        bodies.put("WaitGroupWait", b -> waitGroupWait(b, 0));
        bodies.put("WaitGroupWaitWork", b -> waitGroupWait(b, 100));
        bodies.put("WaitGroupActuallyWait", GoferSync::waitGroupActuallyWait);
    }

    private static final class Turn {
        int id;
        long taken;
        long rounds;
    }

    private static void cond(B b, int waiters) {
        var lock = new Mutex();
        var c = new Cond(lock);
        var done = new Chan<Boolean>();
        var turn = new Turn(); // guarded by lock
        for (int routine = 0; routine < waiters + 1; routine++) {
            go(() -> {
                for (int i = 0; i < b.n; i++) {
                    lock.lock();
                    if (turn.id == -1) {
                        lock.unlock();
                        break;
                    }
                    turn.taken++;
                    turn.id++;
                    if (turn.id == waiters + 1) {
                        turn.id = 0;
                        turn.rounds++;
                        c.broadcast();
                    } else {
                        c.await();
                    }
                    lock.unlock();
                }
                lock.lock();
                turn.id = -1;
                c.broadcast();
                lock.unlock();
                done.send(true);
            });
        }
        for (int routine = 0; routine < waiters + 1; routine++) {
            done.receive();
        }
        long full = turn.rounds * (waiters + 1);
        b.check(
                turn.taken >= b.n && turn.taken >= full && turn.taken - full <= waiters,
                turn.taken + " turns in " + turn.rounds + " rounds");
    }

    private static void mutexUncontended(B b) {
        parallel(b, pb -> {
            var mu = new Mutex();
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mu.lock();
                    mu.unlock();
                }
            }
            b.check(mu.tryLock(), "still locked");
        });
    }

    private static void mutex(B b, int parallelism, int work) {
        var mu = new Mutex();
        b.setParallelism(parallelism);
        parallel(b, pb -> {
            long x = Local.begin();
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mu.lock();
                    mu.unlock();
                    x = Local.count(x, work);
                }
            }
            Local.keep(x);
        });
        b.check(mu.tryLock(), "still locked");
    }

    private static final class Accounts {
        long acc0;
        long acc1;
    }

    private static void mutexNoSpin(B b) {
        var m = new Mutex();
        var accounts = new Accounts(); // guarded by m
        var moves = new AtomicLong();
        b.setParallelism(4);
        parallel(b, pb -> {
            var c = new Chan<Boolean>();
            var data = new long[4 << 10];
            long mine = 0;
            int i = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++, i++) {
                    if (i % 4 == 0) {
                        m.lock();
                        accounts.acc0 -= 100;
                        accounts.acc1 += 100;
                        m.unlock();
                        mine++;
                    } else {
                        Local.touch(data);
                        go(() -> c.send(true));
                        c.receive();
                    }
                }
            }
            Local.keep(data);
            moves.addAndGet(mine);
        });
        b.check("moved", 100 * moves.get(), accounts.acc1);
    }

    private static void mutexSpin(B b) {
        var m = new Mutex();
        var accounts = new Accounts(); // guarded by m
        parallel(b, pb -> {
            var data = new long[16 << 10];
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    m.lock();
                    accounts.acc0 -= 100;
                    accounts.acc1 += 100;
                    m.unlock();
                    Local.touch(data);
                }
            }
            Local.keep(data);
        });
        b.check("moved", 100L * b.n, accounts.acc1);
    }

    private static void rwMutexUncontended(B b) {
        parallel(b, pb -> {
            var rwm = new RWMutex();
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    rwm.rlock();
                    rwm.rlock();
                    rwm.runlock();
                    rwm.runlock();
                    rwm.lock();
                    rwm.unlock();
                }
            }
            b.check(rwm.tryLock(), "still locked");
        });
    }

    private static void rwMutex(B b, int work, int writeRatio) {
        var rwm = new RWMutex();
        parallel(b, pb -> {
            long foo = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    foo++;
                    if (foo % writeRatio == 0) {
                        rwm.lock();
                        rwm.unlock();
                    } else {
                        rwm.rlock();
                        foo = Local.doubleAndHalve(foo, work);
                        rwm.runlock();
                    }
                }
            }
            Local.keep(foo);
        });
        b.check(rwm.tryLock(), "still locked");
    }

    private static void once(B b) {
        var once = new Once();
        var runs = new AtomicInteger();
        Runnable f = runs::incrementAndGet;
        parallel(b, pb -> {
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    once.run(f);
                }
            }
        });
        b.check("runs", 1, runs.get());
    }

    private static final AtomicInteger RUNS = new AtomicInteger();
    private static final Once ONCE_FUNC_ONCE = new Once();
    private static final OnceValue<Boolean> ONCE_FUNC = new OnceValue<>(() -> RUNS.incrementAndGet() < 0);
    private static final Once ONCE_VALUE_ONCE = new Once();
    private static int onceValueValue; // written inside ONCE_VALUE_ONCE
    private static final OnceValue<Integer> ONCE_VALUE = new OnceValue<>(() -> 42);

    private static void onceFuncOnce(B b) {
        for (int i = 0; i < b.n; i++) {
            ONCE_FUNC_ONCE.run(() -> {});
        }
        b.check(ONCE_FUNC_ONCE.toString().contains("(done)"), "not done");
    }

    private static void onceFuncGlobal(B b) {
        for (int i = 0; i < b.n; i++) {
            ONCE_FUNC.get();
        }
        b.check("runs", 1, RUNS.get());
    }

    private static void onceFuncLocal(B b) {
        var runs = new AtomicInteger();
        var f = new OnceValue<Integer>(runs::incrementAndGet);
        for (int i = 0; i < b.n; i++) {
            f.get();
        }
        b.check("runs", 1, runs.get());
    }

    private static void onceFuncMake(B b) {
        make(b, () -> null);
    }

    private static void onceValueOnce(B b) {
        for (int i = 0; i < b.n; i++) {
            ONCE_VALUE_ONCE.run(() -> onceValueValue = 42);
            b.check(onceValueValue == 42, "another value");
        }
    }

    private static void onceValueGlobal(B b) {
        for (int i = 0, n = b.n; i < n; i++) { // as in Kotlin, whose loops read their end once
            b.check(ONCE_VALUE.get() == 42, "another value");
        }
    }

    private static void onceValueLocal(B b) {
        var onceValue = new OnceValue<Integer>(() -> 42);
        for (int i = 0, n = b.n; i < n; i++) {
            b.check(onceValue.get() == 42, "another value");
        }
    }

    private static void onceValueMake(B b) {
        make(b, () -> 42);
    }

    private static void make(B b, java.util.function.Supplier<Integer> supplier) {
        var made = new OnceValue<?>[8]; // in the heap, as Go's are
        for (int i = 0; i < b.n; i++) {
            made[i & 7] = new OnceValue<>(supplier);
        }
        b.stopTimer();
        b.check(java.util.Objects.equals(made[(b.n - 1) & 7].get(), supplier.get()), "another value");
        Local.keep(made);
    }

    private static void waitGroupUncontended(B b) {
        parallel(b, pb -> {
            var wg = new WaitGroup();
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    wg.add(1);
                    wg.done();
                    wg.await();
                }
            }
        });
    }

    private static void waitGroupAddDone(B b, int work) {
        var wg = new WaitGroup();
        parallel(b, pb -> {
            long x = Local.begin();
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    wg.add(1);
                    x = Local.count(x, work);
                    wg.done();
                }
            }
            Local.keep(x);
        });
        b.check(wg.toString().contains("(0 tasks"), "tasks left");
    }

    private static void waitGroupWait(B b, int work) {
        var wg = new WaitGroup();
        parallel(b, pb -> {
            long x = Local.begin();
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    wg.await();
                    x = Local.count(x, work);
                }
            }
            Local.keep(x);
        });
    }

    private static void waitGroupActuallyWait(B b) {
        var sum = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var wg = new WaitGroup();
                    var ran = new int[1];
                    wg.add(1);
                    go(() -> {
                        ran[0] = 1;
                        wg.done();
                    });
                    wg.await();
                    mine += ran[0];
                }
            }
            sum.addAndGet(mine);
        });
        b.check("ran", b.n, sum.get());
    }
}
