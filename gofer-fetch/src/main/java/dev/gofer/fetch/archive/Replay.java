package dev.gofer.fetch.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a journal proves, after every record was checked against those before it. The journal is untrusted input: what comes out of here never
 * makes us touch a byte outside our own files.
 *
 * @param entries of all shards
 * @param shard number of the shard that is being written; 0 if there are none
 * @param shardEntries entries of it
 * @param sealedEnds where the records of each sealed shard end in the journal
 * @param shardStart where its records begin in the journal
 * @param sealed the last shard that was sealed, null if none was
 * @param sealedBytes of all sealed shards
 * @param end size of the shard behind the last journaled entry
 * @param done indexes with an entry
 * @param failed indexes with a failure and no entry
 * @param last the shard's last entry, null if there is none
 * @param header null if not even the header is whole: then nothing was ever committed
 */
record Replay(
        JournalRecord.@Nullable Header header,
        long journalEnd,
        long commits,
        long entries,
        int shard,
        long shardEntries,
        List<Long> sealedEnds,
        long shardStart,
        JournalRecord.@Nullable Seal sealed,
        long sealedBytes,
        long end,
        BitSet done,
        BitSet failed,
        JournalRecord.@Nullable Entry last) {
    /** Indexes are bits of the done-set: 32 MiB at most, whatever a journal says. */
    static final int MAX_INDEX = (1 << 28) - 1;

    /** Of a journal in which nothing was committed yet. */
    static Replay nothing(JournalRecord.Header header) {
        return new Replay(header, 0, 0, 0, 0, 0, List.of(), 0, null, 0, 0, new BitSet(), new BitSet(), null);
    }

    /** {@code index} takes down where the journal tells of each input. */
    static Replay of(JournalReader journal, JournalIndex index) throws IOException {
        var replaying = new Replaying();
        try {
            long at = journal.position();
            for (JournalRecord next; (next = journal.next()) != null; at = journal.position()) {
                replaying.accept(next, journal.position());
                if (next instanceof JournalRecord.Entry entry) index.put(entry.index(), at);
                if (next instanceof JournalRecord.Failure failure && !replaying.done.get(failure.index()))
                    index.put(failure.index(), at);
            }
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
        private int shard;
        private long shardEntries;
        private final List<Long> sealedEnds = new ArrayList<>();
        private long shardStart;
        private JournalRecord.@Nullable Seal sealed;
        private long sealedBytes;
        private long end;

        void accept(JournalRecord next, long behind) {
            require(
                    next instanceof JournalRecord.Header == (header == null),
                    "a header where none belongs, or none first");
            switch (next) {
                case JournalRecord.Header h -> header = h;
                case JournalRecord.Entry e ->
                    accept(Objects.requireNonNull(header).archive(), e);
                case JournalRecord.Failure f -> {
                    requireIndex(f.index());
                    if (!done.get(f.index())) failed.set(f.index());
                }
                case JournalRecord.Seal s -> {
                    require(
                            s.number() == shard && s.entries() == shardEntries,
                            "a shard that disagrees with its entries");
                    require(shard < Integer.MAX_VALUE && s.size() >= end, "a shard of impossible size");
                    shard++;
                    sealedBytes = Math.addExact(sealedBytes, s.size());
                    shardEntries = end = 0;
                    shardStart = behind;
                    sealedEnds.add(behind);
                    sealed = s;
                    last = null;
                }
                case JournalRecord.Commit c -> {
                    require(c.number() == ++commits, "a commit is missing");
                    require(c.entries() == entries && c.end() == end, "a commit that disagrees with its entries");
                }
            }
        }

        private void accept(ArchiveFormat format, JournalRecord.Entry e) {
            requireIndex(e.index());
            require(!done.get(e.index()), "an entry twice");
            require(e.offset() == end, "an entry that does not follow the one before");
            boolean isDeflated = e.method() == ZipFormat.DEFLATED && format == ArchiveFormat.ZIP;
            require(isDeflated || e.method() == ZipFormat.STORED, "an unknown method");
            require(isDeflated || e.packedSize() == e.size(), "two sizes for what is not packed");
            require(e.size() >= 0 && e.packedSize() >= 0, "a negative size");
            require(EntryNames.isSafe(e.name()), "an unsafe name");
            end = Math.addExact(e.offset(), format.bytes(e));
            entries++;
            shardEntries++;
            done.set(e.index());
            failed.clear(e.index());
            last = e;
        }

        private static void requireIndex(int index) {
            require(index >= 0 && index <= MAX_INDEX, "an index out of range");
        }

        Replay result(long journalEnd) {
            return new Replay(
                    header,
                    journalEnd,
                    commits,
                    entries,
                    shard,
                    shardEntries,
                    List.copyOf(sealedEnds),
                    shardStart,
                    sealed,
                    sealedBytes,
                    end,
                    done,
                    failed,
                    last);
        }
    }
}
