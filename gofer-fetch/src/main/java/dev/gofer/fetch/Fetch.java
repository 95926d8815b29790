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
import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.ArchiveOptions;
import dev.gofer.fetch.archive.Compression;
import dev.gofer.fetch.archive.Compressor;
import dev.gofer.fetch.archive.OutputException;
import dev.gofer.fetch.archive.Spool;
import dev.gofer.fetch.http.AddressPolicy;
import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.Reason;
import dev.gofer.fetch.http.Transport;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Fetches a list of URLs, many at once, and packs one archive. */
public final class Fetch {
    /*         lines             a goroutine each           results
     *   list ───────► window ──────────────────► fetchers ─────────► packer ───► archive and journal
     *                   ▲            attempts       │
     *                   └───────────────────────────┘
     * (1) Every line that is read gives one result, unless the run is stopped first.
     * (2) Memory is bounded by the channels, the window, the concurrency and the spool's budget, however long the list.
     * (3) List and archive are files, and file I/O blocks the thread below a goroutine: the two ends are platform threads.
     * (4) What happens to one URL stops nothing; the first failure of the list or the disk stops the run. */
    private static final long COMMIT_BYTES = 64L << 20; // at most about so much is lost by a kill
    private static final Duration GRACE = Duration.ofMillis(1500); // for what is under way when the context ends

    private final UrlList list;
    private final FetchOptions options;
    private final FetchEvents events;
    private final Transport transport;
    private final Archive archive;
    private final Spool spool;
    private final Compressor compressor;
    private final Context.Cancellable running; // its end: nothing more is started
    private final Context.Cancellable patience; // its end: what is under way is given up

    private final @Nullable InOrder order; // null: entries stand as they come

    private final Chan<Line> lines = new Chan<>(64);
    private final Chan<Attempted> attempts = new Chan<>(64);
    private final Chan<Result> results = new Chan<>(64);
    private final WaitGroup fetchers = new WaitGroup();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>(); // (4)
    private final AtomicLong listed = new AtomicLong(-1); // lines of the list, once all are read

    private Fetch(
            Context ctx, UrlList list, FetchOptions options, FetchEvents events, Transport http, Archive archive) {
        this.list = list;
        this.options = options;
        this.events = events;
        this.transport = http;
        this.archive = archive;
        this.spool = new Spool(archive.spoolFolder(), options.memory());
        this.compressor = new Compressor(
                options.format() == ArchiveFormat.ZIP ? options.packing().compression() : Compression.STORE, spool);
        this.order = options.packing().ordered() ? new InOrder() : null;
        this.running = ctx.withCancel();
        this.patience = ctx.withoutCancel().withCancel();
    }

    /**
     * Fetches every URL of the list, and returns when each has its outcome. Where none could be fetched there is no archive.
     *
     * @param ctx its end interrupts the run: what is under way has a moment to finish, and what was packed is kept for the next run
     * @param list what to fetch; stays the caller's to close
     * @param options where to, and how
     * @param events hears what happens
     * @return how it ended
     * @throws InputException the list cannot be read or names no URL, or is another than the unfinished run had; what was packed is kept for the
     *     next run
     * @throws OutputException the archive cannot be written; what was committed is kept for the next run
     * @throws IOException the certificates of {@link FetchOptions#http} cannot be read
     */
    public static FetchSummary run(Context ctx, UrlList list, FetchOptions options, FetchEvents events)
            throws InputException, IOException {
        var begun = System.nanoTime();
        var anew = options.resume() == FetchOptions.Resume.NEVER;
        var packing = options.packing();
        var names = options.names() == null ? "names 1" : "names 1 " + options.names();
        var how = ArchiveOptions.defaults(list.identity(), names + ", " + packing.settings())
                .withFormat(options.format())
                .withShards(options.shardItems(), options.shardBytes())
                .withOverwrite(options.overwrite())
                .withDiscardUnfinished(anew)
                .withAnyInput(options.resume() == FetchOptions.Resume.FORCE)
                .withCommits(packing.commitEvery(), COMMIT_BYTES)
                .withDurable(packing.durable())
                .withMinFree(packing.minFree());
        try (var http = new Transport(options.http());
                var archive = anew ? Archive.create(options.output(), how) : Archive.resume(options.output(), how)) {
            return new Fetch(ctx, list, options, events, http, archive).run(begun);
        }
    }

