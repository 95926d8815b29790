package dev.gofer.fetch;

import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.NameTemplate;
import dev.gofer.fetch.archive.Packing;
import dev.gofer.fetch.archive.ShardName;
import dev.gofer.fetch.http.TransportOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Fetch} writes, and how hard it works for it. Immutable; {@link #to} gives the usual ones for an output, {@link #toBuilder}
 * others from there.
 *
 * @param output the archive; it appears under this name only when it is whole
 * @param format what the output is
 * @param shardItems at most so many entries in one file; then the next begins. The output's name has a place for their numbers, as in {@code
 *     shards-%05d.zip}. {@link Long#MAX_VALUE}: no limit, and without one for bytes, no shards
 * @param shardBytes the same for the bytes of one file, unless a single entry has more
 * @param overwrite whether an archive of that name is replaced, once the new one is whole
 * @param resume what to do with the rest that an interrupted run has left beside the output
 * @param concurrency URLs that are fetched at the same time, 1 to 65,535
 * @param perHost the same for one server (host and port), 1 or more
 * @param retry when a failed attempt is made again
 * @param allowPrivate whether a list may name addresses that are not public. Typed URLs may name loopback in any case, if they do so literally
 * @param memory bytes of bodies that are held in memory at most; those for which there is no room go to files beside the output
 * @param names how entries are called whose line has no name of its own; null: after the last part of the URL
 * @param packing how bodies become entries, and how careful the disk is asked to be
 * @param http limits, headers and trust of the requests
 * @param hostRate requests a second to one server (host and port), on average; 0: as many as it takes. A server that answers 429 gets one of its own
 * @param wanted which answers are taken
 * @param dedupe whether a line that says the same as an earlier one is an {@link Outcome.Duplicate} of it; else it is fetched again, for an entry of
 *     its own
 * @param serverNames whether an entry whose line has no name of its own is called as its server calls it, by {@code Content-Disposition}, if it does.
 *     Of several that get the same name, the first in the archive has it as it is
 */
public record FetchOptions(
        Path output,
        ArchiveFormat format,
        long shardItems,
        long shardBytes,
        boolean overwrite,
        Resume resume,
        int concurrency,
        int perHost,
        Retry retry,
        boolean allowPrivate,
        long memory,
        @Nullable NameTemplate names,
        Packing packing,
        TransportOptions http,
        double hostRate,
        Wanted wanted,
        boolean dedupe,
        boolean serverNames) {
    /** What to do with what an interrupted run has left. */
    public enum Resume {
        /** Go on where it ended if it had the same list; else say so and do nothing. */
        AUTO,
        /** Throw it away and begin anew. */
        NEVER,
        /**
         * Go on where it ended though the list looks different, as after lines were added behind the others. A line that had been fetched must still
         * be the same.
         */
        FORCE
    }

    /** Checks the ranges. */
    public FetchOptions {
        if (concurrency < 1 || concurrency > 65_535) throw new IllegalArgumentException("concurrency is 1 to 65535");
        if (perHost < 1) throw new IllegalArgumentException("the limit per host is 1 or more");
        if (shardItems < 1 || shardBytes < 1) throw new IllegalArgumentException("a shard holds 1 or more");
        var sharded = shardItems < Long.MAX_VALUE || shardBytes < Long.MAX_VALUE;
        if (sharded && format == ArchiveFormat.FOLDER)
            throw new IllegalArgumentException("a folder has no shards: name an archive");
        if (sharded && !ShardName.isPattern(output))
            throw new IllegalArgumentException(
                    "shards need a place for their number in the output's name, such as shards-%05d.zip, not "
                            + output);
        if (!(hostRate >= 0 && hostRate < 1e9)) throw new IllegalArgumentException("a rate is 0 or more");
        if (memory < 0) throw new IllegalArgumentException("memory is 0 or more");
    }

    /**
     * {@return the usual options} 64 URLs at once for each processor, 512 at most; 6 for each server; a quarter of the heap for bodies.
     *
     * @param output the archive
     */
    public static FetchOptions to(Path output) {
        var runtime = Runtime.getRuntime();
        return new FetchOptions(
                output,
                ArchiveFormat.ofName(output),
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                false,
                Resume.AUTO,
                Math.min(512, 64 * runtime.availableProcessors()),
                6,
                Retry.defaults(),
                false,
                runtime.maxMemory() / 4,
                null,
                Packing.DEFAULT,
                TransportOptions.defaults(),
                0,
                Wanted.defaults(),
                true,
                false);
    }

    /** {@return a builder that holds these options} */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Options being put together; each method sets the component of its name. Not for use by several threads. */
    public static final class Builder {
        private final Path output;
        private ArchiveFormat format;
        private long shardItems;
        private long shardBytes;
        private boolean overwrite;
        private Resume resume;
        private int concurrency;
        private int perHost;
        private Retry retry;
        private boolean allowPrivate;
        private long memory;
        private @Nullable NameTemplate names;
        private Packing packing;
        private TransportOptions http;
        private double hostRate;
        private Wanted wanted;
        private boolean dedupe;
        private boolean serverNames;

        private Builder(FetchOptions from) {
            output = from.output;
            format = from.format;
            shardItems = from.shardItems;
            shardBytes = from.shardBytes;
            overwrite = from.overwrite;
            resume = from.resume;
            concurrency = from.concurrency;
            perHost = from.perHost;
            retry = from.retry;
            allowPrivate = from.allowPrivate;
            memory = from.memory;
            names = from.names;
            packing = from.packing;
            http = from.http;
            hostRate = from.hostRate;
            wanted = from.wanted;
            dedupe = from.dedupe;
            serverNames = from.serverNames;
        }

        /**
         * Sets {@link FetchOptions#format}.
         *
         * @param format the new value
         * @return this builder
         */
        public Builder format(ArchiveFormat format) {
            this.format = format;
            return this;
        }

        /**
         * Sets {@link FetchOptions#shardItems}.
         *
         * @param shardItems the new value
         * @return this builder
         */
        public Builder shardItems(long shardItems) {
            this.shardItems = shardItems;
            return this;
        }

        /**
         * Sets {@link FetchOptions#shardBytes}.
         *
         * @param shardBytes the new value
         * @return this builder
         */
        public Builder shardBytes(long shardBytes) {
            this.shardBytes = shardBytes;
            return this;
        }

        /**
         * Sets {@link FetchOptions#overwrite}.
         *
         * @param overwrite the new value
         * @return this builder
         */
        public Builder overwrite(boolean overwrite) {
            this.overwrite = overwrite;
            return this;
        }

        /**
         * Sets {@link FetchOptions#resume}.
         *
         * @param resume the new value
         * @return this builder
         */
        public Builder resume(Resume resume) {
            this.resume = resume;
            return this;
        }

        /**
         * Sets {@link FetchOptions#concurrency}.
         *
         * @param concurrency the new value
         * @return this builder
         */
        public Builder concurrency(int concurrency) {
            this.concurrency = concurrency;
            return this;
        }

        /**
         * Sets {@link FetchOptions#perHost}.
         *
         * @param perHost the new value
         * @return this builder
         */
        public Builder perHost(int perHost) {
            this.perHost = perHost;
            return this;
        }

        /**
         * Sets {@link FetchOptions#retry}.
         *
         * @param retry the new value
         * @return this builder
         */
        public Builder retry(Retry retry) {
            this.retry = retry;
            return this;
        }

        /**
         * Sets {@link FetchOptions#allowPrivate}.
         *
         * @param allowPrivate the new value
         * @return this builder
         */
        public Builder allowPrivate(boolean allowPrivate) {
            this.allowPrivate = allowPrivate;
            return this;
        }

        /**
         * Sets {@link FetchOptions#memory}.
         *
         * @param memory the new value
         * @return this builder
         */
        public Builder memory(long memory) {
            this.memory = memory;
            return this;
        }

        /**
         * Sets {@link FetchOptions#names}.
         *
         * @param names the new value
         * @return this builder
         */
        public Builder names(@Nullable NameTemplate names) {
            this.names = names;
            return this;
        }

        /**
         * Sets {@link FetchOptions#packing}.
         *
         * @param packing the new value
         * @return this builder
         */
        public Builder packing(Packing packing) {
            this.packing = packing;
            return this;
        }

        /**
         * Sets {@link FetchOptions#http}.
         *
         * @param http the new value
         * @return this builder
         */
        public Builder http(TransportOptions http) {
            this.http = http;
            return this;
        }

        /**
         * Sets {@link FetchOptions#hostRate}.
         *
         * @param hostRate the new value
         * @return this builder
         */
        public Builder hostRate(double hostRate) {
            this.hostRate = hostRate;
            return this;
        }

        /**
         * Sets {@link FetchOptions#wanted}.
         *
         * @param wanted the new value
         * @return this builder
         */
        public Builder wanted(Wanted wanted) {
            this.wanted = wanted;
            return this;
        }

        /**
         * Sets {@link FetchOptions#dedupe}.
         *
         * @param dedupe the new value
         * @return this builder
         */
        public Builder dedupe(boolean dedupe) {
            this.dedupe = dedupe;
            return this;
        }

        /**
         * Sets {@link FetchOptions#serverNames}.
         *
         * @param serverNames the new value
         * @return this builder
         */
        public Builder serverNames(boolean serverNames) {
            this.serverNames = serverNames;
            return this;
        }

        /**
         * {@return the options as they are now}
         *
         * @throws IllegalArgumentException where one is out of its range; the message says which
         */
        public FetchOptions build() {
            return new FetchOptions(
                    output,
                    format,
                    shardItems,
                    shardBytes,
                    overwrite,
                    resume,
                    concurrency,
                    perHost,
                    retry,
                    allowPrivate,
                    memory,
                    names,
                    packing,
                    http,
                    hostRate,
                    wanted,
                    dedupe,
                    serverNames);
        }
    }
}
