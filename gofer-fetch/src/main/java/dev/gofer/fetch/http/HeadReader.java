package dev.gofer.fetch.http;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.jspecify.annotations.Nullable;

/** Reads the heads of the answers on one connection. */
final class HeadReader {
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxHeaderCount(250).setMaxEmptyLineCount(1).build();
    private static final int MAX_INTERIM = 8;

    private final Wire wire;
    private final DefaultHttpResponseParser parser = new DefaultHttpResponseParser(LIMITS);
    private boolean heard;

    HeadReader(Wire wire) {
        this.wire = wire;
    }

    /** Forgets that anything was {@link #heard}. */
    void listen() {
        heard = false;
    }

    /** Whether any byte of the answer to the last request has come. */
    boolean heard() {
        return heard;
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
            var response = parser.parse(wire, InputStream.nullInputStream());
            if (response == null || response.getCode() < 100) throw malformed("it has no status", null);
            return response;
        } catch (FetchException e) {
            throw e;
        } catch (HttpException | IOException | RuntimeException e) { // the parser lets some of each through
            throw malformed(Failures.text(e), e);
        }
    }

    private static FetchException malformed(String what, @Nullable Throwable cause) {
        return new FetchException(Reason.MALFORMED_RESPONSE, "the answer is malformed: " + what, cause);
    }
}
