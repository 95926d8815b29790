package dev.gofer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the build runs under {@code -XX:AOTCacheOutput}: a little of all that a short command does, so that the cache which the JVM makes of it
 * holds the classes, in the state in which they are needed. Its argument is an empty folder to work in.
 */
final class StartTraining {
    private static final int ROUNDS = 3;

    private StartTraining() {}

    public static void main(String[] args) throws IOException {
        var folder = Path.of(args[0]);
        var silence = new PrintStream(OutputStream.nullOutputStream());
        System.setOut(silence);
        System.setErr(silence);
        try (var server = new DemoServer()) {
            var urls = server.urls().subList(0, 4);
            var list = Files.write(folder.resolve("urls.txt"), urls).toString();
            var archive = folder.resolve("a.zip").toString();
            for (var round = 0; round < ROUNDS; round++) {
                run("--help");
                run("fetch", "--help");
                run("fetch", "-f", "-o", archive, urls.get(0), urls.get(1), urls.get(2));
                run("fetch", "-f", "-q", "-o", archive, "-i", list, "--allow-private");
                run(
                        "fetch",
                        "-f",
                        "--retry",
                        "0",
                        "-o",
                        archive,
                        server.address().replace("http:", "https:"));
                run("verify", archive);
                run("plan", "-i", list);
                run("fecth");
            }
        }
        new Version().getVersion();
        Exit.underscoreExit();
        for (var file : List.of("urls.txt", "a.zip")) Files.deleteIfExists(folder.resolve(file));
        System.exit(0);
    }

    private static void run(String... args) {
        var silence = new PrintWriter(Writer.nullWriter());
        Main.commandLine(args).setOut(silence).setErr(silence).execute(args);
    }
}
