package dev.gofer.fetch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a text, whatever its line ends, encoding and length. */
final class UrlText implements UrlList {
    /* (1) Memory is one buffer and one line: a line is cut at LONGEST and the rest of it skipped.
     * (2) Lines are counted at every \n, \r\n and \r, so that numbers agree with what an editor shows. */
    private static final int LONGEST = 65_536;

    private final String name;
    private final String identity;
    private final InputStream in;
    private final Reader reader;
    private final char[] buffer = new char[8192];
    private final StringBuilder line = new StringBuilder();
    private int position;
    private int limit;
    private long number;
    private boolean afterReturn; // the last line ended with \r: a \n that follows belongs to it
    private boolean tooLong;

    UrlText(String name, InputStream in, String identity) throws InputException {
        this.name = name;
        this.identity = identity;
        this.in = in;
        try {
            this.reader = decode(in);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public @Nullable Line next() throws InputException {
        while (readLine()) {
            number++;
            var text = line.toString().replace("\uFEFF", "").strip();
            if (tooLong) return Line.malformed(name, number, text, "longer than " + LONGEST + " characters");
            if (!text.isEmpty() && text.charAt(0) != '#') return Line.parse(name, number, text, false);
        }
        return null;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public void close() {
        try {
            in.close(); // not the reader's close: that would wait for a read that waits for a person
        } catch (IOException e) {
            // It was only read: nothing is lost.
        }
    }

    /** Reads up to the next line end into {@link #line}; false at the end of the text. */
    private boolean readLine() throws InputException {
        line.setLength(0);
        tooLong = false;
        for (var begun = false; ; begun = true) {
            if (position == limit && !fill()) return begun;
            var c = buffer[position++];
            if (c == '\n' && afterReturn && !begun) {
                afterReturn = false;
                if (position == limit && !fill()) return false;
                c = buffer[position++];
            }
            afterReturn = c == '\r';
            if (c == '\n' || c == '\r') return true;
            if (line.length() < LONGEST) line.append(c);
            else tooLong = true;
        }
    }

    private boolean fill() throws InputException {
        try {
            position = 0;
            limit = Math.max(reader.read(buffer), 0);
            return limit > 0;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private InputException unreadable(IOException e) {
        var where = number == 0 ? "" : " after line " + number;
        return new InputException("cannot read " + name + where + ": " + (e.getMessage() == null ? e : e.getMessage()));
    }

    private static Reader decode(InputStream in) throws IOException {
        var bytes = new BufferedInputStream(in);
        var head = peek(bytes);
        if (head == 0x1f8b) {
            bytes = new BufferedInputStream(new GZIPInputStream(bytes));
            head = peek(bytes);
        }
        Charset charset = switch (head) {
            case 0xfffe -> StandardCharsets.UTF_16LE;
            case 0xfeff -> StandardCharsets.UTF_16BE;
            default -> StandardCharsets.UTF_8;
        };
        return new InputStreamReader(bytes, charset); // bytes that are no text become U+FFFD, which no URL may hold
    }

    private static int peek(BufferedInputStream in) throws IOException {
        in.mark(2);
        var first = in.read();
        var second = in.read();
        in.reset();
        return (first << 8) | (second & 0xff);
    }
}
