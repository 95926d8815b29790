package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Looks at a file that cannot be trusted, through a buffer of fixed size: small records anywhere, in whatever order. */
final class ZipWindow {
    private static final int BYTES = 256 * 1024; // more than the largest header: 46 + 3 * 65,535

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer window;
    private long start; // file position of the window's first byte

    ZipWindow(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        this.window = ByteBuffer.allocate((int) Math.min(BYTES, size)).limit(0);
    }

    FileChannel channel() {
        return channel;
    }

    long size() {
        return size;
    }

    /** {@code bytes} bytes from position {@code at}, little-endian, at the start of a buffer that is valid until the next call. */
    ByteBuffer at(long at, int bytes) throws IOException {
        require(at, bytes);
        if (at < start || at + bytes > start + window.limit()) load(at);
        return slice(at, bytes);
    }

    /** The same, for a search towards the start of the file. */
    ByteBuffer ending(long at, int bytes) throws IOException {
        require(at, bytes);
        if (at < start || at + bytes > start + window.limit()) load(Math.max(0, at + bytes - window.capacity()));
        return slice(at, bytes);
    }

    private void require(long at, int bytes) throws Unreadable {
        if (at < 0 || at > size - bytes)
            throw new Unreadable("the file ends inside a record, or points outside itself");
    }

    private ByteBuffer slice(long at, int bytes) {
        return window.slice((int) (at - start), bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void load(long from) throws IOException {
        window.clear();
        start = from;
        while (window.hasRemaining() && channel.read(window, start + window.position()) >= 0) {}
        window.flip();
        if (start + window.limit() < Math.min(size, start + BYTES))
            throw new IOException("the file shrinks while it is read");
    }

    /** The file contradicts itself in a way that makes the rest meaningless. */
    static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }
    }

    /** Entries' data, one entry after another, unpacked piece by piece. */
    static final class Data implements AutoCloseable {
        private final FileChannel channel;
        private final ByteBuffer packed = ByteBuffer.allocateDirect(64 * 1024); // read and hashed where it lies
        private final ByteBuffer unpacked = ByteBuffer.allocate(64 * 1024);
        private final Inflater inflater = new Inflater(true);
        private boolean deflated;
        private long at;
        private long left; // packed bytes not yet read

        Data(FileChannel channel) {
            this.channel = channel;
        }

        /** Turns to the data of another entry. */
        void open(long position, long packedSize, boolean isDeflated) {
            at = position;
            left = packedSize;
            deflated = isDeflated;
            inflater.reset();
        }

        /** Some bytes, valid until the next call; none at the end. */
        ByteBuffer next() throws IOException, DataFormatException {
            if (!deflated) return load();
            unpacked.clear();
            while (unpacked.position() == 0 && !inflater.finished()) {
                if (inflater.needsInput()) {
                    if (left == 0) throw new DataFormatException("cut off");
                    inflater.setInput(load());
                }
                inflater.inflate(unpacked);
                if (inflater.needsDictionary()) throw new DataFormatException("it needs a dictionary");
            }
            return unpacked.flip();
        }

        boolean hasMore() {
            return left > 0 || (deflated && inflater.getRemaining() > 0);
        }

        private ByteBuffer load() throws IOException {
            packed.clear().limit((int) Math.min(left, packed.capacity()));
            while (packed.hasRemaining()) {
                int n = channel.read(packed, at + packed.position());
                if (n < 0) throw new IOException("the file shrinks while it is read");
            }
            at += packed.position();
            left -= packed.position();
            return packed.flip();
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
