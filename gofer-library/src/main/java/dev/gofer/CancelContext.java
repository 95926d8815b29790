package dev.gofer;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A context that can be cancelled, by hand or by its deadline. Go: {@code cancelCtx} and {@code timerCtx}. */
final class CancelContext implements Context.Cancellable {
    /* (1) ending goes from null to a value once, and in the same critical section done is closed. Who finds ending set passes through the
     *     lock before he tells: so nobody ever sees an error of a context whose channel is open, or the other way round. A channel that is asked
     *     for later is closed before it is in done: there, it is seen without the lock.
     * (2) watchers holds what is to happen at the end: the end of each child among it. Whoever ends this context takes the whole set, so each
     *     watcher runs at most once; who removes his watcher first has called it off.
     * (3) Watchers run without a lock. A child's does not end the child, but puts it on the list of those to be ended: however deep the
     *     tree is, the stack stays flat.
     * (4) cancel returns when all below has ended, whoever ends it. So it waits for those who ended a part of it first and are not through
     *     yet. They began further down in the tree, and so do those for whom they wait: nobody waits in a circle.
     * (5) When all below has ended, a context is in no watchers of its parent (not earlier: by them it is found for (4)). Its timer is stopped
     *     at once. So nothing keeps it.
     * (6) Whoever finds ending set, and done closed or not yet made, need not pass through the lock for (1). The error of an ended context is one
     *     read: of known, where it is kept once somebody has asked for it. */
    private final Context parent;
    private final @Nullable CancelContext canceller; // of the parent
    private final @Nullable Instant deadline;
    private final @Nullable Throwable causeAtDeadline;
    private volatile Context.@Nullable Stop otherWatch; // at a parent that is not ours; as timer
    private final @Nullable Watcher watcher; // (3): in the watchers of canceller; null where there is none
    private final @Nullable Bubble bubble =
            Bubble.current(); // in which it was made: done belongs to that, whoever asks first
    private final SpinLock lock = new SpinLock(); // guards watchers, and the step from null of ending and done
    private @Nullable Set<Watcher> watchers; // null: none yet, or ended
    private volatile @Nullable Ending ending;
    private volatile @Nullable CancellationException known; // (6): the error; null until asked for
    private volatile @Nullable Chan<Void> done; // made when first asked for
    private volatile Time.@Nullable Timer timer; // written by the constructor, which the end may overtake

    /** What is to happen at the end; compared by identity. */
    private static final class Watcher {
        final Consumer<Queue<CancelContext>> action;

        Watcher(Consumer<Queue<CancelContext>> action) {
            this.action = action;
        }
    }

    /** One end, of a context and of all below it that had not ended before. */
    private static final class Ending {
        final Function<@Nullable Throwable, CancellationException> make;
        final @Nullable Throwable cause;
        volatile @Nullable Thread runner; // null once all below has ended
        private volatile @Nullable CancellationException err; // made when first asked for: mostly nobody does

        Ending(Function<@Nullable Throwable, CancellationException> make, @Nullable Throwable cause) {
            this.make = make;
            this.cause = cause;
            this.runner = Thread.currentThread();
        }

        CancellationException err() {
            var made = err;
            if (made == null) {
                synchronized (this) {
                    made = err;
                    if (made == null) {
                        made = make.apply(cause);
                        err = made;
                    }
                }
            }
            return made;
        }

        /** Waits until all below has ended, unless it is the caller's to do that. */
        void await() {
            for (var other = runner; other != null && other != Thread.currentThread(); other = runner) {
                Park.yieldFairly();
            }
        }
    }

    /** Derives a context from {@code parent}; {@code deadline} may be null, and the cause to tell once it has passed, too. */
    CancelContext(Context parent, @Nullable Instant deadline, @Nullable Throwable causeAtDeadline) {
        var inherited = parent.deadline();
        boolean earlier = deadline != null && (inherited == null || deadline.isBefore(inherited));
        this.parent = parent;
        this.canceller = Contexts.canceller(parent);
        this.watcher = canceller == null ? null : new Watcher(toEnd -> toEnd.add(this));
        this.deadline = earlier ? deadline : inherited;
        this.causeAtDeadline = causeAtDeadline;
        if (canceller == null || watcher == null) {
            follow(Contexts.ender(parent));
        } else if (!canceller.add(watcher)) {
            var before = Objects.requireNonNull(canceller.ending);
            end(new Ending(cause -> before.err(), before.cause));
        }
        if (ending == null && deadline != null && earlier) {
            startTimer(deadline);
        }
    }

    @Override
    public void cancel() {
        cancel(null);
    }

    @Override
    public void cancel(@Nullable Throwable cause) {
        var before = ending;
        if (before == null) {
            end(new Ending(CanceledException::new, cause));
        } else {
            before.await(); // (4)
        }
    }

    @Override
    public ReceiveChan<Void> done() {
        var channel = done;
        if (channel != null) {
            return channel;
        }
        lock.acquire();
        try {
            channel = done;
            if (channel == null) {
                channel = Chan.in(bubble);
                if (ending != null) {
                    channel.shut().run(); // before others can see it (1)
                }
                done = channel;
            }
            return channel;
        } finally {
            lock.release();
        }
    }

