package dev.gofer.check;

import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.WaitGroup;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Executors, futures, results and streams of the JDK's kind: what was taken on is done, and what is over stays over. */
final class ExecutorExplorations {
    private ExecutorExplorations() {}

    /** Each task was rejected or has run when the executor has terminated. */
    static void tasksRunOrAreRejected() throws InterruptedException {
        var executor = Go.executor();
        var accepted = new AtomicInteger();
        var runs = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                if (!Expect.throwing(RejectedExecutionException.class, () -> executor.execute(runs::incrementAndGet))) {
                    accepted.incrementAndGet();
                }
            });
        }
        over.go(executor::shutdown);
        boolean terminated = executor.awaitTermination(1, TimeUnit.HOURS);
        int before = runs.get();
        over.await();
        Expect.that(terminated, "terminated");
        Expect.equal(accepted.get(), before, "runs of tasks that were accepted");
    }

    /** However many shut it down, it terminates once, and everybody sees that. */
    static void terminatesOnce() {
        var executor = Go.executor();
        var over = new WaitGroup();
        executor.execute(Go::gosched);
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                executor.close();
                Expect.that(executor.isTerminated(), "terminated");
            });
        }
        over.await();
    }

    /** The end of its context interrupts what an executor runs, and terminates it. */
    static void contextEndsAnExecutor() throws InterruptedException {
        var ctx = Context.background().withCancel();
        var executor = Go.executor(ctx);
        var never = new Chan<Integer>();
        var ended = new AtomicBoolean();
        executor.execute(() -> {
            try {
                never.receive();
            } finally {
                ended.set(true);
            }
        });
        go(ctx::cancel);
        boolean terminated = executor.awaitTermination(1, TimeUnit.HOURS);
        Expect.that(terminated && ended.get(), "terminated, and the task has ended");
    }

    /** What follows a future is not interrupted, though the future's own goroutine may have been. */
    static void whatFollowsIsNotInterrupted() {
        var ctx = Context.background().withCancel();
        var isInterrupted = new AtomicBoolean();
        var followed = new Chan<Integer>(1);
        var never = new Chan<Integer>();
        var future = Go.future(ctx, never::receive);
        var _ = future.whenComplete((value, failure) -> {
            isInterrupted.set(Thread.currentThread().isInterrupted());
            followed.send(1);
        });
        go(ctx::cancel);
        followed.receive();
        Expect.that(!isInterrupted.get(), "not interrupted");
        Expect.that(future.isDone(), "done");
    }

    /** A future has the value, or was cancelled; its goroutine ends either way, and a select hears of it. */
    static void cancelOrValue() {
        var ready = new Chan<Integer>();
        var ended = new WaitGroup();
        ended.add(1);
        var future = Go.future(() -> {
            try {
                return ready.receive();
            } finally {
                ended.done();
            }
        });
        go(() -> future.cancel(true));
        go(() -> ready.trySend(1));
        Go.select(Go.onDone(future));
        ended.await();
        Expect.that(future.isDone(), "done");
        Expect.that(future.isCancelled() || Integer.valueOf(1).equals(future.join()), "cancelled, or the value");
    }

    /** Each task brings one result, then the channel is closed. */
    static void eachTaskBringsAResult() throws Exception {
        var executor = Go.executor();
        List<Callable<Integer>> tasks = List.of(() -> 1, () -> 2, () -> 3);
        int sum = 0;
        int count = 0;
        for (Future<Integer> result : Go.results(Context.background(), executor, 2, tasks)) {
            sum += result.resultNow();
            count++;
        }
        executor.shutdown();
        Expect.equal(3, count, "results");
        Expect.equal(6, sum, "their sum");
    }

    /** Whoever ends the context, the channel of results is closed, and no task is left. */
    static void contextEndsResults() {
        var ctx = Context.background().withCancel();
        var executor = Go.executor();
        Callable<@Nullable Integer> task = () -> new Chan<Integer>().receive(); // for ever
        var results = Go.results(ctx, executor, 1, List.of(task, task));
        go(ctx::cancel);
        for (var result : results) {
            Expect.that(result.isDone(), "what is received is done");
        }
        executor.close(); // waits until no task is left
    }

    /** A publisher's subscriber gets each value once, in order, and then the end, whatever it asks for and when. */
    static void publisherAndSubscriber() {
        var source = new Chan<Integer>(1);
        var target = new Chan<Integer>(1);
        var ctx = Context.background().withCancel();
        source.publisher(ctx).subscribe(target.subscriber(ctx));
        go(() -> {
            source.send(1);
            source.send(2);
            source.close();
        });
        int expected = 1;
        for (int value : target) {
            Expect.equal(expected++, value, "next value");
        }
        Expect.equal(3, expected, "after the last value");
        ctx.cancel();
    }
}
