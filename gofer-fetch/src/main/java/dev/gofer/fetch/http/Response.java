package dev.gofer.fetch.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A 2xx answer whose body is still to be read. For one goroutine at a time; close it when done. */
public final class Response implements Closeable {
    private final HttpUrl url;
    private final Head head;
    private final InputStream body;
    private final long length;

    Response(HttpUrl url, Head head, InputStream body, long length) {
        this.url = url;
        this.head = head;
        this.body = body;
        this.length = length;
    }

    /** {@return the URL that answered: the last one, where there were redirects} */
    public HttpUrl url() {
        return url;
    }

    /** {@return the status, 200 to 299} */
    public int status() {
        return head.status();
    }

    /** {@return the length of the body in bytes as the server declared it; -1 where it did not, or where the body is unpacked} */
    public long declaredLength() {
        return length;
    }

    /**
     * {@return whether nothing but the end of the connection ends the body: then nobody can tell a whole body from one that was
     * cut short} With TLS somebody can, if the JVM runs with {@code -Dcom.sun.net.ssl.requireCloseNotify=true}, as {@code gofer fetch} does: then a
     * connection that ends without TLS's goodbye is {@link Reason#RESET}.
     */
    public boolean untilClose() {
        return head.length() == Head.UNTIL_CLOSE;
    }

    /**
     * {@return the value of the first header of this name, in any case; null where there is none} Each character stands for one
     * byte (ISO 8859-1), and may be a control character: escape it before it is printed.
     *
     * @param name of the header
     */
    public @Nullable String header(String name) {
        return head.header(name);
    }

    /**
     * {@return the values of all headers of this name, in any case, in the order in which they came; may be empty} As for {@link #header}.
     *
     * @param name of the headers
     */
    public List<String> headers(String name) {
        return head.headers(name);
    }

    /**
     * {@return the body as it was sent, unpacked where {@link TransportOptions#gzip} is on and the server packed it} Its end is reached only if it is whole as far as HTTP can tell; else reading throws a
     * {@link FetchException}. Read in large pieces (16 KiB or more): they are not copied.
     */
    public InputStream body() {
        return body;
    }

    /** Gives up what has not been read. Does not wait. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new AssertionError("closing a body throws nothing", e);
        }
    }
}
