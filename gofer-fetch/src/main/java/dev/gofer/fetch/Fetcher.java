package dev.gofer.fetch;

import dev.gofer.Context;
import dev.gofer.SendChan;
import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.Compression;
import dev.gofer.fetch.archive.Compressor;
import dev.gofer.fetch.archive.OutputException;
import dev.gofer.fetch.archive.Spool;
import dev.gofer.fetch.http.AddressPolicy;
import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.Reason;
import dev.gofer.fetch.http.Response;
import dev.gofer.fetch.http.Transport;
import java.io.IOException;
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
    private final SendChan<Result> results;
    private final Consumer<Exception> stop;

    /** {@code results} is sent bodies and failures that no other attempt can mend; {@code stop} hears of a broken disk. */
    Fetcher(
            FetchOptions options,
            FetchEvents events,
            Transport transport,
            Path spoolFolder,
            SendChan<Result> results,
            Consumer<Exception> stop) {
        this.options = options;
        this.events = events;
        this.transport = transport;
        this.spool = new Spool(spoolFolder, options.memory());
        this.compressor = new Compressor(
                options.format() == ArchiveFormat.ZIP ? options.packing().compression() : Compression.STORE, spool);
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
        var line = job.line();
        try (var response = transport.get(line.url(), policy(line), ctx);
                var whole = new Resuming(
                        response,
                        ctx,
                        options.retry(),
                        part -> transport.get(line.url(), policy(line), ctx, part),
                        (why, delay) -> events.retrying(line, why, delay))) {
            var checked = new Checked(line.checksum());
            var taken = options.wanted().checked(whole, response, line);
            var body = spool.read(checked.over(new Counted(taken, n -> events.received(line, n))));
            var wrong = checked.problem(body);
            if (wrong == null)
                return new Result.Fetched(
                        job, response.url(), response.status(), LastModified.of(response), name(line, response), body);
            body.close();
            return failed(job, Reason.CHECKSUM.word(), wrong);
        } catch (Wanted.Refused e) { // it answered well, so this is no failure of its server
            return failed(job, e.reason().word(), e.text());
        }
    }

    /** What the server calls it, where that counts. */
    private @Nullable String name(Line.Entry line, Response response) {
        if (!options.serverNames() || line.name() != null) return null;
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
