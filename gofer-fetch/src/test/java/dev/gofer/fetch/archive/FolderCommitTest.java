package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit of many files, which are put on disk several at a time. */
final class FolderCommitTest {
    private static final int MANY = 300;

    @TempDir
    private Path folder;

    /** Notes which files are opened to be forced; one of these calls fails. */
    private static final class Noting implements Disk {
        final Map<Path, Integer> forced = new ConcurrentHashMap<>();
        final AtomicInteger left;

        Noting(int failsAt) {
            left = new AtomicInteger(failsAt);
        }

        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            var parent = String.valueOf(file.getParent());
            if (parent.endsWith("files") && List.of(options).contains(LinkOption.NOFOLLOW_LINKS)) {
                if (left.getAndDecrement() == 0) throw new IOException("No space left on device");
                forced.merge(file, 1, Integer::sum);
            }
            return FileChannel.open(file, options);
        }
    }

    private JournaledArchive archive(Disk disk) throws IOException {
        return ArchiveOpener.create(
                folder.resolve("out"), Archives.OPTIONS.withFormat(ArchiveFormat.FOLDER), disk, () -> 0);
    }

    private static void fill(JournaledArchive archive) throws IOException {
        var spool = Archives.memory(archive);
        for (int i = 0; i < MANY; i++) Archives.append(archive, spool, i);
    }

    @Test
    void everyFileIsForcedOnceBeforeItIsCommitted() throws IOException {
        var disk = new Noting(-1);
        try (var archive = archive(disk)) {
            fill(archive);
            assertEquals(0, disk.forced.size());
            archive.commit();
            assertEquals(MANY, disk.forced.size());
            assertTrue(disk.forced.values().stream().allMatch(times -> times == 1));
            assertEquals(MANY, archive.done().cardinality());
            archive.finish();
        }
    }

    @Test
    void oneFileThatCannotBeForcedEndsTheRunAndIsNotCommitted() throws IOException {
        var disk = new Noting(100);
        try (var archive = archive(disk)) {
            fill(archive);
            var failure = assertThrows(OutputException.class, archive::commit);
            assertTrue(String.valueOf(failure.getMessage()).contains("No space left"), failure::toString);
        }
        assertTrue(disk.forced.size() >= 100 && disk.forced.size() < MANY, "forced: " + disk.forced.size());
        try (var archive = Archive.resume(
                folder.resolve("out"),
                Archives.OPTIONS.withFormat(ArchiveFormat.FOLDER).withDurable(false))) {
            assertEquals(0, archive.done().cardinality());
            var spool = Archives.memory(archive);
            for (int i = 0; i < MANY; i++) Archives.append(archive, spool, i);
            archive.finish();
        }
        assertEquals(List.of("out"), Archives.filesIn(folder));
    }
}
