package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel that only goes forward, and how far it went. Closing it closes nothing. */
final class Outlet implements GatheringByteChannel {
    private final WritableByteChannel channel;
    private long written;

    Outlet(WritableByteChannel channel) {
        this.channel = channel;
    }

    long written() {
        return written;
    }

    void writeAll(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) write(from);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int n = channel.write(from);
        written += n;
        return n;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        if (channel instanceof GatheringByteChannel gathering) {
            long n = gathering.write(from, offset, length);
            written += n;
            return n;
        }
        long n = 0;
        for (int i = offset; i < offset + length; i++) {
            while (from[i].hasRemaining()) n += write(from[i]);
        }
        return n;
    }

    @Override
    public long write(ByteBuffer[] from) throws IOException {
        return write(from, 0, from.length);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {}

    /** A step that whoever reads, or the disk, may refuse. */
    interface Step {
        void run() throws IOException;
    }
}
