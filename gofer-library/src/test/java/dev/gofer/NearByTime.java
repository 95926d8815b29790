package dev.gofer;

import static dev.gofer.Deadlocks.weakly;
import static dev.gofer.Go.go;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import dev.gofer.Deadlocks.Near;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Main will be woken when the time has come: tomorrow, or when the test says so. */
final class NearByTime {
    private static final Duration A_DAY = Duration.ofDays(1);

    private NearByTime() {}

    static List<Near> all() {
        return List.of(
                new Near("a task of ours, delayed", woken -> {
                    var timer = weakly(GoTimer.afterFunc(A_DAY, () -> woken.send("woken")));
                    return () -> timer.get().reset(Duration.ZERO);
                }),
                new Near("the deadline of a context", woken -> {
                    var ctx = Context.background().withTimeout(A_DAY);
                    ctx.afterFunc(() -> woken.send("woken"));
                    var kept = weakly(ctx);
                    return () -> kept.get().cancel();
                }),
                new Near("a goroutine that sleeps", woken -> {
                    var sleeper = start(() -> Go.sleep(A_DAY), woken);
                    return () -> sleeper.get().interrupt();
                }),
                new Near("a goroutine that waits for a timer", woken -> {
                    var timer = new GoTimer(A_DAY);
                    go(() -> {
                        timer.channel().receive();
                        woken.send("woken");
                    });
                    var kept = weakly(timer);
                    return () -> kept.get().reset(Duration.ZERO);
                }),
                new Near("a select with a time limit", woken -> {
                    var sleeper = start(() -> select(onReceive(new Chan<>()), onTimeout(A_DAY)), woken);
                    return () -> sleeper.get().interrupt();
                }),
                new Near("a ticker", woken -> {
                    var sleeper = start(() -> Go.tick(A_DAY).receive(), woken);
                    return () -> sleeper.get().interrupt();
                }),
                new Near("Thread.sleep of a goroutine", woken -> {
                    var sleeper = start(() -> Thread.sleep(A_DAY), woken);
                    return () -> sleeper.get().interrupt();
                }),
                new Near("Thread.sleep of a plain virtual thread", woken -> {
                    var sleeper = weakly(Thread.startVirtualThread(() -> {
                        try {
                            Thread.sleep(A_DAY);
                        } catch (InterruptedException e) {
                            woken.send("woken");
                        }
                    }));
                    return () -> sleeper.get().interrupt();
                }),
                new Near("a latch with a time limit in a plain virtual thread", woken -> {
                    var sleeper = weakly(Thread.startVirtualThread(() -> {
                        try {
                            var _ = new CountDownLatch(1).await(1, TimeUnit.DAYS);
                        } catch (InterruptedException e) {
                            woken.send("woken");
                        }
                    }));
                    return () -> sleeper.get().interrupt();
                }),
                new Near("ScheduledExecutorService", woken -> {
                    var pool = Executors.newScheduledThreadPool(
                            1, Thread.ofPlatform().daemon().factory());
                    Runnable task = () -> woken.send("woken");
                    var _ = pool.schedule(task, 1, TimeUnit.DAYS);
                    var kept = weakly(pool);
                    var keptTask = weakly(task);
                    return () -> {
                        keptTask.get().run();
                        kept.get().shutdownNow();
                    };
                }),
                new Near("java.util.Timer", woken -> {
                    var timer = new Timer(true);
                    var task = new TimerTask() {
                        @Override
                        public void run() {
                            woken.send("woken");
                            timer.cancel();
                        }
                    };
                    timer.schedule(task, A_DAY.toMillis());
                    var kept = weakly(task);
                    return () -> kept.get().run();
                }),
                new Near("CompletableFuture.delayedExecutor", woken -> {
                    var future = CompletableFuture.supplyAsync(
                            () -> "woken", CompletableFuture.delayedExecutor(1, TimeUnit.DAYS));
                    var kept = weakly(future.thenAccept(woken::send));
                    var first = weakly(future);
                    return () -> {
                        first.get().complete("woken");
                        kept.get().join();
                    };
                }),
                new Near("CompletableFuture.orTimeout", woken -> {
                    var future = new CompletableFuture<String>().orTimeout(1, TimeUnit.DAYS);
                    var _ = future.whenComplete((value, failure) -> woken.send(value));
                    var kept = weakly(future);
                    return () -> kept.get().complete("woken");
                }),
                new Near("CompletableFuture.completeOnTimeout", woken -> {
                    var future = new CompletableFuture<String>().completeOnTimeout("too late", 1, TimeUnit.DAYS);
                    var _ = future.thenAccept(woken::send);
                    var kept = weakly(future);
                    return () -> kept.get().complete("woken");
                }));
    }

    /** Starts a goroutine that wakes main when it is interrupted in {@code wait}. */
    private static java.util.function.Supplier<Thread> start(Task wait, Chan<String> woken) {
        var thread = new Chan<Thread>(1);
        go(() -> {
            thread.send(Thread.currentThread());
            try {
                wait.run();
            } catch (Exception e) {
                var _ = Thread.interrupted();
                woken.send("woken");
            }
        });
        return weakly(Crew.next(thread));
    }
}
