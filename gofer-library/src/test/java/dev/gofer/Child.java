package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A program that ran to its end in a JVM of its own. */
public record Child(int exit, String out, String err) {
    /** A thread for each stream: in the common pool one could wait for the other, and the program for both. */
    private static final Executor READERS = task -> Thread.ofPlatform().daemon().start(task);

    /** Runs the main method of {@code program} with {@code args}. */
    public static Child run(Class<?> program, String... args) throws IOException, InterruptedException {
        return run(List.of(), program, args);
    }

    /** The same, with options for the JVM. */
    public static Child run(List<String> options, Class<?> program, String... args)
            throws IOException, InterruptedException {
        return run(Map.of(), options, program, args);
    }

    /** The same, with variables of the environment. */
    public static Child run(Map<String, String> environment, List<String> options, Class<?> program, String... args)
            throws IOException, InterruptedException {
        var process = start(environment, options, program, args);
        var out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()), READERS);
        var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()), READERS);
        boolean ended = process.waitFor(5, TimeUnit.MINUTES); // a safety net: a program that hangs fails the test
        if (!ended) {
            process.destroyForcibly();
        }
        var child = new Child(process.waitFor(), out.join(), err.join());
        assertTrue(ended, () -> "the program did not end; it printed " + child);
        return child;
    }

    private static Process start(
            Map<String, String> environment, List<String> options, Class<?> program, String... args)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        command.add("-Dgofer.scheduler=" + System.getProperty("gofer.scheduler", "own")); // the same as here
        command.addAll(options);
        command.addAll(List.of("-cp", "target/classes" + java.io.File.pathSeparator + "target/test-classes"));
        command.add(program.getName());
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("GOTRACEBACK", "GOMAXPROCS"));
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Runs it with nobody who reads what it prints, as before {@code | true}; its exit code and what it said to the standard error stream. */
    public static Child runUnread(Class<?> program, String... args) throws IOException, InterruptedException {
        var process = start(Map.of(), List.of(), program, args);
        process.getInputStream().close();
        var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()), READERS);
        boolean ended = process.waitFor(5, TimeUnit.MINUTES); // a safety net
        if (!ended) {
            process.destroyForcibly();
        }
        var child = new Child(process.waitFor(), "", err.join());
        assertTrue(ended, () -> "the program did not end; it printed " + child);
        return child;
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
