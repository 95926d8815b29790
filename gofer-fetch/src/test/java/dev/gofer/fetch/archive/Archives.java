package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;

/** What the tests of this package share: bodies by index, and an archive's content checked against them. */
final class Archives {
    static final Instant TIME = Instant.parse("2025-04-05T06:07:08Z");
    static final ArchiveOptions OPTIONS =
            ArchiveOptions.defaults("list", "settings").withCommits(Duration.ofDays(1), Long.MAX_VALUE);

    /** For tests of what is not about the disk: waiting for it takes most of their time. */
    static final ArchiveOptions QUICK = OPTIONS.withDurable(false);

    private Archives() {}

    /** Content of the entry {@code index}: from nothing to some kilobytes; that of every third can be compressed. */
    static byte[] content(int index) {
        var bytes = new byte[index * 997 % 5000];
        new Random(index).nextBytes(bytes);
        if (index % 3 == 2) for (int i = 0; i < bytes.length; i++) bytes[i] &= 3;
        return bytes;
    }

    static Item item(int index) {
        return new Item(index, "folder/file " + index + ".bin", "http://host/" + index, 200, TIME);
    }

    static void append(Archive archive, Spool spool, int index) throws IOException {
        try (Body body = spool.read(new ByteArrayInputStream(content(index)))) {
            archive.append(item(index), body);
        }
    }

    /** Packs on the way where the entry is of a ZIP. */
    static void append(Archive archive, Compressor compressor, Spool spool, int index) throws IOException {
        try (Body body = compressor.pack(spool.read(new ByteArrayInputStream(content(index))))) {
            archive.append(item(index), body);
        }
    }

    static Spool memory(Archive archive) {
        return new Spool(archive.spoolFolder(), 16L << 20);
    }

    /** Holds exactly the entries 0 to {@code count}, in any order, by our reader and by java.util.zip. */
    static void assertHolds(Path zip, int count) throws IOException {
        var report = ArchiveVerifier.verify(zip);
        assertEquals(List.of(), report.problems());
        assertEquals(count, report.entries());
        try (var file = new ZipFile(zip.toFile())) {
            assertEquals(count, file.size());
            for (int i : IntStream.range(0, count).toArray()) {
                var entry = file.getEntry(item(i).name());
                assertNotNull(entry, "entry " + i);
                try (var in = file.getInputStream(entry)) {
                    assertArrayEquals(content(i), in.readAllBytes(), "entry " + i);
                }
            }
        }
    }

    static List<String> filesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** A flipped bit at {@code at}. */
    static byte[] flipped(byte[] bytes, int at) {
        byte[] copy = Arrays.copyOf(bytes, bytes.length);
        copy[at] ^= 0x10;
        return copy;
    }
}
