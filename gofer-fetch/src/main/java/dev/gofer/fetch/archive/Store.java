package dev.gofer.fetch.archive;

import java.io.IOException;

/** Where the bytes of entries go. In the order of calls: write any number, force, committed; at the end of a file or of the run, end and publish. */
sealed interface Store extends AutoCloseable permits PartStore, FolderStore {
    /** Writes an entry, whose offset is behind those before it. What a failure leaves is cut off by the next opening. */
    void write(JournalRecord.Entry entry, Body body) throws IOException;

    /** Puts all that was written on disk. */
    void force() throws IOException;

    /** What was forced is in the journal, and the journal on disk. */
    void committed() throws IOException;

    /**
     * Puts on disk what belongs behind the last entry.
     *
     * @param records the journal from the first entry on, or before it
     * @return size of the whole
     */
    long end(JournalReader records, long entries, long end) throws IOException;

    /** Gives what is whole its final name. */
    void publish() throws IOException;

    /** After publish, makes ready for the next shard. */
    void next(int shard) throws IOException;

    @Override
    void close() throws IOException;
}
