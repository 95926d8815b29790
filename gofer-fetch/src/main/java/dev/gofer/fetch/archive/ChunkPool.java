package dev.gofer.fetch.archive;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Chunks of memory under one budget, shared by all goroutines. Nobody ever waits for one: a body that gets none goes to disk. */
final class ChunkPool {
    /* (1) A permit is held for each chunk that is out, so memory in use never exceeds the budget.
     * (2) A chunk is put back before its permit, so chunks out and idle together never outnumber the permits. */
    static final int CHUNK = 16 * 1024; // a typical small file fits one; 1 MiB is 64, within one gather write

    private final int chunks;
    private final Semaphore free;
    private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();

    ChunkPool(long bytes) {
        chunks = (int) Math.min(Integer.MAX_VALUE, bytes / CHUNK);
        free = new Semaphore(chunks);
    }

    /** A chunk with arbitrary content, or null when the budget is spent. */
    byte @Nullable [] tryTake() {
        if (!free.tryAcquire()) return null;
        byte[] chunk = idle.poll();
        return chunk == null ? new byte[CHUNK] : chunk;
    }

    void giveBack(byte[] chunk) {
        idle.add(chunk);
        free.release(); // (2)
    }

    long bytesInUse() {
        return (long) (chunks - free.availablePermits()) * CHUNK;
    }
}
