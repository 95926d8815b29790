package dev.gofer.fetch;

import dev.gofer.fetch.gzip.Gunzip;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Where a list comes from: its stream, and what it is called. */
record Source(String name, InputStream in, String identity) {
    /** What is often given by mistake, by its first four bytes. */
    private static final Map<Integer, String> KINDS = Map.of(
            0x504b0304, "a ZIP archive, not a list of URLs",
            0x25504446, "a PDF document, not a list of URLs",
            0x28b52ffd, "compressed with Zstandard: unpack it, or compress it with gzip",
            0xfd377a58, "compressed with xz: unpack it, or compress it with gzip",
            0x425a6839, "compressed with bzip2: unpack it, or compress it with gzip",
            0x50415231, "a Parquet table: say so (--input-format parquet), or call it .parquet");

    /** Its text: unpacked, decoded, without the mark at its head. Bytes that are no text become U+FFFD, which no URL may hold. */
    Reader text() throws InputException {
        try {
            var bytes = new BufferedInputStream(in);
            var kind = KINDS.get(peek(bytes, 4));
            if (kind != null) throw new InputException(name + " is " + kind);
            if (peek(bytes, 2) == 0x1f8b) bytes = new BufferedInputStream(new Gunzip(bytes));
            Charset charset = switch (peek(bytes, 2)) {
                case 0xfffe -> StandardCharsets.UTF_16LE;
                case 0xfeff -> StandardCharsets.UTF_16BE;
                default -> StandardCharsets.UTF_8;
            };
            if (charset != StandardCharsets.UTF_8) bytes.skipNBytes(2);
            else if (peek(bytes, 3) == 0xefbbbf) bytes.skipNBytes(3);
            return new InputStreamReader(bytes, charset);
        } catch (IOException e) {
            throw unreadable(0, e);
        }
    }

    /** The next bytes as one number; what is beyond the end counts as nothing that is looked for. */
    private static int peek(BufferedInputStream in, int bytes) throws IOException {
        in.mark(bytes);
        var value = 0;
        for (var i = 0; i < bytes; i++) value = value << 8 | (in.read() & (i == 0 ? -1 : 0xff));
        in.reset();
        return value;
    }

    InputException unreadable(long lastLine, IOException e) {
        var where = lastLine == 0 ? "" : " after line " + lastLine;
        return new InputException("cannot read " + name + where + ": " + (e.getMessage() == null ? e : e.getMessage()));
    }

    /** Something at a line that makes the rest of the list unreadable, too. */
    InputException broken(long line, String problem) {
        return new InputException(name + ":" + line + ": " + problem);
    }

    void close() {
        try {
            in.close(); // not the reader's close: that would wait for a read that waits for a person
        } catch (IOException e) {
            // It was only read: nothing is lost.
        }
    }
}
