package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.LongSupplier;

/**
 * A ZIP archive in the making, which a kill at any instant leaves resumable and never torn under its final name.
 *
 * <p>{@link #append} adds complete entries, {@link #commit} makes them durable, {@link #finish} gives the archive its name. {@link #close}
 * before that keeps the work for {@link #resume}. An {@link OutputException} breaks the archive: only {@code close} and {@code discard} are
 * left, and what was committed is kept.
 *
 * <p>Confined to one thread at a time, which must not be interrupted: an interrupt closes the channel and breaks the archive.
 */
public final class ZipArchive implements AutoCloseable {
    /* T.part grows entry by entry; the journal says how much of it counts.
     * (1) Size and CRC are known before a local header is written; an entry is whole or it is not in the journal.
     * (2) commit forces the part, then writes and forces the journal: no record ever points at bytes that are not on disk.
     * (3) Before anything is appended after a crash, the part is cut to the last journaled end.
     * (4) The target's name is touched once, by the last rename, when part and directory are on disk.
     * (5) The central directory is streamed from the journal: heap does not grow with entries, but for one bit an index. */
    private final StateFolder state;
    private final ArchiveOptions options;
    private final FileChannel part;
    private final Journal journal;
    private final LongSupplier nanoTime;
    private final BitSet done;
    private final BitSet failed;

    private long end; // of the last whole entry in the part
    private long entries;
    private long committedEnd;
    private long committedEntries;
    private long lastCommit; // nanoTime
    private Phase phase = Phase.OPEN;

    private enum Phase {
        OPEN, // -> BROKEN by an OutputException, -> CLOSED by finish, discard, close
        BROKEN, // -> CLOSED by discard, close
        CLOSED
    }

    ZipArchive(
            StateFolder state,
            ArchiveOptions options,
            FileChannel part,
            Journal journal,
            Replay replay,
            LongSupplier nanoTime) {
        this.state = state;
        this.options = options;
        this.part = part;
        this.journal = journal;
        this.nanoTime = nanoTime;
        done = replay.done();
        failed = replay.failed();
        end = committedEnd = replay.end();
        entries = committedEntries = replay.entries();
        lastCommit = nanoTime.getAsLong();
    }

    /**
     * {@return whether an earlier run to {@code target} left work to resume} A hint: that run may still be alive, which {@link #resume} tells.
     *
     * @param target the final name
     */
    public static boolean isUnfinished(Path target) {
        return StateFolder.isUnfinished(target);
    }

    /**
     * Begins an archive. Nothing appears under the name {@code target} before {@link #finish}; until then {@code target.part} and the folder
     * {@code target.gofer} stand beside it.
     *
     * @param target the final name
     * @param options how it is written
     * @return the archive, to be closed
     * @throws OutputException if the target exists and may not be overwritten, another run writes to it, an unfinished one may not be
     *     discarded, or the disk fails
     */
    public static ZipArchive create(Path target, ArchiveOptions options) throws OutputException {
        return ArchiveOpener.create(target, options, Disk.REAL, System::nanoTime);
    }

    /**
     * Goes on where an unfinished run to {@code target} stood: {@link #done} tells what need not be fetched again. With nothing to resume it
     * is {@link #create}.
     *
     * @param target the final name
     * @param options how it is written
     * @return the archive, to be closed
     * @throws OutputException as {@link #create}; also if the unfinished run had other input or settings, or its journal is damaged
     */
    public static ZipArchive resume(Path target, ArchiveOptions options) throws OutputException {
        return ArchiveOpener.resume(target, options, Disk.REAL, System::nanoTime);
    }

    /**
     * Appends an entry with all of {@code body}, which stays the caller's to close; commits if that is due.
     *
     * @param item what the entry is called and where it is from
     * @param body its bytes
     * @throws IllegalArgumentException if the index is out of range or has an entry, or the name is not safe
     * @throws OutputException if the disk fails
     */
    public void append(Item item, Body body) throws OutputException {
        requireOpen();
        requireNew(item.index());
        if (!EntryNames.isSafe(item.name())) throw new IllegalArgumentException("not a safe name: " + item.name());
        var entry = new JournalRecord.Entry(
                item.index(),
                end,
                body.size(),
                body.packedSize(),
                body.method(),
                body.crc32(),
                body.sha256(),
                item.modified().getEpochSecond(),
                item.name(),
                item.url(),
                item.status());
        ByteBuffer head = ZipFormat.localHeader(entry);
        long after = end + head.remaining() + body.packedSize();
        guard("write", () -> {
            body.writeTo(part, head);
            if (part.position() != after) throw new IOException("an entry of unexpected length");
        });
        journal.add(entry); // (1)
        end = after;
        entries++;
        done.set(item.index());
        failed.clear(item.index());
        commitIfDue();
    }