    @Override
    public @Nullable CancellationException err() {
        var err = known;
        return err != null ? err : firstErr();
    }

    private @Nullable CancellationException firstErr() {
        return ending == null ? null : makeErr();
    }

    private CancellationException makeErr() {
        var err = Objects.requireNonNull(ending()).err();
        known = err;
        return err;
    }

    @Override
    public @Nullable Throwable cause() {
        var ended = ending(); // read once: it may end between two looks
        if (ended == null) {
            return null;
        }
        return ended.cause == null ? ended.err() : ended.cause;
    }

    /** The cause that somebody gave; null for none, and while this goes on. */
    @Nullable
    Throwable given() {
        var ended = ending;
        return ended == null ? null : ended.cause;
    }

    private @Nullable Ending ending() {
        var ended = ending;
        if (ended == null) {
            return null;
        }
        var channel = done; // read after ending: who made it before the end has put it there
        if (known != null || channel == null || channel.isClosed()) {
            return ended; // (6)
        }
        lock.acquire(); // (1)
        ended = ending;
        lock.release();
        return ended;
    }

    @Override
    public @Nullable Instant deadline() {
        return deadline;
    }

    @Override
    public @Nullable Object value(Object key) {
        return Contexts.value(this, key);
    }

    Context parent() {
        return parent;
    }

    /** See {@link Contexts#whenDone}. */
    Context.Stop whenDone(Runnable action) {
        var added = new Watcher(toEnd -> action.run());
        if (!add(added)) {
            action.run();
        }
        return () -> remove(added);
    }

    /** How many wait for the end: children, tasks, locks. */
    int watchers() {
        lock.acquire();
        int count = watchers == null ? 0 : watchers.size();
        lock.release();
        return count;
    }

    private boolean add(Watcher added) {
        lock.acquire();
        try {
            if (ending != null) {
                return false;
            }
            if (watchers == null) {
                watchers = new LinkedHashSet<>();
            }
            watchers.add(added);
            return true;
        } finally {
            lock.release();
        }
    }

    private boolean remove(Watcher removed) {
        lock.acquire();
        try {
            return watchers != null && watchers.remove(removed);
        } finally {
            lock.release();
        }
    }

    /** Ends when {@code other} does, which is not ours; null never ends. */
    private void follow(@Nullable Context other) {
        if (other == null || Contexts.isEndless(other)) {
            return;
        }
        if (other.done().isClosed()) {
            endLike(other);
            return;
        }
        var watch = other.afterFunc(() -> endLike(other));
        otherWatch = watch;
        if (ending != null) {
            watch.stop(); // it ended meanwhile, and may not have seen the watch
        }
    }

    private void endLike(Context other) {
        var err = other.err();
        end(new Ending(cause -> err == null ? new CanceledException(cause) : err, other.cause()));
    }

    private void startTimer(Instant deadline) {
        var left = Duration.between(Time.instant(), deadline);
        if (left.isPositive()) {
            timer = Time.schedule(left, this::deadlinePassed);
            if (ending != null) {
                stopTimer(); // it ended meanwhile, and may not have seen the timer
            }
        } else {
            deadlinePassed();
        }
    }

    private void deadlinePassed() {
        end(new Ending(DeadlineExceededException::new, causeAtDeadline));
    }

    /** Ends this context and all below. */
    private void end(Ending mine) {
        var others = new ArrayList<Ending>(0);
        var toEnd = new ArrayDeque<CancelContext>();
        toEnd.add(this);
        try {
            for (var next = toEnd.poll(); next != null; next = toEnd.poll()) {
                var before = next.endAlone(mine, toEnd);
                if (before != null) {
                    others.add(before);
                }
            }
            others.forEach(Ending::await); // (4)
        } finally {
            mine.runner = null;
            if (canceller != null && watcher != null) {
                canceller.remove(watcher); // (5)
            }
            var watch = otherWatch;
            if (watch != null) {
                watch.stop(); // (5)
            }
        }
    }

    /** Ends this context; adds its children to {@code toEnd}. Returns how it has ended before, or null. */
    private @Nullable Ending endAlone(Ending mine, Queue<CancelContext> toEnd) {
        Set<Watcher> toRun;
        Runnable wakeSleepers;
        lock.acquire();
        try {
            if (ending != null) {
                return ending;
            }
            ending = mine; // (1)
            toRun = watchers == null ? Set.of() : watchers;
            watchers = null; // (2)
            wakeSleepers = done == null ? () -> {} : done.shut();
        } finally {
            lock.release();
        }
        wakeSleepers.run();
        stopTimer(); // (5)
        toRun.forEach(each -> each.action.accept(toEnd)); // (3)
        return null;
    }

    private void stopTimer() {
        var running = timer;
        if (running != null) {
            running.stop();
        }
    }

    /** How it was derived from its parent, as Go prints it. */
    String step() {
        return deadline == null || deadline.equals(parent.deadline())
                ? ".WithCancel"
                : ".WithDeadline(" + deadline + ")";
    }

    /** How it was derived, and its state, for people. */
    @Override
    public String toString() {
        var ended = ending;
        return Contexts.path(this) + (ended == null ? "" : " (" + ended.err().getMessage() + ")");
    }
}
