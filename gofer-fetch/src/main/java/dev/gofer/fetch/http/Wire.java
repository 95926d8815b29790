package dev.gofer.fetch.http;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.impl.BasicHttpTransportMetrics;
import org.apache.hc.core5.http.io.HttpTransportMetrics;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.jspecify.annotations.Nullable;

/** What a connection has received and not yet handed out; HttpCore's parsers read the response head from here. */
final class Wire implements SessionInputBuffer, Body.Source {
    /* In place of HttpCore's own buffer, which takes the end of the stream for the end of a line, and so accepts a head
     * that was cut short (and then, its Content-Length lost, an empty body).
     * (1) A line is whole, or an exception tells that it is not.
     * (2) The lines of one head, or of one set of trailers, are bounded one by one and together.
     * (3) Every byte passes receive(), where the attempt counts it and its time. */
    private static final int CAPACITY = 16 * 1024; // head and body of a small file in one read; no line is longer
    private static final int MAX_HEAD = 128 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[CAPACITY];
    private final HttpTransportMetrics metrics = new BasicHttpTransportMetrics();
    private @Nullable Attempt attempt;
    private int from;
    private int to;
    private int headBytes; // of the head being read
    private int headLines;

    Wire(InputStream in) {
        this.in = in;
    }

    /** From now on reads are for this attempt; null: for none. */
    void attend(@Nullable Attempt attempt) {
        this.attempt = attempt;
    }

    /** Waits for the first byte of an answer; false if the stream ended instead. */
    boolean awaitHead() throws FetchException {
        headBytes = 0;
        headLines = 0;
        return from < to || fill();
    }

    /** Whether what came looks like the begin of an HTTP answer, as far as it came. */
    boolean beginsWith(String expected) throws FetchException {
        while (to - from < expected.length()) if (!fill()) return false;
        for (int i = 0; i < expected.length(); i++) if (buffer[from + i] != expected.charAt(i)) return false;
        return true;
    }

    /** Up to {@code length} bytes; -1 at the end of the stream. Large reads go past the buffer. */
    @Override
    public int read(byte[] target, int offset, int length) throws FetchException {
        if (from == to) {
            if (length >= CAPACITY / 2) return receive(target, offset, length);
            if (!fill()) return -1;
        }
        int n = Math.min(length, to - from);
        System.arraycopy(buffer, from, target, offset, n);
        from += n;
        return n;
    }

    /** Passes over bytes that are here. */
    @Override
    public void skip(int bytes) {
        from += bytes;
    }

    /** Appends the next line, without its end, to the text (1). */
    int readLine(CharArrayBuffer line) throws FetchException {
        int scanned = from;
        while (true) {
            int end = scanned;
            while (end < to && buffer[end] != '\n') end++;
            if (end < to) return takeLine(end, line);
            int have = to - from;
            if (have == CAPACITY) throw malformed("a line of its head is longer than " + CAPACITY + " bytes");
            if (!fill())
                throw new FetchException(
                        Reason.CUT_SHORT, "the connection was closed within a line of the answer's head");
            scanned = from + have;
        }
    }

    private int takeLine(int end, CharArrayBuffer line) throws FetchException {
        int start = from;
        from = end + 1;
        headBytes += from - start;
        if (headBytes > MAX_HEAD) throw malformed("its head is longer than " + MAX_HEAD + " bytes"); // (2)
        if (end > start && buffer[end - 1] == '\r') end--;
        for (int i = start; i < end; i++) {
            if (buffer[i] == '\r' || buffer[i] == 0) throw malformed("its head holds a stray control character");
        }
        if (++headLines == 2 && end > start && (buffer[start] == ' ' || buffer[start] == '\t')) {
            throw malformed("its first header continues nothing");
        }
        line.append(buffer, start, end - start);
        return end - start;
    }

    /** Reads what is there into the room that is left; false at the end of the stream. */
    private boolean fill() throws FetchException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == CAPACITY) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        int n = receive(buffer, to, CAPACITY - to);
        if (n < 0) return false;
        to += n;
        return true;
    }

    private int receive(byte[] target, int offset, int length) throws FetchException {
        var current = attempt;
        if (current == null) throw new IllegalStateException("nobody attends to this connection");
        int n = -1;
        current.beforeRead();
        try {
            n = in.read(target, offset, length);
        } catch (IOException e) {
            throw current.explain(e);
        } finally {
            current.afterRead(n);
        }
        return n;
    }

    private static FetchException malformed(String what) {
        return new FetchException(Reason.MALFORMED_RESPONSE, "the answer is malformed: " + what);
    }

    /** Bytes received and not yet handed out. */
    @Override
    public int length() {
        return to - from;
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public int available() {
        return CAPACITY - length();
    }

    // HttpCore passes the stream with each call; ours is always the connection's own.

    @Override
    public int read(byte[] target, int offset, int length, InputStream ignored) throws IOException {
        return read(target, offset, length);
    }

    @Override
    public int read(byte[] target, InputStream ignored) throws IOException {
        return read(target, 0, target.length);
    }

    @Override
    public int read(InputStream ignored) throws IOException {
        if (from == to && !fill()) return -1;
        return buffer[from++] & 255;
    }

    @Override
    public int readLine(CharArrayBuffer line, InputStream ignored) throws IOException {
        return readLine(line);
    }

    @Override
    public HttpTransportMetrics getMetrics() {
        return metrics;
    }
}
