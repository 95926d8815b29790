package dev.gofer.fetch.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.fetch.InputException;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.ListFormat;
import dev.gofer.fetch.ListFormat.Kind;
import dev.gofer.fetch.UrlList;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lists as they come: made elsewhere, broken on the way, or no lists at all. Each line has one outcome, or the list as a whole has; nothing else is
 * thrown, and nothing that looks like a URL is lost without a word.
 */
class BadListsTest {
    /** What is read: for each line its number and URL, or why it has none; at the end, where there is one, the error. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bad(String what, Kind kind, byte[] bytes, String told) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Bad text(String what, String list, String told) {
        return new Bad(what, Kind.TEXT, list.getBytes(UTF_8), told);
    }

    private static Bad bytes(String what, byte[] list, String told) {
        return new Bad(what, Kind.TEXT, list, told);
    }

    private static Bad encoded(String what, String list, Charset charset, String told) {
        return new Bad(what, Kind.TEXT, list.getBytes(charset), told);
    }

    private static Bad of(Kind kind, String what, String list, String told) {
        return new Bad(kind + ": " + what, kind, list.getBytes(UTF_8), told);
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    static Stream<Bad> lists() {
        var good = "http://h/a";
        var zipped = gzip((good + "\n").repeat(1000).getBytes(UTF_8));
        return Stream.of(
                text("nothing", "", ""),
                text("one line end", "\n", ""),
                text("only spaces", "   \n\t\n", ""),
                text("only comments", "# a\n# b", ""),
                text("only a byte order mark", "\uFEFF", ""),
                text("no final line end", good + "\nhttp://h/b", "1 http://h/a|2 http://h/b"),
                text("Windows line ends", good + "\r\nhttp://h/b\r\n", "1 http://h/a|2 http://h/b"),
                text("old Mac line ends", good + "\rhttp://h/b\r", "1 http://h/a|2 http://h/b"),
                text(
                        "all line ends at once",
                        "http://h/a\r\n\nhttp://h/b\rhttp://h/c\n",
                        "1 http://h/a|3 http://h/b|4 http://h/c"),
                text("a byte order mark", "\uFEFF" + good, "1 http://h/a"),
                text("a byte order mark in the middle", good + "\n\uFEFFhttp://h/b", "1 http://h/a|2 http://h/b"),
                encoded(
                        "UTF-16, little end first",
                        "\uFEFF" + good + "\r\nhttp://h/b",
                        UTF_16LE,
                        "1 http://h/a|2 http://h/b"),
                encoded("UTF-16, big end first", "\uFEFF" + good, UTF_16BE, "1 http://h/a"),
                encoded("UTF-16 without its mark", good, UTF_16LE, "1 invalid-url"),
                encoded("Latin-1", "http://h/\u00e9\n" + good, ISO_8859_1, "1 invalid-url|2 http://h/a"),
                bytes(
                        "UTF-16 cut in the middle of a character",
                        Arrays.copyOf(("\uFEFF" + good).getBytes(UTF_16LE), 21),
                        "1 invalid-url"),
                text("a NUL in a line", "http://h/\0\n" + good, "1 invalid-url|2 http://h/a"),
                text("NULs instead of line ends", "http://h/a\0http://h/b\0", "1 invalid-url"),
                text("a line of 1 MiB", "http://h/" + "x".repeat(1 << 20) + "\n" + good, "1 invalid-url|2 http://h/a"),
                text("one line of 4 MiB and no end", "x".repeat(1 << 22), "1 invalid-url"),
                text("a URL that is too long", "http://h/" + "y".repeat(20_000), "1 invalid-url"),
                text("the same URL three times", (good + "\n").repeat(3), "1 http://h/a|2 http://h/a|3 http://h/a"),
                text("a host of another script", "http://b\u00fccher.example/", "1 http://xn--bcher-kva.example/"),
                text("a host that looks like another", "http://\u0430pple.example/", "1 http://xn--pple-43d.example/"),
                text("a host that IDNA does not allow", "http://a\u200b.example/", "1 http://a.example/"),
                text("a host of emoji", "http://\uD83E\uDDAB.example/", "1 http://xn--7t9h.example/"),
                bytes(
                        "half a character",
                        new byte[] {'h', 't', 't', 'p', ':', '/', '/', 'h', '/', (byte) 0xed, (byte) 0xa0, (byte) 0xbe},
                        "1 invalid-url"),
                text("a right-to-left override", "http://h/\u202Egpj.exe", "1 http://h/%E2%80%AEgpj.exe"),
                text("a user and a password", "http://u:secret@h/", "1 invalid-url"),
                text("a user", "http://u@h/", "1 invalid-url"),
                text("an at sign in the path", "http://h/@u", "1 http://h/@u"),
                text("no scheme", "example.com/a.jpg", "1 invalid-url"),
                text("no scheme, two slashes", "//example.com/a.jpg", "1 invalid-url"),
                text("a path", "/etc/passwd", "1 invalid-url"),
                text("another scheme", "ftp://h/a", "1 unsupported-scheme"),
                text("a file", "file:///etc/passwd", "1 unsupported-scheme"),
                text("a picture in the text", "data:image/png;base64,AAAA", "1 unsupported-scheme"),
                text("a script", "javascript:alert(1)", "1 unsupported-scheme"),
                text("shouting", "HTTP://H/A", "1 http://h/A"),
                text("a port too large", "http://h:65536/", "1 invalid-url"),
                text("a port below zero", "http://h:-1/", "1 invalid-url"),
                text("an empty port", "http://h:/a", "1 http://h/a"),
                text("an open bracket", "http://[::1/", "1 invalid-url"),
                text("a zone in an address", "http://[fe80::1%25eth0]/", "1 invalid-url"),
                text("an address in octal", "http://0177.0.0.1/", "1 http://127.0.0.1/"),
                text("an address in one number", "http://2130706433/", "1 http://127.0.0.1/"),
                text("a percent sign alone", "http://h/100%", "1 http://h/100%25"),
                text("a percent-encoded NUL", "http://h/%00", "1 http://h/%00"),
                text(
                        "an encoded line end, for the head of the request",
                        "http://h/%0d%0aX:%20y",
                        "1 http://h/%0d%0aX:%20y"),
                text("a tab and a name", good + "\t../../etc/passwd", "1 http://h/a as ../../etc/passwd"),
                text("two tabs", good + "\tb\tc", "1 invalid-url"),
                text("backslashes", "http:\\\\h\\a", "1 invalid-url"),
                text("an anchor", "http://h/a#b", "1 http://h/a"),
                text("a terminal's colours", "\u001b[31mhttp://h/a", "1 invalid-url"),
                text("spaces around", " \t http://h/a  \n", "1 http://h/a"),
                text("HTML", "<a href=\"http://h/a\">a</a>", "1 invalid-url"),
                bytes(
                        "a ZIP archive",
                        new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0, 8, 0, 1, 2},
                        "error: list is a ZIP archive, not a list of URLs"),
                bytes(
                        "a JPEG",
                        new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0},
                        "1 invalid-url"),
                bytes(
                        "gzip that is cut",
                        Arrays.copyOf(zipped, zipped.length - 9),
                        "1 http://h/a|2 http://h/a|3 http://h/a|4 http://h/a|5 http://h/a|6 http://h/a|7 http://h/a|8 http://h/a|error: cannot read list after line 1000: the gzip data ends in the middle: it was cut short|… 1000 lines"),
                bytes(
                        "gzip with a flipped bit",
                        flipped(zipped),
                        "1 http://h/a|2 http://h/a|3 http://h/a|4 http://h/a|5 http://h/a|6 http://h/a|7 http://h/a|8 http://h/a|error: cannot read list after line 1000: the gzip data is damaged (its checksum is wrong)|… 1000 lines"),
                bytes(
                        "gzip with other bytes behind it",
                        concat(zipped, "x".getBytes(UTF_8)),
                        "1 http://h/a|2 http://h/a|3 http://h/a|4 http://h/a|5 http://h/a|6 http://h/a|7 http://h/a|8 http://h/a|error: cannot read list after line 1000: the gzip data is damaged (what follows a member is none)|… 1000 lines"),
                bytes("gzip of gzip", gzip(zipped), "1 invalid-url"),
                bytes(
                        "gzip's first bytes alone",
                        new byte[] {0x1f, (byte) 0x8b},
                        "error: cannot read list: the gzip data ends in the middle: it was cut short"),
                bytes(
                        "4 KB of noise",
                        random(4096),
                        "1 invalid-url|2 invalid-url|3 invalid-url|4 invalid-url|5 invalid-url|6 invalid-url|7 invalid-url|8 invalid-url|… 35 lines"),
                of(Kind.CSV, "nothing", "", ""),
                of(Kind.CSV, "a header alone", "url\n", ""),
                of(
                        Kind.CSV,
                        "no such column",
                        "a,b\n1,2\n",
                        "error: list:1: which column holds the URLs? None is called url; there are a, b: name one (--url-col)"),
                of(
                        Kind.CSV,
                        "two columns of that name",
                        "url,url\nhttp://h/a,http://h/b\n",
                        "error: list:1: two columns are called url"),
                of(Kind.CSV, "too few fields", "id,url\n1\n2,http://h/a\n", "2 invalid-url|3 http://h/a"),
                of(Kind.CSV, "too many fields", "id,url\n1,http://h/a,x\n", "2 invalid-url"),
                of(
                        Kind.CSV,
                        "a quote that never ends",
                        "url\n\"http://h/a\nhttp://h/b\n",
                        "error: cannot read list after line 1: Unclosed quoted field at end of input (record starting at line 2)"),
                of(Kind.CSV, "a quote within a field", "url\nhttp://h/\"a\"\n", "2 http://h/%22a%22"),
                of(
                        Kind.CSV,
                        "a line end within quotes",
                        "url,x\n\"http://h/a\",\"1\n2\"\nhttp://h/b,3\n",
                        "2 http://h/a|4 http://h/b"),
                of(Kind.CSV, "semicolons", "id;url\n1;http://h/a\n", "2 invalid-url"),
                of(Kind.TSV, "spaces instead of tabs", "id url\n1 http://h/a\n", "2 invalid-url"),
                of(Kind.JSONL, "nothing", "", ""),
                of(
                        Kind.JSONL,
                        "a line that is no JSON",
                        "{\"url\": \"http://h/a\"}\nnonsense\n{\"url\": \"http://h/b\"}\n",
                        "1 http://h/a|2 invalid-url|3 http://h/b"),
                of(Kind.JSONL, "no such key", "{\"link\": \"http://h/a\"}\n", "1 invalid-url"),
                of(Kind.JSONL, "null", "{\"url\": null}\n", "1 invalid-url"),
                of(Kind.JSONL, "a number", "{\"url\": 42}\n", "1 invalid-url"),
                of(Kind.JSONL, "an object", "{\"url\": {\"url\": \"http://h/a\"}}\n", "1 invalid-url"),
                of(Kind.JSONL, "strings only", "\"http://h/a\"\n", "1 http://h/a"),
                of(Kind.JSONL, "an escaped NUL", "{\"url\": \"http://h/\\u0000\"}\n", "1 invalid-url"),
                of(
                        Kind.JSONL,
                        "a thousand brackets",
                        "[".repeat(1000) + "\n{\"url\": \"http://h/a\"}\n",
                        "1 invalid-url|2 http://h/a"),
                of(
                        Kind.JSON,
                        "an array that never ends",
                        "[{\"url\": \"http://h/a\"},",
                        "1 http://h/a|error: list:1: not JSON: Unexpected end-of-input within/between Array entries"),
                of(
                        Kind.JSON,
                        "an array without its end",
                        "[{\"url\": \"http://h/a\"}",
                        "1 http://h/a|error: list:1: not JSON: Unexpected end-of-input: expected close marker for Array"),
                of(Kind.JSON, "no array", "{\"url\": \"http://h/a\"}", "1 http://h/a"),
                of(Kind.JSON, "an empty array", "[]", ""),
                of(
                        Kind.JSON,
                        "something behind the array",
                        "[{\"url\": \"http://h/a\"}] x",
                        "1 http://h/a|error: list:1: not JSON: Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"));
    }

    private static byte[] flipped(byte[] bytes) {
        var copy = bytes.clone();
        copy[copy.length - 5] ^= 1; // of its checksum
        return copy;
    }

    private static byte[] concat(byte[] one, byte[] two) {
        var both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    @Test
    void thereAreAtLeastSixty() {
        assertTrue(lists().count() >= 60);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void hasTheExpectedOutcome(Bad list) {
        assertEquals(list.told, told(list));
    }

    private static String told(Bad bad) {
        var told = new StringBuilder();
        var lines = 0;
        try (var list = UrlList.read("list", new ByteArrayInputStream(bad.bytes), ListFormat.of(bad.kind))) {
            for (var line = list.next(); line != null; line = list.next()) {
                if (++lines > 8) continue;
                if (!told.isEmpty()) told.append('|');
                told.append(line.number()).append(' ');
                switch (line) {
                    case Line.Entry entry ->
                        told.append(entry.url()).append(entry.name() == null ? "" : " as " + entry.name());
                    case Line.Malformed malformed -> told.append(malformed.reason());
                }
            }
        } catch (InputException e) {
            told.append(told.isEmpty() ? "" : "|").append("error: ").append(e.getMessage());
        }
        return lines > 8 ? told + "|… " + lines + " lines" : told.toString();
    }
}
