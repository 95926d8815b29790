package dev.gofer.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LastModifiedTest {
    @Test
    void theUsualFormIsReadAsTheFormatterReadsIt() {
        var random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            var time = Instant.ofEpochSecond(random.nextLong(0, 4_000_000_000L));
            var text = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ROOT)
                    .format(time.atOffset(ZoneOffset.UTC));
            assertEquals(time, LastModified.parse(text), text);
        }
    }

    @Test
    void nearFormsAreReadToo() {
        assertEquals(Instant.parse("2026-11-05T10:00:00Z"), LastModified.parse("Thu, 5 Nov 2026 10:00:00 GMT"));
        assertEquals(Instant.parse("2026-11-05T09:00:00Z"), LastModified.parse("Thu, 05 Nov 2026 10:00:00 +0100"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "Wed, 32 Nov 2026 10:00:00 GMT",
                "Wed, 30 Feb 2026 10:00:00 GMT",
                "Wed, 25 Nov 2026 24:00:00 GMT",
                "Wed, 25 Nov 2026 10:60:00 GMT",
                "Wed, 25 ovD 2026 10:00:00 GMT",
                "Wed, -5 Nov 2026 10:00:00 GMT",
                "Wed, 25 Nov 2026 10:00:00 XYZ",
                "Wed. 25 Nov 2026 10:00:00 GMT"
            })
    void whatIsNoTimeIsNone(String text) {
        assertNull(LastModified.parse(text));
    }
}
