package dev.gofer;

import dev.gofer.runtime.Goroutine;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Tasks that an executor runs, and a channel that their results come from; see {@link Go#results}. */
final class Results<T> {
    /* One goroutine hands tasks to the executor, another one hands results to who receives them.
     *
     * (1) A task takes a place before it is asked for, and leaves it when its result has been received. So at most `ahead` are under way.
     * (2) completed has room for all that have a place: no thread of the executor ever waits for a receiver.
     * (3) The submitter leaves last: it takes all places. So either every result was received, or the context has ended, and then it
     *     cancels what is under way. A task that starts after that is cancelled by the submitter, too: only it starts them. */
    private final Executor executor;
    private final int ahead;
    private final Weighted places;
    private final Chan<Future<T>> completed;
    private final Chan<Future<T>> results = new Chan<>();
    private final Set<Running> running = ConcurrentHashMap.newKeySet();

    private Results(Executor executor, int ahead) {
        this.executor = executor;
        this.ahead = ahead;
        this.places = new Weighted(ahead);
        this.completed = new Chan<>(ahead);
    }

    static <T> ReceiveChan<Future<T>> start(
            Context ctx, Executor executor, int ahead, Iterable<? extends Callable<? extends T>> tasks) {
        if (ahead < 1) {
            throw new IllegalArgumentException("ahead is " + ahead + ": one task at least must be under way");
        }
        var job = new Results<T>(executor, ahead);
        Go.go(ctx, job::deliver);
        Go.go(ctx, () -> job.submit(ctx, tasks));
        return job.results;
    }

    private void submit(Context ctx, Iterable<? extends Callable<? extends T>> tasks) throws Exception {
        try {
            places.acquire(ctx, 1); // (1)
            try {
                for (Iterator<? extends Callable<? extends T>> left = tasks.iterator();
                        ctx.err() == null && left.hasNext(); ) {
                    new Running(left.next()).start();
                    places.acquire(ctx, 1);
                }
                places.release(1);
            } catch (Throwable e) {
                if (ctx.err() != null) {
                    throw e;
                }
                new Running(
                                () -> { // what keeps us from the other tasks is the last result
                                    throw Bodies.<RuntimeException>sneaky(e);
                                })
                        .run();
            }
            places.acquire(ctx, ahead); // (3)
            completed.close();
        } finally {
            running.forEach(task -> task.cancel(true)); // (3)
        }
    }

    private void deliver() {
        try {
            for (var result : completed) {
                results.send(result);
                places.release(1);
            }
        } finally {
            results.close();
        }
    }

    private final class Running extends FutureTask<T> {
        @SuppressWarnings("unchecked") // a Callable only gives
        Running(Callable<? extends T> task) {
            super((Callable<T>) task);
            running.add(this);
        }

        void start() {
            try {
                executor.execute(this);
            } catch (RuntimeException e) { // rejected, most likely
                setException(e);
            }
        }

        /** A task that calls {@code goexit} has no result and no failure. */
        @Override
        protected void setException(Throwable thrown) {
            if (Goroutine.isExit(thrown)) {
                cancel(false);
            } else {
                super.setException(thrown);
            }
        }

        @Override
        protected void done() {
            running.remove(this);
            completed.trySend(this); // (2)
        }
    }
}
