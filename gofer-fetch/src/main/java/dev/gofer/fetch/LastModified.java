package dev.gofer.fetch;

import dev.gofer.fetch.http.Response;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** When a body was last changed. */
final class LastModified {
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private LastModified() {}

    /** What the server says, if it can be true; else now. */
    static Instant of(Response response) {
        var now = Instant.now();
        var said = response.header("Last-Modified");
        var time = said == null ? null : parse(said.strip());
        return time == null || time.isBefore(Instant.EPOCH) || time.isAfter(now) ? now : time;
    }

    /** The time of {@code Wed, 25 Nov 2026 10:00:00 GMT}, or of a near form of it; null where it is none. */
    static @Nullable Instant parse(String text) {
        try {
            var usual = fixed(text);
            return usual != null ? usual : DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The one form that servers send, by its columns: the formatter costs a short run more than its requests do. The day of the week is not asked. */
    private static @Nullable Instant fixed(String text) {
        if (text.length() != 29 || !text.endsWith(" GMT")) return null;
        for (int i : new int[] {3, 4, 7, 11, 16, 19, 22})
            if (text.charAt(i) != "Xxx, 00 Xxx 0000 00:00:00".charAt(i)) return null;
        int month = MONTHS.indexOf(text.substring(8, 11));
        int day = number(text, 5, 2);
        int year = number(text, 12, 4);
        int hour = number(text, 17, 2);
        int minute = number(text, 20, 2);
        int second = number(text, 23, 2);
        if (month < 0 || month % 3 != 0 || (day | year | hour | minute | second) < 0) return null;
        return LocalDateTime.of(year, month / 3 + 1, day, hour, minute, second).toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') return -1;
            number = 10 * number + c - '0';
        }
        return number;
    }
}
