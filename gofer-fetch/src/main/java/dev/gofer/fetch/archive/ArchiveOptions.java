package dev.gofer.fetch.archive;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How an archive is written.
 *
 * @param format what is written
 * @param shardItems at most so many entries in one file, 1 or more; then the next shard begins
 * @param shardBytes at most about so many bytes in one file, unless a single entry is larger
 * @param autoItems where there are no shards: at most so many entries in the target, since many readers take no more; what follows goes into
 *     shards beside it, {@code images-00001.zip} and so on
 * @param input what identifies the input, such as its size and hash; an unfinished archive is resumed only with the same text. At most 4,096
 *     characters count
 * @param anyInput whether it is resumed with any other, too: the caller compares the inputs one by one
 * @param settings what else changes the output, such as naming rules; compared like {@code input}
 * @param overwrite whether an existing target may be replaced, by the last rename and not before
 * @param discardUnfinished whether {@link Archive#create} may delete what an earlier unfinished run left
 * @param commitEvery at most this long between a write and its commit, if {@link Archive#commitIfDue} is called in time
 * @param commitBytes at most about this many bytes between two commits
 * @param durable whether commits and the end wait for the disk. If not, a killed run still resumes, but a power cut may cost everything
 * @param minFree bytes that stay free on the disk: an archive fails before there are fewer
 */
public record ArchiveOptions(
        ArchiveFormat format,
        long shardItems,
        long shardBytes,
        long autoItems,
        String input,
        boolean anyInput,
        String settings,
        boolean overwrite,
        boolean discardUnfinished,
        Duration commitEvery,
        long commitBytes,
        boolean durable,
        long minFree) {
    /** The shard limit that is none. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Checks the ranges. */
    public ArchiveOptions {
        if (shardItems < 1 || shardBytes < 1 || autoItems < 1)
            throw new IllegalArgumentException("a shard holds 1 or more");
        if (format == ArchiveFormat.FOLDER && (shardItems != UNLIMITED || shardBytes != UNLIMITED))
            throw new IllegalArgumentException("a folder has no shards");
    }

    /**
     * {@return the usual options, for one ZIP} They refuse to overwrite or discard, and commit durably every 2 seconds or 64 MiB.
     *
     * @param input what identifies the input
     * @param settings what else changes the output
     */
    public static ArchiveOptions defaults(String input, String settings) {
        return new ArchiveOptions(
                ArchiveFormat.ZIP,
                UNLIMITED,
                UNLIMITED,
                UNLIMITED,
                input,
                false,
                settings,
                false,
                false,
                Duration.ofSeconds(2),
                64L << 20,
                true,
                0);
    }

    /**
     * {@return the same in another format}
     *
     * @param value the new format
     */
    public ArchiveOptions withFormat(ArchiveFormat value) {
        return with(changed -> changed.format = value);
    }

    /**
     * {@return the same in shards, whose target is a name such as {@code shards-%05d.zip}; or in one file, if both limits are none}
     *
     * @param items entries of a shard at most
     * @param bytes of a shard at most, about
     */
    public ArchiveOptions withShards(long items, long bytes) {
        return with(changed -> {
            changed.shardItems = items;
            changed.shardBytes = bytes;
        });
    }

    /**
     * {@return the same with another limit for a target without shards}
     *
     * @param items that it holds at most
     */
    public ArchiveOptions withAutoItems(long items) {
        return with(changed -> changed.autoItems = items);
    }

    /**
     * {@return the same with {@code anyInput} changed}
     *
     * @param value the new value
     */
    public ArchiveOptions withAnyInput(boolean value) {
        return with(changed -> changed.anyInput = value);
    }

    /**
     * {@return the same with {@code overwrite} changed}
     *
     * @param value the new value
     */
    public ArchiveOptions withOverwrite(boolean value) {
        return with(changed -> changed.overwrite = value);
    }

    /**
     * {@return the same with {@code discardUnfinished} changed}
     *
     * @param value the new value
     */
    public ArchiveOptions withDiscardUnfinished(boolean value) {
        return with(changed -> changed.discardUnfinished = value);
    }

    /**
     * {@return the same with other commit windows}
     *
     * @param every the time between two commits at most
     * @param bytes between two commits at most, about
     */
    public ArchiveOptions withCommits(Duration every, long bytes) {
        return with(changed -> {
            changed.commitEvery = every;
            changed.commitBytes = bytes;
        });
    }

    /**
     * {@return the same with {@code durable} changed}
     *
     * @param value the new value
     */
    public ArchiveOptions withDurable(boolean value) {
        return with(changed -> changed.durable = value);
    }

    /**
     * {@return the same with {@code minFree} changed}
     *
     * @param bytes the new value
     */
    public ArchiveOptions withMinFree(long bytes) {
        return with(changed -> changed.minFree = bytes);
    }

    private ArchiveOptions with(Consumer<Changed> change) {
        var changed = new Changed(this);
        change.accept(changed);
        return new ArchiveOptions(
                changed.format,
                changed.shardItems,
                changed.shardBytes,
                changed.autoItems,
                input,
                changed.anyInput,
                settings,
                changed.overwrite,
                changed.discardUnfinished,
                changed.commitEvery,
                changed.commitBytes,
                changed.durable,
                changed.minFree);
    }

    JournalRecord.Header header() {
        String shards =
                isSharded() ? ", shards of " + limit(shardItems) + " entries and " + limit(shardBytes) + " bytes" : "";
        return new JournalRecord.Header(format, cut(input), cut(format + shards + ", " + settings));
    }

    boolean isSharded() {
        return shardItems != UNLIMITED || shardBytes != UNLIMITED;
    }

    /** Whether the target is one file unless that has too many entries. */
    boolean isAutoSharded() {
        return !isSharded() && autoItems != UNLIMITED && format != ArchiveFormat.FOLDER;
    }

    private static String limit(long value) {
        return value == UNLIMITED ? "any" : Long.toString(value);
    }

    private static String cut(String text) {
        return text.length() <= 4096 ? text : text.substring(0, 4096);
    }

    /** Options in the course of a change. */
    private static final class Changed {
        private ArchiveFormat format;
        private long shardItems;
        private long shardBytes;
        private long autoItems;
        private boolean anyInput;
        private boolean overwrite;
        private boolean discardUnfinished;
        private Duration commitEvery;
        private long commitBytes;
        private boolean durable;
        private long minFree;

        Changed(ArchiveOptions from) {
            format = from.format;
            shardItems = from.shardItems;
            shardBytes = from.shardBytes;
            autoItems = from.autoItems;
            anyInput = from.anyInput;
            overwrite = from.overwrite;
            discardUnfinished = from.discardUnfinished;
            commitEvery = from.commitEvery;
            commitBytes = from.commitBytes;
            durable = from.durable;
            minFree = from.minFree;
        }
    }
}
