package dev.gofer.fetch;

import dev.gofer.Context;
import dev.gofer.SendChan;
import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.Compression;
import dev.gofer.fetch.archive.Compressor;
import dev.gofer.fetch.archive.OutputException;
import dev.gofer.fetch.archive.Partials;
import dev.gofer.fetch.archive.Spool;
import dev.gofer.fetch.http.AddressPolicy;
import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.Reason;
import dev.gofer.fetch.http.Response;
import dev.gofer.fetch.http.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes single attempts: asks for a URL, reads the body, holds it against its checksum, compresses it, hands it on. */
final class Fetcher {
    private final FetchOptions options;
    private final FetchEvents events;
    private final Transport transport;
    private final Spool spool;
    private final Compressor compressor;
    private final @Nullable Unfinished unfinished;
    private final SendChan<Result> results;
    private final Consumer<Exception> stop;

    /**
     * {@code results} is sent bodies and failures that no other attempt can mend; {@code stop} hears of a broken disk. {@code unfinished}, if any, keeps
     * large bodies that break off.
     */
    Fetcher(
            FetchOptions options,
            FetchEvents events,
            Transport transport,
            Path spoolFolder,
            @Nullable Unfinished unfinished,
            SendChan<Result> results,
            Consumer<Exception> stop) {
        this.options = options;
        this.events = events;
        this.transport = transport;
        this.spool = new Spool(spoolFolder, options.memory());
        this.compressor = new Compressor(
                options.format() == ArchiveFormat.ZIP ? options.packing().compression() : Compression.STORE, spool);
        this.unfinished = unfinished;
        this.results = results;
        this.stop = stop;
    }

    /** One attempt; {@code ctx} ends it early. For any number of goroutines at once. */
    Attempted fetch(Context ctx, Job job) {
        var begun = System.nanoTime();
        FetchException why = null;
        events.started(job.line(), job.attempt());
        try {
            var came = receive(ctx, job);
            if (came instanceof Result.Fetched whole) came = whole.with(compressor.pack(whole.body()));
            results.send(came);
        } catch (FetchException e) {
            why = e;
        } catch (OutputException e) {
            stop.accept(e);
        } catch (Exception | Error e) { // a bug, ours or the platform's: what happens to one URL stops nothing
            results.send(failed(job, "internal", e.toString()));
        }
        events.ended(job.line());
        return new Attempted(job, begun, why);
    }

    /** The connection is free again when this returns. */
    private Result receive(Context ctx, Job job) throws IOException {
        var begin = unfinished == null ? null : unfinished.of(job);
        if (begin == null) return receive(ctx, job, null);
        try {
            var came = receive(ctx, job, begin);
            if (came instanceof Result.Fetched) return came;
        } catch (FetchException e) {
            if (!Unfinished.isUseless(e)) throw e;
        }
        if (unfinished != null) unfinished.drop(job);
        return receive(ctx, job, null);
    }

    private Result receive(Context ctx, Job job, Unfinished.@Nullable Begin begin) throws IOException {
        var line = job.line();
        var part = begin == null ? null : begin.part();
        try (var response = transport.get(line.url(), policy(line), ctx, part)) {
            var isRest = begin != null && response.status() == 206;
            return received(ctx, job, response, isRest ? begin : null);
        } catch (Wanted.Refused e) { // it answered well, so this is no failure of its server
            return failed(job, e.reason().word(), e.text());
        }
    }

    /** Reads the body of an answer, which is the whole or, where {@code begin} is given, the rest. */
    private Result received(Context ctx, Job job, Response response, Unfinished.@Nullable Begin begin)
            throws IOException {
        var line = job.line();
        if (begin == null && unfinished != null) unfinished.drop(job);
        try (var whole = new Resuming(
                response,
                begin == null ? null : begin.part(),
                ctx,
                options.retry(),
                part -> transport.get(line.url(), policy(line), ctx, part),
                (why, delay) -> events.retrying(line, why, delay))) {
            var checked = new Checked(line.checksum());
            InputStream taken =
                    new Counted(options.wanted().checked(whole, response, line), n -> events.received(line, n));
            if (begin != null && unfinished != null) taken = unfinished.whole(begin, taken);
            var body = spool.read(checked.over(taken), keeping(job, response, begin));
            var wrong = checked.problem(body);
            if (wrong == null)
                return new Result.Fetched(
                        job,
                        response.url(),
                        begin == null ? response.status() : 200,
                        begin == null ? LastModified.of(response) : begin.modified(),
                        name(line, response, begin),
                        body);
            body.close();
            return failed(job, Reason.CHECKSUM.word(), wrong);
        }
    }

    private Partials.@Nullable Keeping keeping(Job job, Response response, Unfinished.@Nullable Begin begin) {
        if (unfinished == null) return null;
        if (begin != null) return unfinished.keep(begin);
        var length = response.declaredLength();
        return length < 0 || length > Spool.IN_MEMORY ? unfinished.keep(job, response) : null;
    }

    /** What the server calls it, where that counts. */
    private @Nullable String name(Line.Entry line, Response response, Unfinished.@Nullable Begin begin) {
        if (!options.serverNames() || line.name() != null) return null;
        if (begin != null) return begin.name();
        return Disposition.fileName(response.header("Content-Disposition"));
    }

    private static Result failed(Job job, String reason, String message) {
        return new Result.Told(new Outcome.Failed(job.line(), job.index(), job.name(), reason, message, job.attempt()));
    }

    private AddressPolicy policy(Line.Entry line) {
        if (options.allowPrivate()) return AddressPolicy.ANY;
        return line.typed() ? AddressPolicy.LITERAL_LOOPBACK : AddressPolicy.PUBLIC_ONLY;
    }

    /** After the last attempt. */
    void close() {
        compressor.close();
    }
}
