package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An archive to a channel that can only go forward. */
class StreamArchiveTest {
    private static final Path NAME = Path.of("standard output");

    @TempDir
    Path temp;

    /** Takes a few bytes at a time, as a pipe may. */
    private static final class Trickle implements WritableByteChannel {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public int write(ByteBuffer from) {
            int n = Math.min(from.remaining(), 1 + bytes.size() % 700);
            for (int i = 0; i < n; i++) bytes.write(from.get());
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private Archive stream(WritableByteChannel out, ArchiveFormat format, Disk disk) {
        return new StreamArchive(NAME, new Outlet(out), format, temp.resolve("spool"), disk);
    }

    private void fill(Archive archive, int entries) throws IOException {
        var memory = new Spool(archive.spoolFolder(), 1 << 20);
        var files = new Spool(archive.spoolFolder(), 0);
        for (int i = 0; i < entries; i++) Archives.append(archive, i % 2 == 0 ? memory : files, i);
    }

    @ParameterizedTest
    @EnumSource(names = {"ZIP", "TAR"})
    void whatGoesOutIsWhatAFileWouldHold(ArchiveFormat format) throws IOException {
        var out = new Trickle();
        try (var archive = stream(out, format, Disk.REAL)) {
            fill(archive, 20);
            assertEquals(NAME, archive.finish());
            assertEquals(out.bytes.size(), archive.bytes());
        }
        Path file = temp.resolve(format == ArchiveFormat.ZIP ? "file.zip" : "file.tar");
        try (var archive = Archive.create(file, Archives.QUICK.withFormat(format))) {
            fill(archive, 20);
            archive.finish();
        }
        assertArrayEquals(Files.readAllBytes(file), out.bytes.toByteArray());
        assertFalse(Files.exists(temp.resolve("spool")));
    }

    @Test
    void aPipeTakesEntriesFromMemoryAndFromFiles() throws Exception {
        var pipe = Pipe.open();
        var writer = Thread.ofPlatform().start(() -> {
            try (var out = pipe.sink();
                    var archive = stream(out, ArchiveFormat.TAR, Disk.REAL)) {
                fill(archive, 30);
                archive.finish();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Path file = temp.resolve("out.tar");
        try (var in = java.nio.channels.Channels.newInputStream(pipe.source())) {
            Files.copy(in, file);
        }
        writer.join();
        var entries = new HashMap<String, byte[]>();
        Shape.readTar(file, entries);
        for (int i = 0; i < 30; i++)
            assertArrayEquals(Archives.content(i), entries.get(Archives.item(i).name()));
    }

    @Test
    void aLongDirectoryGoesThroughAFile() throws IOException {
        Path file = temp.resolve("out.zip");
        try (var out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                var archive = stream(out, ArchiveFormat.ZIP, Disk.REAL);
                Body body = Archives.memory(archive).read(new ByteArrayInputStream(new byte[] {7}))) {
            for (int i = 0; i < 70_000; i++) {
                archive.append(new Item(i, "n" + i, "u", 200, Archives.TIME), body);
                if (i == 10_000) assertEquals(List.of("directory"), Archives.filesIn(temp.resolve("spool")));
            }
            archive.finish();
        }
        var report = ArchiveVerifier.verify(file);
        assertEquals(List.of(), report.problems());
        assertEquals(70_000, report.entries());
        assertEquals(List.of("out.zip"), Archives.filesIn(temp));
    }

    @Test
    void aReaderThatEndsIsNamed() throws IOException {
        var pipe = Pipe.open();
        pipe.source().close();
        try (var archive = stream(pipe.sink(), ArchiveFormat.ZIP, Disk.REAL)) {
            var e = assertThrows(OutputException.class, () -> fill(archive, 3));
            assertEquals("cannot write standard output: Broken pipe; whoever was to read it has ended", e.getMessage());
            assertThrows(IllegalStateException.class, archive::finish);
        }
        assertEquals(List.of(), Archives.filesIn(temp));
    }

    @Test
    void everyFaultOfTheDiskIsNamedAndLeavesNothing() throws IOException {
        boolean fired = true;
        int failures = 0;
        for (int n = 0; fired; n++) {
            Path spoolFolder = Files.createDirectory(temp.resolve("" + n));
            var disk = new FaultyDisk(FaultyDisk.Fault.FAILS_ONCE, n);
            var out = new Trickle();
            boolean whole = false;
            try (var archive = new StreamArchive(NAME, new Outlet(out), ArchiveFormat.ZIP, spoolFolder, disk)) {
                var files = new Spool(spoolFolder, 0, disk);
                for (int i = 0; i < 4; i++) Archives.append(archive, files, i);
                try (Body body = files.read(new ByteArrayInputStream(new byte[] {7}))) {
                    for (int i = 4; i < 2500; i++)
                        archive.append(new Item(i, "n".repeat(150) + i, "u", 200, Archives.TIME), body);
                }
                archive.finish();
                whole = true;
            } catch (OutputException e) {
                failures++;
                assertTrue(disk.fired && String.valueOf(e.getMessage()).contains("cannot"), e::toString);
            }
            fired = disk.fired;
            if (n > 40) break; // the same few operations for each entry
            if (!whole) continue;
            Path file = Files.write(temp.resolve("whole.zip"), out.bytes.toByteArray());
            assertEquals(List.of(), ArchiveVerifier.verify(file).problems());
            assertEquals(0, disk.open);
        }
        assertTrue(failures > 10, "failures: " + failures);
    }

    @Test
    void shapesWithoutAStreamAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> stream(new Trickle(), ArchiveFormat.FOLDER, Disk.REAL));
    }
}
