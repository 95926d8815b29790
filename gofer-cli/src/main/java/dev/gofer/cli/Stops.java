package dev.gofer.cli;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import dev.gofer.Context;
import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Ends a run before its list has ended: at a time, at a size, or at a number of failures. The first reason counts. */
final class Stops implements FetchEvents, AutoCloseable {
    private final Context.Cancellable ctx;
    private final Limits limits;
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
    private long failed; // counted by the one thread that tells outcomes

    /** Why a run was ended. */
    enum Reason {
        DEADLINE("the deadline is over", ExitCode.LIMIT),
        TOTAL("as much came as --max-total allows", ExitCode.LIMIT),
        FAILURES("stopped, because more failed than was allowed", ExitCode.SOME_FAILED);

        final String text;
        final int exitCode;

        Reason(String text, int exitCode) {
            this.text = text;
            this.exitCode = exitCode;
        }
    }

    /** What a run may take; {@code failFast}: it ends as soon as more fails than is allowed. */
    record Limits(@Nullable Duration deadline, @Nullable Long maxTotal, AllowedFailures allowed, boolean failFast) {
        static final Limits NONE = new Limits(null, null, AllowedFailures.NONE, false);
    }

    Stops(Context parent, Limits limits) {
        this.ctx = parent.withCancel();
        this.limits = limits;
        var deadline = limits.deadline();
        if (deadline != null)
            go(() -> {
                if (select(onDone(ctx), onTimeout(deadline)) == 1) stop(Reason.DEADLINE);
            });
    }

    /** Ends with its parent, or when a limit is reached. */
    Context context() {
        return ctx;
    }

    /** Why the run was ended; null where nothing here ended it. */
    @Nullable
    Reason reason() {
        return reason.get();
    }

    @Override
    public void received(Line.Entry line, int bytes) {
        var most = limits.maxTotal();
        if (most != null && received.addAndGet(bytes) >= most) stop(Reason.TOTAL);
    }

    @Override
    public void finished(Outcome outcome) {
        if (!(outcome instanceof Outcome.Failed)) return;
        failed++;
        if (limits.failFast() && !limits.allowed().allows(failed, Long.MAX_VALUE)) stop(Reason.FAILURES);
    }

    private void stop(Reason why) {
        if (ctx.err() == null && reason.compareAndSet(null, why)) ctx.cancel();
    }

    @Override
    public void close() {
        ctx.cancel();
    }
}
