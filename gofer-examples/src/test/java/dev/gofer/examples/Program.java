package dev.gofer.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gofer.Go;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** An example, run as its reader runs it: in a process of its own, from the class path. */
final class Program {
    private static final int LIMIT_SECONDS = 60; // only a safety net: a test that meets it fails

    private final Process process;
    private final Path out;
    private final Path err;

    /** How it ended, and the lines that it wrote. */
    record Ended(int exit, List<String> out, List<String> err) {
        /** It printed these lines and no other, and came to a good end. */
        void assertPrinted(String... lines) {
            assertEquals(0, exit, () -> String.join("\n", err));
            assertEquals(List.of(lines), out);
        }
    }

    private Program(Path directory, List<String> arguments) throws IOException {
        out = directory.resolve("out.txt");
        err = directory.resolve("err.txt");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dstdout.encoding=UTF-8");
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // short programs: start-up is all
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")); // as on any machine
        process = builder.start();
    }

    /** Starts the {@code main} of {@code example} in {@code directory}. */
    static Program start(Path directory, Class<?> example, String... args) throws IOException {
        return start(directory, locationOf(Go.class) + File.pathSeparator + locationOf(example), example, args);
    }

    /** The same with everything on the class path that the tests have there. */
    static Program startWithAll(Path directory, Class<?> example, String... args) throws IOException {
        return start(directory, System.getProperty("java.class.path"), example, args);
    }

    private static Program start(Path directory, String classPath, Class<?> example, String... args)
            throws IOException {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("-cp", classPath));
        arguments.add(example.getName());
        arguments.addAll(List.of(args));
        return new Program(directory, arguments);
    }

    /** Starts a source file that imports the module {@code dev.gofer}. */
    static Program start(Path directory, Path sourceFile, String... args) throws IOException {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("-p", locationOf(Go.class), "--add-modules", "dev.gofer"));
        arguments.add(sourceFile.toAbsolutePath().toString());
        arguments.addAll(List.of(args));
        return new Program(directory, arguments);
    }

    /** Runs an example that takes no arguments and touches no file. */
    static Ended run(Class<?> example) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("gofer-example");
        try {
            return start(directory, example).end();
        } finally {
            for (var name : List.of("out.txt", "err.txt")) {
                Files.deleteIfExists(directory.resolve(name));
            }
            Files.delete(directory);
        }
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Waits for its end. */
    Ended end() throws IOException, InterruptedException {
        try {
            if (!process.waitFor(LIMIT_SECONDS, SECONDS)) {
                throw new AssertionError("still running after " + LIMIT_SECONDS + " s; it printed:\n"
                        + Files.readString(out, UTF_8) + Files.readString(err, UTF_8));
            }
            return new Ended(process.exitValue(), Files.readAllLines(out, UTF_8), Files.readAllLines(err, UTF_8));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String locationOf(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }
}
