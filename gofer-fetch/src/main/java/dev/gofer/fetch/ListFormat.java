package dev.gofer.fetch;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a list is written, and what its columns mean. A column is a name out of the header row, or a key of the JSON objects; where
 * there is no header row, its number from 1. Compression is no part of it: gzip is known by its content.
 *
 * @param kind how lines are told apart
 * @param url the column with the URLs; null: {@code url}, the only column, or without a header row the first one
 * @param name the column with the wishes for names of entries; null: there is none
 * @param checksum the column with the checksums that the bodies must have; null: there is none
 * @param header whether the first row of a {@link Kind#CSV} or {@link Kind#TSV} names the columns
 * @param others further columns to keep, in {@link Line.Entry#columns}
 */
public record ListFormat(
        Kind kind,
        @Nullable String url,
        @Nullable String name,
        @Nullable String checksum,
        boolean header,
        Set<String> others) {
    /** How lines are told apart. */
    public enum Kind {
        /** A URL a line, after a tab the name of its entry; {@code #} begins a comment. */
        TEXT,
        /** Comma-separated values as in RFC 4180. */
        CSV,
        /** The same with tabs in place of commas. */
        TSV,
        /** A JSON object, or a string that is the URL, on each line. */
        JSONL,
        /** One JSON array of such objects or strings, or such values one after the other; line breaks where they please. */
        JSON,
        /** A Parquet file, for which the module {@code gofer-parquet} is needed; its columns are those that hold one value each. */
        PARQUET
    }

    /** A URL a line. */
    public static final ListFormat TEXT = of(Kind.TEXT);

    /** Copies. */
    public ListFormat {
        others = Set.copyOf(others);
    }

    /**
     * {@return a format with the usual columns: {@code url} and no others, under a header row}
     *
     * @param kind how lines are told apart
     */
    public static ListFormat of(Kind kind) {
        return new ListFormat(kind, null, null, null, true, Set.of());
    }

    /**
     * {@return the kind that a file's name tells: {@code .csv .tsv .jsonl .ndjson .json}, each with or without {@code .gz}, and {@code .parquet}; else text}
     *
     * @param file its name; it need not exist
     */
    public static Kind kindOf(Path file) {
        var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".gz")) name = name.substring(0, name.length() - 3);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "csv" -> Kind.CSV;
            case "tsv" -> Kind.TSV;
            case "jsonl", "ndjson" -> Kind.JSONL;
            case "json" -> Kind.JSON;
            case "parquet" -> Kind.PARQUET;
            default -> Kind.TEXT;
        };
    }

    /**
     * {@return the same with other columns}
     *
     * @param urls as {@link #url}
     * @param names as {@link #name}
     * @param checksums as {@link #checksum}
     */
    public ListFormat withColumns(@Nullable String urls, @Nullable String names, @Nullable String checksums) {
        return new ListFormat(kind, urls, names, checksums, header, others);
    }

    /**
     * {@return the same with {@link #header} changed}
     *
     * @param value the new value
     */
    public ListFormat withHeader(boolean value) {
        return new ListFormat(kind, url, name, checksum, value, others);
    }

    /**
     * {@return the same with {@link #others} changed}
     *
     * @param columns the new value
     */
    public ListFormat withOthers(Set<String> columns) {
        return new ListFormat(kind, url, name, checksum, header, columns);
    }
}
