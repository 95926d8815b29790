package dev.gofer.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {
    private static final String THREE_FILES = "images.zip: 3 files";

    @TempDir
    private Path directory;

    @Test
    void theBrokenProgramPacksBeforeTheFirstPictureIsHere() throws Exception {
        try (var server = new ImageServer(0)) { // answers nothing: the program could wait for ever
            Program.start(directory, BrokenDownload.class, server.urls()).end().assertPrinted("images.zip: 0 files");
            assertEquals(Set.of(), archive().keySet());
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {MendedDownload.class, DownloadImages.class})
    void theMendedProgramsAskForAllAtOnceAndPackWhenAllAreHere(Class<?> program) throws Exception {
        try (var server = new ImageServer(3)) {
            var running = Program.start(directory, program, server.urls());
            server.awaitRequests();
            assertTrue(running.isRunning());
            assertFalse(Files.exists(directory.resolve("images.zip")));
            server.open();
            running.end().assertPrinted(THREE_FILES);
            assertArchiveHolds(server.pictures());
        }
    }

    @Test
    void theEngineOfGoferFetchTellsWhatBecameOfEachUrl() throws Exception {
        try (var server = new ImageServer(0).open()) {
            var urls = server.urls("missing.jpg");
            var ended = Program.startWithAll(directory, FetchImages.class, urls).end();
            assertEquals(0, ended.exit(), () -> String.join("\n", ended.err()));
            assertEquals("images.zip: 3 of 4", ended.out().getLast());
            for (var line : List.of(
                    urls[0] + ": 1 bytes, as picture0.jpg",
                    urls[1] + ": 100001 bytes, as picture1.jpg",
                    urls[2] + ": 200001 bytes, as picture2.jpg",
                    urls[3] + ": http-404 after 1 attempts")) {
                assertTrue(ended.out().contains(line), () -> line + " in " + ended.out());
            }
            assertArchiveHolds(server.pictures());
        }
    }

    @Test
    void onlyPicturesArePacked() throws Exception {
        try (var server = new ImageServer(0).open()) {
            Program.start(directory, DownloadImages.class, server.urls("notes.txt"))
                    .end()
                    .assertPrinted(THREE_FILES);
            assertTrue(Files.exists(directory.resolve("notes.txt")));
            assertArchiveHolds(server.pictures());
        }
    }

    @Test
    void aRedirectIsFollowed() throws Exception {
        try (var server = new ImageServer(0).open()) {
            Program.start(directory, DownloadImages.class, server.urls("moved.jpg"))
                    .end()
                    .assertPrinted("images.zip: 4 files");
            assertArrayEquals(server.pictures().get("picture2.jpg"), archive().get("moved.jpg"));
        }
    }

    @Test
    void aPictureFromAnEarlierRunIsReplacedWhole() throws Exception {
        Files.write(directory.resolve("picture0.jpg"), new byte[1_000]);
        try (var server = new ImageServer(0).open()) {
            Program.start(directory, DownloadImages.class, server.urls()).end().assertPrinted(THREE_FILES);
            assertArchiveHolds(server.pictures());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.jpg", "torn.jpg"})
    void oneFailedDownloadIsFatal(String name) throws Exception {
        try (var server = new ImageServer(0).open()) {
            var urls = server.urls(name);
            var ended = Program.start(directory, DownloadImages.class, urls).end();
            assertFatal(urls[3], ended);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1/refused.jpg", "not a URL", "ftp://127.0.0.1/a.jpg"})
    void anAddressThatCannotBeAskedIsFatal(String url) throws Exception {
        assertFatal(url, Program.start(directory, DownloadImages.class, url).end());
    }

    /** A message that names the URL, no stack trace, exit code 1, and no archive. */
    private void assertFatal(String url, Program.Ended ended) {
        var message = String.join("\n", ended.err());
        assertEquals(1, ended.exit(), message);
        assertEquals(List.of(), ended.out());
        assertTrue(message.contains(url + ": "), message);
        assertFalse(message.contains("\tat "), message);
        assertFalse(Files.exists(directory.resolve("images.zip")));
    }

    private void assertArchiveHolds(Map<String, byte[]> pictures) throws IOException {
        var archive = archive();
        assertEquals(pictures.keySet(), archive.keySet());
        pictures.forEach((name, content) -> assertArrayEquals(content, archive.get(name), name));
    }

    private Map<String, byte[]> archive() throws IOException {
        var entries = new TreeMap<String, byte[]>();
        try (var zip = new ZipFile(directory.resolve("images.zip").toFile())) {
            for (var entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }
}
