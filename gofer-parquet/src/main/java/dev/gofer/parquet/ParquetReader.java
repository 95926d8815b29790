package dev.gofer.parquet;

import dev.gofer.fetch.ListFormat;
import dev.gofer.fetch.TableReader;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import java.io.IOException;
import java.nio.file.Path;

/** Reads Parquet files, of which it opens one row group after the other, and of those the columns that are wanted. */
public final class ParquetReader implements TableReader {
    /** For {@link java.util.ServiceLoader}. */
    public ParquetReader() {}

    @Override
    public ListFormat.Kind kind() {
        return ListFormat.Kind.PARQUET;
    }

    @Override
    public Table open(Path file) throws IOException {
        try {
            return new ParquetTable(ParquetFileReader.open(InputFile.of(file)));
        } catch (IOException | RuntimeException e) {
            throw ParquetTable.because(e);
        }
    }
}
