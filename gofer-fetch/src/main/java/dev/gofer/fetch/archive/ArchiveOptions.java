package dev.gofer.fetch.archive;

import java.time.Duration;

/**
 * How an archive is written.
 *
 * @param input what identifies the input, such as its size and hash; an unfinished archive is resumed only with the same text. At most 4,096
 *     characters count
 * @param settings what else changes the output, such as naming rules; compared like {@code input}
 * @param overwrite whether an existing target may be replaced, by the last rename and not before
 * @param discardUnfinished whether {@link ZipArchive#create} may delete what an earlier unfinished run left
 * @param commitEvery at most this long between a write and its commit, if {@link ZipArchive#commitIfDue} is called in time
 * @param commitBytes at most about this many bytes between two commits
 * @param durable whether commits and the end wait for the disk. If not, a killed run still resumes, but a power cut may cost everything
 */
public record ArchiveOptions(
        String input,
        String settings,
        boolean overwrite,
        boolean discardUnfinished,
        Duration commitEvery,
        long commitBytes,
        boolean durable) {
    /**
     * {@return the usual options} They refuse to overwrite or discard, and commit durably every 2 seconds or 64 MiB.
     *
     * @param input what identifies the input
     * @param settings what else changes the output
     */
    public static ArchiveOptions defaults(String input, String settings) {
        return new ArchiveOptions(input, settings, false, false, Duration.ofSeconds(2), 64L << 20, true);
    }

    /**
     * {@return the same with {@code overwrite} changed}
     *
     * @param value the new value
     */
    public ArchiveOptions withOverwrite(boolean value) {
        return new ArchiveOptions(input, settings, value, discardUnfinished, commitEvery, commitBytes, durable);
    }

    /**
     * {@return the same with {@code discardUnfinished} changed}
     *
     * @param value the new value
     */
    public ArchiveOptions withDiscardUnfinished(boolean value) {
        return new ArchiveOptions(input, settings, overwrite, value, commitEvery, commitBytes, durable);
    }

    /**
     * {@return the same with other commit windows}
     *
     * @param every the time between two commits at most
     * @param bytes between two commits at most, about
     */
    public ArchiveOptions withCommits(Duration every, long bytes) {
        return new ArchiveOptions(input, settings, overwrite, discardUnfinished, every, bytes, durable);
    }

    /**
     * {@return the same with {@code durable} changed}
     *
     * @param value the new value
     */
    public ArchiveOptions withDurable(boolean value) {
        return new ArchiveOptions(input, settings, overwrite, discardUnfinished, commitEvery, commitBytes, value);
    }

    JournalRecord.Header header() {
        return new JournalRecord.Header(cut(input), cut(settings));
    }

    private static String cut(String text) {
        return text.length() <= 4096 ? text : text.substring(0, 4096);
    }
}