    /**
     * Notes in the journal that an input gave no entry. Resuming does not skip it.
     *
     * @param index of the input, from 0
     * @param url of the input
     * @param reason one stable word
     * @param message one line for a person
     * @throws OutputException if the disk fails
     */
    public void fail(int index, String url, String reason, String message) throws OutputException {
        requireOpen();
        requireNew(index);
        journal.add(new JournalRecord.Failure(index, url, reason, message));
        failed.set(index);
        commitIfDue();
    }

    /**
     * Commits if the time or byte window is over. A writer with nothing to append calls this now and then.
     *
     * @throws OutputException if the disk fails
     */
    public void commitIfDue() throws OutputException {
        requireOpen();
        boolean due = end - committedEnd >= options.commitBytes()
                || journal.pendingBytes() >= 1 << 20
                || nanoTime.getAsLong() - lastCommit >= options.commitEvery().toNanos();
        if (due) commit();
    }

    /**
     * Makes everything up to here durable; does nothing if it is.
     *
     * @throws OutputException if the disk fails
     */
    public void commit() throws OutputException {
        requireOpen();
        lastCommit = nanoTime.getAsLong();
        if (journal.pendingBytes() == 0) return;
        guard("write", () -> {
            if (options.durable()) part.force(false);
            journal.flush(entries, end); // (2)
        });
        committedEnd = end;
        committedEntries = entries;
    }

    /**
     * Writes the directory, gives the archive its final name, and removes the rest. An archive without entries is a valid empty one.
     *
     * @return the target
     * @throws OutputException if the disk fails or somebody else made the target meanwhile: the work is kept, to resume
     */
    public Path finish() throws OutputException {
        commit();
        guard("write", () -> {
            writeDirectory();
            if (options.durable()) part.force(true);
        });
        guard("publish", () -> {
            state.publish(options.overwrite()); // (4)
            if (options.durable()) state.syncNames();
        });
        try {
            release(true);
        } catch (OutputException e) {
            // the archive is whole and in its place; the next run to it sweeps what could not be removed
        }
        return state.target;
    }

    /**
     * Deletes everything but an earlier target.
     *
     * @throws OutputException if the disk fails
     */
    public void discard() throws OutputException {
        if (phase != Phase.CLOSED) release(true);
    }

    /** Commits, unless broken, and keeps the work for {@link #resume}; with no entry committed there is none to keep. Idempotent. */
    @Override
    public void close() throws OutputException {
        if (phase == Phase.CLOSED) return;
        try {
            if (phase == Phase.OPEN) commit();
        } finally {
            release(committedEntries == 0);
        }
    }

    /** {@return the indexes that have an entry: a copy} */
    public BitSet done() {
        return (BitSet) done.clone();
    }

    /** {@return the indexes that failed and have no entry: a copy} */
    public BitSet failed() {
        return (BitSet) failed.clone();
    }

    /** {@return the number of entries so far, those of resumed runs included} */
    public long entries() {
        return entries;
    }

    /** {@return the size in bytes so far, without the directory} */
    public long bytes() {
        return end;
    }

    /** {@return where a {@link Spool} for this archive keeps its files} */
    public Path spoolFolder() {
        return state.spool;
    }

    /** (5) */
    private void writeDirectory() throws IOException {
        ByteBuffer out = ZipFormat.allocate(64 * 1024);
        JournalReader records = journal.reread();
        long written = 0;
        part.truncate(end);
        part.position(end);
        for (JournalRecord next; (next = records.next()) != null; ) {
            if (!(next instanceof JournalRecord.Entry entry)) continue;
            if (out.remaining() < ZipFormat.centralSizeLimit(entry)) drain(out);
            ZipFormat.putCentral(out, entry);
            written++;
        }
        drain(out);
        if (written != entries) throw new IOException("the journal has " + written + " of " + entries + " entries");
        for (ByteBuffer tail = ZipFormat.end(entries, end, part.position() - end); tail.hasRemaining(); )
            part.write(tail);
    }

    private void drain(ByteBuffer out) throws IOException {
        for (out.flip(); out.hasRemaining(); ) part.write(out);
        out.clear();
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
            throw OutputException.of(doing, state.part, e);
        } finally {
            if (!whole) phase = Phase.BROKEN;
        }
    }

    /** Closes everything, whatever fails on the way. */
    private void release(boolean remove) throws OutputException {
        phase = Phase.CLOSED;
        try (state;
                journal;
                part) {
            if (remove) state.removeAll();
        } catch (IOException e) {
            throw OutputException.of("close", state.part, e);
        }
    }

    /** A step that the disk may refuse. */
    private interface DiskWork {
        void run() throws IOException;
    }
}
