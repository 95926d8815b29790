package dev.gofer.fetch.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Archives on both sides of each number at which ZIP64 begins; large ones are sparse. {@code main} makes them in a folder, for scripts/zip64. */
final class Zip64Edges {
    static final String BEHIND = "behind.txt";
    static final byte[] TEXT = "what lies behind\n".getBytes(StandardCharsets.UTF_8);

    private static final int HEAD = ZipFormat.LOCAL_BYTES + 9 + "hole.bin".length(); // without ZIP64

    private Zip64Edges() {}

    /** An archive, and what is in it. {@code holeSize}: of its first entry; -1: it has none. {@code isZip64}: it must have the records of ZIP64. */
    record Edge(Path file, int entries, long holeSize, boolean isZip64) {}

    static List<Edge> make(Path folder) throws IOException {
        var edges = new ArrayList<Edge>();
        for (int count : new int[] {65_534, 65_535, 65_536}) {
            Path file = folder.resolve("entries-" + count + ".zip");
            try (var archive = Archive.create(file, Archives.QUICK)) {
                try (Body empty = body(archive, new byte[0])) {
                    for (int i = 0; i < count - 1; i++)
                        archive.append(new Item(i, "n" + i, "u", 200, Archives.TIME), empty);
                }
                behind(archive, count - 1);
                archive.finish();
            }
            edges.add(new Edge(file, count, -1, count >= ZipFormat.MAX16));
        }
        for (long size : new long[] {ZipFormat.MAX32 - 1, ZipFormat.MAX32, ZipFormat.MAX32 + 1})
            edges.add(hole(folder.resolve("size-" + size + ".zip"), size));
        for (long offset : new long[] {ZipFormat.MAX32 - 1, ZipFormat.MAX32, ZipFormat.MAX32 + 1})
            edges.add(hole(folder.resolve("offset-" + offset + ".zip"), offset - HEAD));
        for (long directory : new long[] {ZipFormat.MAX32 - 1, ZipFormat.MAX32}) {
            int behind = ZipFormat.LOCAL_BYTES + 9 + BEHIND.length() + TEXT.length;
            edges.add(hole(folder.resolve("directory-" + directory + ".zip"), directory - behind - HEAD));
        }
        return edges;
    }

    private static Edge hole(Path file, long size) throws IOException {
        long directory;
        try (var archive = Archive.create(file, Archives.QUICK);
                Body hole = new Hole(size)) {
            archive.append(new Item(0, "hole.bin", "u", 200, Archives.TIME), hole);
            behind(archive, 1);
            directory = archive.bytes();
            archive.finish();
        }
        return new Edge(file, 2, size, directory >= ZipFormat.MAX32);
    }

    private static void behind(Archive archive, int index) throws IOException {
        try (Body body = body(archive, TEXT)) {
            archive.append(new Item(index, BEHIND, "u", 200, Archives.TIME), body);
        }
    }

    private static Body body(Archive archive, byte[] bytes) throws IOException {
        return Archives.memory(archive).read(new ByteArrayInputStream(bytes));
    }

    /** Prints a line for each: file, entries, size of the hole. */
    public static void main(String[] args) throws IOException {
        for (var edge : make(Path.of(args[0])))
            System.out.println(edge.file + "\t" + edge.entries + "\t" + edge.holeSize);
    }
}
