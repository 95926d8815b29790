package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;

/** Each shape of output that the promises are tested on, and how to read it back without a line of ours. */
enum Shape {
    ZIP("out.zip", Long.MAX_VALUE),
    TAR("out.tar", Long.MAX_VALUE),
    FOLDER("out", Long.MAX_VALUE),
    ZIP_SHARDS("out.zip-%03d.zip", 2),
    TAR_SHARDS("out.tar-%d.tar", 4),
    /** One file, that turned out to have too many entries for one. */
    OVERFLOW("out.zip", Long.MAX_VALUE);

    final String output;
    private final long shardItems;

    Shape(String output, long shardItems) {
        this.output = output;
        this.shardItems = shardItems;
    }

    ArchiveOptions of(ArchiveOptions options) {
        var format = this == FOLDER ? ArchiveFormat.FOLDER : ArchiveFormat.ofName(Path.of(output));
        var shaped = options.withFormat(format).withShards(shardItems, ArchiveOptions.UNLIMITED);
        return this == OVERFLOW ? shaped.withAutoItems(2) : shaped;
    }

    /** The archives or the folder that have a final name, in a folder where there is nothing else of a finished run. */
    List<Path> published(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(".part")
                            && !file.toString().endsWith(".gofer"))
                    .sorted()
                    .toList();
        }
    }

    /** Every entry there is, by name; each archive must be whole. */
    Map<String, byte[]> read(Path folder) throws IOException {
        var entries = new HashMap<String, byte[]>();
        for (var archive : published(folder)) {
            switch (this) {
                case ZIP, ZIP_SHARDS, OVERFLOW -> readZip(archive, entries);
                case TAR, TAR_SHARDS -> readTar(archive, entries);
                case FOLDER -> readFolder(archive, entries);
            }
        }
        return entries;
    }

    void assertHolds(Path folder, int count) throws IOException {
        var entries = read(folder);
        assertEquals(count, entries.size(), () -> String.valueOf(entries.keySet()));
        for (int i = 0; i < count; i++)
            assertArrayEquals(Archives.content(i), entries.get(Archives.item(i).name()), "entry " + i);
    }

    private static void readZip(Path zip, Map<String, byte[]> entries) throws IOException {
        assertEquals(List.of(), ArchiveVerifier.verify(zip).problems());
        try (var in = new ZipInputStream(Files.newInputStream(zip))) {
            for (var next = in.getNextEntry(); next != null; next = in.getNextEntry())
                assertNull(entries.put(next.getName(), in.readAllBytes()), next.getName());
        }
    }

    /** Knows ustar and the pax path, checks every checksum and the end. */
    static void readTar(Path tar, Map<String, byte[]> entries) throws IOException {
        try (var in = Files.newInputStream(tar)) {
            String pax = null;
            while (true) {
                byte[] head = in.readNBytes(512);
                assertEquals(512, head.length, "the end is missing");
                if (head[0] == 0) break;
                assertEquals(sum(head), Integer.parseInt(text(head, 148, 6), 8), "checksum");
                int size = Integer.parseInt(text(head, 124, 11), 8);
                byte[] data = in.readNBytes(size);
                in.skipNBytes(-size & 511);
                String prefix = text(head, 345, 155);
                String name = prefix.isEmpty() ? text(head, 0, 100) : prefix + "/" + text(head, 0, 100);
                if (head[156] == 'x') {
                    pax = new String(data, StandardCharsets.UTF_8)
                            .replaceFirst("^[0-9]+ path=", "")
                            .strip();
                    continue;
                }
                assertNull(entries.put(pax == null ? name : pax, data), name);
                pax = null;
            }
            assertArrayEquals(new byte[512], rest(in), "a second block of zeros and no more");
        }
    }

    private static byte[] rest(InputStream in) throws IOException {
        return in.readAllBytes();
    }

    private static int sum(byte[] head) {
        int sum = 0;
        for (int i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xFF;
        return sum;
    }

    private static String text(byte[] head, int from, int length) {
        String text = new String(head, from, length, StandardCharsets.US_ASCII);
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }

    private static void readFolder(Path folder, Map<String, byte[]> entries) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList())
                entries.put(folder.relativize(file).toString(), Files.readAllBytes(file));
        }
    }
}
