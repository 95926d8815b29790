package dev.gofer.fetch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** JSON: an object or a string on each line, or one array of them, read value by value and never held as a tree. */
final class UrlJson implements UrlList {
    /* (1) Where each value has its line, a line that is no JSON fails alone. In an array it is the end: nobody can tell where the next
     *     value begins.
     * (2) Of an object only the columns that count are kept, and of those only text, numbers, true and false. */
    private static final int LONGEST = 1 << 20; // characters of one line, and of one value
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST)
                    .maxNestingDepth(100)
                    .maxNameLength(LONGEST)
                    .build())
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();

    private final Source source;
    private final ListFormat format;
    private final String urlColumn;
    private final Set<String> wanted;
    private final @Nullable TextLines lines; // for a value on each line
    private final @Nullable JsonParser all; // for the others

    UrlJson(Source source, ListFormat format) throws InputException {
        this.source = source;
        this.format = format;
        urlColumn = format.url() == null ? "url" : format.url();
        wanted = new HashSet<>(format.others());
        wanted.add(urlColumn);
        if (format.name() != null) wanted.add(format.name());
        if (format.checksum() != null) wanted.add(format.checksum());
        lines = format.kind() == ListFormat.Kind.JSONL ? new TextLines(source, LONGEST) : null;
        all = lines == null ? JSON.createParser(ObjectReadContext.empty(), source.text()) : null;
    }

    @Override
    public @Nullable Line next() throws InputException {
        if (lines != null) return nextLine(lines);
        return all == null ? null : nextValue(all);
    }

    private @Nullable Line nextLine(TextLines lines) throws InputException {
        var text = lines.next();
        while (text != null && text.isEmpty()) text = lines.next();
        if (text == null) return null;
        var row = new Row(source.name(), lines.number());
        if (lines.tooLong()) return row.malformed(shown(text), "longer than " + LONGEST + " characters");
        try (var parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            var token = parser.nextToken();
            var line = line(parser, token, row); // (1)
            if (parser.nextToken() != null) return row.malformed(shown(text), "more than one JSON value on the line");
            return line;
        } catch (JacksonException e) {
            return row.malformed(shown(text), "not JSON: " + problem(e));
        }
    }

    private @Nullable Line nextValue(JsonParser parser) throws InputException {
        try {
            var token = parser.nextToken();
            while (token == JsonToken.END_ARRAY || (token == JsonToken.START_ARRAY && isTop(parser)))
                token = parser.nextToken();
            if (token == null) return null;
            return line(
                    parser,
                    token,
                    new Row(source.name(), parser.currentTokenLocation().getLineNr()));
        } catch (JacksonIOException e) {
            throw source.unreadable(parser.currentLocation().getLineNr() - 1, Objects.requireNonNull(e.getCause()));
        } catch (JacksonException e) {
            var where = e.getLocation();
            throw source.broken(where == null ? 1 : where.getLineNr(), "not JSON: " + problem(e));
        }
    }

    /** Whether the array that has just begun is the list, and no value in it. */
    private static boolean isTop(JsonParser parser) {
        var parent = parser.streamReadContext().getParent();
        return parent != null && parent.inRoot();
    }

    private Line line(JsonParser parser, JsonToken token, Row row) {
        return switch (token) {
            case VALUE_STRING -> row.of(parser.getString(), null, null, Map.of(), false);
            case START_OBJECT -> {
                var columns = HashMap.<String, String>newHashMap(wanted.size());
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var key = parser.currentName();
                    var value = parser.nextToken();
                    if (!wanted.contains(key)) parser.skipChildren();
                    else if (value.isScalarValue() && value != JsonToken.VALUE_NULL)
                        columns.put(key, parser.getString()); // (2)
                    else parser.skipChildren();
                }
                yield row.of(columns, format, urlColumn);
            }
            default -> {
                parser.skipChildren();
                yield row.malformed("", "neither a JSON object nor a string");
            }
        };
    }

    /** What is wrong, without the parser's own words for where it is and how to set it up. */
    private static String problem(JacksonException e) {
        var said = e.getOriginalMessage();
        if (said == null) return "it cannot be read";
        return said.lines()
                .findFirst()
                .orElse(said)
                .replaceFirst(" \\(start marker at .*", "")
                .replaceFirst(", from `[^`]*`", "");
    }

    /** As much of a line as a report has room for. */
    private static String shown(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public String identity() {
        return source.identity() + " " + format;
    }

    @Override
    public void close() {
        source.close();
    }
}
