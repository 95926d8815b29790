package dev.gofer.fetch.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.jspecify.annotations.Nullable;

/** The body of one response, taken out of its framing: ends where the body ends, or throws. */
final class Body extends InputStream {
    /* (1) -1 is returned only for a body that is whole: one with a length has all its bytes, a chunked one its last chunk
     *     and trailers.
     * (2) end is called once: as soon as the last byte is handed out, so that the connection is free for the next
     *     request before the reader asks again; or at the first failure; or at close().
     * (3) Nothing is read past the body. */
    private static final int MAX_SIZE_DIGITS = 15; // below 2^60: sums do not overflow
    private static final int MAX_TRAILERS = 100;

    /** Told once how the reading ended: with the whole body, or before. */
    interface End {
        void reached(boolean whole);
    }

    /** Where a body's bytes come from, up to its end or beyond. */
    interface Source {
        /** Up to {@code length} bytes; -1 at the end. */
        int read(byte[] target, int offset, int length) throws FetchException;

        /** Bytes that are here. */
        int length();

        /** Passes over bytes that are here. */
        void skip(int bytes);
    }

    private final Source source;
    private final long declared; // or Head.CHUNKED, Head.UNTIL_CLOSE, Head.STREAMED
    private final boolean endsWithSource;
    private final long limit;
    private final Throttle throttle;
    private final Attempt attempt;
    private final End end;
    private long remaining; // of the body, or of the chunk
    private long count;
    private boolean first = true;
    private boolean ended;
    private @Nullable FetchException failure;

    /** {@code source} is a {@link Wire} where the body is chunked. */
    Body(Source source, long declared, long limit, Throttle throttle, Attempt attempt, End end) {
        this.source = source;
        this.declared = declared;
        this.limit = limit;
        this.throttle = throttle;
        this.attempt = attempt;
        this.end = end;
        this.endsWithSource = declared == Head.UNTIL_CLOSE || declared == Head.STREAMED;
        this.remaining = endsWithSource ? Long.MAX_VALUE : Math.max(declared, 0);
        if (declared == 0) end(true);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (failure != null) throw failure;
        if (length == 0) return 0;
        if (ended) return -1;
        try {
            int n = next(target, offset, length);
            if (n > 0) throttle.pay(n, attempt);
            return n;
        } catch (FetchException e) {
            failure = cutBody(e);
            end(false);
            throw failure;
        }
    }

    private int next(byte[] target, int offset, int length) throws FetchException {
        if (remaining == 0 && !nextChunk()) {
            end(true);
            return -1;
        }
        int n = source.read(target, offset, (int) Math.min(length, remaining));
        if (n < 0) {
            if (!endsWithSource) throw cut();
            end(true);
            return -1;
        }
        count += n;
        if (count > limit) throw new FetchException(Reason.TOO_LARGE, "the body is larger than " + limit + " bytes");
        if (!endsWithSource) remaining -= n;
        if (remaining == 0 && declared >= 0) end(true);
        return n;
    }

    /** Reads the line that begins the next chunk, and what ends the one before; false after the last chunk. */
    private boolean nextChunk() throws FetchException {
        if (!(source instanceof Wire wire)) throw new AssertionError("only HTTP/1.1 has chunks");
        var line = new CharArrayBuffer(32);
        if (!first && wire.awaitHead() && wire.readLine(line) > 0) throw malformed("a chunk is longer than it says");
        first = false;
        line.clear();
        if (!wire.awaitHead()) throw cut();
        wire.readLine(line);
        remaining = chunkSize(line);
        if (remaining > 0) return true;
        for (int trailers = 0; trailers <= MAX_TRAILERS; trailers++) {
            line.clear();
            if (wire.readLine(line) == 0) return false;
        }
        throw malformed("more than " + MAX_TRAILERS + " trailers");
    }

    private static long chunkSize(CharArrayBuffer line) throws FetchException {
        int digits = 0;
        long size = 0;
        for (; digits < line.length(); digits++) {
            char c = line.charAt(digits);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) break;
            if (digits == MAX_SIZE_DIGITS) throw malformed("a chunk has a size without bound");
            size = size << 4 | digit;
        }
        int rest = digits;
        while (rest < line.length() && (line.charAt(rest) == ' ' || line.charAt(rest) == '\t')) rest++;
        boolean good = digits > 0 && (rest == line.length() || line.charAt(rest) == ';');
        if (!good) throw malformed("a chunk has no size: " + line);
        return size;
    }

    private FetchException cut() {
        return new FetchException(Reason.CUT_SHORT, "the connection was closed");
    }

    /** The failure, with how far the body got. */
    private FetchException cutBody(FetchException e) {
        return switch (e.reason()) {
            case CUT_SHORT, RESET, STALLED, MAX_TIME -> {
                String total = declared >= 0 ? " of " + declared : "";
                yield new FetchException(
                        e.reason(), "body ended after " + count + total + " bytes: " + e.getMessage(), e);
            }
            default -> e;
        };
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    /** Bytes that can be read without waiting. */
    @Override
    public int available() {
        return ended ? 0 : (int) Math.min(source.length(), remaining);
    }

    /** Gives up the rest of the body. What has arrived whole already is passed over, so that the connection can be used again. */
    @Override
    public void close() {
        if (ended) return;
        boolean here = declared >= 0 && remaining <= source.length();
        if (here) {
            source.skip((int) remaining);
            remaining = 0;
        }
        if (failure == null) failure = new FetchException(Reason.CANCELLED, "the body was closed");
        end(here);
    }

    private void end(boolean whole) {
        if (ended) return;
        ended = true;
        end.reached(whole);
    }

    private static FetchException malformed(String what) {
        return new FetchException(Reason.MALFORMED_RESPONSE, "the answer is malformed: " + what);
    }
}
