package dev.gofer.fetch;

import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.HttpUrl;
import dev.gofer.fetch.http.Reason;
import org.jspecify.annotations.Nullable;

/** One line of a {@link UrlList}: a URL to fetch, or text that is none. */
public sealed interface Line {
    /** {@return the list it came from, as a person knows it: a file name, {@code stdin}, {@code argument}} */
    String source();

    /** {@return its place in that list, from 1; comments and blank lines count} */
    long number();

    /** {@return the URL, or the text that is none} May hold any character where it is none: escape it before it is shown. */
    String text();

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
     */
    record Entry(
            String source,
            long number,
            HttpUrl url,
            @Nullable String name,
            boolean typed) implements Line {
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
     */
    record Malformed(String source, long number, String text, String reason, String problem) implements Line {}

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
        var tab = text.indexOf('\t');
        var url = (tab < 0 ? text : text.substring(0, tab)).strip();
        var name = tab < 0 ? "" : text.substring(tab + 1).strip();
        if (name.indexOf('\t') >= 0) return malformed(source, number, text, "two tabs: a line is URL, tab, name");
        if (url.indexOf('\uFFFD') >= 0) return malformed(source, number, url, "not UTF-8 text");
        try {
            return new Entry(source, number, HttpUrl.parse(url), name.isEmpty() ? null : name, typed);
        } catch (FetchException e) {
            var problem = looksLikeHost(url) ? "no scheme: write https://" + url : String.valueOf(e.getMessage());
            var reason = looksLikeHost(url) ? Reason.INVALID_URL.word() : e.word();
            return new Malformed(source, number, withoutCredentials(url), reason, problem);
        }
    }

    /**
     * {@return a line that is no URL for a reason that {@link HttpUrl} does not know}
     *
     * @param source the list, as a person knows it
     * @param number its place in that list, from 1
     * @param text of the line
     * @param problem what is wrong, and where possible what to write
     */
    static Malformed malformed(String source, long number, String text, String problem) {
        return new Malformed(source, number, withoutCredentials(text), Reason.INVALID_URL.word(), problem);
    }

    /** Text such as {@code example.com/a.jpg} or {@code localhost:8080/a.jpg}: a URL whose scheme was left out. */
    private static boolean looksLikeHost(String text) {
        return text.matches("(?i)(([a-z0-9-]{1,63}\\.){1,20}[a-z]{2,20}|localhost)(:\\d+)?(/\\S*)?");
    }

    /** The text without the user name and password of a URL: those are written nowhere. */
    private static String withoutCredentials(String text) {
        return text.replaceFirst("//[^/?#]*@", "//…@");
    }
}
