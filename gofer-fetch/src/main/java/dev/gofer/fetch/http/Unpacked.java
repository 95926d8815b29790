package dev.gofer.fetch.http;

import dev.gofer.fetch.gzip.Gunzip;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A body that came gzip'd, unpacked as it is read. Ends where both end, or throws. */
final class Unpacked extends InputStream {
    /* A small body can unpack to a thousand times its size. So two limits hold, both while it is unpacked: one of size, and
     * beyond FREE bytes one of how many times its packed size it may have. */
    private static final long FREE = 16L << 20;
    private static final int MOST_TIMES = 200;

    private final Packed packed;
    private final long limit;
    private @Nullable Gunzip gunzip;
    private long count;
    private @Nullable FetchException failure;

    Unpacked(Body body, long limit) {
        this.packed = new Packed(body);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (failure != null) throw failure;
        try {
            var unpacking = gunzip;
            if (unpacking == null) gunzip = unpacking = new Gunzip(packed);
            int n = unpacking.read(target, offset, length);
            if (n > 0) check(n);
            return n;
        } catch (IOException e) {
            failure = e instanceof FetchException known
                    ? known
                    : new FetchException(Reason.MALFORMED_RESPONSE, "the body is packed wrongly: " + e.getMessage(), e);
            packed.body.close();
            throw failure;
        }
    }

    private void check(int more) throws FetchException {
        count += more;
        if (count > limit)
            throw new FetchException(Reason.TOO_LARGE, "the body unpacks to more than " + limit + " bytes");
        if (count > FREE && count / MOST_TIMES > packed.count)
            throw new FetchException(
                    Reason.TOO_LARGE,
                    "the body unpacks to more than " + MOST_TIMES + " times its size: it may be a bomb");
    }

    @Override
    public void close() {
        if (gunzip != null) gunzip.end();
        packed.body.close();
    }

    /** The body as it came, counted. */
    private static final class Packed extends InputStream {
        private final Body body;
        private long count;

        Packed(Body body) {
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            int b = body.read();
            if (b >= 0) count++;
            return b;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = body.read(target, offset, length);
            if (n > 0) count += n;
            return n;
        }
    }
}
