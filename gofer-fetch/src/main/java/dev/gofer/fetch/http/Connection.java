package dev.gofer.fetch.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.jspecify.annotations.Nullable;

/** A connection to one origin: sends a request in one write, receives the head of its answer. One attempt uses it at a time. */
final class Connection implements AutoCloseable {
    /* (1) close() closes the raw socket, under TLS too: closing the TLS one may wait for the peer.
     * (2) After any failure the connection is closed, never used again: nobody knows what is still on the way. */
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxHeaderCount(250).setMaxEmptyLineCount(1).build();
    private static final int MAX_INTERIM = 8;

    private final HttpUrl.Origin origin;
    private final InetAddress address;
    private final Socket raw;
    private final Socket talk; // raw, or TLS over it
    private final OutputStream out;
    private final Wire wire;
    private final DefaultHttpResponseParser parser = new DefaultHttpResponseParser(LIMITS);
    private byte[] request = new byte[512];
    private boolean heard;

    // The pool's, under its lock.
    long idleSince;

    @Nullable
    Connection older;

    @Nullable
    Connection newer;

    @Nullable
    Connection below;

    Connection(HttpUrl.Origin origin, Socket raw, Socket talk) throws IOException {
        this.origin = origin;
        this.address = raw.getInetAddress();
        this.raw = raw;
        this.talk = talk;
        this.out = talk.getOutputStream();
        this.wire = new Wire(talk.getInputStream());
    }

    HttpUrl.Origin origin() {
        return origin;
    }

    InetAddress address() {
        return address;
    }

    Wire wire() {
        return wire;
    }

    /** Whether the server kept silent while nobody had asked it anything: else what it said would be taken for our answer. */
    boolean quiet() {
        try {
            return wire.length() == 0 && talk.getInputStream().available() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether any byte of the answer to the last request has come. */
    boolean heard() {
        return heard;
    }

    /** Sends {@code GET target} with the Host of the URL and, as they are, the other headers, each ending in CRLF. */
    void send(HttpUrl url, byte[] headers, Attempt attempt) throws FetchException {
        wire.attend(attempt);
        heard = false;
        int size = url.target().length() + url.authority().length() + headers.length + 32;
        if (request.length < size) request = new byte[Math.max(size, 2 * request.length)];
        int end = append("GET ", 0);
        end = append(url.target(), end);
        end = append(" HTTP/1.1\r\nHost: ", end);
        end = append(url.authority(), end);
        end = append("\r\n", end);
        System.arraycopy(headers, 0, request, end, headers.length);
        end += headers.length;
        end = append("\r\n", end);
        try {
            out.write(request, 0, end);
        } catch (IOException e) {
            throw attempt.explain(e);
        }
    }

    private int append(String ascii, int at) {
        for (int i = 0; i < ascii.length(); i++) request[at + i] = (byte) ascii.charAt(i);
        return at + ascii.length();
    }

    /** The head of the answer; interim ones (1xx) are passed over. */
    Head receive() throws FetchException {
        for (int interim = 0; interim <= MAX_INTERIM; interim++) {
            if (!wire.awaitHead())
                throw new FetchException(Reason.RESET, "the connection was closed before an answer came");
            heard = true;
            if (!wire.beginsWith("HTTP/")) throw malformed("it is not HTTP", null);
            var head = Head.of(parse());
            if (head.status() == 101) throw malformed("it switches to another protocol", null);
            if (head.status() >= 200) return head;
        }
        throw malformed("more than " + MAX_INTERIM + " interim answers", null);
    }

    private ClassicHttpResponse parse() throws FetchException {
        try {
            var response = parser.parse(wire, java.io.InputStream.nullInputStream());
            if (response == null || response.getCode() < 100) throw malformed("it has no status", null);
            return response;
        } catch (FetchException e) {
            throw e;
        } catch (HttpException | IOException | RuntimeException e) { // the parser lets some of each through
            throw malformed(Failures.text(e), e);
        }
    }

    /** Sets how long one read may take, in milliseconds; 0: as long as the attempt's limits let it. */
    void readTimeout(int millis) throws FetchException {
        try {
            raw.setSoTimeout(millis);
        } catch (SocketException e) {
            throw new FetchException(Reason.RESET, "the connection broke: " + Failures.text(e), e);
        }
    }

    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException e) {
            // Closed all the same.
        }
    }

    @Override
    public String toString() {
        return "Connection[" + origin + " at " + Arrays.toString(address.getAddress()) + "]";
    }

    private static FetchException malformed(String what, @Nullable Throwable cause) {
        return new FetchException(Reason.MALFORMED_RESPONSE, "the answer is malformed: " + what, cause);
    }
}