    /**
     * The same with the archive written to a channel as it grows, and to no file: a pipe, say. It cannot be resumed; an interrupted run leaves a whole
     * archive of what came.
     *
     * @param ctx its end interrupts the run: what is under way has a moment to finish, and the archive is made whole
     * @param list what to fetch; stays the caller's to close
     * @param options how; of the output only its name counts, for messages
     * @param events hears what happens
     * @param out where to; stays the caller's to close. It is written by one thread that is never interrupted
     * @param spool a folder for bodies that do not fit into memory; made when it is needed, and deleted
     * @return how it ended
     * @throws InputException the list cannot be read or names no URL
     * @throws OutputException the channel or the spool cannot be written: what went out is not a whole archive
     * @throws IOException the certificates of {@link FetchOptions#http} cannot be read
     * @throws IllegalArgumentException if the options say shards or a folder
     */
    public static FetchSummary stream(
            Context ctx, UrlList list, FetchOptions options, FetchEvents events, WritableByteChannel out, Path spool)
            throws InputException, IOException {
        var begun = System.nanoTime();
        if (options.shardItems() < Long.MAX_VALUE || options.shardBytes() < Long.MAX_VALUE)
            throw new IllegalArgumentException("one stream has no shards");
        try (var http = new Transport(options.http());
                var archive = Archive.stream(out, options.output(), options.format(), spool)) {
            return new Fetch(ctx, list, options, events, http, archive).run(begun);
        }
    }

    private FetchSummary run(long begun) throws InputException, IOException {
        var intake = new Intake(settled(), options.names(), events, results::send);
        var window = new Window(options, events, intake::admit, job -> fetchers.go(() -> fetch(job)), this::tell);
        var packer = new Packer(archive, order, options.packing().time(), events, this::stop);
        var complete = new boolean[1];

        Thread.ofPlatform().daemon().name("gofer-list").start(this::readList); // (3)
        go(() -> {
            complete[0] = window.run(running, lines, attempts);
            fetchers.await();
            results.close();
        });
        var packing = Thread.ofPlatform().name("gofer-packer").start(() -> packer.pack(results)); // (3)
        var grace = running.afterFunc(() -> {
            sleep(GRACE);
            patience.cancel();
        });
        Threads.join(packing, running::cancel);
        compressor.close();
        grace.stop();
        running.cancel(); // the list may still be waiting to be read

        switch (failure.get()) {
            case InputException e -> throw e;
            case OutputException e -> throw e;
            case RuntimeException e -> throw e;
            case null, default -> {}
        }
        if (listed.get() == 0) throw new InputException("no URL in " + list.name());
        return packer.finish(complete[0], Duration.ofNanos(System.nanoTime() - begun));
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

    /** One attempt at one URL, in a goroutine of its own. */
    private void fetch(Job job) {
        var line = job.line();
        var begun = System.nanoTime();
        FetchException why = null;
        events.started(line, job.attempt());
        try {
            var came = receive(job);
            if (came instanceof Result.Fetched whole) came = whole.with(compressor.pack(whole.body()));
            results.send(came);
        } catch (FetchException e) {
            why = e;
        } catch (OutputException e) {
            stop(e);
        } catch (Exception | Error e) { // a bug, ours or the platform's: (4)
            tell(new Outcome.Failed(line, job.index(), job.name(), "internal", e.toString(), job.attempt()));
        }
        events.ended(line);
        attempts.send(new Attempted(job, begun, why));
    }

    /** The connection is free again when this returns. */
    private Result receive(Job job) throws IOException {
        var line = job.line();
        try (var response = transport.get(line.url(), policy(line), patience);
                var whole = new Resuming(
                        response,
                        patience,
                        options.retry(),
                        part -> transport.get(line.url(), policy(line), patience, part),
                        (why, delay) -> events.retrying(line, why, delay))) {
            var checked = new Checked(line.checksum());
            var taken = options.wanted().checked(whole, response, line);
            var body = spool.read(checked.over(new Counted(taken, n -> events.received(line, n))));
            var wrong = checked.problem(body);
            if (wrong == null)
                return new Result.Fetched(job, response.url(), response.status(), LastModified.of(response), body);
            body.close();
            return new Result.Told(
                    new Outcome.Failed(line, job.index(), job.name(), Reason.CHECKSUM.word(), wrong, job.attempt()));
        } catch (Wanted.Refused e) { // it answered well, so this is no failure of its server
            return new Result.Told(
                    new Outcome.Failed(line, job.index(), job.name(), e.reason().word(), e.text(), job.attempt()));
        }
    }

    private AddressPolicy policy(Line.Entry line) {
        if (options.allowPrivate()) return AddressPolicy.ANY;
        return line.typed() ? AddressPolicy.LITERAL_LOOPBACK : AddressPolicy.PUBLIC_ONLY;
    }

    private void tell(Outcome outcome) {
        results.send(new Result.Told(outcome));
    }

    private void stop(Exception e) {
        failure.compareAndSet(null, e);
        running.cancel();
        patience.cancel();
    }
}
