package dev.gofer.fetch.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.util.zip.CRC32;

/** A body of zeros that takes no space: a hole in a sparse file. */
final class Hole extends Body {
    Hole(long size) {
        super(new Digest(size, crcOfZeros(size), new byte[32]));
    }

    private static int crcOfZeros(long size) {
        var crc = new CRC32();
        var zeros = new byte[1 << 20];
        for (long left = size; left > 0; left -= zeros.length) crc.update(zeros, 0, (int) Math.min(left, zeros.length));
        return (int) crc.getValue();
    }

    @Override
    void writeTo(GatheringByteChannel out, ByteBuffer head) throws IOException {
        out.write(head);
        var file = (FileChannel) out;
        file.position(file.position() + size());
    }

    @Override
    InputStream open() {
        throw new UnsupportedOperationException();
    }

    @Override
    OutputException unreadable(IOException why) {
        throw new AssertionError(why);
    }

    @Override
    public void close() {}
}
