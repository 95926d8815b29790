package dev.gofer.fetch.archive;

import static dev.gofer.fetch.archive.Archives.QUICK;
import static dev.gofer.fetch.archive.Archives.append;
import static dev.gofer.fetch.archive.Archives.content;
import static dev.gofer.fetch.archive.Archives.filesIn;
import static dev.gofer.fetch.archive.Archives.memory;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is not one ZIP: tar, folders, shards. */
class ShapesTest {
    @TempDir
    Path temp;

    private Path write(Shape shape, ArchiveOptions options, int from, int to) throws IOException {
        Path target = temp.resolve(shape.output);
        try (var archive = Archive.create(target, shape.of(options))) {
            var spool = memory(archive);
            for (int i = from; i < to; i++) append(archive, spool, i);
            archive.finish();
            long size = 0;
            for (var file : shape.published(temp)) size += Files.isRegularFile(file) ? Files.size(file) : 0;
            if (shape != Shape.FOLDER) assertEquals(size, archive.bytes());
        }
        return target;
    }

    @ParameterizedTest
    @EnumSource
    void everyShapeIsReadBack(Shape shape) throws IOException {
        write(shape, QUICK, 0, 9);
        shape.assertHolds(temp, 9);
        assertEquals(shape.published(temp).size(), filesIn(temp).size(), "nothing is left beside it");
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedRunGoesOn(Shape shape) throws IOException {
        Path target = temp.resolve(shape.output);
        for (int to = 1; to <= 9; to++) {
            try (var archive = Archive.resume(target, shape.of(QUICK))) {
                assertEquals(to - 1, archive.entries());
                assertEquals(to - 1, archive.done().cardinality());
                append(archive, memory(archive), to - 1);
                if (to == 9) archive.finish();
            }
        }
        shape.assertHolds(temp, 9);
        assertEquals(shape.published(temp).size(), filesIn(temp).size());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsThereIsNotTouched(Shape shape) throws IOException {
        write(shape, QUICK, 0, 9);
        var e = assertThrows(OutputException.class, () -> write(shape, QUICK, 0, 1));
        assertTrue(String.valueOf(e.getMessage()).matches(".*(exists already|is not empty).*"), e::toString);
        shape.assertHolds(temp, 9);
        assertEquals(shape.published(temp).size(), filesIn(temp).size());
    }

    @ParameterizedTest
    @EnumSource
    void anotherShapeDoesNotResume(Shape shape) throws IOException {
        Path target = temp.resolve(shape.output);
        try (var archive = Archive.create(target, shape.of(QUICK))) {
            append(archive, memory(archive), 0);
        }
        var other = shape.of(QUICK.withCommits(java.time.Duration.ofDays(1), 1));
        var changed = shape == Shape.ZIP || shape == Shape.OVERFLOW
                ? other.withFormat(ArchiveFormat.TAR)
                : shape == Shape.FOLDER ? other.withFormat(ArchiveFormat.ZIP) : other.withShards(3, 1 << 20);
        var e = assertThrows(OutputException.class, () -> {
            if (shape == Shape.TAR)
                Archive.resume(target, other.withFormat(ArchiveFormat.ZIP)).close();
            else Archive.resume(target, changed).close();
        });
        assertFalse(String.valueOf(e.getMessage()).contains("damaged"), e::toString);
    }

    @Test
    void shardsAreSealedAsTheyAreFull() throws IOException {
        Path target = temp.resolve("s-%05d.zip");
        try (var archive = Archive.create(target, QUICK.withShards(2, ArchiveOptions.UNLIMITED))) {
            var spool = memory(archive);
            for (int i = 0; i < 5; i++) {
                append(archive, spool, i);
                if (i == 2) {
                    assertEquals(
                            2,
                            ArchiveVerifier.verify(temp.resolve("s-00000.zip")).entries());
                    assertTrue(Files.exists(temp.resolve("s-00001.zip.part")));
                }
            }
            archive.finish();
        }
        assertEquals(List.of("s-00000.zip", "s-00001.zip", "s-00002.zip"), filesIn(temp));
        assertEquals(1, ArchiveVerifier.verify(temp.resolve("s-00002.zip")).entries());
    }

    @Test
    void shardsMayBeTakenAwayDuringTheRun() throws IOException {
        Path target = temp.resolve("s-%d.zip");
        var options = QUICK.withShards(1, ArchiveOptions.UNLIMITED);
        try (var archive = Archive.create(target, options)) {
            for (int i = 0; i < 3; i++) append(archive, memory(archive), i);
        }
        Files.delete(temp.resolve("s-0.zip"));
        try (var archive = Archive.resume(target, options)) {
            append(archive, memory(archive), 3);
            archive.finish();
        }
        assertEquals(List.of("s-1.zip", "s-2.zip", "s-3.zip"), filesIn(temp));
    }

    @Test
    void shardsByBytesAreNoLargerThanSaidUnlessOneEntryIs() throws IOException {
        Path target = temp.resolve("s-%02d.tar");
        var options = QUICK.withFormat(ArchiveFormat.TAR).withShards(ArchiveOptions.UNLIMITED, 4096);
        try (var archive = Archive.create(target, options)) {
            for (int i = 0; i < 12; i++) append(archive, memory(archive), i);
            archive.finish();
        }
        for (var name : filesIn(temp)) {
            var entries = new HashMap<String, byte[]>();
            Shape.readTar(temp.resolve(name), entries);
            long size = Files.size(temp.resolve(name)) - TarFormat.END_BYTES;
            assertTrue(size <= 4096 || entries.size() == 1, name + " has " + size + " bytes in " + entries.size());
        }
        Shape.TAR_SHARDS.assertHolds(temp, 12);
    }

    @Test
    void tarReadsWhatIsInATarOfAnyName() throws IOException, InterruptedException {
        var names = List.of(
                "plain.txt",
                "a/" + "b".repeat(99),
                "folder-".repeat(15) + "/" + "f".repeat(60) + "/x.bin",
                "n".repeat(190) + ".bin",
                "그림/사진 1.jpg",
                "é".repeat(90) + ".png",
                IntStream.range(0, 8)
                        .mapToObj(i -> "d".repeat(190) + i)
                        .reduce("", (a, b) -> a.isEmpty() ? b : a + "/" + b));
        Path target = temp.resolve("out.tar");
        try (var archive = Archive.create(target, QUICK.withFormat(ArchiveFormat.TAR))) {
            for (int i = 0; i < names.size(); i++) {
                try (Body body = memory(archive).read(new ByteArrayInputStream(content(i)))) {
                    archive.append(new Item(i, names.get(i), "u", 200, Archives.TIME), body);
                }
            }
            archive.finish();
        }
        Path out = Files.createDirectory(temp.resolve("x"));
        var tar = new ProcessBuilder("tar", "-xf", target.toString(), "-C", out.toString()).redirectErrorStream(true);
        tar.environment().put("LC_ALL", "C.UTF-8");
        var process = tar.start();
        assertEquals("", new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        assertEquals(0, process.waitFor());
        for (int i = 0; i < names.size(); i++) {
            Path file = out.resolve(names.get(i));
            assertArrayEquals(content(i), Files.readAllBytes(file), names.get(i));
            assertEquals(Archives.TIME, Files.getLastModifiedTime(file).toInstant());
        }
    }

    @Test
    void aTarEntryMayHaveMoreThanUstarCanSay() {
        long size = 9L << 30;
        var entry = new JournalRecord.Entry(0, 0, size, size, 0, 0, new byte[32], 0, "big.bin", "u", 200);
        ByteBuffer head = TarFormat.header(entry);
        assertEquals(1536, head.remaining());
        var pax = new byte[21];
        head.get(512, pax);
        assertEquals("19 size=9663676416\n\0\0", new String(pax, java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void aFolderKeepsStrangersFilesAndTakesNoLinkOutOfItself() throws IOException {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Path target = Files.createDirectory(temp.resolve("out"));
        Files.writeString(target.resolve("mine.txt"), "mine");
        Files.createSymbolicLink(target.resolve("folder"), elsewhere);
        var options = QUICK.withFormat(ArchiveFormat.FOLDER);
        assertThrows(
                OutputException.class, () -> Archive.create(target, options).close());
        try (var archive = Archive.create(target, options.withOverwrite(true))) {
            append(archive, memory(archive), 0);
            var e = assertThrows(OutputException.class, archive::commit);
            assertTrue(String.valueOf(e.getMessage()).contains("is not a folder"), e::toString);
        }
        assertEquals(List.of(), filesIn(elsewhere));
        assertEquals("mine", Files.readString(target.resolve("mine.txt")));
        Files.delete(target.resolve("folder"));
        try (var archive = Archive.resume(target, options.withOverwrite(true))) {
            assertEquals(1, archive.entries(), "what was committed is kept");
            archive.finish();
        }
        assertArrayEquals(
                content(0), Files.readAllBytes(target.resolve(Archives.item(0).name())));
        assertEquals(List.of("elsewhere", "out"), filesIn(temp));
    }

    @Test
    void aFileThatIsThereIsReplacedOnlyIfThatIsAllowed() throws IOException {
        Path target = Files.createDirectory(temp.resolve("out"));
        Path file = target.resolve(Archives.item(3).name());
        var options = QUICK.withFormat(ArchiveFormat.FOLDER);
        try (var archive = Archive.create(target, options)) {
            append(archive, memory(archive), 3);
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, "made meanwhile");
            assertThrows(OutputException.class, archive::finish);
        }
        assertEquals("made meanwhile", Files.readString(file));
        try (var archive = Archive.resume(target, options.withOverwrite(true))) {
            archive.finish();
        }
        assertArrayEquals(content(3), Files.readAllBytes(file));
    }

    @Test
    void aJournalOfAnotherVersionSaysSo() throws IOException {
        Path target = temp.resolve("out.zip");
        try (var archive = Archive.create(target, QUICK)) {
            append(archive, memory(archive), 0);
        }
        Path journal = temp.resolve("out.zip.gofer/journal");
        byte[] bytes = Files.readAllBytes(journal);
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        frame.putInt(9, 1); // the version behind the letter
        frame.putInt(4, Journal.checksum(frame.slice(8, frame.getInt(0))));
        Files.write(journal, bytes);
        var e = assertThrows(
                OutputException.class, () -> Archive.resume(target, QUICK).close());
        assertTrue(String.valueOf(e.getMessage()).contains("of another version of gofer"), e::toString);
    }

    @Test
    void shardNames() {
        assertTrue(ShardName.isPattern(Path.of("a/s-%05d.zip")));
        assertTrue(ShardName.isPattern(Path.of("%d")));
        for (var no : List.of("a/s.zip", "a%d/s.zip", "%d-%d.zip", "s-%5d.zip", "%x.zip"))
            assertFalse(ShardName.isPattern(Path.of(no)), no);
        var names = ShardName.of(Path.of("a/s-%03d.zip"));
        assertEquals(Path.of("a/s-007.zip"), names.shard(7));
        assertEquals(Path.of("a/s-12345.zip"), names.shard(12345));
        assertTrue(names.matches("s-007.zip", ""));
        assertTrue(names.matches("s-1234.zip.part", ".part"));
        for (var no : List.of("s-07.zip", "s-00a.zip", "s-007.zip.part", "s-.zip", "x-007.zip"))
            assertFalse(names.matches(no, ""), no);
    }

    @Test
    void aZipWithTooManyEntriesGoesOnBesideIt() throws IOException {
        Path target = write(Shape.OVERFLOW, QUICK, 0, 5);
        assertEquals(List.of("out-00001.zip", "out-00002.zip", "out.zip"), filesIn(temp));
        assertEquals(2, ArchiveVerifier.verify(target).entries());
        assertThrows(OutputException.class, () -> write(Shape.OVERFLOW, QUICK, 0, 1));
        try (var archive = Archive.create(target, Shape.OVERFLOW.of(QUICK).withOverwrite(true))) {
            append(archive, memory(archive), 0);
            archive.finish();
        }
        assertEquals(1, ArchiveVerifier.verify(target).entries());
    }

    @Test
    void whatGoesOnBesideATargetMayBeDiscarded() throws IOException {
        Path target = temp.resolve("out.zip");
        var options = Shape.OVERFLOW.of(QUICK);
        try (var archive = Archive.create(target, options)) {
            for (int i = 0; i < 3; i++) append(archive, memory(archive), i);
        }
        assertEquals(List.of("out-00001.zip.part", "out.zip", "out.zip.gofer"), filesIn(temp));
        var e = assertThrows(
                OutputException.class,
                () -> Archive.create(target, options.withDiscardUnfinished(true))
                        .close());
        assertTrue(String.valueOf(e.getMessage()).contains("exists already"), e::toString);
        assertEquals(List.of("out.zip"), filesIn(temp), "its first shard is whole");
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedJournalMayBeDiscarded(Shape shape) throws IOException {
        Path target = temp.resolve(shape.output);
        var options = shape.of(QUICK);
        try (var archive = Archive.create(target, options)) {
            for (int i = 0; i < 2; i++) {
                append(archive, memory(archive), i);
                archive.commit();
            }
        }
        Path journal = temp.resolve(shape.output + ".gofer/journal");
        Files.write(journal, Archives.flipped(Files.readAllBytes(journal), 90));
        var e = assertThrows(
                OutputException.class, () -> Archive.resume(target, options).close());
        assertTrue(String.valueOf(e.getMessage()).contains("damaged"), e::toString);
        try (var archive =
                Archive.create(target, options.withDiscardUnfinished(true).withOverwrite(true))) {
            append(archive, memory(archive), 0);
            archive.finish();
        }
        if (shape != Shape.FOLDER) shape.assertHolds(temp, 1);
    }
}
