package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "1,1",
        "500,500",
        "500K,512000",
        "10M,10485760",
        "2g,2147483648",
        "1.5G,1610612736",
        "1 MiB,1048576",
        "3kb,3072"
    })
    void sizesGoInStepsOf1024(String text, long bytes) {
        assertEquals(bytes, Units.bytes(text));
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "30,30000", "30s,30000", "1.5s,1500", "5m,300000", "2h,7200000", "1d,86400000"})
    void timesHaveAUnitAndAreSecondsWithoutOne(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), Units.duration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1X", "K", "1e9", "99999999999T", "0", "1,5M", "١K"})
    void whatIsNoSizeIsRefusedWithAnExample(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> Units.bytes(text));
        assertTrue(String.valueOf(e.getMessage()).contains("10M"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1s", "1w", "s", "9999999d", "1:30", "forever"})
    void whatIsNoTimeIsRefusedWithAnExample(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> Units.duration(text));
        assertTrue(String.valueOf(e.getMessage()).contains("30s"));
    }

    @Test
    void sizesAndTimesAreShort() {
        assertEquals("0 B", Units.size(0));
        assertEquals("1023 B", Units.size(1023));
        assertEquals("1.0 KiB", Units.size(1024));
        assertEquals("999 KiB", Units.size(999 * 1024));
        assertEquals("1.0 MiB", Units.size(1023 * 1024));
        assertEquals("8192 PiB", Units.size(Long.MAX_VALUE));
        assertEquals("0.4 s", Units.time(Duration.ofMillis(420)));
        assertEquals("59 s", Units.time(Duration.ofSeconds(59)));
        assertEquals("12 m 05 s", Units.time(Duration.ofSeconds(725)));
        assertEquals("3 h 20 m", Units.time(Duration.ofMinutes(200)));
        assertEquals("1,284", Units.count(1284));
        assertEquals("1 file", Units.count(1, "file"));
        assertEquals("0 files", Units.count(0, "file"));
    }

    @Test
    void foreignTextCannotCommandTheTerminal() {
        assertEquals("a\\u001b[2Jb\\u000a\\u202ec", Text.printable("a\033[2Jb\n\u202Ec"));
        assertEquals("é 漢 🎉", Text.printable("é 漢 🎉"));
    }

    @Test
    void longTextLosesItsMiddle() {
        assertEquals("short", Text.shorten("short", 5));
        assertEquals("http…a.jpg", Text.shorten("http://example.com/very/long/a.jpg", 10));
        assertEquals(10, Text.shorten("x".repeat(1000), 10).length());
    }

    @Test
    void jsonIsAsciiOnOneLine() {
        assertEquals(
                "{\"a\": \"q\\\"b\\\\n\\n\\u00e9\\u001b\", \"b\": null, \"c\": 1, \"d\": 1.5, \"e\": true}",
                Json.object()
                        .put("a", "q\"b\\n\né\033")
                        .put("b", (String) null)
                        .put("c", 1)
                        .put("d", 1.5)
                        .put("e", true)
                        .toString());
    }
}
