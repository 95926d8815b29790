package dev.gofer.fetch;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param archive where the archive is; null where there is none, because nothing could be fetched, or the run was interrupted and can be gone on with
 * @param size bytes of it, of all its shards or files together
 * @param stored URLs that were fetched into it
 * @param kept URLs that an interrupted run had fetched into it before
 * @param failed lines of the list that gave no entry
 * @param duplicates lines that say the same as an earlier one
 * @param bytes of the bodies that were stored, without those that were kept
 * @param interrupted whether a context ended before the list was done; then, where there is no archive, the same run again goes on where this one
 *     ended
 * @param time how long it took
 */
public record FetchSummary(
        @Nullable Path archive,
        long size,
        long stored,
        long kept,
        long failed,
        long duplicates,
        long bytes,
        boolean interrupted,
        Duration time) {
    /** {@return how many entries the archive has} */
    public long entries() {
        return stored + kept;
    }
}
