package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How an archive begins: anew, or from what an unfinished run left. Whatever fails here, no file of anybody else is touched. */
final class ArchiveOpener {
    private final StateFolder state;
    private final ArchiveOptions options;
    private final Disk disk;
    private final LongSupplier nanoTime;

    private ArchiveOpener(StateFolder state, ArchiveOptions options, Disk disk, LongSupplier nanoTime) {
        this.state = state;
        this.options = options;
        this.disk = disk;
        this.nanoTime = nanoTime;
    }

    static JournaledArchive create(Path target, ArchiveOptions options, Disk disk, LongSupplier nanoTime)
            throws OutputException {
        return open(target, options, disk, nanoTime, false);
    }

    static JournaledArchive resume(Path target, ArchiveOptions options, Disk disk, LongSupplier nanoTime)
            throws OutputException {
        return open(target, options, disk, nanoTime, true);
    }

    private static JournaledArchive open(
            Path target, ArchiveOptions options, Disk disk, LongSupplier nanoTime, boolean resume)
            throws OutputException {
        StateFolder state = StateFolder.open(target, options, disk);
        boolean opened = false;
        try {
            var opener = new ArchiveOpener(state, options, disk, nanoTime);
            JournaledArchive archive = opener.isLeftOver() ? opener.leftOver(resume) : opener.fresh();
            opened = true;
            return archive;
        } catch (IOException e) {
            throw OutputException.of("prepare", target, e);
        } finally {
            if (!opened) state.close();
        }
    }

    /**
     * A journal and its part. A journal alone is what a finished run leaves when it is killed while it tidies up; but not where there is a part
     * now and then, or none ever.
     */
    private boolean isLeftOver() throws IOException {
        if (!isOneFile()) {
            if (state.hasJournal()) return true;
            state.requireNew();
            state.removeAll();
            return false;
        }
        boolean goesOn = options.isAutoSharded() && state.hasJournal() && sealed() > 0;
        if (options.isAutoSharded() && !goesOn) state.sweepFinished();
        if (goesOn || (state.hasJournal() && state.hasPart())) return true;
        if (state.hasPart())
            throw new OutputException(
                    state.part() + " is in the way and has no journal, so it cannot be resumed: remove it");
        state.removeAll();
        return false;
    }

    /** How many shards the journal has sealed of a target that is one file unless it has too many entries; damage hides the later ones. */
    private int sealed() throws IOException {
        int sealed = 0;
        try (FileChannel channel = disk.open(state.journal, READ, NOFOLLOW_LINKS)) {
            var reader = new JournalReader(state.journal, channel);
            for (JournalRecord next; (next = reader.next()) != null; ) if (next instanceof JournalRecord.Seal) sealed++;
        } catch (OutputException e) {
            return Math.max(1, sealed); // a damaged journal is somebody's work, too
        }
        return sealed;
    }

    private JournaledArchive leftOver(boolean resume) throws IOException {
        if (resume) {
            JournaledArchive archive = resumed();
            if (archive != null) return archive;
        } else if (!options.discardUnfinished()) {
            throw new OutputException(
                    "an earlier run to " + state.target + " is unfinished: resume it, or say that it may be discarded");
        }
        if (!isOneFile()) state.requireNew();
        if (options.isAutoSharded()) {
            state.turnTo(sealed());
            state.removeAll();
            state.turnTo(0);
        }
        state.removeAll();
        return fresh();
    }

    private boolean isOneFile() {
        return options.format() != ArchiveFormat.FOLDER && !options.isSharded();
    }

    private JournaledArchive fresh() throws IOException {
        if (isOneFile()) state.requireFreeName();
        Journal journal = Journal.create(state.journal, options.header(), disk, options.durable());
        FileChannel part = null;
        boolean opened = false;
        try {
            if (isOneFile()) part = disk.open(state.part(), CREATE_NEW, READ, WRITE);
            if (options.durable()) state.syncNames();
            opened = true;
            return new JournaledArchive(
                    state, options, store(part), journal, Replay.nothing(options.header()), null, nanoTime);
        } finally {
            if (!opened) {
                journal.close();
                if (part != null) part.close();
                if (part != null) disk.deleteIfExists(state.part());
                disk.deleteIfExists(state.journal);
            }
        }
    }

