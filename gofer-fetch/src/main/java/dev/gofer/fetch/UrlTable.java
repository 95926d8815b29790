package dev.gofer.fetch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A table that a {@link TableReader} reads. */
final class UrlTable implements UrlList {
    private final Path file;
    private final ListFormat format;
    private final String identity;
    private final TableReader.Table table;
    private final String urlColumn;
    private final List<String> wanted;
    private long row;

    UrlTable(Path file, ListFormat format, String identity) throws InputException {
        this.file = file;
        this.format = format;
        this.identity = identity + " " + format;
        try {
            this.table = reader(format.kind()).open(file);
        } catch (IOException e) {
            throw new InputException("cannot read " + file + ": " + e.getMessage());
        }
        try {
            this.urlColumn = urlColumn();
            var columns = new TreeSet<>(format.others());
            columns.add(urlColumn);
            if (format.name() != null) columns.add(format.name());
            if (format.checksum() != null) columns.add(format.checksum());
            for (var column : columns) if (!table.columns().contains(column)) throw noColumn(column);
            this.wanted = List.copyOf(columns);
        } catch (InputException e) {
            table.close();
            throw e;
        }
    }

    private TableReader reader(ListFormat.Kind kind) throws InputException {
        for (var reader : ServiceLoader.load(TableReader.class, UrlTable.class.getClassLoader()))
            if (reader.kind() == kind) return reader;
        throw new InputException(
                "cannot read " + file + ": this gofer has no reader for Parquet, the module gofer-parquet");
    }

    private String urlColumn() throws InputException {
        if (format.url() != null) return format.url();
        var columns = table.columns();
        for (var column : columns) if (column.equalsIgnoreCase("url")) return column;
        if (columns.size() == 1) return columns.getFirst();
        throw new InputException(file + ": which column holds the URLs? None is called url; there are "
                + String.join(", ", columns) + ": name one (--url-col)");
    }

    private InputException noColumn(String name) {
        return new InputException(file + ": no column " + name + "; there are " + String.join(", ", table.columns()));
    }

    @Override
    public @Nullable Line next() throws InputException {
        List<@Nullable String> values;
        try {
            values = table.next(wanted);
        } catch (IOException e) {
            throw new InputException(
                    "cannot read " + file + (row == 0 ? "" : " after row " + row) + ": " + e.getMessage());
        }
        if (values == null) return null;
        row++;
        var columns = HashMap.<String, String>newHashMap(wanted.size());
        for (var i = 0; i < wanted.size(); i++) {
            var value = values.get(i);
            if (value != null) columns.put(wanted.get(i), value);
        }
        return new Row(file.toString(), row).of(columns, format, urlColumn);
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public void close() {
        table.close();
    }
}
