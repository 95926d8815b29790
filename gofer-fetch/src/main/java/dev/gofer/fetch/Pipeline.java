package dev.gofer.fetch;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.WaitGroup;
import dev.gofer.fetch.archive.Archive;
import dev.gofer.fetch.archive.OutputException;
import dev.gofer.fetch.http.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Fetch}: who does what, and which channels join them. */
final class Pipeline {
    /*         lines             a goroutine each           results
     *   list ───────► window ──────────────────► fetchers ─────────► packer ───► archive and journal
     *                   ▲            attempts       │
     *                   └───────────────────────────┘
     * (1) Every line that is read gives one result, unless the run is stopped first.
     * (2) Memory is bounded by the channels, the window, the concurrency and the spool's budget, however long the list.
     * (3) List and archive are files, and file I/O blocks the thread below a goroutine: the two ends are platform threads.
     * (4) What happens to one URL stops nothing; the first failure of the list or the disk stops the run. */
    private static final Duration GRACE = Duration.ofMillis(1500); // for what is under way when the context ends

    private final Context ctx; // its end: nothing more is started, what is under way is given up soon, the work is kept
    private final Context enough; // its end: nothing more is started, the archive is made whole with what there is
    private final Context.Cancellable running; // ends with either of them
    private final Context.Cancellable patience; // its end: what is under way is given up
    private final UrlList list;
    private final FetchOptions options;
    private final FetchEvents events;
    private final Archive archive;
    private final Fetcher fetcher;
    private final @Nullable InOrder order; // null: entries stand as they come

    private final Chan<Line> lines = new Chan<>(64);
    private final Chan<Attempted> attempts = new Chan<>(64);
    private final Chan<Result> results = new Chan<>(64);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>(); // (4)
    private final AtomicLong listed = new AtomicLong(-1); // lines of the list, once all are read

    Pipeline(
            Context ctx,
            Context enough,
            UrlList list,
            FetchOptions options,
            FetchEvents events,
            Transport transport,
            Archive archive) {
        this.ctx = ctx;
        this.enough = enough;
        this.running = ctx.withCancel();
        this.patience = ctx.withoutCancel().withCancel();
        this.list = list;
        this.options = options;
        this.events = events;
        this.archive = archive;
        var spool = archive.spoolFolder();
        // Whose first bytes are to be looked at is read from the first; and without a next run, attempts begin anew.
        var goesOn = archive.isResumable() && options.wanted().isAny();
        this.fetcher = new Fetcher(
                options, events, transport, spool, goesOn ? new Unfinished(spool) : null, results, this::stop);
        this.order = options.packing().ordered() ? new InOrder() : null;
    }

    FetchSummary run(long begun) throws InputException, IOException {
        var fetchers = new WaitGroup();
        var intake = new Intake(settled(), options, archive.spoolFolder(), events, results::send);
        var window = new Window(
                options,
                events,
                intake::admit,
                job -> fetchers.go(() -> attempts.send(fetcher.fetch(patience, job))),
                lost -> results.send(new Result.Told(lost)));
        var packer = new Packer(archive, order, options.packing().time(), events, this::stop);
        if (options.serverNames()) packer.takeServerNames();
        var complete = new boolean[1];

        Thread.ofPlatform().daemon().name("gofer-list").start(this::readList); // (3)
        go(() -> {
            complete[0] = window.run(running, enough, lines, attempts);
            fetchers.await();
            results.close();
        });
        var packing = Thread.ofPlatform().name("gofer-packer").start(() -> packer.pack(results)); // (3)

        var satisfied = enough.afterFunc(running::cancel);
        var interrupted = ctx.afterFunc(() -> {
            sleep(GRACE);
            patience.cancel();
        });
        Threads.join(packing, running::cancel);
        fetcher.close();
        satisfied.stop();
        interrupted.stop();
        running.cancel(); // the list may still be waiting to be read

        var failed = failure.get();
        if (failed instanceof InputException e) throw e;
        if (failed instanceof OutputException e) throw e;
        if (failed instanceof RuntimeException e) throw e;
        if (listed.get() == 0) throw new InputException("no URL in " + list.name());
        var sealed = enough.err() != null && ctx.err() == null;
        return packer.finish(complete[0], sealed, Duration.ofNanos(System.nanoTime() - begun));
    }

    private void readList() {
        try {
            var count = 0L;
            for (var line = list.next(); line != null; line = list.next(), count++) {
                if (order != null && select(onSend(order.ahead, true), onDone(running)) == 1) return;
                if (select(onSend(lines, line), onDone(running)) == 1) return;
            }
            listed.set(count);
            events.listEnded(count);
            lines.close();
        } catch (InputException | RuntimeException e) {
            stop(e);
        }
    }

    /** Lines with which an earlier run is done. In order, that is also what failed before its last entry: it has missed its turn. */
    private BitSet settled() {
        var settled = archive.done();
        if (order == null) return settled;
        var missed = archive.failed();
        missed.clear(settled.length(), Math.max(settled.length(), missed.length()));
        settled.or(missed);
        return settled;
    }

    private void stop(Exception e) {
        failure.compareAndSet(null, e);
        running.cancel();
        patience.cancel();
    }
}
