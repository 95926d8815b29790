package dev.gofer.fetch.archive;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;

/** What a run writes: one file, or several {@linkplain ShardName shards}, of a format that holds entries; or a folder of plain files. */
public enum ArchiveFormat {
    /** ZIP as APPNOTE 6.3 has it, with ZIP64 where it is needed. */
    ZIP,
    /** tar as POSIX has it: ustar, with pax headers only for what ustar cannot hold. */
    TAR,
    /** A file for each entry, in a folder. */
    FOLDER;

    /**
     * {@return the format that a file's name tells: {@link #TAR} for {@code .tar}, else {@link #ZIP}}
     *
     * @param file of any name
     */
    public static ArchiveFormat ofName(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".tar") ? TAR : ZIP;
    }

    /** What stands before an entry's data, ready to be read. */
    ByteBuffer head(JournalRecord.Entry e) {
        return switch (this) {
            case ZIP -> ZipFormat.localHeader(e);
            case TAR -> TarFormat.header(e);
            case FOLDER -> ByteBuffer.allocate(0);
        };
    }

    /** How many bytes of zero stand behind it. */
    int padding(JournalRecord.Entry e) {
        return this == TAR ? TarFormat.padding(e.packedSize()) : 0;
    }

    /** How many bytes an entry takes in all. */
    long bytes(JournalRecord.Entry e) {
        int head = switch (this) {
            case ZIP -> ZipFormat.localHeaderSize(e);
            case TAR -> TarFormat.headerSize(e);
            case FOLDER -> 0;
        };
        return Math.addExact(head + padding(e), e.packedSize());
    }
}
