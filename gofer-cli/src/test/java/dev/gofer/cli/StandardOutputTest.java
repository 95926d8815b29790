package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.fetch.archive.ArchiveVerifier;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gofer fetch -o -}, in a process of its own. */
@Timeout(120)
final class StandardOutputTest {
    @TempDir
    private Path folder;

    private ProcessBuilder gofer(DemoServer server, String... more) throws IOException {
        Files.write(folder.resolve("urls.txt"), server.urls());
        var temporary = Files.createDirectories(folder.resolve("tmp"));
        var command = new ArrayList<>(List.of(
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
                "-o",
                "-"));
        command.addAll(List.of(more));
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("TMPDIR", temporary.toString());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return builder;
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
    }

    private List<String> temporary() throws IOException {
        try (var files = Files.list(folder.resolve("tmp"))) {
            return files.map(Path::toString).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "tar"})
    void theArchiveGoesOutAndWordsToStandardError(String format) throws Exception {
        try (var server = new DemoServer()) {
            var process = gofer(server, "--format", format).start();
            var file = folder.resolve("out");
            Files.copy(process.getInputStream(), file);
            assertEquals(1, process.waitFor(), said());
            assertTrue(said().contains("standard output: 299 entries"), said());
            if (format.equals("zip")) {
                var report = ArchiveVerifier.verify(file);
                assertEquals(List.of(), report.problems());
                assertEquals(299, report.entries());
            } else {
                var tar = new ProcessBuilder("tar", "-tf", file.toString()).start();
                assertEquals(299, tar.inputReader().lines().count());
                assertEquals(0, tar.waitFor());
            }
            assertEquals(List.of(), temporary());
        }
    }

    @Test
    void aReaderThatEndsEndsTheRun() throws Exception {
        try (var server = new DemoServer()) {
            var process = gofer(server).start();
            process.getInputStream().readNBytes(1000);
            process.getInputStream().close();
            assertEquals(4, process.waitFor(), said());
            assertTrue(said().contains("Broken pipe; whoever was to read it has ended"), said());
            assertTrue(said().contains("not a whole archive"), said());
            assertEquals(List.of(), temporary());
        }
    }

    @Test
    void anInterruptedRunLeavesAWholeArchive() throws Exception {
        try (var server = new DemoServer()) {
            var process = gofer(server, "-j", "1").start();
            var file = folder.resolve("out.zip");
            try (var out = Files.newOutputStream(file)) {
                out.write(process.getInputStream().readNBytes(20_000));
                new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                        .start()
                        .waitFor();
                process.getInputStream().transferTo(out);
            }
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertEquals(143, process.exitValue(), said());
            assertTrue(said().contains("the archive is whole"), said());
            assertEquals(List.of(), ArchiveVerifier.verify(file).problems());
        }
    }

    @Test
    void aFolderForTemporaryFilesThatIsNotThereIsTold() throws Exception {
        try (var server = new DemoServer()) {
            var builder = gofer(server);
            builder.environment().put("TMPDIR", folder.resolve("no/such").toString());
            assertEquals(4, builder.start().waitFor(), said());
            assertTrue(said().contains("set TMPDIR to one"), said());
        }
    }

    /** What a script reads of it would be cut short. */
    @Test
    void outputThatIsLostIsToldAndIsAFailure() throws Exception {
        var full = new File("/dev/full");
        if (!full.exists()) return; // Linux has it
        for (var command : List.of("--help", "--version", "man")) {
            var process = GoferProcess.start(folder, ProcessBuilder.Redirect.to(full), command);
            assertEquals(4, process.exitCode(), process.said());
            assertEquals("gofer: cannot write standard output: No space left on device\n", process.said());
        }
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoFailure() throws Exception {
        var process = GoferProcess.start(folder, ProcessBuilder.Redirect.PIPE, "man", "fetch");
        process.process().getInputStream().close();
        assertEquals(0, process.exitCode(), process.said());
        assertEquals("", process.said());
    }
}
