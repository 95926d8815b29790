package dev.gofer.fetch;

import dev.gofer.Context;
import dev.gofer.fetch.archive.Archive;
import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.ArchiveOptions;
import dev.gofer.fetch.archive.OutputException;
import dev.gofer.fetch.http.Transport;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Fetches a list of URLs, many at once, and packs one archive. */
public final class Fetch {
    private static final long ZIP_ENTRIES = 1_000_000; // more in one ZIP is more than many readers take
    private static final long COMMIT_BYTES = 64L << 20; // at most about so much is lost by a kill

    private Fetch() {}

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
        return run(ctx, Context.background(), list, options, events);
    }

    /**
     * The same for who may have enough of it before the list has ended, and wants the archive with what there is by then.
     *
     * @param ctx as above; its end counts for more than that of {@code enough}, also where it comes later
     * @param enough its end lets nothing more be started; what is under way is finished, then the archive is made whole, if anything was fetched.
     *     No later run goes on with the list
     * @param list what to fetch; stays the caller's to close
     * @param options where to, and how
     * @param events hears what happens
     * @return how it ended
     * @throws InputException as above
     * @throws OutputException as above
     * @throws IOException as above
     */
    public static FetchSummary run(Context ctx, Context enough, UrlList list, FetchOptions options, FetchEvents events)
            throws InputException, IOException {
        var begun = System.nanoTime();
        var anew = options.resume() == FetchOptions.Resume.NEVER;
        var packing = options.packing();
        var names = (options.dedupe()
                        ? "names 2"
                        : "names 2 of each line") // 2: who says the same as an earlier line has none
                + (options.serverNames() ? " by the servers" : "")
                + (options.names() == null ? "" : " " + options.names());
        var how = ArchiveOptions.defaults(list.identity(), names + ", " + packing.settings())
                .withFormat(options.format())
                .withShards(options.shardItems(), options.shardBytes())
                .withAutoItems(options.format() == ArchiveFormat.ZIP ? ZIP_ENTRIES : ArchiveOptions.UNLIMITED)
                .withOverwrite(options.overwrite())
                .withDiscardUnfinished(anew)
                .withAnyInput(options.resume() == FetchOptions.Resume.FORCE)
                .withCommits(packing.commitEvery(), COMMIT_BYTES)
                .withDurable(packing.durable())
                .withMinFree(packing.minFree());
        try (var http = new Transport(options.http());
                var archive = anew ? Archive.create(options.output(), how) : Archive.resume(options.output(), how)) {
            return new Pipeline(ctx, enough, list, options, events, http, archive).run(begun);
        }
    }

    /**
     * The same with the archive written to a channel as it grows, and to no file: a pipe, say. It cannot be resumed; an interrupted run leaves a whole
     * archive of what came.
     *
     * @param ctx its end interrupts the run: what is under way has a moment to finish, and the archive is made whole
     * @param enough its end lets nothing more be started; what is under way is finished, and the archive is made whole
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
            Context ctx,
            Context enough,
            UrlList list,
            FetchOptions options,
            FetchEvents events,
            WritableByteChannel out,
            Path spool)
            throws InputException, IOException {
        var begun = System.nanoTime();
        if (options.shardItems() < Long.MAX_VALUE || options.shardBytes() < Long.MAX_VALUE)
            throw new IllegalArgumentException("one stream has no shards");
        try (var http = new Transport(options.http());
                var archive = Archive.stream(out, options.output(), options.format(), spool)) {
            return new Pipeline(ctx, enough, list, options, events, http, archive).run(begun);
        }
    }
}
