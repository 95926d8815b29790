package dev.gofer.fetch;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Values separated by commas or tabs, as in RFC 4180: quotes, doubled quotes, and line breaks inside quotes. */
final class UrlCsv implements UrlList {
    /* (1) A row must have as many fields as the first one. With fewer or more, a URL that holds a comma was not quoted, most likely:
     *     half of it would be fetched. The row fails alone.
     * (2) Broken quotes are the end: nobody can tell where the next row begins. */
    private static final int LONGEST = 1 << 20; // characters of one field

    private final Source source;
    private final ListFormat format;
    private final Iterator<CsvRecord> rows;
    private final Map<String, Integer> columns = new HashMap<>(); // those that count, and where they are
    private @Nullable CsvRecord first; // where it is a row of its own: not yet returned
    private String urlColumn = "";
    private int width = -1; // fields of the first row; -1: not read yet
    private long line; // of the last row

    UrlCsv(Source source, ListFormat format) throws InputException {
        this.source = source;
        this.format = format;
        this.rows = CsvReader.builder()
                .fieldSeparator(format.kind() == ListFormat.Kind.TSV ? '\t' : ',')
                .commentStrategy(CommentStrategy.NONE)
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // (1): told by us
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .maxBufferSize(LONGEST)
                .ofCsvRecord(source.text())
                .iterator();
    }

    @Override
    public @Nullable Line next() throws InputException {
        if (width < 0) readHead();
        var record = first != null ? first : read();
        first = null;
        if (record == null) return null;
        var row = new Row(source.name(), record.getStartingLineNumber());
        if (record.getFieldCount() != width)
            return row.malformed(
                    String.join(separator(), record.getFields()),
                    record.getFieldCount() + " fields where the first row has " + width
                            + ": a value that holds the separator must stand in quotes");
        var values = HashMap.<String, String>newHashMap(columns.size());
        columns.forEach((name, index) -> values.put(name, record.getField(index)));
        return row.of(values, format, urlColumn);
    }

    /** Reads the first row, and finds in it which column is where. */
    private void readHead() throws InputException {
        var record = read();
        width = record == null ? 0 : record.getFieldCount();
        if (record == null) return;
        if (!format.header()) first = record;
        var names = format.header()
                ? record.getFields().stream().map(String::strip).toList()
                : IntStream.rangeClosed(1, width).mapToObj(Integer::toString).toList();
        urlColumn = urlColumn(record, names);
        var wanted = new ArrayList<String>(format.others());
        wanted.add(urlColumn);
        if (format.name() != null) wanted.add(format.name());
        if (format.checksum() != null) wanted.add(format.checksum());
        for (var name : wanted) columns.put(name, index(record, names, name));
    }

    private String urlColumn(CsvRecord head, List<String> names) throws InputException {
        if (format.url() != null) return format.url();
        if (!format.header()) return "1";
        for (var name : names) if (name.equalsIgnoreCase("url")) return name;
        if (names.stream().anyMatch(name -> name.matches("(?i)https?://.*")))
            throw source.broken(
                    head.getStartingLineNumber(),
                    "the first row holds a URL where the names of the columns should be: say that there are none (--no-header)");
        if (names.size() == 1) return names.getFirst();
        throw source.broken(
                head.getStartingLineNumber(),
                "which column holds the URLs? None is called url; there are " + String.join(", ", names)
                        + ": name one (--url-col)");
    }

    private int index(CsvRecord head, List<String> names, String name) throws InputException {
        var index = names.indexOf(name);
        if (index < 0)
            throw source.broken(
                    head.getStartingLineNumber(), "no column " + name + "; there are " + String.join(", ", names));
        if (names.lastIndexOf(name) != index)
            throw source.broken(head.getStartingLineNumber(), "two columns are called " + name);
        return index;
    }

    private @Nullable CsvRecord read() throws InputException {
        try {
            if (!rows.hasNext()) return null;
            var record = rows.next();
            line = record.getStartingLineNumber();
            return record;
        } catch (UncheckedIOException e) {
            throw source.unreadable(line, Objects.requireNonNull(e.getCause()));
        } catch (CsvParseException e) {
            if (e.getCause() instanceof IOException cause) throw source.unreadable(line, cause);
            throw new InputException(
                    "cannot read " + source.name() + (line == 0 ? "" : " after line " + line) + ": " + e.getMessage());
        }
    }

    private String separator() {
        return format.kind() == ListFormat.Kind.TSV ? "\t" : ",";
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
