package dev.gofer.fetch.archive;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A set of names that keeps 64 bits of each, with a number beside it: 12 bytes a slot, at most two thirds full, so a million names take some
 * 25 MB. Two names that share their 64 bits only cost one of them a needless number. SHA-256, because a list may be written by an enemy: a
 * weaker hash could be made to collide into quadratic time.
 */
final class NameSet {
    /* (1) From IN_MEMORY slots on the table is a file that is mapped, where there is a folder for it: heap does not grow with the list.
     * (2) Its blocks are written before it is mapped, since a full disk under a mapping would end the JVM. Where there are none, heap it is. */
    private static final int SLOT = 12;
    private static final int IN_MEMORY = 1 << 18;
    private static final int MOST = 1 << 27; // 1.5 GiB, within one buffer

    private final MessageDigest sha = Spool.sha256();
    private final @Nullable Path folder;
    private int slots = 64;
    private ByteBuffer table = ByteBuffer.allocate(slots * SLOT); // of a slot: the key, 0 for a free one; the number
    private int size;

    /** {@code folder}, which may have to be made, takes a large table; null: none does. */
    NameSet(@Nullable Path folder) {
        this.folder = folder;
    }

    NameSet() {
        this(null);
    }

    boolean contains(String name) {
        return at(slot(key(name))) != 0;
    }

    /** The number last put for a name; 2 if it is not in the set. */
    int next(String name) {
        int slot = slot(key(name));
        return at(slot) == 0 ? 2 : table.getInt(slot * SLOT + 8);
    }

    void put(String name, int number) {
        long key = key(name);
        int slot = slot(key);
        if (at(slot) == 0) {
            if (3L * (size + 1) > 2L * slots) {
                grow();
                slot = slot(key);
            }
            size++;
        }
        set(slot, key, number);
    }

    private long at(int slot) {
        return table.getLong(slot * SLOT);
    }

    private void set(int slot, long key, int number) {
        table.putLong(slot * SLOT, key).putInt(slot * SLOT + 8, number);
    }

    private long key(String name) {
        long key = ByteBuffer.wrap(sha.digest(ZipFormat.utf8(name))).getLong();
        return key == 0 ? 1 : key;
    }

    /** Where the key is, or the free slot where it would go. */
    private int slot(long key) {
        int slot = (int) key & slots - 1;
        for (long found = at(slot); found != 0 && found != key; found = at(slot)) slot = slot + 1 & slots - 1;
        return slot;
    }

    private void grow() {
        if (slots == MOST) throw new IllegalStateException("more names than can be told apart");
        ByteBuffer old = table;
        int oldSlots = slots;
        table = allocate(2 * oldSlots);
        slots = 2 * oldSlots;
        for (int i = 0; i < oldSlots; i++) {
            long key = old.getLong(i * SLOT);
            if (key != 0) set(slot(key), key, old.getInt(i * SLOT + 8));
        }
    }

    private ByteBuffer allocate(int wanted) {
        int bytes = wanted * SLOT;
        if (folder != null && wanted > IN_MEMORY) {
            try {
                return mapped(folder, bytes); // (1)
            } catch (IOException e) {
                // (2)
            }
        }
        return ByteBuffer.allocate(bytes);
    }

    private static ByteBuffer mapped(Path folder, int bytes) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("names-" + bytes + "-" + System.nanoTime() + StateFolder.SPOOL_SUFFIX);
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (int left = bytes; left > 0; left -= zeros.position())
                channel.write(zeros.clear().limit(Math.min(left, zeros.capacity()))); // (2)
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
        }
    }
}
