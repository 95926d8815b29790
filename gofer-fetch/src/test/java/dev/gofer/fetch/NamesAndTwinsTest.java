package dev.gofer.fetch;

import static dev.gofer.fetch.WebServer.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import dev.gofer.fetch.archive.NameTemplate;
import dev.gofer.fetch.archive.Packing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines that say the same as an earlier one, and names that servers give. */
@Timeout(120)
final class NamesAndTwinsTest {
    @TempDir
    private Path folder;

    private final WebServer server = new WebServer();
    private final Map<Integer, Outcome> outcomes = new ConcurrentHashMap<>();

    NamesAndTwinsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private FetchSummary fetch(Context ctx, String list, ListFormat format, UnaryOperator<FetchOptions.Builder> options)
            throws Exception {
        var lines = UrlList.read("list", new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)), format);
        var usual = FetchOptions.to(folder.resolve("out.zip")).toBuilder()
                .retry(new Retry(0, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO))
                .allowPrivate(true);
        outcomes.clear();
        return Fetch.run(ctx, lines, options.apply(usual).build(), new FetchEvents() {
            @Override
            public void finished(Outcome outcome) {
                outcomes.put(outcome.index(), outcome);
            }
        });
    }

    private FetchSummary fetch(String list, UnaryOperator<FetchOptions.Builder> options) throws Exception {
        return fetch(Context.background(), list, ListFormat.of(ListFormat.Kind.TEXT), options);
    }

    private Map<Integer, String> told() {
        var told = new TreeMap<Integer, String>();
        outcomes.forEach((index, outcome) -> told.put(
                index,
                switch (outcome) {
                    case Outcome.Stored stored -> stored.name();
                    case Outcome.Kept kept -> "kept " + kept.name();
                    case Outcome.Duplicate twin -> "duplicate of " + twin.first();
                    case Outcome.Failed failed -> failed.reason() + " " + failed.name();
                }));
        return told;
    }

    private Set<String> entries() throws IOException {
        try (var zip = new ZipFile(folder.resolve("out.zip").toFile())) {
            return zip.stream().map(Object::toString).collect(Collectors.toSet());
        }
    }

    private String lines(String... paths) {
        return List.of(paths).stream().map(server::url).collect(Collectors.joining("\n"));
    }

    @Test
    void aUrlThatTheListHasTwiceIsFetchedOnce() throws Exception {
        server.page("*", (out, n) -> answer(out, "200 OK", "x"));
        server.page("/bad", WebServer.status("404 Not Found"));
        var list = lines("/a", "/b", "/a", "/a#part", "/bad", "/bad", "/./a", "/a?x");
        var summary = fetch(list, options -> options);
        assertEquals(
                Map.of(
                        0, "a",
                        1, "b",
                        2, "duplicate of 0",
                        3, "duplicate of 0",
                        4, "http-404 bad",
                        5, "duplicate of 4",
                        6, "duplicate of 0",
                        7, "a_x"),
                told());
        assertEquals(1, server.count("/a"));
        assertEquals(1, server.count("/bad"));
        assertEquals(List.of(3L, 1L, 4L), List.of(summary.stored(), summary.failed(), summary.duplicates()));
        assertEquals(Set.of("a", "b", "a_x"), entries());
    }

    @Test
    void whatALineSaysBesidesMakesItAnother() throws Exception {
        server.page("*", (out, n) -> answer(out, "200 OK", "x"));
        var a = server.url("/a");
        fetch(a + "\n" + a + "\tone\n" + a + "\ttwo\n" + a + "\tone\n" + a, options -> options);
        assertEquals(Map.of(0, "a", 1, "one", 2, "two", 3, "duplicate of 1", 4, "duplicate of 0"), told());
        var sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"; // of x
        var csv = "url,sum,who\n" + a + ",,p\n" + a + "," + sha256 + ",p\n" + a + ",,q\n" + a + ",,p\n" + a + ","
                + sha256.toUpperCase(java.util.Locale.ROOT) + ",p\n";
        var format = ListFormat.of(ListFormat.Kind.CSV)
                .withColumns("url", null, "sum")
                .withOthers(Set.of("who"));
        fetch(
                Context.background(),
                csv,
                format,
                options -> options.overwrite(true).names(NameTemplate.parse("{col:who}-{index}")));
        assertEquals(Map.of(0, "p-0", 1, "p-1", 2, "q-2", 3, "duplicate of 0", 4, "duplicate of 1"), told());
    }

    @Test
    void whoWantsThemTwiceHasThemTwice() throws Exception {
        server.page("*", (out, n) -> answer(out, "200 OK", "x"));
        var summary = fetch(lines("/a", "/a", "/a"), options -> options.dedupe(false));
        assertEquals(Map.of(0, "a", 1, "a-2", 2, "a-3"), told());
        assertEquals(3, server.count("/a"));
        assertEquals(0, summary.duplicates());
    }

    @Test
    void duplicatesTakeTheirTurnAndAreFoundAgainByTheNextRun() throws Exception {
        var ctx = Context.background().withCancel();
        server.page("*", (out, n) -> {
            if (server.asked.size() == 2) ctx.cancel();
            answer(out, server.asked.size() > 2 ? "500 Oops" : "200 OK", "x");
        });
        UnaryOperator<FetchOptions.Builder> inOrder =
                options -> options.concurrency(1).packing(Packing.DEFAULT.withOrdered(true));
        var list = lines("/a", "/a", "/b", "/a", "/b", "/c");
        assertTrue(
                fetch(ctx, list, ListFormat.of(ListFormat.Kind.TEXT), inOrder).interrupted());
        server.page("*", (out, n) -> answer(out, "200 OK", "x"));
        var summary = fetch(list, inOrder);
        assertEquals("duplicate of 0", told().get(1));
        assertEquals("duplicate of 0", told().get(3));
        assertEquals("duplicate of 2", told().get(4));
        assertEquals(3, summary.entries());
        assertEquals(Set.of("a", "b", "c"), entries());
    }

    @Test
    void hundredsOfThousandsOfLinesAreToldApart() throws Exception {
        var duplicates = new Duplicates(folder.resolve("spool"));
        var seen = new HashSet<Integer>();
        for (int i = 0; i < 400_000; i++) {
            var line = (Line.Entry) Line.parse("list", i + 1, "http://h/" + (i < 200_000 ? i : i - 200_000), false);
            var first = duplicates.first(line, i);
            if (i < 200_000) assertNull(first);
            else assertTrue(first != null && first == i - 200_000 && seen.add(first), "line " + i);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            attachment; filename=a.txt                          | a.txt
            attachment; filename="a b.txt"                      | a b.txt
            attachment;filename="a\\"b.txt"                     | a"b.txt
            attachment; filename="a;b.txt"; size=3              | a;b.txt
            ATTACHMENT; FileName = "a.txt"                      | a.txt
            inline; filename=a.txt                              | a.txt
            filename=a.txt                                      | a.txt
            attachment; filename="plain.txt"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt | naïve €.txt
            attachment; filename*=UTF-8'en'a.txt; filename=b.txt | a.txt
            attachment; filename*=ISO-8859-1''%A3.txt           | £.txt
            attachment; filename*=utf-8''%ff.txt; filename=b.txt | b.txt
            attachment; filename*=UTF-8''%2; filename=b.txt     | b.txt
            attachment; filename*=koi8-r''x; filename=b.txt     | b.txt
            attachment; filename="../../etc/passwd"             | passwd
            attachment; filename="C:\\dir\\a.txt"               | a.txt
            attachment; filename*=UTF-8''..%2f..%2fa.txt        | a.txt
            attachment; filename*=UTF-8''%00                    | `\u0000`
            attachment; filename="unclosed.txt                  | unclosed.txt
            attachment; filename=                               |
            attachment; filename=""                             |
            attachment; filename=".."                           |
            attachment; filename="a/"                           |
            attachment                                          |
            attachment; name=a.txt                              |
            ;;;                                                 |
            """)
    void aNameIsReadOutOfTheHeader(String header, @Nullable String name) {
        assertEquals(
                name == null ? null : name.replace("\\u0000", "\u0000").strip(), strip(Disposition.fileName(header)));
    }

    private static @Nullable String strip(@Nullable String text) {
        return text == null ? null : text.strip();
    }

    @Test
    void bytesThatAreUtf8AreReadAsSuch() {
        var utf8 = new String("é.txt".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertEquals("é.txt", Disposition.fileName("attachment; filename=\"" + utf8 + "\""));
        assertEquals("é.txt", Disposition.fileName("attachment; filename=\"é.txt\""));
    }

    @Test
    void anEntryIsCalledAsItsServerCallsItIfThatIsAskedFor() throws Exception {
        server.page("*", (out, n) -> answer(out, "200 OK", "x"));
        server.page("/1", (out, n) -> answer(out, "200 OK", "x", "Content-Disposition: attachment; filename=r.pdf"));
        server.page("/2", (out, n) -> answer(out, "200 OK", "x", "Content-Disposition: attachment; filename=R.pdf"));
        server.page(
                "/3", (out, n) -> answer(out, "200 OK", "x", "Content-Disposition: attachment; filename=\"../con\""));
        server.page("/4", WebServer.status("404 Not Found"));
        var list = lines("/0", "/1", "/2", "/3", "/4") + "\n" + server.url("/1?named") + "\tmine.pdf";
        server.page("/1?named", (out, n) -> answer(out, "200 OK", "x", "Content-Disposition: attachment; filename=no"));
        fetch(list, options -> options.serverNames(true).concurrency(1));
        assertEquals(Map.of(0, "0", 1, "r.pdf", 2, "R-2.pdf", 3, "_con", 4, "http-404 null", 5, "mine.pdf"), told());
        assertEquals(Set.of("0", "r.pdf", "R-2.pdf", "_con", "mine.pdf"), entries());
        fetch(list, options -> options.overwrite(true));
        assertEquals(Set.of("0", "1", "2", "3", "mine.pdf"), entries());
    }

    @Test
    void theNextRunKnowsTheNamesThatServersHaveGiven() throws Exception {
        var ctx = Context.background().withCancel();
        server.page("*", (out, n) -> {
            if (server.asked.size() == 3) ctx.cancel();
            answer(
                    out,
                    server.asked.size() > 3 ? "500 Oops" : "200 OK",
                    "x",
                    "Content-Disposition: inline; filename=same");
        });
        var list = lines("/a", "/b", "/c", "/d", "/e");
        UnaryOperator<FetchOptions.Builder> named =
                options -> options.serverNames(true).concurrency(1);
        assertTrue(fetch(ctx, list, ListFormat.of(ListFormat.Kind.TEXT), named).interrupted());
        server.page("*", (out, n) -> answer(out, "200 OK", "x", "Content-Disposition: inline; filename=same"));
        fetch(list, named);
        assertEquals(Set.of("same", "same-2", "same-3", "same-4", "same-5"), entries());
        assertEquals(
                5,
                told().values().stream()
                        .map(name -> name.replace("kept ", ""))
                        .distinct()
                        .count());
    }
}
