package dev.gofer.fetch.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.Path;

/** The bytes of an entry where they lie in a damaged archive. */
final class Salvage extends Body {
    private final Path file;
    private final FileChannel channel;
    private final long start;

    Salvage(Digest digest, int method, long packedSize, Path file, FileChannel channel, long start) {
        super(digest, method, packedSize);
        this.file = file;
        this.channel = channel;
        this.start = start;
    }

    @Override
    void writeTo(GatheringByteChannel out, ByteBuffer head) throws IOException {
        while (head.hasRemaining()) out.write(head);
        for (long done = 0; done < packedSize(); ) {
            long n = channel.transferTo(start + done, packedSize() - done, out);
            if (n <= 0) throw new IOException(file + " became shorter");
            done += n;
        }
    }

    @Override
    InputStream open() throws IOException {
        channel.position(start);
        return new FilterInputStream(Channels.newInputStream(channel)) {
            private long left = packedSize();

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                if (left == 0) return -1;
                int n = super.read(to, offset, (int) Math.min(length, left));
                left -= Math.max(n, 0);
                return n;
            }

            @Override
            public void close() {} // the channel is the repair's
        };
    }

    @Override
    OutputException unreadable(IOException why) {
        return OutputException.of("read", file, why);
    }

    @Override
    public void close() {}
}
