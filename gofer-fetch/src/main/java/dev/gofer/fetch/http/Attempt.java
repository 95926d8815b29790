package dev.gofer.fetch.http;

import dev.gofer.Context;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One attempt at a URL, as seen by those who may end it: the watchdog that keeps its limits, and the caller's context. */
final class Attempt {
    /* Whoever ends an attempt early sets the verdict, then closes what the attempt waits on; its goroutine wakes with an
     * I/O error, finds the verdict and throws it. So there is one mechanism for every limit and for cancelling, it covers
     * name lookup, connecting, the TLS handshake, writing and reading alike, and no read needs a timer of its own.
     * (1) The outcome leaves null once: to DONE by the attempt's goroutine, or to a verdict by whoever ends it.
     * (2) hold() writes held, then reads the outcome; end() writes the outcome, then reads held. One of them sees the
     *     other, so what is waited on is closed, no matter who comes first.
     * (3) After finish() returned true nobody closes the connection any more: it may go back to the pool.
     * (4) Time counts as waiting only while the goroutine is inside a read: a slow consumer never makes a server look
     *     stalled. */
    private static final Verdict DONE = new Verdict(Reason.CANCELLED, "the attempt is over");

    private final AtomicReference<@Nullable Verdict> outcome = new AtomicReference<>(); // (1)
    private final TransportOptions options;
    private final long start = System.nanoTime();

    // Written by the attempt's goroutine only.
    private volatile @Nullable AutoCloseable held;
    private volatile boolean waiting;
    private volatile long received;
    private volatile long deadline; // nanoTime
    private long allowed; // what the deadline gives, from the start
    private long extended; // what it gives beyond that
    private volatile @Nullable Phase phase;
    private Context.@Nullable Stop stopFollowing;

    // Written by the watchdog only.
    private long seenAt = start;
    private long seenBytes;
    private long silent;
    private long windowTime;
    private long windowBytes;

    Attempt(TransportOptions options) {
        this.options = options;
        this.allowed = Limits.maxTime(options, 0);
        this.deadline = start + allowed;
    }

    // --- the attempt's goroutine ---

    /** Lets the end of the context be the end of this attempt. */
    void follow(Context context) throws FetchException {
        var ended = context.err();
        if (ended != null) throw Verdict.of(ended).toException();
        stopFollowing = context.afterFunc(() -> {
            var end = context.err();
            if (end != null) end(Verdict.of(end));
        });
    }

    /** Says what to close when the attempt is ended; replaces what was said before. */
    <T extends AutoCloseable> T hold(T resource) throws FetchException {
        held = resource;
        var verdict = outcome.get();
        if (verdict == null) return resource;
        close(resource);
        throw verdict.toException();
    }

    /** Waits for the future, which itself is left alone when this attempt ends. */
    <T> T await(CompletableFuture<T> future) throws FetchException, ExecutionException {
        var mine = future.copy();
        hold(() -> mine.cancel(false));
        try {
            return mine.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Verdict.INTERRUPTED.toException();
        } catch (CancellationException e) {
            throw explain(new IOException(e));
        }
    }

    /** From now until the next call, and at most for the time given, the attempt is in a phase that fails in its own way. */
    void enter(Reason reason, String message, long nanos) {
        phase = new Phase(System.nanoTime() + nanos, new Verdict(reason, message));
    }

    void leavePhase() {
        phase = null;
    }

    /** Tells the length of the body to come, on which the time limit may depend. */
    void expect(long bytes) {
        allowed = Limits.maxTime(options, bytes);
        deadline = start + allowed + extended;
    }

    /** Gives the attempt more time: some was spent on waiting that is not the server's fault. */
    void extend(long nanos) {
        extended += nanos;
        deadline = start + allowed + extended;
    }

    void beforeRead() {
        waiting = true;
    }

    void afterRead(int bytes) {
        waiting = false;
        long sum = received + Math.max(bytes, 0);
        received = sum; // one writer: no lost update
    }

    /** Ends the attempt in good order; false if somebody ended it before, and has closed or will close what it held. */
    boolean finish() {
        var stop = stopFollowing;
        if (stop != null) stop.stop();
        return outcome.compareAndSet(null, DONE);
    }

    boolean isEnded() {
        return outcome.get() != null;
    }

    /** What an I/O error means: the verdict if there is one, an interrupt, or a connection that broke. */
    FetchException explain(IOException e) {
        if (e instanceof FetchException already) return already;
        var verdict = outcome.get();
        if (verdict != null && !verdict.equals(DONE)) return verdict.toException();
        if (Thread.currentThread().isInterrupted()) return Verdict.INTERRUPTED.toException();
        return new FetchException(Reason.RESET, "the connection broke: " + Failures.text(e), e);
    }

    // --- others ---

    void end(Verdict verdict) {
        if (!outcome.compareAndSet(null, verdict)) return;
        var resource = held; // (2)
        if (resource != null) close(resource);
    }

    /** Checks every limit; called by the watchdog, again and again. */
    void inspect(long now) {
        long elapsed = now - seenAt;
        seenAt = now;
        var current = phase;
        if (current != null && now - current.deadline >= 0) end(current.verdict);
        if (now - deadline >= 0) end(new Verdict(Reason.MAX_TIME, "not done after " + Failures.time(deadline - start)));
        long bytes = received;
        long fresh = bytes - seenBytes;
        seenBytes = bytes;
        windowBytes += fresh;
        if (fresh > 0) silent = 0;
        if (!waiting) return; // (4)
        if (fresh == 0) silent += elapsed;
        windowTime += elapsed;
        long limit = Limits.nanos(options.stallTimeout());
        if (silent >= limit) end(new Verdict(Reason.STALLED, "no byte came for " + Failures.time(silent)));
        if (windowTime < limit) return;
        double rate = windowBytes * 1e9 / windowTime;
        if (rate < options.minRate()) {
            end(new Verdict(Reason.STALLED, "only " + windowBytes + " bytes came in " + Failures.time(windowTime)));
        }
        windowTime = 0;
        windowBytes = 0;
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // Nothing can be done about it, and whoever waits on it fails anyway.
        }
    }

    /** Why an attempt was ended early. */
    record Verdict(Reason reason, String message) {
        static final Verdict INTERRUPTED = new Verdict(Reason.CANCELLED, "interrupted");

        static Verdict of(CancellationException end) {
            return new Verdict(Reason.CANCELLED, Failures.text(end));
        }

        FetchException toException() {
            return new FetchException(reason, message);
        }
    }

    private record Phase(long deadline, Verdict verdict) {}
}
