package dev.gofer.fetch;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** The lines of a text, whatever its line ends and their length. */
final class TextLines {
    /* (1) Memory is one buffer and one line: a line is cut at its limit and the rest of it skipped.
     * (2) Lines are counted at every \n, \r\n and \r, so that numbers agree with what an editor shows. */
    private final Source source;
    private final Reader reader;
    private final int longest;
    private final char[] buffer = new char[8192];
    private final StringBuilder line = new StringBuilder();
    private int position;
    private int limit;
    private long number;
    private boolean afterReturn; // the last line ended with \r: a \n that follows belongs to it
    private boolean tooLong;

    TextLines(Source source, int longest) throws InputException {
        this.source = source;
        this.reader = source.text();
        this.longest = longest;
    }

    /** The next line, without marks and spaces at its ends; null at the end of the text. */
    @Nullable
    String next() throws InputException {
        if (!readLine()) return null;
        number++;
        return line.toString().replace("\uFEFF", "").strip();
    }

    /** The number of the last line, from 1. */
    long number() {
        return number;
    }

    /** Whether the last line was longer than allowed. */
    boolean tooLong() {
        return tooLong;
    }

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
            var end = position; // of what follows in this line, as far as it is here
            while (end < limit && buffer[end] != '\n' && buffer[end] != '\r') end++;
            var taken = Math.clamp(longest - line.length(), 0, end - position + 1);
            line.append(buffer, position - 1, taken);
            tooLong |= taken < end - position + 1;
            position = end;
        }
    }

    private boolean fill() throws InputException {
        try {
            position = 0;
            limit = Math.max(reader.read(buffer), 0);
            return limit > 0;
        } catch (IOException e) {
            throw source.unreadable(number, e);
        }
    }
}
