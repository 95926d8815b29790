package dev.gofer.fetch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads lists that are tables and no text. A service: {@link UrlList#open} finds it by {@link java.util.ServiceLoader} when it meets a list of its kind.
 * The module {@code gofer-parquet} has one.
 */
public interface TableReader {
    /** {@return which lists it reads} */
    ListFormat.Kind kind();

    /**
     * {@return the table in a file, before its first row}
     *
     * @param file its name
     * @throws IOException it cannot be read; the message says why, without the file's name
     */
    Table open(Path file) throws IOException;

    /** A table that is read row by row, by one thread. */
    interface Table extends AutoCloseable {
        /** {@return the names of those columns that hold one value each, which can be written as text} */
        List<String> columns();

        /**
         * {@return the next row, or null at the end of the table} Where a value is missing there is null.
         *
         * @param wanted some of {@link #columns}; the same for each row. The row has their values in that order
         * @throws IOException it can be read no further
         */
        @Nullable
        List<@Nullable String> next(List<String> wanted) throws IOException;

        /** Lets go of the file. */
        @Override
        void close();
    }
}
