package dev.gofer.fetch.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** A connection that speaks HTTP/1.1: sends a request in one write, receives the head of its answer. One attempt uses it at a time. */
final class Connection implements AutoCloseable {
    /* (1) close() closes the raw socket, under TLS too: closing the TLS one may wait for the peer.
     * (2) After any failure the connection is closed, never used again: nobody knows what is still on the way. */
    private final Route route;
    private final @Nullable InetAddress address;
    private final Socket raw;
    private final Socket talk; // raw, or TLS over it
    private final OutputStream out;
    private final Wire wire;
    private final HeadReader heads;
    private byte[] request = new byte[512];

    // The pool's, under its lock.
    long idleSince;

    @Nullable
    Connection older;

    @Nullable
    Connection newer;

    @Nullable
    Connection below;

    Connection(Route route, Dialer.Dialed dialed) throws IOException {
        this.route = route;
        this.address = dialed.address();
        this.raw = dialed.raw();
        this.talk = dialed.talk();
        this.out = talk.getOutputStream();
        this.wire = new Wire(talk.getInputStream());
        this.heads = new HeadReader(wire);
    }

    Route route() {
        return route;
    }

    /** The address that the guard judged; null where only a proxy knows it. */
    @Nullable
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
        return heads.heard();
    }

    /** Sends a GET. */
    void send(Request request, Attempt attempt) throws FetchException {
        wire.attend(attempt);
        heads.listen();
        int size = write(request);
        try {
            out.write(this.request, 0, size);
        } catch (IOException e) {
            throw attempt.explain(e);
        }
    }

    private int write(Request asked) {
        var url = asked.url();
        var proxy = route.endsAtProxy() ? route.proxy() : null;
        String target = proxy == null ? url.target() : url.toString();
        int end = append("GET ", 0);
        end = append(target, end);
        end = append(" HTTP/1.1\r\nHost: ", end);
        end = append(url.authority(), end);
        end = append("\r\n", end);
        byte[] lines = asked.usual().lines;
        reserve(end + lines.length);
        System.arraycopy(lines, 0, request, end, lines.length);
        end += lines.length;
        for (var header : asked.own()) end = append(header.name(), header.value(), end);
        String authorization = proxy == null ? null : proxy.authorization();
        if (authorization != null) end = append("Proxy-Authorization", authorization, end);
        return append("\r\n", end);
    }

    private int append(String name, String value, int at) {
        return append("\r\n", append(value, append(": ", append(name, at))));
    }

    @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) copies; every character here is printable ASCII
    private int append(String ascii, int at) {
        reserve(at + ascii.length());
        ascii.getBytes(0, ascii.length(), request, at);
        return at + ascii.length();
    }

    private void reserve(int size) {
        if (request.length < size) request = java.util.Arrays.copyOf(request, Math.max(size, 2 * request.length));
    }

    /**
     * The head of the answer. Others have their turn before: where they have work, the answer has come by then, and neither has it to be waited
     * for nor this goroutine to be woken. Where they have none, this costs next to nothing.
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing but time depends on whether anybody yields to us
    Head receive() throws FetchException {
        Thread.yield();
        return heads.receive();
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
        return "Connection[" + route + "]";
    }
}
