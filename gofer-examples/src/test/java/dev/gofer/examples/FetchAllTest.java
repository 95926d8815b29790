package dev.gofer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the README. */
class FetchAllTest {
    private static final Path PROGRAM = Path.of("src", "main", "single-file", "FetchAll.java");

    @Test
    void allAreFetchedAtOnceAndEachSizeIsPrinted(@TempDir Path directory) throws Exception {
        try (var server = new ImageServer(3)) {
            var urls = server.urls();
            var program = Program.start(directory, PROGRAM, urls);
            server.awaitRequests(); // all three, before any is answered
            server.open();
            var ended = program.end();
            assertEquals(List.of(), ended.err());
            assertEquals(
                    Arrays.asList(urls[0] + ": 1 bytes", urls[1] + ": 100001 bytes", urls[2] + ": 200001 bytes"),
                    ended.out().stream().sorted().toList());
        }
    }

    @Test
    void aFailedFetchEndsTheProgramAsInGo(@TempDir Path directory) throws Exception {
        try (var server = new ImageServer(0).open()) {
            assertEquals(
                    2,
                    Program.start(directory, PROGRAM, server.urls("missing.jpg"))
                            .end()
                            .exit());
        }
    }
}
