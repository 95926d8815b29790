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
 * A set of texts, names or lines, that keeps 96 bits of each, with a number beside it: 16 bytes a slot, at most two thirds full, so a million texts
 * take some 33 MB. Two texts that share their 96 bits count as one: of ten million, one time in 10<sup>15</sup>. SHA-256, because a list may be
 * written by an enemy: a weaker hash could be made to collide. Confined to one thread.
 */
public final class NameSet {
    /* (1) From IN_MEMORY slots on the table is a file that is mapped, where there is a folder for it: heap does not grow with the list.
     * (2) Its blocks are written before it is mapped, since a full disk under a mapping would end the JVM. Where there are none, heap it is. */
    private static final int SLOT = 16;
    private static final int IN_MEMORY = 1 << 18;
    private static final int MOST = 1 << 26; // 1 GiB, within one buffer

    private final MessageDigest sha = Spool.sha256();
    private final @Nullable Path folder;
    private int slots = 64;
    private ByteBuffer table =
            ByteBuffer.allocate(slots * SLOT); // of a slot: the key, 0 for a free one, in 8 and 4 bytes; the number
    private int size;

    /**
     * An empty set.
     *
     * @param folder takes a large table, and may have to be made; null: memory does
     */
    public NameSet(@Nullable Path folder) {
        this.folder = folder;
    }

    NameSet() {
        this(null);
    }

    boolean contains(String text) {
        return at(slot(key(text))) != 0;
    }

    /** The number last put for a text; 2 if it is not in the set. */
    int next(String text) {
        int slot = slot(key(text));
        return at(slot) == 0 ? 2 : number(slot);
    }

    void put(String text, int number) {
        Key key = key(text);
        put(key, slot(key), number);
    }

    /**
     * {@return the number of a text that is in the set; null for one that was not, and is now}
     *
     * @param text which
     * @param number of a new one
     */
    public @Nullable Integer putIfAbsent(String text, int number) {
        Key key = key(text);
        int slot = slot(key);
        if (at(slot) != 0) return number(slot);
        put(key, slot, number);
        return null;
    }

    private void put(Key key, int found, int number) {
        int slot = found;
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

    private int number(int slot) {
        return table.getInt(slot * SLOT + 12);
    }

    private void set(int slot, Key key, int number) {
        table.putLong(slot * SLOT, key.high).putInt(slot * SLOT + 8, key.low).putInt(slot * SLOT + 12, number);
    }

    private Key key(String text) {
        ByteBuffer hash = ByteBuffer.wrap(sha.digest(ZipFormat.utf8(text)));
        long high = hash.getLong();
        return new Key(high == 0 ? 1 : high, hash.getInt());
    }

    /** Where the key is, or the free slot where it would go. */
    private int slot(Key key) {
        int slot = (int) key.high & slots - 1;
        for (long found = at(slot); found != 0; found = at(slot)) {
            if (found == key.high && table.getInt(slot * SLOT + 8) == key.low) break;
            slot = slot + 1 & slots - 1;
        }
        return slot;
    }

    private void grow() {
        if (slots == MOST) throw new IllegalStateException("more names than can be told apart");
        ByteBuffer old = table;
        int oldSlots = slots;
        table = allocate(2 * oldSlots);
        slots = 2 * oldSlots;
        for (int i = 0; i < oldSlots; i++) {
            var key = new Key(old.getLong(i * SLOT), old.getInt(i * SLOT + 8));
            if (key.high != 0) set(slot(key), key, old.getInt(i * SLOT + 12));
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

    /** The first bits of a hash; {@code high} is never 0. */
    private record Key(long high, int low) {}
}