    private Store store(@Nullable FileChannel part) {
        return options.format() == ArchiveFormat.FOLDER
                ? new FolderStore(state, options, disk)
                : new PartStore(state, options, disk, part);
    }

    /** Null where nothing was ever committed. */
    private @Nullable JournaledArchive resumed() throws IOException {
        var index = new JournalIndex(state.index, disk);
        JournaledArchive archive = null;
        try {
            Replay replay = replay(index);
            if (replay.header() != null) archive = resumed(replay, index);
            return archive;
        } finally {
            if (archive == null) index.close();
        }
    }

    private Replay replay(JournalIndex index) throws IOException {
        try (FileChannel channel = disk.open(state.journal, READ, NOFOLLOW_LINKS)) {
            var reader = new JournalReader(state.journal, channel);
            Replay replay = Replay.of(reader, index);
            var header = replay.header();
            if (header != null
                    && !options.anyInput()
                    && !header.input().equals(options.header().input()))
                throw new OutputException("the unfinished run to " + state.target
                        + " had another list: run it with that list, name another output, or discard it");
            if (header != null && !header.settings().equals(options.header().settings()))
                throw new OutputException("the unfinished run to " + state.target + " had other settings ("
                        + header.settings() + "): use the same, name another output, or discard it");
            return replay;
        }
    }

    private JournaledArchive resumed(Replay replay, JournalIndex index) throws IOException {
        publishSealed(replay);
        if (options.isAutoSharded() && replay.shard() == 0) state.requireFreeName();
        FileChannel part = null;
        Journal journal = null;
        boolean opened = false;
        try {
            part = part(replay);
            if (options.durable()) state.syncNames();
            journal = Journal.reopen(state.journal, replay, disk, options.durable());
            Store store = store(part);
            if (store instanceof FolderStore folder) folder.redo(replay.done(), journal.reread(0));
            opened = true;
            return new JournaledArchive(state, options, store, journal, replay, index, nanoTime);
        } finally {
            if (!opened && part != null) part.close();
            if (!opened && journal != null) journal.close();
        }
    }

    /** The part at the end of what counts; null where there is nothing that counts and it need not be there. */
    private @Nullable FileChannel part(Replay replay) throws IOException {
        if (options.format() == ArchiveFormat.FOLDER) return null;
        if ((options.isSharded() || replay.shard() > 0) && replay.shardEntries() == 0) {
            disk.deleteIfExists(state.part());
            return null;
        }
        state.detachPart();
        FileChannel part = disk.open(state.part(), READ, WRITE, NOFOLLOW_LINKS);
        boolean good = false;
        try {
            checkPart(part, replay);
            part.truncate(replay.end());
            part.position(replay.end());
            good = true;
            return part;
        } finally {
            if (!good) part.close();
        }
    }

    /** A sealed shard may not have its name yet; what it is called meanwhile is there or is of no use. */
    private void publishSealed(Replay replay) throws IOException {
        JournalRecord.Seal sealed = replay.sealed();
        if (sealed != null) {
            state.turnTo(sealed.number());
            if (state.hasPart() && !state.partIsTarget()) {
                state.detachPart();
                if (Files.size(state.part()) != sealed.size()) throw foreignPart();
                state.publish(options.overwrite() && !options.isSharded());
                if (options.durable()) state.syncNames();
            }
            disk.deleteIfExists(state.part());
        }
        if (options.isSharded() || replay.shard() > 0) state.turnTo(replay.shard());
    }

    private OutputException foreignPart() {
        return new OutputException(state.part() + " is not the file that its journal tells of: "
                + "it cannot be resumed; start again without resuming, which discards it");
    }

    /** The part must be the one that the journal tells of: as long, and with the last entry's header where it should be. */
    private void checkPart(FileChannel part, Replay replay) throws IOException {
        JournalRecord.Entry last = replay.last();
        if (last == null) return;
        ByteBuffer expected = options.format().head(last);
        ByteBuffer found = ByteBuffer.allocate(expected.remaining());
        while (found.hasRemaining() && part.read(found, last.offset() + found.position()) >= 0) {}
        if (part.size() < replay.end() || !found.flip().equals(expected)) throw foreignPart();
    }
}
