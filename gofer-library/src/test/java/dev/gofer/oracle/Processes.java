package dev.gofer.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command that has been run; {@code ended} is false where it had to be killed. */
record Processes(boolean ended, int exit, String out, String err) {
    /** Runs {@code command} with additions to the environment, for so many seconds at most. */
    static Processes run(List<String> command, Map<String, String> environment, int seconds) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        var out = reading(process.getInputStream());
        var err = reading(process.getErrorStream());
        try {
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            return new Processes(ended, process.waitFor(), out.join(), err.join());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while this ran: " + command, e);
        }
    }

    /** Runs {@code command}, which must succeed; gives what it printed. */
    static String run(List<String> command) throws IOException {
        var done = run(command, Map.of(), 300);
        if (done.exit != 0) {
            throw new IOException(command + " failed: " + done.out + done.err);
        }
        return done.out;
    }

    /** On a thread of its own: the pool's may all be here, waiting for processes. */
    private static CompletableFuture<String> reading(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> read(stream), task -> Thread.ofPlatform().daemon().start(task));
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
