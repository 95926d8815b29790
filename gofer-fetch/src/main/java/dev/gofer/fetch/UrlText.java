package dev.gofer.fetch;

import dev.gofer.fetch.http.HttpUrl;
import org.jspecify.annotations.Nullable;

/** A URL a line; after a tab the name of its entry. */
final class UrlText implements UrlList {
    private static final int LONGEST = 65_536;

    private final Source source;
    private final TextLines lines;
    private @Nullable HttpUrl before;

    UrlText(Source source) throws InputException {
        this.source = source;
        this.lines = new TextLines(source, LONGEST);
    }

    @Override
    public @Nullable Line next() throws InputException {
        for (var text = lines.next(); text != null; text = lines.next()) {
            if (lines.tooLong()) return row().malformed(text, "longer than " + LONGEST + " characters");
            if (text.isEmpty() || text.charAt(0) == '#') continue;
            if (text.startsWith("{") || text.startsWith("["))
                return row().malformed(text, "this looks like JSON: say so (--input-format jsonl or json)");
            var line = new Row(source.name(), lines.number(), before).ofText(text, false);
            if (line instanceof Line.Entry entry) before = entry.url();
            return line;
        }
        return null;
    }

    private Row row() {
        return new Row(source.name(), lines.number());
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public String identity() {
        return source.identity();
    }

    @Override
    public void close() {
        source.close();
    }
}
