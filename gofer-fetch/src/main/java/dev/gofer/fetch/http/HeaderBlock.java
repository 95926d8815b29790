package dev.gofer.fetch.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The header block of a request in HPACK (RFC 7541). */
final class HeaderBlock {
    /* No header is put into the dynamic table, and none is Huffman coded: so a block depends on nothing that was sent before,
     * and no order among streams has to be kept. What that costs is some 100 bytes a request. */
    private static final int AUTHORITY = 1; // indices of the static table
    private static final int METHOD_GET = 2;
    private static final int PATH = 4;
    private static final int SCHEME_HTTPS = 7;
    private static final int NEVER_INDEXED = 0x10;
    private static final int EMPTY_TABLE = 0x20;

    private HeaderBlock() {}

    /** {@code emptiesTable}: the server has made its table smaller, and is to hear that we use none. */
    static byte[] of(Request request, boolean emptiesTable) {
        var out = new ByteArrayOutputStream(256);
        if (emptiesTable) out.write(EMPTY_TABLE);
        out.write(0x80 | METHOD_GET);
        out.write(0x80 | SCHEME_HTTPS);
        out.write(AUTHORITY);
        text(out, request.url().authority());
        out.write(PATH);
        text(out, request.url().target());
        for (var header : request.usual().list) header(out, header);
        for (var header : request.own()) header(out, header);
        return out.toByteArray();
    }

    private static void header(ByteArrayOutputStream out, Request.Header header) {
        String name = header.name().toLowerCase(Locale.ROOT);
        boolean secret = name.equals("authorization") || name.equals("cookie");
        out.write(secret ? NEVER_INDEXED : 0);
        text(out, name);
        text(out, header.value());
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            out.write(bytes.length);
        } else { // seven bits are full, the rest follows, seven bits a byte
            out.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) out.write((rest & 127) | 128);
            out.write(rest);
        }
        out.writeBytes(bytes);
    }
}
