package dev.gofer.fetch.archive;

import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * An archive in the making, of one file, of shards, or a folder of files, which a kill at any instant leaves resumable and never torn under a
 * final name.
 *
 * <p>{@link #append} adds complete entries, {@link #commit} makes them durable, {@link #finish} gives the archive its name; a shard has its name
 * as soon as it is full, a file in a folder as soon as it is committed. {@link #close} before {@code finish} keeps the work for
 * {@link #resume}. An {@link OutputException} breaks the archive: only {@code close} and {@code discard} are left, and what was committed is
 * kept.
 *
 * <p>Confined to one thread at a time, which must not be interrupted: an interrupt closes the channel and breaks the archive.
 */
public sealed interface Archive extends AutoCloseable permits JournaledArchive, StreamArchive {
    /**
     * {@return whether an earlier run left work to resume} A hint: that run may still be alive, which {@link #resume} tells.
     *
     * @param target of that run
     */
    static boolean isUnfinished(Path target) {
        return StateFolder.isUnfinished(target);
    }

    /**
     * Begins an archive. Nothing appears under the name {@code target} before {@link #finish}; until then {@code target.part} and the folder
     * {@code target.gofer} stand beside it. With {@link ArchiveOptions#withShards shards} the target is their {@linkplain ShardName pattern},
     * and a shard that is there already is never replaced.
     *
     * @param target the archive; for shards, their pattern
     * @param options how it is written
     * @return the archive, to be closed
     * @throws OutputException if the target exists and may not be overwritten, another run writes to it, an unfinished one may not be
     *     discarded, or the disk fails
     * @throws IllegalArgumentException if shards are asked for and the target has no place for their number
     */
    static Archive create(Path target, ArchiveOptions options) throws OutputException {
        return ArchiveOpener.create(target, options, Disk.REAL, System::nanoTime);
    }

    /**
     * Goes on where an unfinished run to {@code target} stood: {@link #done} tells what need not be fetched again. With nothing to resume it
     * is {@link #create}.
     *
     * @param target the archive; for shards, their pattern
     * @param options how it is written
     * @return the archive, to be closed
     * @throws OutputException as {@link #create}; also if the unfinished run had other input or settings, or its journal is damaged
     */
    static Archive resume(Path target, ArchiveOptions options) throws OutputException {
        return ArchiveOpener.resume(target, options, Disk.REAL, System::nanoTime);
    }

    /**
     * Begins an archive that goes to a channel as it grows, and nowhere else: complete entries, each with its size and CRC before its data, and the
     * directory at the end. There is nothing to resume; what an interrupted run has written becomes whole by {@link #finish}.
     *
     * @param out where to; stays the caller's to close
     * @param name what to call it in messages and reports
     * @param format ZIP or tar
     * @param spool a folder for what does not fit into memory; it is made when it is needed, and deleted by {@code close}
     * @return the archive, to be closed
     * @throws IllegalArgumentException if the format is a folder
     */
    static Archive stream(WritableByteChannel out, Path name, ArchiveFormat format, Path spool) {
        return new StreamArchive(name, new Outlet(out), format, spool, Disk.REAL);
    }

    /**
     * Appends an entry with all of {@code body}, which stays the caller's to close; commits if that is due.
     *
     * @param item what it is called
     * @param body its bytes
     * @return the file that holds it, or will: the target, a shard, or the folder
     * @throws IllegalArgumentException if the index is out of range or has an entry, or the name is not safe
     * @throws OutputException if the disk fails
     */
    Path append(Item item, Body body) throws OutputException;

    /**
     * Notes in the journal that an input gave no entry. Resuming does not skip it.
     *
     * @param index of the input
     * @param url of the input
     * @param reason one stable word
     * @param message for a person
     * @throws OutputException if the disk fails
     */
    void fail(int index, String url, String reason, String message) throws OutputException;

    /**
     * Commits if the time or byte window is over. A writer with nothing to append calls this now and then.
     *
     * @throws OutputException if the disk fails
     */
    void commitIfDue() throws OutputException;

    /**
     * Makes everything up to here durable; does nothing if it is.
     *
     * @throws OutputException if the disk fails
     */
    void commit() throws OutputException;

    /**
     * Completes the archive, gives it its final name, and removes the rest. An archive without entries is a valid empty one; of shards there
     * are as many as needed, none for none.
     *
     * @return the target
     * @throws OutputException if the disk fails or somebody else made the target meanwhile: the work is kept, to resume
     */
    Path finish() throws OutputException;

    /**
     * Deletes everything but an earlier target, sealed shards, and files that a folder has already.
     *
     * @throws OutputException if the disk fails
     */
    void discard() throws OutputException;

    /**
     * Commits, unless broken, and keeps the work for {@link #resume}; with no entry committed, and no body begun, there
     * is none to keep. Idempotent.
     *
     * @throws OutputException if the disk fails
     */
    @Override
    void close() throws OutputException;

    /** {@return whether {@link #close} keeps the work for another run} Else an interrupted run is best finished. */
    boolean isResumable();

    /** {@return the indexes that have an entry: a copy} */
    BitSet done();

    /** {@return the indexes that failed and have no entry: a copy} */
    BitSet failed();

    /**
     * {@return what an earlier run has found out about an input; null where it came to no end with it, or there was none} What this run has appended
     * since is not looked at.
     *
     * @param index of the input
     * @throws OutputException if the disk fails
     */
    @Nullable
    Earlier earlier(int index) throws OutputException;

    /** {@return the number of entries so far, those of resumed runs included} */
    long entries();

    /**
     * {@return the size in bytes so far, of all shards or of a folder's files together} The directory of the file at hand is counted once it is
     * written.
     */
    long bytes();

    /** {@return where a {@link Spool} for this archive keeps its files} */
    Path spoolFolder();
}
