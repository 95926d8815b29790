package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.SpinLock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An executor that runs each task in a goroutine of its own; see {@link Go#executor(Context)}. */
final class GoExecutor extends AbstractExecutorService {
    /* (1) isShutdown goes from false to true once, and running grows only while it is false. So there is one step after which it is shut down
     *     and nothing runs: who makes that step, and only he, terminates it.
     * (2) The end of the context shuts down and interrupts what runs: shutdownNow is to cancel it, and the user's context has the same effect.
     * (3) Termination cancels the context: the user's keeps nothing of an executor that is over. */
    private final Context.Cancellable context;
    private final Chan<Void> terminated = new Chan<>();
    private final SpinLock lock = new SpinLock(); // guards the two below
    private boolean isShutdown;
    private int running;

    private GoExecutor(Context parent) {
        this.context = parent.withCancel();
    }

    static GoExecutor of(Context parent) {
        var executor = new GoExecutor(parent);
        var _ = Contexts.whenDone(executor.context, executor::shutdown); // (2)
        return executor;
    }

    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task);
        begin();
        try {
            var written = task instanceof Submitted<?> submitted ? submitted.release() : task;
            Goroutine.start(written, () -> Interruptions.call(context, task::run), this::ended);
        } catch (Throwable e) { // no memory for it
            ended();
            throw e;
        }
    }

    @Override
    public void shutdown() {
        step(() -> isShutdown = true);
    }

    @Override
    public List<Runnable> shutdownNow() {
        context.cancel(); // (2)
        return List.of(); // a goroutine starts at once: none was waiting for its turn
    }

    @Override
    public boolean isShutdown() {
        lock.acquire();
        boolean is = isShutdown;
        lock.release();
        return is;
    }

    @Override
    public boolean isTerminated() {
        return terminated.isClosed();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        var limit = Duration.ofNanos(unit.toNanos(timeout));
        try {
            return Go.selectInOrder(Go.onReceive(terminated), Go.onTimeout(limit)) == 0;
        } catch (CancellationException e) {
            Thread.interrupted(); // as the JDK has it: either the flag or the exception
            throw new InterruptedException("interrupted while waiting for the executor's tasks");
        }
    }

    /** Waits without a time limit, so that a deadlock can be seen; the JDK's asks once a day. */
    @Override
    public void close() {
        shutdown();
        boolean interrupted = false;
        while (!isTerminated()) {
            try {
                terminated.receive();
            } catch (CancellationException e) { // as the JDK has it
                shutdownNow();
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its state, for people. */
    @Override
    public String toString() {
        lock.acquire();
        int tasks = running;
        boolean shut = isShutdown;
        lock.release();
        return "executor of goroutines (" + tasks + " running" + (shut ? ", shut down" : "") + ")";
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable task, T value) {
        return new Submitted<>(Executors.callable(task, value), task);
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
        return new Submitted<>(task, task);
    }

    private void begin() {
        lock.acquire();
        boolean rejected = isShutdown;
        if (!rejected) {
            running++;
        }
        lock.release();
        if (rejected) {
            throw new RejectedExecutionException(
                    "the executor was shut down: submit before, or make another with Go.executor()");
        }
    }

    private void ended() {
        step(() -> running--);
    }

    private void step(Runnable change) {
        lock.acquire();
        boolean before = isShutdown && running == 0;
        change.run();
        boolean isOver = isShutdown && running == 0;
        lock.release();
        if (isOver && !before) { // (1)
            context.cancel(); // (3)
            terminated.close();
        }
    }

    /** What {@code submit} makes of a task. It knows what the user wrote, for dumps, until it starts. */
    private static final class Submitted<T> extends FutureTask<T> {
        private @Nullable Object written; // of the thread that submits

        Submitted(Callable<T> task, Object written) {
            super(task);
            this.written = written;
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

        Object release() {
            var task = written == null ? this : written;
            written = null;
            return task;
        }
    }
}
