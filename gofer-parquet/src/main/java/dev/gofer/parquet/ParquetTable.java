package dev.gofer.parquet;

import dev.gofer.fetch.TableReader;
import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One Parquet file. */
final class ParquetTable implements TableReader.Table {
    private final ParquetFileReader file;
    private final List<String> columns;
    private @Nullable RowReader rows; // null: not begun

    ParquetTable(ParquetFileReader file) {
        this.file = file;
        this.columns = file.getFileSchema().getColumns().stream()
                .filter(ParquetTable::isPlain)
                .map(ColumnSchema::name)
                .toList();
    }

    /** Whether it has one value in each row: no list, and no part of a record. */
    private static boolean isPlain(ColumnSchema column) {
        return column.repetitionType() != RepetitionType.REPEATED
                && column.maxRepetitionLevel() == 0
                && column.fieldPath().elements().size() == 1;
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public @Nullable List<@Nullable String> next(List<String> wanted) throws IOException {
        try {
            var rows = this.rows;
            if (rows == null) {
                var projection = ColumnProjection.columns(wanted.toArray(String[]::new));
                this.rows = rows = file.buildRowReader().projection(projection).build();
            }
            if (!rows.hasNext()) return null;
            rows.next();
            var values = new ArrayList<@Nullable String>(wanted.size());
            for (var column : wanted) values.add(rows.isNull(column) ? null : text(rows.getValue(column)));
            return values;
        } catch (RuntimeException | LinkageError e) { // the latter where the library for a compression is not there
            throw because(e);
        }
    }

    /** A value as text. Bytes of which the file does not say what they are: older writers put text there. */
    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString();
    }

    /** The library's exceptions are of many kinds; each says what is wrong. */
    static IOException because(Throwable e) {
        var why = e.getMessage() == null ? e.toString() : e.getMessage();
        return new IOException(why.lines().findFirst().orElse(why), e);
    }

    @Override
    public void close() {
        try {
            if (rows != null) rows.close();
            file.close();
        } catch (IOException | RuntimeException e) {
            // It was only read: nothing is lost.
        }
    }
}
