package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The archive whose every commit survives a kill. */
final class JournaledArchive implements Archive {
    /* The store grows entry by entry; the journal says how much of it counts.
     * (1) Size and CRC are known before an entry is written; an entry is whole or it is not in the journal.
     * (2) commit forces the store, then writes and forces the journal: no record ever points at bytes that are not on disk.
     * (3) Before anything is appended after a crash, the part is cut to the last journaled end.
     * (4) A final name is given once, by a rename or a link, to what is whole on disk, its directory included.
     * (5) The central directory is streamed from the journal: heap does not grow with entries, but for one bit an index.
     * (6) A shard is sealed in the journal after it is whole on disk and before it gets its name: who resumes gives it the name, or finds it
     *     given; nothing is ever appended to it again. */
    private final StateFolder state;
    private final ArchiveOptions options;
    private final Store store;
    private final Journal journal;
    private final @Nullable JournalIndex earlier; // null: there was no earlier run
    private final List<Long> sealedEnds; // of its shards' records in the journal
    private final LongSupplier nanoTime;
    private final BitSet done;
    private final BitSet failed;

    private long end; // of the last whole entry in the shard
    private long entries;
    private int shard;
    private long shardEntries;
    private long shardStart; // of its records in the journal
    private long sealedBytes;
    private long committedEnd;
    private long committedEntries;
    private long lastCommit; // nanoTime
    private Phase phase = Phase.OPEN;

    private enum Phase {
        OPEN, // -> BROKEN by an OutputException, -> CLOSED by finish, discard, close
        BROKEN, // -> CLOSED by discard, close
        CLOSED
    }

    JournaledArchive(
            StateFolder state,
            ArchiveOptions options,
            Store store,
            Journal journal,
            Replay replay,
            @Nullable JournalIndex earlier,
            LongSupplier nanoTime) {
        this.state = state;
        this.options = options;
        this.store = store;
        this.journal = journal;
        this.earlier = earlier;
        this.nanoTime = nanoTime;
        sealedEnds = replay.sealedEnds();
        done = replay.done();
        failed = replay.failed();
        end = committedEnd = replay.end();
        entries = committedEntries = replay.entries();
        shard = replay.shard();
        shardEntries = replay.shardEntries();
        sealedBytes = replay.sealedBytes();
        shardStart = replay.shardStart();
        lastCommit = nanoTime.getAsLong();
    }

    @Override
    public Path append(Item item, Body body) throws OutputException {
        requireOpen();
        requireNew(item.index());
        var entry = entry(item, body, options.format(), end);
        if (isFull(entry)) {
            seal();
            entry = entry(item, body, options.format(), end);
        }
        var written = entry;
        guard("write", () -> store.write(written, body));
        journal.add(written); // (1)
        end += options.format().bytes(written);
        entries++;
        shardEntries++;
        done.set(item.index());
        failed.clear(item.index());
        Path file = state.file();
        commitIfDue();
        return file;
    }

    /** What stands in the archive for an item at {@code offset}. */
    static JournalRecord.Entry entry(Item item, Body body, ArchiveFormat format, long offset) {
        if (!EntryNames.isSafe(item.name())) throw new IllegalArgumentException("not a safe name: " + item.name());
        if (body.method() != ZipFormat.STORED && format != ArchiveFormat.ZIP)
            throw new IllegalArgumentException("only a ZIP takes packed bodies");
        return new JournalRecord.Entry(
                item.index(),
                offset,
                body.size(),
                body.packedSize(),
                body.method(),
                body.crc32(),
                body.sha256(),
                item.modified().getEpochSecond(),
                item.name(),
                item.url(),
                item.status());
    }

    private boolean isFull(JournalRecord.Entry next) {
        return shardEntries >= options.shardItems()
                || (options.isAutoSharded() && shardEntries >= options.autoItems())
                || (shardEntries > 0 && end + options.format().bytes(next) > options.shardBytes());
    }

    private void seal() throws OutputException {
        commit();
        guard("write", () -> {
            long size = store.end(journal.reread(shardStart), shardEntries, end);
            journal.add(new JournalRecord.Seal(shard, shardEntries, size));
            journal.flush(entries, 0); // (6)
            sealedBytes += size;
            shardStart = journal.position();
        });
        guard("publish", () -> {
            store.publish(); // (4)
            store.next(++shard);
        });
        end = committedEnd = 0;
        shardEntries = 0;
    }

