package dev.gofer.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UrlListTest {
    @TempDir
    private Path folder;

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<Line> read(byte[] bytes) throws InputException {
        var lines = new ArrayList<Line>();
        try (var list = UrlList.read("list", new ByteArrayInputStream(bytes))) {
            for (var line = list.next(); line != null; line = list.next()) lines.add(line);
        }
        return lines;
    }

    /** What was read, one line each: the number, then the URL and its name, or the reason and the problem. */
    private static String told(byte[] bytes) throws InputException {
        var told = new StringBuilder();
        for (var line : read(bytes)) {
            told.append(line.number()).append(' ');
            switch (line) {
                case Line.Entry entry ->
                    told.append(entry.url()).append(entry.name() == null ? "" : " as " + entry.name());
                case Line.Malformed bad -> told.append(bad.reason());
            }
            told.append('\n');
        }
        return told.toString();
    }

    private static void assertTold(String expected, byte[] bytes) throws InputException {
        assertEquals(expected, told(bytes));
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) all.writeBytes(part);
        return all.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void lineEndsOfAllSystemsCountAsOne() throws InputException {
        assertTold(
                "1 http://h/a\n2 http://h/b\n3 http://h/c\n4 http://h/d\n",
                utf8("http://h/a\nhttp://h/b\r\nhttp://h/c\rhttp://h/d\n"));
        assertTold("1 http://h/a\n3 http://h/b\n", utf8("http://h/a\r\n\r\nhttp://h/b"));
        assertTold("1 http://h/a\n3 http://h/b\n", utf8("http://h/a\r\rhttp://h/b"));
        assertTold("2 http://h/a\n", utf8("\nhttp://h/a"));
    }

    @Test
    void theLastLineNeedsNoEnd() throws InputException {
        assertTold("1 http://h/a\n2 http://h/b\n", utf8("http://h/a\nhttp://h/b"));
    }

    @Test
    void blankLinesAndCommentsAreSkippedButCounted() throws InputException {
        assertTold(
                "4 http://h/a\n6 http://h/b\n", utf8("# head\n\n   \t \nhttp://h/a\n  # indented\n  http://h/b  \n"));
    }

    @Test
    void aListOfNothingHasNoLine() throws InputException, IOException {
        assertTold("", utf8(""));
        assertTold("", utf8("\n\n\n"));
        assertTold("", utf8("# only\r\n# comments"));
        assertTold("", utf8("\uFEFF"));
        assertTold("", gzip(utf8("")));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheUrl() throws InputException {
        assertTold("1 http://h/a\n", utf8("\uFEFFhttp://h/a\n"));
        assertTold(
                "1 http://h/a\n2 http://h/b\n",
                utf8("\uFEFFhttp://h/a\n\uFEFFhttp://h/b\n")); // two files, one after the other
        assertTold("2 http://h/a\n", utf8("\uFEFF# comment\nhttp://h/a\n"));
    }

    @Test
    void utf16WithItsMarkIsRead() throws InputException {
        assertTold("1 http://h/a\n2 http://h/b\n", "\uFEFFhttp://h/a\r\nhttp://h/b\r\n".getBytes(UTF_16LE));
        assertTold("1 http://h/a\n", "\uFEFFhttp://h/a".getBytes(UTF_16BE));
    }

    @Test
    void bytesThatAreNoTextFailTheirLineOnly() throws InputException {
        assertTold(
                "1 http://h/a\n2 invalid-url\n3 http://h/b\n",
                join(utf8("http://h/a\nhttp://h/"), new byte[] {(byte) 0xff, (byte) 0xfe}, utf8("\nhttp://h/b")));
        assertTold("1 invalid-url\n2 http://h/b\n", utf8("http://h/\u0000\nhttp://h/b\n"));
        assertTold("1 invalid-url\n", "http://h/\u00e9".getBytes(ISO_8859_1));
        assertTold("1 invalid-url\n", utf8("h\u0000t\u0000t\u0000p\u0000"));
        assertTold("1 invalid-url\n", new byte[] {0x47, 0x49, 0x46, 0x38, (byte) 0x89, 0, 1, 0});
    }

    @Test
    void anOverlongLineFailsAloneAndIsNotKept() throws InputException {
        var lines = read(utf8("http://h/" + "x".repeat(1 << 20) + "\nhttp://h/b\n"));
        var bad = assertInstanceOf(Line.Malformed.class, lines.getFirst());
        assertTrue(bad.text().length() <= 65_536);
        assertEquals("http://h/b", lines.get(1).text());
        assertTold("1 invalid-url\n", utf8("http://h/" + "y".repeat(20_000)));
    }

    @Test
    void aNameMayFollowAfterATab() throws InputException {
        assertTold("1 http://h/a as cat.jpg\n", utf8("http://h/a\tcat.jpg\n"));
        assertTold("1 http://h/a as my cat.jpg\n", utf8(" http://h/a \t my cat.jpg \r\n"));
        assertTold("1 http://h/a\n", utf8("http://h/a\t\n"));
        assertTold("1 http://h/a as ../x\n", utf8("http://h/a\t../x\n")); // made safe when it is given to an entry
        assertTold("1 invalid-url\n", utf8("http://h/a\tb\tc\n"));
        assertTold("1 invalid-url\n", utf8("x\tname only\n"));
    }

    @Test
    void spacesAndOtherLettersInAUrlAreEncoded() throws InputException {
        assertTold("1 http://h/my%20photo.jpg\n", utf8("http://h/my photo.jpg"));
        assertTold("1 http://h/%C3%A9?q=%E2%82%AC\n", utf8("http://h/é?q=€"));
        assertTold("1 http://xn--bcher-kva.example/\n", utf8("http://bücher.example/"));
        assertTold("1 http://h/a\n", utf8("HTTP://H/a#part"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            no scheme, a host             | example.com/a.jpg           | invalid-url        | write https://example.com/a.jpg
            no scheme, a port             | localhost:8080/a.jpg        | invalid-url        | write https://localhost:8080/a.jpg
            a word                        | hello                       | invalid-url        | http://
            a path                        | /etc/passwd                 | invalid-url        | http://
            a file                        | file:///etc/passwd          | unsupported-scheme | file
            ftp                           | ftp://h/a                   | unsupported-scheme | ftp
            a typing error                | htp://h/a                   | unsupported-scheme | htp
            data                          | data:text/plain,hi          | unsupported-scheme | data
            javascript                    | javascript:alert(1)         | unsupported-scheme | javascript
            one slash                     | http:/h/a                   | invalid-url        | http://
            no slash                      | http:h                      | invalid-url        | http://
            no host                       | http:///a                   | invalid-url        | host
            nothing but a scheme          | https://                    | invalid-url        | host
            no host but a port            | http://:80/a                | invalid-url        | host
            a port of letters             | http://h:eighty/a           | invalid-url        | port
            a port of zero                | http://h:0/a                | invalid-url        | port
            a port too large              | http://h:65536/a            | invalid-url        | port
            a space in the host           | http://h h/a                | invalid-url        | host
            an empty label                | http://a..b/                | invalid-url        | host
            an open bracket               | http://[::1/a               | invalid-url        | URL
            a user and a password         | http://u:secret@h/a         | invalid-url        | password
            a CSV line                    | http://h/a,b"c              | -                  | -
            a quoted URL                  | "http://h/a"                | invalid-url        | http://
            an angle-bracketed URL        | <http://h/a>                | invalid-url        | http://
            an HTML tag                   | <img src=a.jpg>             | invalid-url        | http://
            JSON                          | {"url": "http://h/a"}       | invalid-url        | http://
            a markdown link               | [a](http://h/a)             | invalid-url        | http://
            a number                      | 42                          | invalid-url        | http://
            """)
    void aLineThatIsNoUrlSaysWhatToDo(String what, String text, String reason, String hint) {
        var line = Line.parse("list", 1, text, false);
        if (reason.equals("-")) {
            assertInstanceOf(Line.Entry.class, line, what);
            return;
        }
        var bad = assertInstanceOf(Line.Malformed.class, line, what);
        assertEquals(reason, bad.reason(), what);
        assertTrue(bad.problem().contains(hint), what + ": " + bad.problem());
        assertTrue(
                !bad.text().contains("secret") && !bad.problem().contains("secret"), "a password is repeated nowhere");
    }

    @ParameterizedTest
    @CsvSource({
        "504b030414, ZIP",
        "255044462d, PDF",
        "28b52ffd04, Zstandard",
        "fd377a585a, xz",
        "425a683931, bzip2",
        "5041523115, --input-format parquet"
    })
    void whatIsGivenByMistakeIsCalledByItsName(String bytes, String kind) {
        var e = assertThrows(InputException.class, () -> read(HexFormat.of().parseHex(bytes)));
        assertTrue(String.valueOf(e.getMessage()).contains(kind), e.getMessage());
    }

    @Test
    void jsonInAPlainListIsCalledByItsName() throws InputException {
        var line = assertInstanceOf(
                Line.Malformed.class, read(utf8("{\"url\": \"http://h/\"}\n")).getFirst());
        assertTrue(line.problem().contains("--input-format"), line.problem());
    }

    @Test
    void gzipIsKnownByItsContent() throws Exception {
        assertTold("1 http://h/a\n2 http://h/b\n", gzip(utf8("http://h/a\nhttp://h/b\n")));
        assertTold("1 http://h/a\n2 http://h/b\n", join(gzip(utf8("http://h/a\n")), gzip(utf8("http://h/b\n"))));
        assertTold("1 http://h/a\n", gzip("\uFEFFhttp://h/a".getBytes(UTF_16LE)));
    }

    @Test
    void aListThatBreaksOffIsAnErrorThatSaysWhere() throws Exception {
        var whole = gzip(utf8("http://h/a\n".repeat(100_000)));
        var cut = new ByteArrayInputStream(whole, 0, whole.length / 2);
        try (var list = UrlList.read("cut.gz", cut)) {
            var e = assertThrows(InputException.class, () -> {
                while (list.next() != null) {}
            });
            assertTrue(
                    String.valueOf(e.getMessage()).matches("cannot read cut.gz after line \\d+: .*"), e.getMessage());
        }
        assertThrows(
                InputException.class,
                () -> UrlList.read("bad.gz", new ByteArrayInputStream(new byte[] {0x1f, (byte) 0x8b, 1, 2})));
    }

    @Test
    void aFileThatCannotBeReadSaysWhy() throws IOException {
        var missing = folder.resolve("missing.txt");
        var e = assertThrows(InputException.class, () -> UrlList.open(missing));
        assertEquals("no such list: " + missing, e.getMessage());
        var asFolder = assertThrows(InputException.class, () -> UrlList.open(folder));
        assertTrue(String.valueOf(asFolder.getMessage()).contains("is a folder"));
    }

    @Test
    void linesKnowWhereTheyComeFrom() throws Exception {
        var file = Files.writeString(folder.resolve("urls.txt"), "# head\nhttp://h/b\n");
        try (var list = UrlList.concat(List.of(UrlList.typed(List.of("http://h/a")), UrlList.open(file)))) {
            var first = assertInstanceOf(Line.Entry.class, list.next());
            var second = assertInstanceOf(Line.Entry.class, list.next());
            assertTrue(first.typed());
            assertEquals("argument:1", first.where());
            assertTrue(!second.typed());
            assertEquals(file + ":2", second.where());
            assertNull(list.next());
            assertNull(list.next());
        }
    }

    @Test
    void theIdentityTellsListsApart() throws Exception {
        var file = Files.writeString(folder.resolve("urls.txt"), "http://h/a\n");
        var before = identity(file);
        assertEquals(before, identity(file));
        Files.writeString(file, "http://h/b\n");
        assertNotEquals(before, identity(file));
        assertNotEquals(
                UrlList.typed(List.of("http://h/a")).identity(),
                UrlList.typed(List.of("http://h/b")).identity());
    }

    private static String identity(Path file) throws InputException {
        try (var list = UrlList.open(file)) {
            return list.identity();
        }
    }

    @Test
    void aListIsReadAsItIsAskedFor() throws InputException {
        var endless = new SequenceInputStream(
                Collections.enumeration(List.of(new ByteArrayInputStream(utf8("http://h/a\n")), new Endless())));
        try (var list = UrlList.read("endless", endless)) {
            assertNotNull(list.next());
            for (var i = 0; i < 100_000; i++) assertNotNull(list.next());
        }
    }

    /** A list without end. */
    private static final class Endless extends InputStream {
        private static final byte[] LINE = utf8("http://h/x\n");
        private int next;

        @Override
        public int read() {
            return LINE[next++ % LINE.length];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            for (var i = 0; i < length; i++) target[offset + i] = (byte) read();
            return length;
        }
    }
}
