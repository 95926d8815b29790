package dev.gofer.fetch.archive;

import static dev.gofer.fetch.archive.Archives.QUICK;
import static dev.gofer.fetch.archive.Archives.append;
import static dev.gofer.fetch.archive.Archives.assertHolds;
import static dev.gofer.fetch.archive.Archives.content;
import static dev.gofer.fetch.archive.Archives.filesIn;
import static dev.gofer.fetch.archive.Archives.item;
import static dev.gofer.fetch.archive.Archives.memory;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipArchiveTest {
    @TempDir
    Path temp;

    private Path target = Path.of("");

    @BeforeEach
    void nameTheTarget() {
        target = temp.resolve("out.zip");
    }

    private void write(ArchiveOptions options, int entries) throws IOException {
        try (var archive = Archive.create(target, options)) {
            var spool = memory(archive);
            for (int i = 0; i < entries; i++) append(archive, spool, i);
            archive.finish();
        }
    }

    @Test
    void othersReadBackWhatWasWritten() throws IOException {
        write(QUICK, 50);
        assertHolds(target, 50);
        try (var in = new ZipInputStream(Files.newInputStream(target))) {
            for (int i = 0; i < 50; i++) {
                var entry = in.getNextEntry();
                assertNotNull(entry);
                assertEquals(item(i).name(), entry.getName());
                assertArrayEquals(content(i), in.readAllBytes());
                assertEquals(Archives.TIME, entry.getLastModifiedTime().toInstant());
            }
            assertNull(in.getNextEntry());
        }
        assertEquals(List.of("out.zip"), filesIn(temp), "nothing is left beside it");
    }

    @Test
    void namesMayBeInAnyScript() throws IOException {
        List<String> names = List.of("그림/사진 1.jpg", "Ünïcode.png", "日本語.gif", "🦫.webp", "plain.txt");
        try (var archive = Archive.create(target, QUICK)) {
            for (int i = 0; i < names.size(); i++) {
                try (Body body = memory(archive).read(new ByteArrayInputStream(content(i)))) {
                    archive.append(new Item(i, names.get(i), "http://h/", 200, Instant.EPOCH), body);
                }
            }
            archive.finish();
        }
        assertEquals(List.of(), ArchiveVerifier.verify(target).problems());
        try (var zip = new ZipFile(target.toFile())) {
            assertEquals(names, zip.stream().map(Object::toString).toList());
        }
    }

    @Test
    void anArchiveWithoutEntriesIsAValidEmptyOne() throws IOException {
        write(QUICK, 0);
        assertHolds(target, 0);
        assertEquals(ZipFormat.END_BYTES, Files.size(target));
    }

    @Test
    void theTargetHasItsNameOnlyOnceItIsWhole() throws IOException {
        try (var archive = Archive.create(target, QUICK)) {
            append(archive, memory(archive), 0);
            archive.commit();
            assertEquals(List.of("out.zip.gofer", "out.zip.part"), filesIn(temp));
            assertTrue(Archive.isUnfinished(target));
            archive.finish();
        }
        assertFalse(Archive.isUnfinished(target));
    }

    @Test
    void anExistingTargetIsRefusedAndUntouched() throws IOException {
        Files.writeString(target, "mine");
        var e = assertThrows(OutputException.class, () -> write(QUICK, 1));
        assertTrue(String.valueOf(e.getMessage()).contains("exists already"), e::toString);
        assertEquals("mine", Files.readString(target));
        assertEquals(List.of("out.zip"), filesIn(temp));
        write(QUICK.withOverwrite(true), 3);
        assertHolds(target, 3);
    }

    @Test
    void aTargetThatAppearsMeanwhileIsNotReplaced() throws IOException {
        try (var archive = Archive.create(target, QUICK)) {
            append(archive, memory(archive), 0);
            Files.writeString(target, "somebody else's");
            var e = assertThrows(OutputException.class, archive::finish);
            assertTrue(String.valueOf(e.getMessage()).contains("out.zip.part"), e::toString);
        }
        assertEquals("somebody else's", Files.readString(target));
        Files.delete(target);
        Files.copy(temp.resolve("out.zip.part"), target);
        assertHolds(target, 1); // the message promised a finished archive
    }

    @Test
    void whatIsNoPlainFileIsRefusedAsTarget() throws IOException {
        Path elsewhere = Files.writeString(temp.resolve("elsewhere"), "precious");
        Files.createSymbolicLink(target, elsewhere);
        refused(QUICK.withOverwrite(true), "symbolic link");
        Files.delete(target);
        Files.createDirectory(target);
        refused(QUICK.withOverwrite(true), "is a folder");
        target = temp.resolve("missing/out.zip");
        refused(QUICK, "there is no folder");
        assertEquals("precious", Files.readString(elsewhere));
        assertEquals(List.of("elsewhere", "out.zip"), filesIn(temp));
    }

    @Test
    void linksAndStrangersInPlaceOfOurFilesAreNotFollowed() throws IOException {
        Path precious = Files.writeString(temp.resolve("precious"), "precious");
        Path part = Files.createSymbolicLink(temp.resolve("out.zip.part"), precious);
        refused(QUICK.withDiscardUnfinished(true), "in the way");
        Files.delete(part);
        Files.writeString(part, "a browser's");
        refused(QUICK.withDiscardUnfinished(true), "in the way");
        assertEquals("a browser's", Files.readString(part));
        Files.delete(part);
        Path folder = Files.createSymbolicLink(temp.resolve("out.zip.gofer"), temp);
        refused(QUICK, "not a folder");
        Files.delete(folder);
        Files.createDirectory(folder);
        Files.createSymbolicLink(folder.resolve("lock"), precious);
        refused(QUICK, "cannot lock");
        assertEquals("precious", Files.readString(precious));
    }

    private void refused(ArchiveOptions options, String why) {
        for (boolean resume : new boolean[] {false, true}) {
            var e = assertThrows(
                    OutputException.class,
                    () -> (resume ? Archive.resume(target, options) : Archive.create(target, options)).close());
            assertTrue(String.valueOf(e.getMessage()).contains(why), e::toString);
        }
    }

    @Test
    void twoRunsToOneTargetAreKeptApart() throws IOException {
        try (var archive = Archive.create(target, QUICK)) {
            refused(QUICK, "another run");
            append(archive, memory(archive), 0);
            archive.finish();
        }
        assertHolds(target, 1);
    }

    @Test
    void anUnfinishedRunIsResumedOrDiscardedButNeverByAccident() throws IOException {
        try (var archive = Archive.create(target, QUICK)) {
            append(archive, memory(archive), 1);
            archive.fail(0, "http://host/0", "404", "not found");
        }
        assertEquals(List.of("out.zip.gofer", "out.zip.part"), filesIn(temp));
        var e = assertThrows(OutputException.class, () -> write(QUICK, 1));
        assertTrue(String.valueOf(e.getMessage()).contains("unfinished"), e::toString);
        var other = ArchiveOptions.defaults("other list", "settings");
        e = assertThrows(OutputException.class, () -> Archive.resume(target, other));
        assertTrue(String.valueOf(e.getMessage()).contains("another list"), e::toString);
        try (var archive = Archive.resume(target, QUICK)) {
            assertEquals(BitSet.valueOf(new long[] {0b10}), archive.done());
            assertEquals(BitSet.valueOf(new long[] {0b01}), archive.failed());
            assertEquals(1, archive.entries());
            append(archive, memory(archive), 0);
            assertTrue(archive.failed().isEmpty());
            assertThrows(IllegalArgumentException.class, () -> append(archive, memory(archive), 1));
        }
        try (var archive = Archive.resume(target, QUICK)) {
            archive.finish();
        }
        assertHolds(target, 2);
        Files.delete(target);
        try (var archive = Archive.create(target, QUICK)) {
            append(archive, memory(archive), 5);
        }
        write(QUICK.withDiscardUnfinished(true), 1);
        assertHolds(target, 1);
    }

    @Test
    void aRunWithNothingToKeepLeavesNothing() throws IOException {
        Archive.create(target, QUICK).close();
        assertEquals(List.of(), filesIn(temp));
        try (var archive = Archive.create(target, QUICK)) {
            append(archive, memory(archive), 0);
            archive.commit();
            archive.discard();
            assertThrows(IllegalStateException.class, archive::finish);
        }
        assertEquals(List.of(), filesIn(temp));
    }

    @Test
    void leftOversOfAFinishedRunAreSwept() throws IOException {
        write(QUICK, 2);
        byte[] whole = Files.readAllBytes(target);
        Files.createLink(temp.resolve("out.zip.part"), target); // killed between its last two steps
        refused(QUICK, "exists already");
        assertEquals(List.of("out.zip"), filesIn(temp));
        assertArrayEquals(whole, Files.readAllBytes(target));
    }

    @Test
    void resumingDoesNotWriteIntoAHardLinkedBackup() throws IOException {
        try (var archive = Archive.create(target, QUICK)) {
            append(archive, memory(archive), 1);
        }
        Path backup = Files.createLink(temp.resolve("backup"), temp.resolve("out.zip.part"));
        byte[] before = Files.readAllBytes(backup);
        try (var archive = Archive.resume(target, QUICK)) {
            append(archive, memory(archive), 0);
            archive.finish();
        }
        assertArrayEquals(before, Files.readAllBytes(backup));
        assertHolds(target, 2);
    }

    @Test
    void commitsComeByTimeAndByBytes() throws IOException {
        var clock = new AtomicLong();
        var options = QUICK.withCommits(Duration.ofSeconds(2), 3000);
        try (var archive = ArchiveOpener.create(target, options, Disk.REAL, clock::get)) {
            var spool = memory(archive);
            long journal = journalSize();
            append(archive, spool, 1);
            assertEquals(journal, journalSize(), "not due");
            clock.addAndGet(2_000_000_000);
            archive.commitIfDue();
            assertTrue(journalSize() > journal, "due by time");
            journal = journalSize();
            archive.commitIfDue();
            assertEquals(journal, journalSize(), "nothing to commit");
            append(archive, spool, 4);
            assertTrue(journalSize() > journal, "due by bytes");
        }
    }

    private long journalSize() throws IOException {
        return Files.size(temp.resolve("out.zip.gofer/journal"));
    }

    @Test
    void unsafeNamesAndIndexesAreRefusedBeforeAnythingIsWritten() throws IOException {
        try (var archive = Archive.create(target, QUICK);
                Body body = memory(archive).read(new ByteArrayInputStream(new byte[3]))) {
            for (String name : List.of("../x", "/x", "a\\b", "", "con.txt", "a//b", "a/", "x.", "\u202Ex"))
                assertThrows(
                        IllegalArgumentException.class,
                        () -> archive.append(new Item(0, name, "u", 200, Instant.EPOCH), body));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> archive.append(new Item(-1, "x", "u", 200, Instant.EPOCH), body));
            append(archive, memory(archive), 0);
            archive.finish();
        }
        assertHolds(target, 1);
    }

    @Test
    void anErrorBreaksTheArchiveButNotWhatWasCommitted() throws IOException {
        try (var archive = Archive.create(target, QUICK);
                Body cut = new Body(new Body.Digest(10, 0, new byte[32])) {
                    @Override
                    void writeTo(GatheringByteChannel out, ByteBuffer head) throws IOException {
                        out.write(head);
                        throw new IOException("Input/output error");
                    }

                    @Override
                    InputStream open() {
                        return InputStream.nullInputStream();
                    }

                    @Override
                    OutputException unreadable(IOException why) {
                        throw new AssertionError(why);
                    }

                    @Override
                    public void close() {}
                }) {
            append(archive, memory(archive), 0);
            archive.commit();
            assertThrows(OutputException.class, () -> archive.append(item(1), cut));
            assertThrows(IllegalStateException.class, () -> append(archive, memory(archive), 1));
            assertThrows(IllegalStateException.class, archive::finish);
        }
        try (var archive = Archive.resume(target, QUICK)) {
            append(archive, memory(archive), 1);
            archive.finish();
        }
        assertHolds(target, 2);
    }

    @Test
    void anEarlierSpoolFileOfAKilledRunIsRemoved() throws IOException {
        Path spool = Files.createDirectories(temp.resolve("out.zip.gofer/spool"));
        Files.writeString(spool.resolve("7.body"), "lost");
        write(QUICK, 1);
        assertEquals(List.of("out.zip"), filesIn(temp));
    }

    @Test
    void theLargestEntryNeedsNoMemory() throws IOException {
        try (var archive = Archive.create(target, QUICK);
                Body hole = new Hole(MORE_THAN_4_GIB)) {
            archive.append(new Item(0, "hole.bin", "u", 200, Archives.TIME), hole);
            try (Body body = memory(archive).read(new ByteArrayInputStream(content(1)))) {
                archive.append(new Item(1, "behind.bin", "u", 200, Archives.TIME), body);
            }
            archive.finish();
        }
        var report = ArchiveVerifier.verify(target);
        assertEquals(List.of(), report.problems());
        assertEquals(MORE_THAN_4_GIB + content(1).length, report.bytes());
        try (var zip = new ZipFile(target.toFile())) {
            assertEquals(MORE_THAN_4_GIB, zip.getEntry("hole.bin").getSize());
            try (var in = zip.getInputStream(zip.getEntry("behind.bin"))) {
                assertArrayEquals(content(1), in.readAllBytes());
            }
        }
    }

    private static final long MORE_THAN_4_GIB = ZipFormat.MAX32 + 10;

    @Test
    void manyEntriesTurnToZip64ExactlyWhereNeeded() throws IOException {
        for (int count : new int[] {65_534, 65_535, 65_536, 70_000}) {
            target = temp.resolve(count + ".zip");
            try (var archive = Archive.create(target, QUICK);
                    Body body = memory(archive).read(new ByteArrayInputStream(new byte[0]))) {
                for (int i = 0; i < count; i++) archive.append(new Item(i, "n" + i, "u", 200, Archives.TIME), body);
                archive.finish();
            }
            var report = ArchiveVerifier.verify(target);
            assertEquals(List.of(), report.problems());
            assertEquals(count, report.entries());
            assertEquals(count >= 65_535, hasLocator(target), "ZIP64 for " + count);
            try (var zip = new ZipFile(target.toFile())) {
                assertEquals(count, zip.size());
            }
        }
    }

    private static boolean hasLocator(Path zip) throws IOException {
        var record = ZipFormat.allocate(4);
        try (var channel = FileChannel.open(zip, StandardOpenOption.READ)) {
            channel.read(record, channel.size() - ZipFormat.END_BYTES - ZipFormat.LOCATOR64_BYTES);
        }
        return record.getInt(0) == ZipFormat.LOCATOR64;
    }

    @Test
    void aDiskThatIsNearlyFullEndsTheRunAndWhatCameIsKept() throws IOException {
        var free = new AtomicLong(1000);
        var disk = new Disk() {
            @Override
            public long free(Path file) {
                return free.get();
            }
        };
        var options = QUICK.withMinFree(100);
        try (var archive = ArchiveOpener.create(target, options, disk, () -> 0)) {
            append(archive, memory(archive), 0);
            archive.commit();
            append(archive, memory(archive), 1);
            free.set(99);
            var e = assertThrows(OutputException.class, archive::commit);
            assertTrue(String.valueOf(e.getMessage()).contains("free some space"), e::toString);
        }
        assertThrows(OutputException.class, () -> ArchiveOpener.resume(target, options, disk, () -> 0));
        free.set(100);
        try (var archive = ArchiveOpener.resume(target, options, disk, () -> 0)) {
            assertEquals(2, archive.entries());
            archive.finish();
        }
        assertHolds(target, 2);
    }
}