    @Override
    public void fail(int index, String url, String reason, String message) throws OutputException {
        requireOpen();
        requireNew(index);
        journal.add(new JournalRecord.Failure(index, url, reason, message));
        failed.set(index);
        commitIfDue();
    }

    @Override
    public void commitIfDue() throws OutputException {
        requireOpen();
        boolean due = end - committedEnd >= options.commitBytes()
                || journal.pendingBytes() >= 1 << 20
                || nanoTime.getAsLong() - lastCommit >= options.commitEvery().toNanos();
        if (due) commit();
    }

    @Override
    public void commit() throws OutputException {
        requireOpen();
        lastCommit = nanoTime.getAsLong();
        if (journal.pendingBytes() == 0) return;
        guard("write", () -> {
            store.force();
            journal.flush(entries, end); // (2)
            committedEnd = end;
            committedEntries = entries;
            store.committed();
            state.requireFree(options.minFree()); // last: all that came so far is kept
        });
    }

    @Override
    public Path finish() throws OutputException {
        commit();
        if (!options.isSharded() && shard == 0) {
            guard("write", () -> end = store.end(journal.reread(0), entries, end)); // (5)
            guard("publish", store::publish); // (4)
        } else if (shardEntries > 0) {
            seal();
        }
        try {
            release(true);
        } catch (OutputException e) {
            // the archive is whole and in its place; the next run to it sweeps what could not be removed
        }
        return state.target;
    }

    @Override
    public void discard() throws OutputException {
        if (phase != Phase.CLOSED) release(true);
    }

    @Override
    public void close() throws OutputException {
        if (phase == Phase.CLOSED) return;
        try {
            if (phase == Phase.OPEN) commit();
        } finally {
            release(committedEntries == 0 && !hasPartials());
        }
    }

    @Override
    public boolean isResumable() {
        return true;
    }

    @Override
    public BitSet done() {
        return (BitSet) done.clone();
    }

    @Override
    public BitSet failed() {
        return (BitSet) failed.clone();
    }

    @Override
    public @Nullable Earlier earlier(int index) throws OutputException {
        if (earlier == null) return null;
        try {
            long at = earlier.position(index);
            if (at < 0) return null;
            return switch (journal.record(at)) {
                case JournalRecord.Entry e -> new Earlier.Entry(e.url(), fileAt(at), e.name(), e.size(), e.sha256());
                case JournalRecord.Failure f -> new Earlier.Failure(f.url(), f.reason(), f.message());
                case JournalRecord other -> throw new IOException("the journal changes while it is read");
            };
        } catch (IOException e) {
            throw OutputException.of("read", state.journal, e);
        }
    }

    private Path fileAt(long position) {
        int sealed = Collections.binarySearch(sealedEnds, position); // equal: the next shard's first
        return state.file(sealed >= 0 ? sealed + 1 : -sealed - 1);
    }

    @Override
    public long entries() {
        return entries;
    }

    @Override
    public long bytes() {
        return sealedBytes + end;
    }

    @Override
    public Path spoolFolder() {
        return state.spool;
    }

    private void requireOpen() {
        if (phase == Phase.CLOSED) throw new IllegalStateException("the archive is closed");
        if (phase == Phase.BROKEN) throw new IllegalStateException("the archive is broken by an earlier error");
    }

    private void requireNew(int index) {
        if (index < 0 || index > Replay.MAX_INDEX) throw new IllegalArgumentException("index out of range: " + index);
        if (done.get(index)) throw new IllegalArgumentException("input " + index + " has an entry already");
    }

    private void guard(String doing, DiskWork work) throws OutputException {
        boolean whole = false;
        try {
            work.run();
            whole = true;
        } catch (IOException e) {
            throw OutputException.of(doing, state.file(), e);
        } finally {
            if (!whole) phase = Phase.BROKEN;
        }
    }

    private boolean hasPartials() {
        try {
            return Partials.areIn(state.spool);
        } catch (IOException e) {
            return false;
        }
    }

    /** Closes everything, whatever fails on the way. */
    private void release(boolean remove) throws OutputException {
        phase = Phase.CLOSED;
        try (state;
                journal;
                earlier;
                store) {
            if (remove) state.removeAll();
        } catch (IOException e) {
            throw OutputException.of("close", state.file(), e);
        }
    }

    /** A step that the disk may refuse. */
    private interface DiskWork {
        void run() throws IOException;
    }
}
