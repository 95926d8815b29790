package dev.gofer.fetch.archive;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Chunks of memory under one budget, shared by all goroutines. Nobody ever waits for one: a body that gets none goes to disk. */
final class ChunkPool {
    /* A permit stands for CHUNK bytes.
     * (1) Permits are held for each chunk that is out, so memory in use never exceeds the budget.
     * (2) A chunk is put back before its permits, so chunks out and idle together never outnumber the permits.
     * (3) Whoever makes a chunk of one size, since none is idle, first throws away idle ones of the other size, as many bytes as he makes, so
     *     that (2) holds for both sizes together. */
    static final int CHUNK = 16 * 1024; // a typical small file fits one

    /** A body that is longer than a few chunks goes on in such: a fourth of the reads, and 1 MiB is 20 of both sizes, within one gather write. */
    static final int LARGE = 64 * 1024;

    private static final int PER_LARGE = LARGE / CHUNK;

    private final int chunks;
    private final Semaphore free;
    private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> idleLarge = new ConcurrentLinkedQueue<>();

    ChunkPool(long bytes) {
        chunks = (int) Math.min(Integer.MAX_VALUE, bytes / CHUNK);
        free = new Semaphore(chunks);
    }

    /** A chunk of {@link #CHUNK} bytes with arbitrary content, or null when the budget is spent. */
    byte @Nullable [] tryTake() {
        if (!free.tryAcquire()) return null;
        byte[] chunk = idle.poll();
        if (chunk != null) return chunk;
        idleLarge.poll(); // (3)
        return new byte[CHUNK];
    }

    /** A chunk of {@link #LARGE} bytes, or a smaller one, or null when the budget is spent. */
    byte @Nullable [] tryTakeLarge() {
        if (!free.tryAcquire(PER_LARGE)) return tryTake();
        byte[] chunk = idleLarge.poll();
        if (chunk != null) return chunk;
        for (int i = 0; i < PER_LARGE && idle.poll() != null; i++) {} // (3)
        return new byte[LARGE];
    }

    void giveBack(byte[] chunk) {
        boolean isLarge = chunk.length == LARGE;
        (isLarge ? idleLarge : idle).add(chunk);
        free.release(isLarge ? PER_LARGE : 1); // (2)
    }

    long bytesInUse() {
        return (long) (chunks - free.availablePermits()) * CHUNK;
    }
}
