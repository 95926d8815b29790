package dev.gofer.fetch;

import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.HttpUrl;
import dev.gofer.fetch.http.Reason;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the line at one place of a list out of what its columns hold.
 *
 * @param before any URL, best the one before in the list: one of the same server is read sooner; null: none
 */
record Row(String source, long number, @Nullable HttpUrl before) {
    Row(String source, long number) {
        this(source, number, null);
    }

    /** The line of these columns, of which the format knows the meaning; a column that the row lacks is not in the map. */
    Line of(Map<String, String> columns, ListFormat format, String urlColumn) {
        Map<String, String> others = Map.of();
        if (!format.others().isEmpty()) {
            others = new HashMap<>(columns);
            others.keySet().retainAll(format.others());
        }
        var url = columns.get(urlColumn);
        if (url == null || url.isBlank())
            return malformed("", Reason.INVALID_URL, "no URL in the column " + urlColumn, others);
        return of(url, get(columns, format.name()), get(columns, format.checksum()), others, false);
    }

    private static @Nullable String get(Map<String, String> columns, @Nullable String column) {
        return column == null ? null : columns.get(column);
    }

    Line of(
            String rawUrl,
            @Nullable String rawName,
            @Nullable String rawChecksum,
            Map<String, String> others,
            boolean typed) {
        var url = rawUrl.strip();
        var name = rawName == null || rawName.isBlank() ? null : rawName.strip();
        if (url.indexOf('\uFFFD') >= 0) return malformed(url, Reason.INVALID_URL, "not UTF-8 text", others);
        Checksum checksum = null;
        if (rawChecksum != null && !rawChecksum.isBlank()) {
            checksum = Checksum.parse(rawChecksum.strip());
            if (checksum == null) return malformed(url, Reason.CHECKSUM, Checksum.problem(rawChecksum.strip()), others);
        }
        try {
            return new Line.Entry(
                    source, number, HttpUrl.parse(url, before), name, typed, checksum, Map.copyOf(others));
        } catch (FetchException e) {
            if (looksLikeHost(url))
                return malformed(url, Reason.INVALID_URL, "no scheme: write https://" + url, others);
            return malformed(url, e.reason(), e.getMessage(), others);
        }
    }

    /** The line of a list of text: a URL, and after a tab the name of its entry. */
    Line ofText(String text, boolean typed) {
        var tab = text.indexOf('\t');
        if (tab < 0) return of(text, null, null, Map.of(), typed);
        var name = text.substring(tab + 1).strip();
        if (name.indexOf('\t') >= 0) return malformed(text, "two tabs: a line is URL, tab, name");
        return of(text.substring(0, tab), name, null, Map.of(), typed);
    }

    /** A line that is no URL for a reason that {@link HttpUrl} does not know. */
    Line.Malformed malformed(String text, String problem) {
        return malformed(text, Reason.INVALID_URL, problem, Map.of());
    }

    private Line.Malformed malformed(String text, Reason reason, String problem, Map<String, String> columns) {
        return new Line.Malformed(
                source, number, withoutCredentials(text), reason.word(), problem, Map.copyOf(columns));
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
