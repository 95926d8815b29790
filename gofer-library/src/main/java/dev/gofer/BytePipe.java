package dev.gofer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Connects code that writes to an {@link OutputStream} with code that reads from an {@link InputStream}. Go: {@code io.Pipe()}.
 *
 * {@snippet class="dev.gofer.Snippets" region="pipe" :
 * var pipe = new BytePipe();
 * go(ctx, () -> {
 *     try {
 *         writeReport(pipe.out());
 *         pipe.out().close();
 *     } catch (Throwable e) {
 *         pipe.out().close(e); // who reads is told: the report is not whole
 *         throw e;
 *     }
 * });
 * try (var in = pipe.in()) {
 *     upload(in);
 * }
 * }
 *
 * <p>There is no buffer: a write waits until reads have taken all its bytes, or until an end is closed. Any number of goroutines may use either
 * end at once; the bytes of one write stay together. To write bytes one by one, wrap the end in a {@link java.io.BufferedOutputStream}.
 *
 * <p>Close both ends: each lets go those who wait at the other. An interrupt ends a wait with {@link CancellationException} and leaves the pipe
 * open; of an interrupted write, some bytes may have been read. What was done before a write happens-before the return of the reads of its
 * bytes, and what was done before these reads happens-before the return of the write.
 */
public final class BytePipe {
    /* (1) One write at a time offers its bytes: who holds `writing`.
     * (2) Who has received an offer copies, says how many bytes it took, and does nothing else in between; the writer waits for that even
     *     if it is interrupted. So nobody reads the writer's array once write has returned.
     * (3) taken has room, and is empty whenever an offer is made: who took an offer never waits.
     * (4) An end's reason is set before `closed` is closed, and never changes. */
    private final Mutex writing = new Mutex();
    private final Chan<Offer> offered = new Chan<>();
    private final Chan<Integer> taken = new Chan<>(1);
    private final Chan<Void> closed = new Chan<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final AtomicReference<@Nullable Reason> inClosed = new AtomicReference<>();
    private final AtomicReference<@Nullable Reason> outClosed = new AtomicReference<>();
    private final In in = new In();
    private final Out out = new Out();

    /** Bytes to be read, in the array of the caller of write. */
    private static final class Offer {
        final byte[] bytes;
        final int from;
        final int length;

        Offer(byte[] bytes, int from, int length) {
            this.bytes = bytes;
            this.from = from;
            this.length = length;
        }
    }

    /** Why an end was closed; no cause: it was done with. */
    private record Reason(@Nullable Throwable cause) {}

    /** Makes a pipe. */
    public BytePipe() {}

    /**
     * The end to read from.
     *
     * @return the same at each call
     */
    public In in() {
        return in;
    }

    /**
     * The end to write to.
     *
     * @return the same at each call
     */
    public Out out() {
        return out;
    }

    /** The end of a pipe to read from. Go: {@code io.PipeReader}. */
    public final class In extends InputStream {
        private In() {}

        /**
         * Reads a byte; waits until one is written or an end is closed.
         *
         * @return the byte; -1 when the other end was closed without a failure
         * @throws IOException when this end was closed, or the other one with a failure, which is its cause
         * @throws CancellationException when the thread is interrupted first; the flag stays set
         */
        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        /**
         * Reads bytes, of one write at most; waits until there are some or an end is closed. Without waiting it reads none when {@code length} is
         * 0.
         *
         * @param bytes where they go
         * @param from index of the first
         * @param length how many at most
         * @return the number of bytes; -1 when the other end was closed without a failure
         * @throws IOException when this end was closed, or the other one with a failure, which is its cause
         * @throws CancellationException when the thread is interrupted first; the flag stays set
         */
        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            var offer = Go.onReceive(offered);
            if (Go.selectInOrder(Go.onReceive(closed), offer) == 0) {
                return endOfInput();
            }
            var source = Objects.requireNonNull(offer.value());
            int count = Math.min(length, source.length);
            System.arraycopy(source.bytes, source.from, bytes, from, count);
            taken.send(count); // (2), (3)
            return count;
        }

        /** Closes this end: writes fail from now on. */
        @Override
        public void close() {
            close(null);
        }

        /**
         * Closes this end, and says why: it is the cause of what writes throw. Null for no reason; the first reason stays. Go: {@code
         * r.CloseWithError(err)}.
         *
         * @param cause of what writes throw, or null
         */
        public void close(@Nullable Throwable cause) {
            shut(inClosed, cause);
        }
    }

    /** The end of a pipe to write to. Go: {@code io.PipeWriter}. */
    public final class Out extends OutputStream {
        private Out() {}

        /**
         * Writes a byte; waits until it is read or an end is closed.
         *
         * @param value its low eight bits are written
         * @throws IOException when an end is closed first; its cause is what the other one was closed with
         * @throws CancellationException when the thread is interrupted first; the flag stays set
         */
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        /**
         * Writes bytes; waits until all are read or an end is closed. Without waiting it writes none when {@code length} is 0.
         *
         * @param bytes where they are
         * @param from index of the first
         * @param length how many
         * @throws IOException when an end is closed first; its cause is what the other one was closed with
         * @throws CancellationException when the thread is interrupted first; the flag stays set
         */
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, bytes.length);
            if (isClosed.get()) {
                throw endOfOutput();
            }
            writing.lock(); // (1)
            try {
                for (int done = 0; done < length; done += awaitTaken()) {
                    var rest = new Offer(bytes, from + done, length - done);
                    if (Go.selectInOrder(Go.onReceive(closed), Go.onSend(offered, rest)) == 0) {
                        throw endOfOutput();
                    }
                }
            } finally {
                writing.unlock();
            }
        }

        /** Closes this end: reads see the end of the stream from now on. */
        @Override
        public void close() {
            close(null);
        }

        /**
         * Closes this end, and says why: it is the cause of what reads throw. Null for no reason, and reads see the end of the stream. The first
         * reason stays: a {@code try (var out = …)} around it would close without one first. Go: {@code w.CloseWithError(err)}.
         *
         * @param cause of what reads throw, or null
         */
        public void close(@Nullable Throwable cause) {
            shut(outClosed, cause);
        }
    }

    /** Its state, for people. */
    @Override
    public String toString() {
        return "BytePipe (" + (isClosed.get() ? "closed" : "open") + ")";
    }

    private void shut(AtomicReference<@Nullable Reason> end, @Nullable Throwable cause) {
        end.compareAndSet(null, new Reason(cause)); // (4)
        if (isClosed.compareAndSet(false, true)) {
            closed.close();
        }
    }

    /** How many bytes of the offer were read. They are being copied, so it is a matter of instructions: an interrupt comes later. */
    private int awaitTaken() {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return Objects.requireNonNull(taken.receive());
                } catch (CancellationException e) {
                    interrupted |= Thread.interrupted(); // (2)
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int endOfInput() throws IOException {
        var writer = outClosed.get();
        if (inClosed.get() != null || writer == null) {
            throw closedPipe();
        }
        if (writer.cause != null) {
            throw new IOException("the writer closed the pipe: " + writer.cause, writer.cause);
        }
        return -1;
    }

    private IOException endOfOutput() {
        var reader = inClosed.get();
        return outClosed.get() == null && reader != null && reader.cause != null
                ? new IOException("the reader closed the pipe: " + reader.cause, reader.cause)
                : closedPipe();
    }

    private static IOException closedPipe() {
        return new IOException("io: read/write on closed pipe: close an end only when it has done its work");
    }
}
