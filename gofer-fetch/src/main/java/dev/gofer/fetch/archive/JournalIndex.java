package dev.gofer.fetch.archive;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Where an earlier run's journal tells last of each input: eight bytes an index in a file of their own, since a list may be too long for a table
 * in memory. The file is made for one run and gone with it.
 */
final class JournalIndex implements AutoCloseable {
    private final Path file;
    private final Disk disk;
    private final FileChannel channel;
    private final ByteBuffer slot = ByteBuffer.allocate(8);

    /** An empty index; the file must not exist. */
    JournalIndex(Path file, Disk disk) throws IOException {
        this.file = file;
        this.disk = disk;
        this.channel = disk.open(file, CREATE_NEW, READ, WRITE);
    }

    /** Notes that the record at {@code position} tells of {@code index}. */
    void put(int index, long position) throws IOException {
        slot.clear().putLong(position + 1).flip(); // 0: a hole
        while (slot.hasRemaining()) channel.write(slot, 8L * index + slot.position());
    }

    /** Position of the record that was noted last, or -1. */
    long position(int index) throws IOException {
        slot.clear();
        while (slot.hasRemaining()) {
            if (channel.read(slot, 8L * index + slot.position()) < 0) return -1;
        }
        return slot.getLong(0) - 1;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            disk.deleteIfExists(file);
        }
    }
}
