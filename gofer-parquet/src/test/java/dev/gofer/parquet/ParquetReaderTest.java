package dev.gofer.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.fetch.InputException;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.ListFormat;
import dev.gofer.fetch.UrlList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables are made by {@code src/test/python/make_tables.py}. */
final class ParquetReaderTest {
    @TempDir
    private Path folder;

    private static Path table(String name) {
        var resource = ParquetReaderTest.class.getResource("/" + name + ".parquet");
        return Path.of(URI.create(String.valueOf(resource)));
    }

    private static ListFormat format() {
        return ListFormat.of(ListFormat.Kind.PARQUET);
    }

    private static List<Line> read(UrlList list) throws InputException {
        try (list) {
            var lines = new ArrayList<Line>();
            for (var line = list.next(); line != null; line = list.next()) lines.add(line);
            return lines;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "zstd", "gzip"})
    void columnsMeanWhatTheyMeanInOtherLists(String compression) throws InputException {
        var file = table(compression);
        var format = format().withColumns(null, "title", "sha256").withOthers(Set.of("id"));
        var lines = read(UrlList.open(file, format));
        assertEquals(5, lines.size());
        var first = assertInstanceOf(Line.Entry.class, lines.getFirst());
        assertEquals("http://example.com/0/%C3%A4.jpg", first.url().toString());
        assertEquals("a cat.jpg", first.name());
        assertEquals("0".repeat(64), Objects.requireNonNull(first.checksum()).hex());
        assertEquals(Map.of("id", "0"), first.columns());
        assertEquals(file + ":1", first.where());
        assertNull(assertInstanceOf(Line.Entry.class, lines.get(1)).name(), "it is null there");
        var third = assertInstanceOf(Line.Entry.class, lines.get(2)); // of another row group
        assertEquals(Map.of("id", "2"), third.columns());
        var last = assertInstanceOf(Line.Malformed.class, lines.getLast());
        assertEquals("no URL in the column URL", last.problem());
        assertEquals(5, last.number());
    }

    @Test
    void bytesWithoutAMeaningAreText() throws InputException {
        var lines = read(UrlList.open(table("none"), format().withColumns("raw", null, null)));
        assertEquals("http://example.com/raw/3", lines.get(3).text());
    }

    @Test
    void theOnlyColumnNeedsNoName() throws InputException {
        assertEquals(
                "http://example.com/",
                read(UrlList.open(table("one-column"))).getFirst().text());
    }

    @Test
    void anEmptyTableIsAnEmptyList() throws InputException {
        assertEquals(List.of(), read(UrlList.open(table("empty"))));
    }

    @Test
    void theSameTableIsTheSameList() throws InputException {
        try (var one = UrlList.open(table("none"));
                var same = UrlList.open(table("none"));
                var other = UrlList.open(table("zstd"))) {
            assertEquals(one.identity(), same.identity());
            assertTrue(!one.identity().equals(other.identity()));
        }
    }

    @Test
    void columnsThatAreNotThereAreTold() {
        var file = table("none");
        var missing =
                assertThrows(InputException.class, () -> UrlList.open(file, format().withColumns("link", null, null)));
        assertEquals(file + ": no column link; there are id, URL, title, sha256, raw", missing.getMessage());
        var list =
                assertThrows(InputException.class, () -> UrlList.open(file, format().withColumns("tags", null, null)));
        assertTrue(String.valueOf(list.getMessage()).contains("no column tags"), list.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 12, 200, 1000, -1, -20})
    void aFileThatIsCutOrNoneIsTold(int length) throws IOException {
        var bytes = Files.readAllBytes(table("none"));
        var cut = new byte[length < 0 ? bytes.length + length : length];
        System.arraycopy(bytes, 0, cut, 0, cut.length);
        var file = Files.write(folder.resolve("x.parquet"), cut);
        var said = assertThrows(InputException.class, () -> read(UrlList.open(file)));
        assertTrue(String.valueOf(said.getMessage()).startsWith("cannot read " + file), said.getMessage());
        assertTrue(String.valueOf(said.getMessage()).lines().count() == 1, said.getMessage());
    }

    @Test
    void damageInTheMiddleIsTold() throws IOException {
        var bytes = Files.readAllBytes(table("gzip"));
        for (var at = 4; at < bytes.length - 8; at += 7) {
            var damaged = bytes.clone();
            damaged[at] ^= 0x55;
            var file = Files.write(folder.resolve("x.parquet"), damaged);
            try {
                read(UrlList.open(
                        file, format().withColumns("URL", null, null))); // damage of another column does not matter
            } catch (InputException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith("cannot read " + file)
                        || String.valueOf(e.getMessage()).contains("column"));
            }
        }
    }

    @Test
    void aCompressionWithoutItsLibraryIsTold() {
        var said = assertThrows(InputException.class, () -> read(UrlList.open(table("brotli"))));
        assertTrue(
                String.valueOf(said.getMessage())
                        .toLowerCase(java.util.Locale.ROOT)
                        .contains("brotli"),
                said.getMessage());
    }

    @Test
    void aTableIsNotReadFromAStream() {
        var said = assertThrows(
                InputException.class,
                () -> UrlList.read("standard input", new ByteArrayInputStream(new byte[0]), format()));
        assertTrue(String.valueOf(said.getMessage()).contains("name the file"), said.getMessage());
    }
}
