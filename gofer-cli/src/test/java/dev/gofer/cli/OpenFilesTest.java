package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class OpenFilesTest {
    @Test
    void theLimitIsTheOneThatCounts() {
        var limits = """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             1                    2                    processes
                Max open files            1024                 524288               files
                """;
        assertEquals(1024, OpenFiles.limit(limits));
        assertEquals(Integer.MAX_VALUE, OpenFiles.limit(limits.replace("1024  ", "unlimited")));
        assertEquals(Integer.MAX_VALUE, OpenFiles.limit(""));
    }

    @Test
    void oneUrlAtATimeIsAlwaysTried() {
        assertEquals(1, OpenFiles.atOnce(0));
        assertEquals(5, OpenFiles.atOnce(64));
        assertTrue(OpenFiles.atOnce(Integer.MAX_VALUE) > 65_535);
    }

    /** Beyond it each URL would fail, and the JDK's own waiting for sockets, once and for all. */
    @Test
    void aRunWithFewOpenFilesFetchesFewerAtATime(@TempDir Path folder) throws Exception {
        try (var server = new DemoServer()) {
            Files.write(folder.resolve("urls.txt"), server.urls());
            var command = List.of(
                    "sh",
                    "-c",
                    "ulimit -n 64; exec \"$@\"",
                    "sh",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.gofer.cli.Main",
                    "fetch",
                    "-i",
                    "urls.txt",
                    "--allow-private",
                    "-j",
                    "256",
                    "--per-host",
                    "256");
            var said = folder.resolve("said").toFile();
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said)
                    .start();
            assertEquals(1, process.waitFor(), Files.readString(said.toPath())); // one is missing, on purpose
            var text = Files.readString(said.toPath());
            assertTrue(text.contains("299 files fetched, 1 failed"), text);
            if (OpenFiles.limit() < Integer.MAX_VALUE) // it is known here
            assertTrue(text.contains("only 64 files may be open at once (ulimit -n): 5 URLs at a time, not 256"), text);
        }
    }
}
