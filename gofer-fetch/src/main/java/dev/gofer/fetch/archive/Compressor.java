package dev.gofer.fetch.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;

/**
 * Packs bodies before they reach the writer, as many at once as there are processors. Safe for any number of goroutines; who packs waits until
 * it is done, so no more bodies pile up than there are fetchers.
 */
public final class Compressor implements AutoCloseable {
    /* (1) Threads of its own, one a processor: compressing on the goroutine would keep the network's threads busy for as long as it takes.
     * (2) A body is replaced only by a smaller one; whatever happens, exactly one of the two is left open, or none.
     * (3) The same bytes always give the same decision and the same packed bytes, so that --deterministic means it. */
    private static final int SAMPLE = 64 * 1024;
    private static final int WORTH_IT = 20; // one part in so many

    private final Compression how;
    private final Spool spool;
    private final ExecutorService threads;
    private final Queue<Worker> idle = new ConcurrentLinkedQueue<>();

    /**
     * A compressor; it has no thread before the first body that needs one.
     *
     * @param how whether and how hard
     * @param spool where packed bodies go
     */
    public Compressor(Compression how, Spool spool) {
        this.how = how;
        this.spool = spool;
        this.threads = Executors.newFixedThreadPool(
                Runtime.getRuntime().availableProcessors(),
                Thread.ofPlatform().daemon().name("gofer-deflate-", 0).factory());
    }

    /**
     * {@return the body, or the same one packed, which replaces it}
     *
     * @param body to pack; closed if it is replaced, or if this fails
     * @throws OutputException if the disk fails
     */
    public Body pack(Body body) throws OutputException {
        if (how.level() == 0 || body.size() == 0) return body;
        boolean kept = false;
        try {
            if (how.isAuto() && isCompressed(body)) {
                kept = true;
                return body;
            }
            Body packed =
                    CompletableFuture.supplyAsync(() -> inThread(body), threads).join(); // (1)
            kept = packed == body;
            return packed;
        } catch (CompletionException e) {
            if (e.getCause() instanceof Failed failed) throw failed.cause;
            throw e;
        } finally {
            if (!kept) body.close(); // (2)
        }
    }

    private static boolean isCompressed(Body body) throws OutputException {
        var head = new byte[Magic.BYTES];
        try (InputStream in = body.open()) {
            return Magic.isCompressed(head, in.readNBytes(head, 0, head.length));
        } catch (IOException e) {
            throw body.unreadable(e);
        }
    }

    private Body inThread(Body body) {
        Worker pooled = idle.poll();
        Worker worker = pooled == null ? new Worker(how) : pooled;
        try {
            Body packed = worker.pack(body, spool);
            if (packed.packedSize() < body.size()) return packed;
            if (packed != body) packed.close();
            return body;
        } catch (OutputException e) {
            throw new Failed(e);
        } catch (IOException e) {
            throw new Failed(body.unreadable(e));
        } finally {
            idle.add(worker);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        threads.close();
        for (Worker one; (one = idle.poll()) != null; ) one.deflater.end();
    }

    /** What one thread needs, used again for the next body. */
    private static final class Worker {
        private final Compression how;
        private final Deflater deflater;
        private final byte[] sample = new byte[SAMPLE];
        private final byte[] packed = new byte[SAMPLE];

        Worker(Compression how) {
            this.how = how;
            this.deflater = new Deflater(how.level(), true);
        }

        Body pack(Body body, Spool spool) throws IOException {
            if (how.isAuto() || body.size() <= SAMPLE) {
                int length;
                try (InputStream in = body.open()) {
                    length = in.readNBytes(sample, 0, SAMPLE);
                }
                int small = deflate(length);
                if (how.isAuto() && small > length - length / WORTH_IT) return body;
                if (length == body.size()) {
                    if (small >= length) return body;
                    return spool.packed(new ByteArrayInputStream(packed, 0, small), body);
                }
            }
            deflater.reset();
            try (var in = new DeflaterInputStream(body.open(), deflater, SAMPLE)) {
                return spool.packed(in, body);
            }
        }

        /** Deflates the sample's first bytes; a result that has no room is told as one that gains nothing. */
        private int deflate(int length) {
            deflater.reset();
            deflater.setInput(sample, 0, length);
            deflater.finish();
            int n = 0;
            while (n < packed.length && !deflater.finished()) n += deflater.deflate(packed, n, packed.length - n);
            return deflater.finished() ? n : Integer.MAX_VALUE;
        }
    }

    /** Carries an exception out of the thread. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // never serialized
        private final OutputException cause;

        Failed(OutputException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
