package dev.gofer.synctest;

import dev.gofer.Go;
import dev.gofer.GoTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An executor that goes by the clock of a bubble; see {@link Synctest#scheduler}. */
final class BubbleScheduler extends AbstractExecutorService implements ScheduledExecutorService {
    /* Tasks to come are timers of the bubble; a task that is due runs in a goroutine of an executor of the library's.
     * As in the JDK's, shutdown calls off what repeats and lets what was scheduled once come. */
    private final ExecutorService executor = Go.executor();
    private final Set<Scheduled<?>> pending = new LinkedHashSet<>(); // guarded by this
    private boolean isShutdown; // guarded by this

    /** A task to come. */
    private final class Scheduled<V extends @Nullable Object> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long period; // nanoseconds; 0: once; negative: from the end of a run to the next
        private long due; // nanoseconds of the bubble's clock; these two: written before the timer is set
        private @Nullable GoTimer timer;

        Scheduled(Callable<V> task, long delay, long period) {
            super(task);
            this.period = period;
            this.due = now() + Math.max(0, delay);
        }

        void set(long delay) {
            timer = GoTimer.afterFunc(Duration.ofNanos(delay), this::happen);
        }

        private void happen() {
            executor.execute(() -> {
                if (period == 0) {
                    run();
                    forget(this);
                } else if (runAndReset() && !BubbleScheduler.this.isShutdown()) {
                    due = period > 0 ? due + period : now() - period;
                    set(due - now());
                } else {
                    forget(this);
                }
            });
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (timer != null) {
                timer.stop();
            }
            forget(this);
            return cancelled;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - now(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private static long now() {
        return dev.gofer.runtime.Time.now();
    }

    private <V extends @Nullable Object> Scheduled<V> add(Callable<V> task, long delay, long period) {
        var scheduled = new Scheduled<V>(task, delay, period);
        synchronized (this) {
            if (isShutdown) {
                throw new RejectedExecutionException("the executor was shut down: schedule before");
            }
            pending.add(scheduled);
        }
        scheduled.set(Math.max(0, delay));
        return scheduled;
    }

    private void forget(Scheduled<?> scheduled) {
        synchronized (this) {
            pending.remove(scheduled);
        }
        endIfDone();
    }

    private void endIfDone() {
        boolean isDone;
        synchronized (this) {
            isDone = isShutdown && pending.isEmpty();
        }
        if (isDone) {
            executor.shutdown();
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(Executors.callable(command), unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(Objects.requireNonNull(callable), unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return add(Executors.callable(command), unit.toNanos(initialDelay), requirePositive(unit.toNanos(period)));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return add(Executors.callable(command), unit.toNanos(initialDelay), -requirePositive(unit.toNanos(delay)));
    }

    private static long requirePositive(long period) {
        if (period <= 0) {
            throw new IllegalArgumentException("a period is positive: " + period);
        }
        return period;
    }

    @Override
    public void execute(Runnable command) {
        executor.execute(command);
    }

    @Override
    public void shutdown() {
        List<Scheduled<?>> repeated;
        synchronized (this) {
            isShutdown = true;
            repeated = pending.stream().filter(task -> task.period != 0).toList();
        }
        repeated.forEach(task -> task.cancel(false));
        endIfDone();
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<Scheduled<?>> left;
        synchronized (this) {
            isShutdown = true;
            left = List.copyOf(pending);
        }
        left.forEach(task -> task.cancel(true));
        executor.shutdownNow();
        return new ArrayList<>(left);
    }

    @Override
    public synchronized boolean isShutdown() {
        return isShutdown;
    }

    @Override
    public boolean isTerminated() {
        return executor.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return executor.awaitTermination(timeout, unit);
    }
}
