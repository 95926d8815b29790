package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ZIP64 begins where it must and not before. What other programs say of the same archives, scripts/zip64 asks. */
class Zip64Test {
    @TempDir
    Path temp;

    @Test
    void theRecordsOfZip64AreThereExactlyWhereTheyAreNeeded() throws IOException {
        for (var edge : Zip64Edges.make(temp)) {
            String name = String.valueOf(edge.file().getFileName());
            assertEquals(edge.isZip64(), hasLocator(edge.file()), name);
            try (var zip = new ZipFile(edge.file().toFile())) {
                assertEquals(edge.entries(), zip.size(), name);
                if (edge.holeSize() >= 0)
                    assertEquals(edge.holeSize(), zip.getEntry("hole.bin").getSize(), name);
                try (var in = zip.getInputStream(zip.getEntry(Zip64Edges.BEHIND))) {
                    assertArrayEquals(Zip64Edges.TEXT, in.readAllBytes(), name);
                }
            }
            Files.delete(edge.file());
        }
    }

    private static boolean hasLocator(Path zip) throws IOException {
        var record = ZipFormat.allocate(4);
        try (var channel = FileChannel.open(zip, StandardOpenOption.READ)) {
            channel.read(record, channel.size() - ZipFormat.END_BYTES - ZipFormat.LOCATOR64_BYTES);
        }
        return record.getInt(0) == ZipFormat.LOCATOR64;
    }
}
