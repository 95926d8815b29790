package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Goroutines that work on parts of one job, of which any may fail. Go: {@code golang.org/x/sync/errgroup}.
 *
 * {@snippet class="dev.gofer.Snippets" region="errgroup" :
 * var group = new ErrGroup();
 * for (var url : urls) {
 *     group.go(() -> download(url)); // may throw
 * }
 * group.await(); // throws the first exception
 * }
 *
 * <p>The end of each task happens-before the return of {@link #await}, also by an exception; and before the return of the {@link #go} that gets its
 * place under a limit.
 */
public final class ErrGroup {
    private final WaitGroup tasks = new WaitGroup();
    private final Context.@Nullable Cancellable context; // cancelled by the first failure, and when all is done
    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>(); // failure; the context's cause
    private final Queue<Throwable> others =
            new ConcurrentLinkedQueue<>(); // failures, until await hangs them on the first
    private volatile @Nullable Chan<Task>
            places; // holds the running tasks, has room for as many as may run; null: no limit

    /** Makes a group without a context. */
    public ErrGroup() {
        this(null);
    }

    private ErrGroup(Context.@Nullable Cancellable context) {
        this.context = context;
    }

    /**
     * Makes a group whose {@link #context} ends with the first failure, the failure being its cause, or when {@link #await} returns. Go:
     * {@code errgroup.WithContext(ctx)}.
     *
     * @param parent ends the group's context, too
     * @return the group
     */
    public static ErrGroup withContext(Context parent) {
        return new ErrGroup(parent.withCancel());
    }

    /** {@return the context of the group; {@link Context#background} for one that was made without} Pass it to what the tasks call. */
    public Context context() {
        return context == null ? Context.background() : context;
    }

    /**
     * Starts a task in a goroutine of its own; waits while as many run as {@link #setLimit} allows. Go: {@code g.Go(f)}.
     *
     * <p>The task is interrupted when the group's context ends: what it is blocked in throws, and a socket that it reads is closed.
     *
     * @param task what to run; whatever it throws is its failure
     * @throws java.util.concurrent.CancellationException when the thread is interrupted while it waits for a place
     */
    public void go(Task task) {
        Objects.requireNonNull(task);
        var taken = places;
        if (taken != null) {
            taken.send(task);
        }
        start(task, taken);
    }

    /**
     * Starts a task unless as many run as {@link #setLimit} allows. Go: {@code g.TryGo(f)}.
     *
     * @param task what to run; whatever it throws is its failure
     * @return whether it was started
     */
    public boolean tryGo(Task task) {
        Objects.requireNonNull(task);
        var taken = places;
        if (taken != null && !taken.trySend(task)) {
            return false;
        }
        start(task, taken);
        return true;
    }

    /**
     * Limits how many tasks run at once. Go: {@code g.SetLimit(n)}.
     *
     * @param limit negative: no limit, and so it may be lifted at any time; 0: no task can be started
     * @throws MisuseException when {@code limit} is not negative and tasks run that were started under a limit
     */
    public void setLimit(int limit) {
        if (limit < 0) {
            places = null;
            return;
        }
        var current = places;
        if (current != null && current.len() > 0) {
            throw new MisuseException("errgroup: modify limit while " + current.len()
                    + " goroutines in the group are still active: set it before the first go(task)");
        }
        places = new Chan<>(limit);
    }

    /**
     * Waits until all tasks have ended. Go: {@code g.Wait()}.
     *
     * @throws Exception the first that a task threw, the others {@linkplain Throwable#getSuppressed suppressed} in it; an {@link Error} as it is
     * @throws java.util.concurrent.CancellationException when the thread is interrupted first
     */
    public void await() throws Exception {
        tasks.await();
        if (context != null) {
            context.cancel();
        }
        var thrown = first.get();
        if (thrown != null) {
            for (var other = others.poll(); other != null; other = others.poll()) {
                if (other != thrown) {
                    thrown.addSuppressed(other);
                }
            }
            throw Bodies.<Exception>sneaky(thrown);
        }
    }

    private void start(Task task, @Nullable Chan<Task> taken) {
        tasks.add(1);
        try {
            Goroutine.start(task, () -> run(task), () -> ended(taken));
        } catch (Throwable e) { // no memory for it
            ended(taken);
            throw e;
        }
    }

    private void ended(@Nullable Chan<Task> taken) {
        if (taken != null) {
            taken.tryReceive(); // frees a place, whoever's
        }
        tasks.done();
    }

    private @Nullable Void run(Task task) {
        try {
            Interruptions.run(context(), task);
        } catch (Throwable e) {
            if (Goroutine.isExit(e)) {
                throw Bodies.<RuntimeException>sneaky(e);
            }
            failed(e);
        }
        return null;
    }

    private void failed(Throwable e) {
        if (context != null && context.err() != null && first.get() != null && isToldToEnd(e)) {
            return; // because another failed: that tells nothing
        }
        if (!first.compareAndSet(null, e)) {
            others.add(e);
        } else if (context != null) {
            context.cancel(e);
        }
    }

    /** Whether {@code e} is what a wait throws that the end of the group's context has ended. */
    private boolean isToldToEnd(Throwable e) {
        if (e instanceof CanceledException || e instanceof DeadlineExceededException) {
            return e.getCause() == first.get() || e == context().err();
        }
        return Park.isInterruption(e);
    }

    /** Its state, for people. */
    @Override
    public String toString() {
        var failure = first.get();
        return "ErrGroup (" + tasks + (failure == null ? "" : ", failed: " + failure) + ")";
    }
}
