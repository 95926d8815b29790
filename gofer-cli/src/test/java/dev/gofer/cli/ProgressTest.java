package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.fetch.FetchSummary;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.Outcome;
import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.HttpUrl;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);
    private final Terminal terminal = new Terminal(stream, stream, false, true, false, true);

    private static Line.Malformed line(int number, String text) {
        return new Line.Malformed("urls.txt", number, text, "invalid-url", "no scheme");
    }

    private static Outcome.Failed failed(int number, String reason, String text, String message) {
        return new Outcome.Failed(line(number, text), number, null, reason, message, 1);
    }

    @Test
    void theLineFitsItsWidthWhateverItIs() {
        try (var progress = new Progress(Progress.Style.none, terminal)) {
            for (var i = 0; i < 12_345; i++) progress.listed(line(i, "x"));
            progress.listEnded(12_345);
            for (var i = 0; i < 1234; i++) progress.finished(failed(i, "http-404", "x", "404"));
            for (var width = 1; width < 200; width++)
                assertTrue(progress.line(width).length() <= width, "at width " + width);
            assertEquals("1,234/12,345   9%", progress.line(20));
            assertTrue(progress.line(200).contains("1,234 failed"));
            assertTrue(progress.line(200).contains("http-404 1,234"));
        }
    }

    @Test
    void aListThatIsStillReadHasNoPercentage() {
        try (var progress = new Progress(Progress.Style.none, terminal)) {
            progress.listed(line(1, "x"));
            assertEquals("0 of 1+", progress.line(10));
        }
    }

    @Test
    void whoStopsSeesHowMuchIsLeftToFinish() {
        try (var progress = new Progress(Progress.Style.none, terminal)) {
            progress.listEnded(100);
            progress.finishing();
            assertEquals("finishing 0 │ 0 B/s", progress.line(20));
        }
    }

    @Test
    void eachEventIsAJsonObjectOnALineOfItsOwn() {
        try (var progress = new Progress(Progress.Style.json, terminal)) {
            progress.finished(failed(7, "http-404", "http://h/\"a\n", "404 Not Found"));
            var why = assertThrows(FetchException.class, () -> HttpUrl.parse("ftp://h/"));
            progress.paused("h:80", why, Duration.ofMillis(1500));
        }
        var lines = shown.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(
                "{\"event\": \"failed\", \"index\": 7, \"list\": \"urls.txt\", \"line\": 7, \"url\": \"http://h/\\\"a\\n\", "
                        + "\"reason\": \"http-404\", \"message\": \"404 Not Found\", \"attempts\": 1}",
                lines.get(0));
        assertTrue(lines.get(1)
                .startsWith("{\"event\": \"paused\", \"host\": \"h:80\", \"reason\": \"unsupported-scheme\""));
        assertTrue(lines.get(1).endsWith("\"seconds\": 1.5}"), lines.get(1));
        assertTrue(lines.get(2).startsWith("{\"event\": \"progress\""), lines.get(2));
    }

    @Test
    void aTerminalWithoutUnicodeGetsAscii() {
        var plain = new Terminal(stream, stream, false, true, false, false);
        try (var progress = new Progress(Progress.Style.none, plain)) {
            assertTrue(progress.line(80).chars().allMatch(c -> c < 128), progress.line(80));
        }
    }

    @Test
    void theReportGroupsFailuresAndShowsAFewOfEach() {
        var report = new Report();
        for (var i = 1; i <= 10; i++) report.finished(failed(i, "http-404", "http://h/" + i, "404 Not Found"));
        report.finished(failed(11, "dns", "http://\033[31mevil/" + "x".repeat(500), "no\naddress"));
        var lines = report.failures(terminal, 60);
        assertEquals("10 http-404", lines.getFirst(), "the most frequent one first");
        assertTrue(lines.contains("  … and 7 more"));
        assertTrue(lines.contains("1 dns"));
        for (var text : lines) {
            assertTrue(text.length() <= 60 || text.startsWith("    "), text); // messages are told whole
            assertFalse(text.chars().anyMatch(c -> c < ' '), text);
        }
    }

    @Test
    void theTotalsNameOnlyWhatThereIs() {
        var all = new FetchSummary(Path.of("a.zip"), 1L << 20, 3, 0, 0, 0, 3 << 20, false, Duration.ofSeconds(2));
        assertEquals("3 files fetched; 3.0 MiB in 2.0 s (1.5 MiB/s)", Report.totals(all, 0));
        var some = new FetchSummary(Path.of("a.zip"), 1L << 20, 1, 2, 3, 4, 0, false, Duration.ofSeconds(60));
        assertEquals(
                "1 file fetched, 2 kept from the run before, 3 failed, 4 duplicates, 1 retry; 0 B in 1 m 00 s",
                Report.totals(some, 1));
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        System.setProperty("gofer.terminals", "02");
        try {
            assertTrue(Terminal.of(Map.of("TERM", "xterm")).colour());
            assertFalse(Terminal.of(Map.of("TERM", "xterm", "NO_COLOR", "1")).colour());
            assertTrue(Terminal.of(Map.of("TERM", "xterm", "NO_COLOR", "1")).errIsTerminal());
            assertFalse(Terminal.of(Map.of("TERM", "dumb")).errIsTerminal());
        } finally {
            System.clearProperty("gofer.terminals");
        }
        assertFalse(Terminal.of(Map.of("TERM", "xterm")).errIsTerminal());
    }
}
