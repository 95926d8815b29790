package dev.gofer;

import static dev.gofer.Go.go;

import dev.gofer.Deadlocks.Dead;
import java.util.List;

/** All sleep at locks and the like. */
final class DeadByLocks {
    private DeadByLocks() {}

    static List<Dead> all() {
        return List.of(
                new Dead("a WaitGroup that nobody counts down", "[sync.WaitGroup.Wait]", () -> {
                    var group = new WaitGroup();
                    group.add(1);
                    group.await();
                }),
                new Dead("a WaitGroup whose task waits for it", "[sync.WaitGroup.Wait]", () -> {
                    var group = new WaitGroup();
                    group.go(group::await);
                    group.await();
                }),
                new Dead("a Mutex, locked twice", "[sync.Mutex.Lock]", () -> {
                    var mutex = new Mutex();
                    mutex.lock();
                    mutex.lock();
                }),
                new Dead("two Mutexes in different order", "[sync.Mutex.Lock]", () -> {
                    var a = new Mutex();
                    var b = new Mutex();
                    var ready = new Chan<Boolean>();
                    a.lock();
                    go(() -> {
                        b.lock();
                        ready.send(true);
                        a.lock();
                    });
                    ready.receive();
                    b.lock();
                }),
                new Dead("a Mutex whose owner is gone", "[sync.Mutex.Lock]", () -> {
                    var mutex = new Mutex();
                    var group = new WaitGroup();
                    group.go(mutex::lock);
                    group.await();
                    mutex.lock();
                }),
                new Dead("a Mutex whose owner sends", "[chan send]", () -> {
                    var mutex = new Mutex();
                    var channel = new Chan<Integer>();
                    mutex.lock();
                    go(() -> {
                        mutex.lock();
                        channel.receive();
                    });
                    channel.send(1);
                    mutex.unlock();
                }),
                new Dead("a writer while it reads", "[sync.RWMutex.Lock]", () -> {
                    var mutex = new RWMutex();
                    mutex.rlock();
                    mutex.lock();
                }),
                new Dead("a reader while it writes", "[sync.RWMutex.RLock]", () -> {
                    var mutex = new RWMutex();
                    mutex.lock();
                    mutex.rlock();
                }),
                new Dead("a reader behind a writer behind itself", "[sync.RWMutex.RLock]", () -> {
                    var mutex = new RWMutex();
                    mutex.rlock();
                    go(mutex::lock);
                    while (mutex.tryRlock()) { // until the writer waits
                        mutex.runlock();
                        Go.gosched();
                    }
                    mutex.rlock();
                }),
                new Dead("a Cond that nobody signals", "[sync.Cond.Wait]", () -> {
                    var mutex = new Mutex();
                    var cond = new Cond(mutex);
                    mutex.lock();
                    cond.await();
                }),
                new Dead("a Cond that was signalled before", "[sync.Cond.Wait]", () -> {
                    var mutex = new Mutex();
                    var cond = new Cond(mutex);
                    cond.signal();
                    cond.broadcast();
                    mutex.lock();
                    cond.await();
                }),
                new Dead("a Once in itself", "[sync.Mutex.Lock]", () -> {
                    var once = new Once();
                    once.run(() -> once.run(() -> {}));
                }),
                new Dead("an OnceValue in itself", "[sync.Mutex.Lock]", () -> {
                    var holder = new Chan<OnceValue<Integer>>(1);
                    var once = new OnceValue<>(() -> Crew.next(holder).get());
                    holder.send(once);
                    once.get();
                }),
                new Dead("a semaphore with too little", "[semacquire]", () -> {
                    var semaphore = new Weighted(3);
                    semaphore.acquire(2);
                    semaphore.acquire(2);
                }),
                new Dead("a small one behind a big one", "[semacquire]", () -> {
                    var semaphore = new Weighted(3);
                    semaphore.acquire(1);
                    go(() -> semaphore.acquire(3));
                    while (semaphore.tryAcquire(1)) { // until the big one waits
                        semaphore.release(1);
                        Go.gosched();
                    }
                    semaphore.acquire(1);
                }),
                new Dead("a single flight in itself", "", () -> {
                    var flights = new SingleFlight<String, Integer>();
                    flights.run("key", () -> flights.run("key", () -> 1).value());
                }),
                new Dead("a group whose task never ends", "[chan receive]", () -> {
                    var group = new ErrGroup();
                    group.go(() -> new Chan<Integer>().receive());
                    group.await();
                }),
                new Dead("a group with a limit that is used up", "[chan receive]", () -> {
                    var group = new ErrGroup();
                    group.setLimit(1);
                    group.go(() -> new Chan<Integer>().receive());
                    group.go(() -> {});
                }));
    }
}
