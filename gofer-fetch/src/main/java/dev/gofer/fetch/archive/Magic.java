package dev.gofer.fetch.archive;

import java.util.HexFormat;
import java.util.List;

/** Knows files that are compressed already by how they begin. A wrong guess costs time or space, never a byte. */
final class Magic {
    /** So many bytes are looked at. */
    static final int BYTES = 12;

    private static final List<Signature> COMPRESSED = List.of(
            new Signature(0, "ffd8ff"), // JPEG
            new Signature(0, "89504e47"), // PNG
            new Signature(8, ascii("WEBP")),
            new Signature(0, ascii("GIF8")),
            new Signature(4, ascii("ftyp")), // MP4, MOV, HEIC, AVIF
            new Signature(0, "0000000c4a584c20"), // JPEG XL
            new Signature(0, "504b0304"), // ZIP, and what is one: docx, epub, jar
            new Signature(0, "1f8b"), // gzip
            new Signature(0, "28b52ffd"), // zstd
            new Signature(0, "fd377a585a00"), // xz
            new Signature(0, ascii("BZh")),
            new Signature(0, "377abcaf271c"), // 7z
            new Signature(0, ascii("Rar!")),
            new Signature(0, "04224d18"), // lz4
            new Signature(0, ascii("wOF2")),
            new Signature(0, ascii("wOFF")),
            new Signature(0, ascii("%PDF")),
            new Signature(0, "1a45dfa3"), // Matroska, WebM
            new Signature(0, ascii("OggS")),
            new Signature(0, ascii("fLaC")),
            new Signature(0, ascii("ID3")),
            new Signature(0, "fffb"), // MP3
            new Signature(0, ascii("PAR1"))); // Parquet

    private Magic() {}

    /** Whether a file that begins with the first {@code length} of these bytes gains nothing by compression. */
    static boolean isCompressed(byte[] head, int length) {
        for (Signature one : COMPRESSED) if (one.matches(head, length)) return true;
        return false;
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(ZipFormat.utf8(text));
    }

    /** Bytes, in hexadecimal, at a place. */
    private record Signature(int at, String hex) {
        boolean matches(byte[] head, int length) {
            int bytes = hex.length() / 2;
            if (at + bytes > length) return false;
            for (int i = 0; i < bytes; i++)
                if ((head[at + i] & 0xFF) != HexFormat.fromHexDigits(hex, 2 * i, 2 * i + 2)) return false;
            return true;
        }
    }
}
