package dev.gofer.fetch.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a body of which the begin is here: what to ask for, and under which condition (RFC 9110 §13.1.5, §14).
 *
 * @param offset how many bytes are here, 1 or more
 * @param validator what the whole must still be: a strong ETag, or the time of its last change
 * @param total its length, where that is known; else -1
 */
public record Part(long offset, String validator, long total) {
    private static final Duration STRONG = Duration.ofMinutes(1); // a change within the same second would go unnoticed

    /**
     * {@return the rest of an answer of which so much is here; null where the server could not tell whether it is still the same}
     *
     * @param response of which the begin was read
     * @param offset how many bytes that was
     */
    public static @Nullable Part restOf(Response response, long offset) {
        if (offset < 1 || response.status() != 200 || response.header("Content-Encoding") != null) return null;
        String validator = validator(response);
        return validator == null ? null : new Part(offset, validator, response.declaredLength());
    }

    private static @Nullable String validator(Response response) {
        String tag = response.header("ETag");
        if (tag != null) return isStrong(tag) ? tag : null;
        String changed = response.header("Last-Modified");
        var then = time(changed);
        var now = time(response.header("Date"));
        boolean isStrong = then != null && now != null && !then.plus(STRONG).isAfter(now);
        return isStrong ? changed : null;
    }

    /** A tag that may be sent back as it came. */
    private static boolean isStrong(String tag) {
        boolean good = tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"");
        for (int i = 0; i < tag.length(); i++) good &= tag.charAt(i) > ' ' && tag.charAt(i) < 0x7f;
        return good;
    }

    private static @Nullable Instant time(@Nullable String text) {
        if (text == null) return null;
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** What is wrong with a 206 as the answer to this; null where it is what was asked for. */
    @Nullable
    String problem(Head head) {
        if (head.header("Content-Encoding") != null) return "a part that is packed";
        String tag = head.header("ETag");
        if (tag != null && validator.startsWith("\"") && !tag.equals(validator)) return "a part of something else";
        String range = head.header("Content-Range");
        if (range == null || !range.startsWith("bytes ")) return "a part of nobody knows what";
        int dash = range.indexOf('-');
        int slash = range.indexOf('/');
        if (dash < 0 || slash < dash) return "a part that is not understood: " + range;
        String first = range.substring(6, dash);
        String last = range.substring(dash + 1, slash);
        String whole = range.substring(slash + 1);
        boolean known = !whole.equals("*");
        if (!Ascii.isNumber(first, 18) || !Ascii.isNumber(last, 18) || (known && !Ascii.isNumber(whole, 18)))
            return "a part that is not understood: " + range;
        long end = Long.parseLong(last) + 1;
        boolean fits = Long.parseLong(first) == offset
                && end > offset
                && (!known || Long.parseLong(whole) == end)
                && (total < 0 || total == end)
                && (head.length() < 0 || head.length() == end - offset);
        return fits ? null : "another part than was asked for: " + range;
    }
}
