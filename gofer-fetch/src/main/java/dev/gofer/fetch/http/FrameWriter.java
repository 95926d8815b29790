package dev.gofer.fetch.http;

import static dev.gofer.Go.go;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the frames of many goroutines to one stream, in the order in which they were handed in, several in one write. */
final class FrameWriter {
    /* Whoever hands in a frame while nobody writes writes it himself, and all that come meanwhile; the others go on at once.
     * (1) pending counts what is queued or being written. Who raises it from 0 is the writer, until he brings it back to 0.
     * (2) The reader of the connection never writes: a server that reads only once we have read would wait for ever. */
    private static final int MOST_PENDING = 1000; // a server that makes us answer and reads nothing

    private final OutputStream out;
    private final Consumer<IOException> failed;
    private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger(); // (1)
    private byte[] buffer = new byte[1024]; // the writer's
    private volatile @Nullable Thread writer;
    private volatile long since; // nanoTime, while there is a writer

    /** {@code failed} hears of the first failure; nothing is written after it. */
    FrameWriter(OutputStream out, Consumer<IOException> failed) {
        this.out = out;
        this.failed = failed;
    }

    /** Hands in a frame, or several in one piece; may write it, and so block. */
    void send(byte[] frames) {
        if (enqueue(frames)) drain();
    }

    /** The same without blocking. False: so much is waiting already that nobody seems to read. */
    boolean sendLater(byte[] frames) {
        if (enqueue(frames)) go(this::drain); // (2)
        return pending.get() < MOST_PENDING;
    }

    /** Queues frames; true: the caller has to call {@link #drain}, soon. */
    boolean enqueue(byte[] frames) {
        queue.add(frames);
        return pending.getAndIncrement() == 0;
    }

    void drain() {
        try {
            int done;
            do {
                since = System.nanoTime();
                writer = Thread.currentThread();
                done = writeQueued();
                if (pending.get() == done) writer = null; // before somebody else may become the writer
            } while (pending.addAndGet(-done) > 0);
        } catch (IOException e) {
            failed.accept(e); // pending stays above 0: nobody writes any more
        }
    }

    private int writeQueued() throws IOException {
        int count = 0;
        int size = 0;
        for (byte[] frames = queue.poll(); frames != null; frames = queue.poll()) {
            if (size + frames.length > buffer.length)
                buffer = java.util.Arrays.copyOf(buffer, Math.max(size + frames.length, 2 * buffer.length));
            System.arraycopy(frames, 0, buffer, size, frames.length);
            size += frames.length;
            count++;
            if (size >= Frame.MAX_PAYLOAD) break;
        }
        if (size > 0) out.write(buffer, 0, size);
        return count;
    }

    /** Whether this thread is in a write now. */
    boolean isWriting(Thread thread) {
        return writer == thread;
    }

    /** Whether a write has been under way for longer than this. */
    boolean isStuck(long now, long nanos) {
        return writer != null && now - since > nanos;
    }
}
