package dev.gofer.fetch.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/** The head of a response, and what it says about the body: exactly one thing, or it is refused. */
final class Head {
    /* (1) One length at most: Content-Length and Transfer-Encoding together, or two lengths that differ, are refused, as
     *     somebody between us and the server may have believed the other one. The same length twice is accepted, as in
     *     RFC 9112 §6.3, browsers and Go: faulty but common, and not ambiguous.
     * (2) A transfer coding other than chunked was not asked for, so it is refused. */
    static final long CHUNKED = -1;
    static final long UNTIL_CLOSE = -2;
    static final long STREAMED = -3; // HTTP/2 marks the last frame

    private final ClassicHttpResponse response;
    private final long length;
    private final boolean persistent;

    private Head(ClassicHttpResponse response, long length, boolean persistent) {
        this.response = response;
        this.length = length;
        this.persistent = persistent;
    }

    static Head of(ClassicHttpResponse response) throws FetchException {
        var version = response.getVersion();
        if (version.getMajor() != 1) throw malformed("its version is " + version);
        boolean http11 = version.getMinor() > 0;
        boolean keep = http11;
        boolean chunked = false;
        long length = UNTIL_CLOSE;
        for (var headers = response.headerIterator(); headers.hasNext(); ) {
            Header header = headers.next();
            switch (header.getName().length()) { // few names have these lengths: most headers are never compared
                case 14 -> {
                    if (!header.getName().equalsIgnoreCase("Content-Length")) continue;
                    long value = length(header.getValue());
                    if (length >= 0 && length != value)
                        throw malformed("it has two lengths, " + length + " and " + value);
                    length = value;
                }
                case 17 -> {
                    if (!header.getName().equalsIgnoreCase("Transfer-Encoding")) continue;
                    if (chunked || !http11 || !header.getValue().equalsIgnoreCase("chunked")) {
                        throw malformed("its transfer encoding is not understood: " + header.getValue());
                    }
                    chunked = true;
                }
                case 10 -> {
                    if (!header.getName().equalsIgnoreCase("Connection")) continue;
                    String value = header.getValue().toLowerCase(Locale.ROOT);
                    if (value.contains("close")) keep = false;
                    else if (value.contains("keep-alive")) keep = true;
                }
                default -> {}
            }
        }
        if (chunked && length >= 0) throw malformed("it has both a length and a transfer encoding");
        int status = response.getCode();
        if (status < 200 || status == 204 || status == 205 || status == 304) length = 0;
        else if (chunked) length = CHUNKED;
        return new Head(response, length, keep && length != UNTIL_CLOSE);
    }

    /** The head of an answer by HTTP/2, whose names and values are checked. */
    static Head ofHttp2(ClassicHttpResponse response, boolean last) throws FetchException {
        long length = STREAMED;
        for (var headers = response.headerIterator(); headers.hasNext(); ) {
            Header header = headers.next();
            if (!header.getName().equals("content-length")) continue;
            long value = length(header.getValue());
            if (length >= 0 && length != value) throw malformed("it has two lengths, " + length + " and " + value);
            length = value;
        }
        int status = response.getCode();
        if (status == 204 || status == 205 || status == 304) length = 0;
        else if (last && length < 0) length = 0;
        return new Head(response, length, true);
    }

    private static long length(String value) throws FetchException {
        if (!Ascii.isNumber(value, 18)) throw malformed("its length is not understood: " + value);
        return Long.parseLong(value);
    }

    int status() {
        return response.getCode();
    }

    String statusText() {
        String reason = response.getReasonPhrase();
        return reason == null || reason.isEmpty() ? "" + status() : status() + " " + reason;
    }

    /** Bytes of the body, {@link #CHUNKED}, {@link #UNTIL_CLOSE} or {@link #STREAMED}. */
    long length() {
        return length;
    }

    /** Whether the connection may serve another request once the body has been read. */
    boolean persistent() {
        return persistent;
    }

    @Nullable
    String header(String name) {
        var header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    List<String> headers(String name) {
        var found = response.getHeaders(name);
        if (found.length == 0) return List.of();
        var values = new ArrayList<String>(found.length);
        for (var header : found) if (header.getValue() != null) values.add(header.getValue());
        return values;
    }

    /** The delay of Retry-After, in seconds or as a date; null where there is none. One that is not valid wishes for no delay in particular: zero. */
    @Nullable
    Duration retryAfter(Instant now) {
        String value = header("Retry-After");
        if (value == null) return null;
        if (Ascii.isNumber(value, 18)) return Duration.ofSeconds(Long.parseLong(value));
        try {
            var until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    private static FetchException malformed(String what) {
        return new FetchException(Reason.MALFORMED_RESPONSE, "the answer is malformed: " + what);
    }
}
