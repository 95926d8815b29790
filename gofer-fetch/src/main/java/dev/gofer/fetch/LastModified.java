package dev.gofer.fetch;

import dev.gofer.fetch.http.Response;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/** When a body was last changed. */
final class LastModified {
    private LastModified() {}

    /** What the server says, if it can be true; else now. */
    static Instant of(Response response) {
        var now = Instant.now();
        var said = response.header("Last-Modified");
        if (said == null) return now;
        try {
            var time = DateTimeFormatter.RFC_1123_DATE_TIME.parse(said.strip(), Instant::from);
            return time.isBefore(Instant.EPOCH) || time.isAfter(now) ? now : time;
        } catch (DateTimeException e) {
            return now;
        }
    }
}
