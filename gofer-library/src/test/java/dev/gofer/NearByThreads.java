package dev.gofer;

import static dev.gofer.Deadlocks.weakly;
import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.select;

import dev.gofer.Deadlocks.Near;
import dev.gofer.Deadlocks.Trigger;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** Another thread will wake main; it waits for something itself. */
final class NearByThreads {
    private NearByThreads() {}

    static List<Near> all() {
        return List.of(
                new Near("a platform thread", woken -> after(daemons(), () -> woken.send("woken"))),
                new Near("a thread that keeps the JVM alive", woken -> {
                    var latch = new CountDownLatch(1);
                    Thread.ofPlatform().start(() -> {
                        await(latch);
                        woken.send("woken");
                    });
                    return latch::countDown;
                }),
                new Near("a plain virtual thread", woken -> {
                    var latch = new CountDownLatch(1);
                    Thread.startVirtualThread(() -> {
                        await(latch);
                        woken.send("woken");
                    });
                    return latch::countDown;
                }),
                new Near(
                        "an executor of virtual threads",
                        woken -> after(Executors.newVirtualThreadPerTaskExecutor(), () -> woken.send("woken"))),
                new Near("a future that a platform thread completes", woken -> {
                    var future = new CompletableFuture<String>();
                    var _ = future.thenAccept(woken::send);
                    return after(daemons(), () -> future.complete("woken"));
                }),
                new Near("a future that a virtual thread completes", woken -> {
                    var future = new CompletableFuture<String>();
                    var _ = future.thenAccept(woken::send);
                    return after(Executors.newVirtualThreadPerTaskExecutor(), () -> future.complete("woken"));
                }),
                new Near("a select on a future that a pool completes", woken -> {
                    var future = new CompletableFuture<String>();
                    go(() -> {
                        select(onDone(future));
                        woken.send(future.join());
                    });
                    return after(daemons(), () -> future.complete("woken"));
                }),
                new Near("the common pool", woken -> {
                    var latch = new CountDownLatch(1);
                    var _ = CompletableFuture.runAsync(() -> await(latch)).thenRun(() -> woken.send("woken"));
                    return latch::countDown;
                }),
                new Near("a fork-join pool", woken -> after(new ForkJoinPool(2), () -> woken.send("woken"))),
                new Near("a parallel stream", woken -> {
                    var latch = new CountDownLatch(1);
                    daemon(() -> {
                        IntStream.range(0, 4).parallel().forEach(i -> await(latch));
                        woken.send("woken");
                    });
                    return latch::countDown;
                }),
                new Near("a publisher of the JDK", woken -> {
                    var publisher = new SubmissionPublisher<String>();
                    var _ = publisher.consume(woken::send);
                    return after(daemons(), () -> {
                        publisher.submit("woken");
                        publisher.close();
                    });
                }),
                new Near("a blocking queue", woken -> {
                    var queue = new LinkedBlockingQueue<String>();
                    daemon(() -> {
                        try {
                            woken.send(queue.take());
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    });
                    return () -> queue.add("woken");
                }),
                new Near("Thread.join", woken -> {
                    var latch = new CountDownLatch(1);
                    var first = daemon(() -> await(latch));
                    daemon(() -> {
                        try {
                            first.join();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        woken.send("woken");
                    });
                    return latch::countDown;
                }),
                new Near("Object.wait in a platform thread", woken -> {
                    var monitor = new Monitor();
                    daemon(() -> monitor.awaitThen(woken));
                    return monitor::release;
                }),
                new Near("Object.wait in a plain virtual thread", woken -> {
                    var monitor = new Monitor();
                    Thread.startVirtualThread(() -> monitor.awaitThen(woken));
                    return monitor::release;
                }),
                new Near("a virtual thread at a monitor that a platform thread holds", woken -> {
                    var latch = new CountDownLatch(1);
                    var entered = new CountDownLatch(1);
                    var monitor = new Object();
                    daemon(() -> {
                        synchronized (monitor) {
                            entered.countDown();
                            await(latch);
                        }
                    });
                    entered.await();
                    Thread.startVirtualThread(() -> {
                        synchronized (monitor) {
                            woken.send("woken");
                        }
                    });
                    return latch::countDown;
                }),
                new Near("LockSupport.park in a platform thread", woken -> {
                    var parked = daemon(() -> {
                        LockSupport.park();
                        woken.send("woken");
                    });
                    return () -> LockSupport.unpark(parked);
                }),
                new Near("LockSupport.park in a plain virtual thread", woken -> {
                    var parked = Thread.startVirtualThread(() -> {
                        LockSupport.park();
                        woken.send("woken");
                    });
                    return () -> LockSupport.unpark(parked);
                }),
                new Near("a lock of the JDK", woken -> {
                    var lock = new ReentrantLock();
                    var locked = new CountDownLatch(1);
                    var latch = new CountDownLatch(1);
                    daemon(() -> {
                        lock.lock();
                        try {
                            locked.countDown();
                            await(latch);
                        } finally {
                            lock.unlock();
                        }
                    });
                    locked.await();
                    daemon(() -> {
                        lock.lock();
                        try {
                            woken.send("woken");
                        } finally {
                            lock.unlock();
                        }
                    });
                    return latch::countDown;
                }),
                new Near("a semaphore of the JDK", woken -> {
                    var semaphore = new Semaphore(0);
                    Thread.startVirtualThread(() -> {
                        semaphore.acquireUninterruptibly();
                        woken.send("woken");
                    });
                    return semaphore::release;
                }),
                new Near("a barrier of the JDK", woken -> {
                    var barrier = new CyclicBarrier(2);
                    daemon(() -> {
                        try {
                            barrier.await();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                        woken.send("woken");
                    });
                    return barrier::await;
                }),
                new Near("a goroutine at a latch of the JDK", woken -> {
                    var latch = new CountDownLatch(1);
                    go(() -> {
                        latch.await();
                        woken.send("woken");
                    });
                    return latch::countDown;
                }),
                new Near("a Mutex that a platform thread holds", woken -> {
                    var mutex = new Mutex();
                    mutex.lock();
                    go(() -> {
                        mutex.lock();
                        woken.send("woken");
                    });
                    return after(daemons(), mutex::unlock);
                }),
                new Near("a WaitGroup that a platform thread counts down", woken -> {
                    var group = new WaitGroup();
                    group.add(1);
                    go(() -> {
                        group.await();
                        woken.send("woken");
                    });
                    return after(daemons(), group::done);
                }),
                new Near("a context that a platform thread cancels", woken -> {
                    var ctx = Context.background().withCancel();
                    go(() -> {
                        ctx.done().receive();
                        woken.send("woken");
                    });
                    return after(daemons(), ctx::cancel);
                }),
                new Near("an interrupt by a platform thread", woken -> {
                    var main = Thread.currentThread();
                    var other = new Chan<Thread>(1);
                    go(() -> {
                        other.send(Thread.currentThread());
                        try {
                            select();
                        } catch (java.util.concurrent.CancellationException e) {
                            var _ = Thread.interrupted();
                            woken.send("woken");
                        }
                    });
                    var sleeper = Crew.next(other);
                    return after(daemons(), () -> {
                        if (main.isAlive()) {
                            sleeper.interrupt();
                        }
                    });
                }));
    }

    /** Something to wait for under a monitor. */
    private static final class Monitor {
        private boolean isReleased; // guarded by this

        synchronized void awaitThen(Chan<String> woken) {
            try {
                while (!isReleased) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            woken.send("woken");
        }

        synchronized void release() {
            isReleased = true;
            notifyAll();
        }
    }

    private static ExecutorService daemons() {
        return Executors.newFixedThreadPool(1, Thread.ofPlatform().daemon().factory());
    }

    /** Has {@code pool} do {@code task} once the trigger is pulled, and shuts it down. */
    private static Trigger after(ExecutorService pool, Runnable task) {
        var latch = new CountDownLatch(1);
        pool.execute(() -> {
            await(latch);
            task.run();
        });
        var kept = weakly(pool);
        return () -> {
            kept.get().shutdown();
            latch.countDown();
        };
    }

    static Thread daemon(Runnable body) {
        return Thread.ofPlatform().daemon().start(body);
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
