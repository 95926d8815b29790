package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.LongSupplier;

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

    static ZipArchive create(Path target, ArchiveOptions options, Disk disk, LongSupplier nanoTime)
            throws OutputException {
        return open(target, options, disk, nanoTime, false);
    }

    static ZipArchive resume(Path target, ArchiveOptions options, Disk disk, LongSupplier nanoTime)
            throws OutputException {
        return open(target, options, disk, nanoTime, true);
    }

    private static ZipArchive open(
            Path target, ArchiveOptions options, Disk disk, LongSupplier nanoTime, boolean resume)
            throws OutputException {
        StateFolder state = StateFolder.open(target, options.overwrite(), disk);
        boolean opened = false;
        try {
            var opener = new ArchiveOpener(state, options, disk, nanoTime);
            ZipArchive archive = opener.isLeftOver() ? opener.leftOver(resume) : opener.fresh();
            opened = true;
            return archive;
        } catch (IOException e) {
            throw OutputException.of("prepare", target, e);
        } finally {
            if (!opened) state.close();
        }
    }

    /** A journal and its part. A journal alone is what a finished run leaves when it is killed while it tidies up. */
    private boolean isLeftOver() throws IOException {
        if (state.hasJournal() && state.hasPart()) return true;
        if (state.hasPart())
            throw new OutputException(
                    state.part + " is in the way and has no journal, so it cannot be resumed: remove it");
        state.removeAll();
        return false;
    }

    private ZipArchive leftOver(boolean resume) throws IOException {
        if (resume) {
            Replay replay = replay();
            if (replay.header() != null) return resumed(replay);
        } else if (!options.discardUnfinished()) {
            throw new OutputException(
                    "an earlier run to " + state.target + " is unfinished: resume it, or say that it may be discarded");
        }
        state.removeAll();
        return fresh();
    }

    private ZipArchive fresh() throws IOException {
        Journal journal = Journal.create(state.journal, options.header(), disk, options.durable());
        FileChannel part = null;
        boolean opened = false;
        try {
            part = disk.open(state.part, CREATE_NEW, READ, WRITE);
            if (options.durable()) state.syncNames();
            opened = true;
            var nothing = new Replay(options.header(), 0, 0, 0, 0, new BitSet(), new BitSet(), null);
            return new ZipArchive(state, options, part, journal, nothing, nanoTime);
        } finally {
            if (!opened) {
                journal.close();
                if (part != null) part.close();
                if (part != null) disk.deleteIfExists(state.part);
                disk.deleteIfExists(state.journal);
            }
        }
    }

    private Replay replay() throws IOException {
        try (FileChannel channel = disk.open(state.journal, READ, NOFOLLOW_LINKS)) {
            var reader = new JournalReader(state.journal, channel);
            Replay replay = Replay.of(reader);
            var header = replay.header();
            if (header != null && !header.input().equals(options.header().input()))
                throw new OutputException("the unfinished run to " + state.target
                        + " had another list: run it with that list, " + "name another output, or discard it");
            if (header != null && !header.settings().equals(options.header().settings()))
                throw new OutputException("the unfinished run to " + state.target + " had other settings ("
                        + header.settings() + "): use the same, name another output, or discard it");
            return replay;
        }
    }

    private ZipArchive resumed(Replay replay) throws IOException {
        state.detachPart();
        FileChannel part = disk.open(state.part, READ, WRITE, NOFOLLOW_LINKS);
        boolean opened = false;
        try {
            checkPart(part, replay);
            part.truncate(replay.end());
            part.position(replay.end());
            if (options.durable()) state.syncNames();
            Journal journal = Journal.reopen(state.journal, replay, disk, options.durable());
            opened = true;
            return new ZipArchive(state, options, part, journal, replay, nanoTime);
        } finally {
            if (!opened) part.close();
        }
    }

    /** The part must be the one that the journal tells of: as long, and with the last entry's header where it should be. */
    private void checkPart(FileChannel part, Replay replay) throws IOException {
        JournalRecord.Entry last = replay.last();
        if (last == null) return;
        ByteBuffer expected = ZipFormat.localHeader(last);
        ByteBuffer found = ByteBuffer.allocate(expected.remaining());
        while (found.hasRemaining() && part.read(found, last.offset() + found.position()) >= 0) {}
        if (part.size() < replay.end() || !found.flip().equals(expected))
            throw new OutputException(state.part + " is not the file that its journal tells of: "
                    + "it cannot be resumed; start again without resuming, which discards it");
    }
}
