package dev.gofer.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.IntConsumer;

/** A stream that tells how many bytes went through it. */
final class Counted extends FilterInputStream {
    private final IntConsumer count;

    Counted(InputStream in, IntConsumer count) {
        super(in);
        this.count = count;
    }

    @Override
    public int read() throws IOException {
        var b = in.read();
        if (b >= 0) count.accept(1);
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        var n = in.read(target, offset, length);
        if (n > 0) count.accept(n);
        return n;
    }
}
