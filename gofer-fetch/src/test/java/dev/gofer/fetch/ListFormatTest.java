package dev.gofer.fetch;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.fetch.ListFormat.Kind;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists with columns. */
final class ListFormatTest {
    private static final ListFormat CSV = ListFormat.of(Kind.CSV);
    private static final ListFormat JSONL = ListFormat.of(Kind.JSONL);
    private static final ListFormat JSON = ListFormat.of(Kind.JSON);

    /** Each line as {@code number url name}, or {@code number reason: problem}. */
    private static String told(ListFormat format, byte[] bytes) throws InputException {
        var told = new StringBuilder();
        try (var list = UrlList.read("list", new ByteArrayInputStream(bytes), format)) {
            for (var line = list.next(); line != null; line = list.next()) {
                told.append(line.number()).append(' ');
                switch (line) {
                    case Line.Entry entry ->
                        told.append(entry.url()).append(entry.name() == null ? "" : " as " + entry.name());
                    case Line.Malformed bad ->
                        told.append(bad.reason()).append(": ").append(bad.problem());
                }
                told.append('\n');
            }
        }
        return told.toString();
    }

    private static String told(ListFormat format, String text) throws InputException {
        return told(format, text.getBytes(UTF_8));
    }

    private static String problem(ListFormat format, String text) {
        return String.valueOf(
                assertThrows(InputException.class, () -> told(format, text)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "a.csv, CSV",
        "A.CSV.GZ, CSV",
        "a.tsv, TSV",
        "a.jsonl, JSONL",
        "a.ndjson.gz, JSONL",
        "a.json, JSON",
        "a.txt, TEXT",
        "csv, CSV",
        "a.b, TEXT",
        "a.gz, TEXT"
    })
    void theSuffixTellsTheKind(Path file, Kind kind) {
        assertEquals(kind, ListFormat.kindOf(file));
    }

    @Test
    void csvIsReadAsRfc4180HasIt() throws InputException {
        assertEquals(
                "2 http://h/a,b\n3 http://h/c\"d as x\ny\n6 http://h/e as z\n".replace("\"", "%22"),
                told(
                        CSV.withColumns(null, "name", null),
                        "name,URL\r\n,\"http://h/a,b\"\r\n\"x\ny\",\"http://h/c\"\"d\"\r\n\r\nz,http://h/e"));
    }

    @Test
    void aRowWithAnotherNumberOfFieldsFailsAlone() throws InputException {
        var told = told(CSV, "url,n\nhttp://h/a,b,1\nhttp://h/c\nhttp://h/d,1\n");
        assertEquals(
                List.of("2 invalid-url", "3 invalid-url", "4 http"),
                told.lines().map(line -> line.split(":", 2)[0]).toList());
        assertTrue(told.contains("3 fields where the first row has 2"), told);
    }

    @Test
    void aRowWithoutAUrlFailsAlone() throws InputException {
        assertEquals("2 invalid-url: no URL in the column url\n3 http://h/a\n", told(CSV, "n,url\n1,\n2,http://h/a\n"));
        assertEquals("2 invalid-url", told(CSV, "url\nexample\n").split(":", 2)[0]);
    }

    @Test
    void tabsAndOtherColumnsWork() throws InputException {
        var tsv = ListFormat.of(Kind.TSV).withColumns("link", "title", null);
        assertEquals("2 http://h/a as A, B\n", told(tsv, "title\tlink\nA, B\thttp://h/a\n"));
        assertEquals("1 http://h/a\n2 http://h/b\n", told(CSV.withHeader(false), "http://h/a,1\nhttp://h/b,2\n"));
        var second = CSV.withHeader(false).withColumns("2", "1", null);
        assertEquals("1 http://h/a as x\n", told(second, "x,http://h/a\n"));
        assertEquals("2 http://h/a\n", told(CSV, "anything\nhttp://h/a\n"));
        assertEquals("2 http://h/a\n", told(CSV, "\uFEFFurl\nhttp://h/a\n"));
        assertEquals("2 http://h/a\n", told(CSV, "\uFEFFurl\nhttp://h/a\n".getBytes(UTF_16LE)));
        assertEquals("", told(CSV, ""));
        assertEquals("", told(CSV, "url\n"));
    }

    @Test
    void aListWhoseColumnsCannotBeFoundIsRefusedWithWhatThereIs() {
        assertEquals(
                "list:1: which column holds the URLs? None is called url; there are a, b: name one (--url-col)",
                problem(CSV, "a,b\nhttp://h/a,1\n"));
        assertTrue(problem(CSV, "http://h/a,1\n").contains("--no-header"));
        assertEquals("list:1: no column x; there are url, n", problem(CSV.withColumns("x", null, null), "url,n\n"));
        assertEquals("list:1: two columns are called url", problem(CSV, "url,url\n"));
    }

    @Test
    void brokenQuotesEndTheListAndSayWhere() {
        assertTrue(problem(CSV, "url\nhttp://h/a\n\"http://h/b\"x\n").startsWith("cannot read list after line 2: "));
        var open = problem(CSV, "url\nhttp://h/a\n\"http://h/b\nhttp://h/c\n" + "x".repeat(3 << 20));
        assertTrue(open.startsWith("cannot read list after line 2: "), open);
        assertTrue(problem(CSV, "url\nhttp://h/a\n\"http://h/b\n").startsWith("cannot read list after line 2: "));
    }

    @Test
    void jsonLinesAreObjectsOrStrings() throws InputException {
        assertEquals(
                "1 http://h/a as 7\n2 http://h/b\n5 http://h/c\n",
                told(
                        JSONL.withColumns(null, "id", null),
                        "{\"url\": \"http://h/a\", \"id\": 7, \"x\": {\"url\": \"http://h/no\"}}\n"
                                + "\"http://h/b\"\n\n \r\n{\"tags\": [1, [2]], \"id\": null, \"url\": \"http:\\/\\/h\\/c\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            {"url": "http://h/a"            | not JSON
            http://h/a                      | not JSON
            {"url": "http://h/a"} {}        | more than one JSON value
            {"link": "http://h/a"}          | no URL in the column url
            {"url": null}                   | no URL in the column url
            {"url": ["http://h/a"]}         | no URL in the column url
            {"url": "h"}                    | does not begin with http
            42                              | neither a JSON object nor a string
            ["http://h/a"]                  | neither a JSON object nor a string
            {'url': "http://h/a"}           | not JSON
            """)
    void aLineThatIsNoUseFailsAlone(String line, String problem) throws InputException {
        var told = told(JSONL, "\"http://h/a\"\n" + line + "\n\"http://h/b\"\n")
                .lines()
                .toList();
        assertEquals(3, told.size(), told::toString);
        assertEquals("3 http://h/b", told.get(2));
        assertTrue(told.get(1).startsWith("2 invalid-url: ") && told.get(1).contains(problem), told.get(1));
    }

    @Test
    void aDeepOrLongLineFailsAlone() throws InputException {
        for (var line : List.of("{\"x\": " + "[".repeat(5000), "{\"x\": \"" + "x".repeat(2 << 20) + "\"}")) {
            assertEquals(2, told(JSONL, line + "\n\"http://h/b\"\n").lines().count());
        }
    }

    @Test
    void aJsonArrayIsStreamed() throws InputException {
        assertEquals(
                "2 http://h/a\n3 http://h/b\n4 invalid-url: neither a JSON object nor a string\n6 http://h/c\n",
                told(JSON, "[\n\"http://h/a\",\n {\"url\": \"http://h/b\"},\n[1, [2]],\n\n\"http://h/c\"]\n"));
        assertEquals("1 http://h/a\n2 http://h/b\n", told(JSON, "{\"url\": \"http://h/a\"}\n\"http://h/b\""));
        assertEquals("", told(JSON, " [ ] "));
        assertEquals("", told(JSON, ""));
        var problem = problem(JSON, "[\n\"http://h/a\",\n{\"url\" \"http://h/b\"}]");
        assertTrue(problem.startsWith("list:3: not JSON: "), problem);
        assertTrue(problem(JSON, "[\n\"http://h/a\"\n").startsWith("list:"));
    }

    @Test
    void eachIsReadAsItIsAskedFor() throws InputException {
        for (var format : List.of(CSV, ListFormat.of(Kind.TSV), JSONL, JSON)) {
            var head = format == JSON ? "[" : format == JSONL ? "" : "url\n";
            var each = format == JSON ? "\"http://h/x\",\n" : format == JSONL ? "\"http://h/x\"\n" : "http://h/x\n";
            try (var list = UrlList.read("endless", new Endless(head, each), format)) {
                for (var i = 0; i < 50_000; i++) assertNotNull(list.next());
            }
        }
    }

    @Test
    void checksumsAreKnownByTheirLength() throws InputException {
        var format = JSONL.withColumns(null, null, "sum");
        for (var sum : List.of("a".repeat(64), "SHA256:" + "A".repeat(64), "sha-256=" + "a".repeat(64))) {
            assertEquals(new Checksum(Checksum.Algorithm.SHA256, "a".repeat(64)), checksum(format, sum));
        }
        assertEquals(new Checksum(Checksum.Algorithm.SHA1, "b".repeat(40)), checksum(format, "b".repeat(40)));
        assertEquals(new Checksum(Checksum.Algorithm.MD5, "c".repeat(32)), checksum(format, "md5:" + "c".repeat(32)));
        for (var bad : List.of("abc", "md5:" + "a".repeat(64), "g".repeat(64), "crc32:" + "a".repeat(32))) {
            var told = told(format, "{\"url\": \"http://h/a\", \"sum\": \"" + bad + "\"}");
            assertTrue(told.startsWith("1 checksum: not a checksum: "), told);
        }
        assertEquals("1 http://h/a\n", told(format, "{\"url\": \"http://h/a\", \"sum\": \" \"}"));
    }

    private static Object checksum(ListFormat format, String sum) throws InputException {
        var text = "{\"url\": \"http://h/a\", \"sum\": \"" + sum + "\"}";
        try (var list = UrlList.read("list", new ByteArrayInputStream(text.getBytes(UTF_8)), format)) {
            return list.next() instanceof Line.Entry entry && entry.checksum() != null ? entry.checksum() : "none";
        }
    }

    @Test
    void otherColumnsAreKeptWhereTheyAreAskedFor() throws InputException {
        var text = "{\"url\": \"http://h/a\", \"id\": 7, \"set\": \"test\", \"none\": null}";
        var format = JSONL.withOthers(Set.of("id", "set", "none"));
        try (var list = UrlList.read("list", new ByteArrayInputStream(text.getBytes(UTF_8)), format)) {
            assertEquals(
                    Map.of("id", "7", "set", "test"),
                    list.next() instanceof Line.Entry entry ? entry.columns() : Map.of());
        }
    }

    @Test
    void theIdentityTellsFormatsApart() throws InputException {
        try (var url = UrlList.read("list", InputStream.nullInputStream(), CSV);
                var link = UrlList.read("list", InputStream.nullInputStream(), CSV.withColumns("link", null, null))) {
            assertNotEquals(url.identity(), link.identity());
        }
    }

    /** A list without end. */
    private static final class Endless extends InputStream {
        private final byte[] head;
        private final byte[] each;
        private int next;

        Endless(String head, String each) {
            this.head = head.getBytes(UTF_8);
            this.each = each.getBytes(UTF_8);
        }

        @Override
        public int read() {
            var at = next++;
            return at < head.length ? head[at] : each[(at - head.length) % each.length];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            for (var i = 0; i < length; i++) target[offset + i] = (byte) read();
            return length;
        }
    }
}
