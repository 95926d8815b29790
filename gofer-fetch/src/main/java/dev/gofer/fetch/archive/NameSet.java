package dev.gofer.fetch.archive;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A set of names that keeps 64 bits of each, with a number beside it: 12 bytes a slot, at most two thirds full, so a million names take some
 * 25 MB. Two names that share their 64 bits only cost one of them a needless number. SHA-256, because a list may be written by an enemy: a
 * weaker hash could be made to collide into quadratic time.
 */
final class NameSet {
    private final MessageDigest sha = Spool.sha256();
    private long[] keys = new long[64]; // 0: free
    private int[] next = new int[64];
    private int size;

    boolean contains(String name) {
        return keys[slot(key(name))] != 0;
    }

    /** The number last put for a name; 2 if it is not in the set. */
    int next(String name) {
        int slot = slot(key(name));
        return keys[slot] == 0 ? 2 : next[slot];
    }

    void put(String name, int number) {
        long key = key(name);
        int slot = slot(key);
        if (keys[slot] == 0) {
            if (3 * (size + 1) > 2 * keys.length) {
                grow();
                slot = slot(key);
            }
            size++;
        }
        keys[slot] = key;
        next[slot] = number;
    }

    private long key(String name) {
        long key = ByteBuffer.wrap(sha.digest(ZipFormat.utf8(name))).getLong();
        return key == 0 ? 1 : key;
    }

    /** Where the key is, or the free slot where it would go. */
    private int slot(long key) {
        int slot = (int) key & keys.length - 1;
        while (keys[slot] != 0 && keys[slot] != key) slot = slot + 1 & keys.length - 1;
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldNext = next;
        keys = new long[2 * oldKeys.length];
        next = new int[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] == 0) continue;
            int slot = slot(oldKeys[i]);
            keys[slot] = oldKeys[i];
            next[slot] = oldNext[i];
        }
    }
}
