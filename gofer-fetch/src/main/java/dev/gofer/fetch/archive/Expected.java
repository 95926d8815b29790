package dev.gofer.fetch.archive;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What is known of entries before they are read: by name, the size and SHA-256 of each. Some 80 bytes an entry. Used by one thread at a time.
 */
public final class Expected {
    /* As NameSet, 64 bits of a hash stand for a name: open addressing, at most two thirds full. */
    private static final int HASH = 32;
    private static final long ANY_SIZE = -1;

    private final MessageDigest sha = Spool.sha256();
    private long[] keys = new long[64]; // 0: free
    private long[] sizes = new long[64];
    private byte[] hashes = new byte[64 * HASH];
    private int count;

    /** Nothing is known. */
    public Expected() {}

    /**
     * Adds an entry; the last one of a name counts.
     *
     * @param name of the entry
     * @param size in bytes, or a negative number if that is not known
     * @param sha256 of its bytes: 32
     */
    public void add(String name, long size, byte[] sha256) {
        if (sha256.length != HASH) throw new IllegalArgumentException("a SHA-256 has 32 bytes");
        if (3 * (count + 1) > 2 * keys.length) grow();
        put(key(name), Math.max(size, ANY_SIZE), sha256, 0);
    }

    /** {@return how many there are} */
    public int size() {
        return count;
    }

    boolean contains(String name) {
        return count > 0 && keys[slot(key(name))] != 0;
    }

    boolean isSize(String name, long size) {
        long expected = sizes[slot(key(name))];
        return expected == ANY_SIZE || expected == size;
    }

    boolean isHash(String name, byte[] sha256) {
        int at = slot(key(name)) * HASH;
        return Arrays.equals(hashes, at, at + HASH, sha256, 0, HASH);
    }

    private void put(long key, long size, byte[] from, int offset) {
        int slot = slot(key);
        if (keys[slot] == 0) count++;
        keys[slot] = key;
        sizes[slot] = size;
        System.arraycopy(from, offset, hashes, slot * HASH, HASH);
    }

    private long key(String name) {
        long key = ByteBuffer.wrap(sha.digest(ZipFormat.utf8(name))).getLong();
        return key == 0 ? 1 : key;
    }

    private int slot(long key) {
        int slot = (int) key & keys.length - 1;
        while (keys[slot] != 0 && keys[slot] != key) slot = slot + 1 & keys.length - 1;
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldSizes = sizes;
        byte[] oldHashes = hashes;
        keys = new long[2 * oldKeys.length];
        sizes = new long[keys.length];
        hashes = new byte[keys.length * HASH];
        count = 0;
        for (int i = 0; i < oldKeys.length; i++) if (oldKeys[i] != 0) put(oldKeys[i], oldSizes[i], oldHashes, i * HASH);
    }
}
