package dev.gofer.fetch.http;

import java.util.List;

/**
 * A GET as it goes out.
 *
 * @param url what for
 * @param usual headers of all requests of its kind
 * @param own headers of this one
 */
record Request(HttpUrl url, Headers usual, List<Header> own) {
    /** A header of a request: name and value are such that they may be sent. */
    record Header(String name, String value) {}

    /** Headers in the form in which they are needed again and again. */
    static final class Headers {
        final List<Header> list;
        final byte[] lines; // each ends in CRLF

        Headers(List<Header> list) {
            this.list = List.copyOf(list);
            var text = new StringBuilder();
            for (var header : list)
                text.append(header.name).append(": ").append(header.value).append("\r\n");
            this.lines = text.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }
}
