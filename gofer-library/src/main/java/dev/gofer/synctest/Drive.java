package dev.gofer.synctest;

import dev.gofer.Task;
import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Bubble.Ending;
import dev.gofer.runtime.Bubble.Step;
import dev.gofer.runtime.Chooser;
import dev.gofer.runtime.HouseThread;
import dev.gofer.runtime.Park;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs bubbles on a thread that drives them, while the caller waits. */
final class Drive {
    /* The driver is a thread of its own: an interrupt of the caller, as by a test's time limit, must not get lost among those of goroutines. */
    private static final long MOST_STEPS = Long.getLong("gofer.synctest.steps", 50_000_000);
    private static final Duration TIME_TO_STOP = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(50);

    private static final boolean MAY_ATTACH =
            List.of("", "true").contains(System.getProperty("jdk.attach.allowAttachSelf", "false"));

    private volatile @Nullable Bubble current; // the one that runs
    private volatile boolean isStopped;

    private Drive() {}

    /** Runs {@code task} in one bubble. */
    static Ending once(Chooser chooser, Task task) {
        return on(drive -> drive.run(chooser, task, null));
    }

    /** Runs {@code work} on a driver's thread, and waits for it. */
    static <T> T on(Function<Drive, T> work) {
        if (MAY_ATTACH) { // where not, the class behind it may need modules that are not there
            Attaching.attach();
        }
        var drive = new Drive();
        var result = new AtomicReference<@Nullable T>();
        var failure = new AtomicReference<@Nullable Throwable>();
        var thread = new HouseThread("gofer-bubble", () -> {
            try {
                result.set(work.apply(drive));
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        thread.start();
        try {
            drive.awaitEnd(thread);
        } catch (InterruptedException e) {
            drive.stop(thread);
            Thread.currentThread().interrupt();
            var cancelled = Park.cancelled();
            if (result.get() instanceof Ending.Stuck stuck) {
                cancelled.initCause(new DeadlockError(stuck.reason(), stuck.stacks()));
            }
            throw cancelled;
        }
        var thrown = failure.get();
        if (thrown != null) {
            throw Drive.<RuntimeException>sneaky(thrown);
        }
        return Objects.requireNonNull(result.get());
    }

    /** Until {@code thread} has ended. Meanwhile looks for a goroutine that keeps it from doing anything: it cannot look itself. */
    private void awaitEnd(Thread thread) throws InterruptedException {
        Bubble.@Nullable Pinned seen = null;
        long since = 0;
        while (!thread.join(LOOK)) {
            var bubble = current;
            var pinned = bubble == null ? null : bubble.look();
            if (bubble == null || pinned == null || !pinned.equals(seen)) {
                seen = pinned;
                since = System.nanoTime();
                continue;
            }
            var ending = bubble.giveUp(pinned, System.nanoTime() - since);
            if (ending != null && !thread.join(TIME_TO_STOP)) {
                throw new DeadlockError(ending.reason(), ending.stacks()); // it does not heed interrupts, and stays
            }
        }
    }

    /** Runs {@code task} in a bubble, on the calling thread; {@code record} gets its steps. */
    Ending run(Chooser chooser, Task task, @Nullable List<Step> record) {
        Callable<@Nullable Void> body = () -> {
            task.run();
            return null;
        };
        return Bubble.run(chooser, task, body, MOST_STEPS, record, made -> {
            current = made;
            if (isStopped) {
                made.stop();
            }
        });
    }

    boolean isStopped() {
        return isStopped;
    }

    private void stop(Thread thread) {
        isStopped = true;
        var bubble = current;
        if (bubble != null) {
            bubble.stop();
        }
        try {
            thread.join(TIME_TO_STOP);
        } catch (InterruptedException e) {
            // the caller is in a hurry
        }
    }

    /** What went wrong in a bubble that ended so; null for nothing. */
    static @Nullable Throwable failure(Ending ending) {
        return switch (ending) {
            case Ending.Done() -> null;
            case Ending.Failed(var failure) -> failure;
            case Ending.Stuck(var reason, var stacks) -> new DeadlockError(reason, stacks);
        };
    }

    static void rethrow(Ending ending) {
        var failure = failure(ending);
        if (failure != null) {
            throw Drive.<RuntimeException>sneaky(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the cast is the trick
    private static <E extends Throwable> E sneaky(Throwable e) throws E {
        throw (E) e;
    }
}
