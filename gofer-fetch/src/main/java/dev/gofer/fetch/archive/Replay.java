package dev.gofer.fetch.archive;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What a journal proves, after every record was checked against those before it. The journal is untrusted input: what comes out of here never
 * makes us touch a byte outside our own files.
 *
 * @param end archive size behind the last journaled entry
 * @param done indexes with an entry
 * @param failed indexes with a failure and no entry
 * @param last the last entry, null if there is none
 * @param header null if not even the header is whole: then nothing was ever committed
 */
record Replay(
        JournalRecord.@Nullable Header header,
        long journalEnd,
        long commits,
        long entries,
        long end,
        BitSet done,
        BitSet failed,
        JournalRecord.@Nullable Entry last) {
    /** Indexes are bits of the done-set: 32 MiB at most, whatever a journal says. */
    static final int MAX_INDEX = (1 << 28) - 1;

    static Replay of(JournalReader journal) throws OutputException {
        var replaying = new Replaying();
        try {
            for (JournalRecord next; (next = journal.next()) != null; ) replaying.accept(next);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw journal.damaged(String.valueOf(e.getMessage()));
        }
        return replaying.result(journal.position());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) throw new IllegalArgumentException(otherwise);
    }

    /** The checks, record by record. */
    private static final class Replaying {
        private JournalRecord.@Nullable Header header;
        private JournalRecord.@Nullable Entry last;
        private final BitSet done = new BitSet();
        private final BitSet failed = new BitSet();
        private long commits;
        private long entries;
        private long end;

        void accept(JournalRecord next) {
            require(
                    next instanceof JournalRecord.Header == (header == null),
                    "a header where none belongs, or none first");
            switch (next) {
                case JournalRecord.Header h -> header = h;
                case JournalRecord.Entry e -> accept(e);
                case JournalRecord.Failure f -> {
                    requireIndex(f.index());
                    if (!done.get(f.index())) failed.set(f.index());
                }
                case JournalRecord.Commit c -> {
                    require(c.number() == ++commits, "a commit is missing");
                    require(c.entries() == entries && c.end() == end, "a commit that disagrees with its entries");
                }
            }
        }

        private void accept(JournalRecord.Entry e) {
            requireIndex(e.index());
            require(!done.get(e.index()), "an entry twice");
            require(e.offset() == end, "an entry that does not follow the one before");
            require(e.method() == ZipFormat.STORED && e.packedSize() == e.size(), "an unknown method");
            require(e.size() >= 0, "a negative size");
            require(EntryNames.isSafe(e.name()), "an unsafe name");
            end = Math.addExact(Math.addExact(e.offset(), ZipFormat.localHeaderSize(e)), e.packedSize());
            entries++;
            done.set(e.index());
            failed.clear(e.index());
            last = e;
        }

        private static void requireIndex(int index) {
            require(index >= 0 && index <= MAX_INDEX, "an index out of range");
        }

        Replay result(long journalEnd) {
            return new Replay(header, journalEnd, commits, entries, end, done, failed, last);
        }
    }
}
