package dev.gofer.fetch;

import dev.gofer.fetch.http.HttpUrl;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of a {@link UrlList}: a URL to fetch, or text that is none. */
public sealed interface Line {
    /** {@return the list it came from, as a person knows it: a file name, {@code stdin}, {@code argument}} */
    String source();

    /** {@return its place in that list, from 1; comments and blank lines count} */
    long number();

    /** {@return the URL, or the text that is none} May hold any character where it is none: escape it before it is shown. */
    String text();

    /** {@return those of {@link ListFormat#others} that the line has} */
    Map<String, String> columns();

    /** {@return {@code urls.txt:17}, as compilers write it} */
    default String where() {
        return source() + ":" + number();
    }

    /**
     * A URL to fetch.
     *
     * @param source the list, as a person knows it
     * @param number its place in that list, from 1
     * @param url what to fetch
     * @param name the wish for its entry's name; null where the line has none
     * @param typed whether a person typed it; false: it is from a list
     * @param checksum what its body must hash to; null where the line does not say
     * @param columns those of {@link ListFormat#others} that the line has
     */
    record Entry(
            String source,
            long number,
            HttpUrl url,
            @Nullable String name,
            boolean typed,
            @Nullable Checksum checksum,
            Map<String, String> columns)
            implements Line {
        @Override
        public String text() {
            return url.toString();
        }
    }

    /**
     * Text that is no URL to fetch.
     *
     * @param source the list, as a person knows it
     * @param number its place in that list, from 1
     * @param text of the line
     * @param reason its word in reports
     * @param problem what is wrong, and where possible what to write
     * @param columns those of {@link ListFormat#others} that the line has
     */
    record Malformed(
            String source, long number, String text, String reason, String problem, Map<String, String> columns)
            implements Line {
        /**
         * The same without columns.
         *
         * @param source the list, as a person knows it
         * @param number its place in that list, from 1
         * @param text of the line
         * @param reason its word in reports
         * @param problem what is wrong, and where possible what to write
         */
        public Malformed(String source, long number, String text, String reason, String problem) {
            this(source, number, text, reason, problem, Map.of());
        }
    }

    /**
     * Reads one line: a URL, and after a tab the name of its entry.
     *
     * @param source the list, as a person knows it
     * @param number its place in that list, from 1
     * @param text of the line
     * @param typed whether a person typed it; false: it is from a list
     * @return what the line says
     */
    static Line parse(String source, long number, String text, boolean typed) {
        return new Row(source, number).ofText(text, typed);
    }
}
