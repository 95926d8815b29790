package dev.gofer.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A side in a JVM of its own, which it has for one row; see {@link Worker}. */
final class Fork implements Contestant {
    private static final String END = "the JVM has ended";
    private static final int PATIENCE = 30; // seconds beyond what was asked for

    /**
     * How to start a side.
     *
     * @param name its column
     * @param sideClass its {@link Side}
     * @param classPath of the JVM
     * @param flags of the JVM
     */
    record Recipe(String name, String sideClass, String classPath, List<String> flags) {}

    private final String name;
    private final Process process;
    private final Writer commands;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

    Fork(Recipe recipe, int procs) throws IOException {
        name = recipe.name();
        var command = new ArrayList<String>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xms512m",
                "-Xmx6g",
                "-XX:+AlwaysPreTouch", // else the first run that comes so far in the heap pays the kernel for each page
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djdk.virtualThreadScheduler.parallelism=" + procs,
                "-Dkotlinx.coroutines.scheduler.core.pool.size=" + procs));
        command.addAll(recipe.flags());
        command.addAll(List.of("-cp", recipe.classPath(), Worker.class.getName(), recipe.sideClass(), "" + procs));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("GOMAXPROCS", "" + procs);
        process = builder.start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().start(this::readAnswers);
    }

    private void readAnswers() {
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // the same
        }
        answers.add(END);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void warmUp(Row row, int millis) throws IOException, InterruptedException, FailedException {
        if (row.times() == 0) {
            ask("warm " + row.name() + " " + millis, millis);
        } else {
            for (int n = row.times() / 100; n < row.times(); n *= 4) {
                ask("run " + row.name() + " " + n, millis);
            }
        }
    }

    @Override
    public OptionalDouble measure(Row row, int millis) throws IOException, InterruptedException, FailedException {
        return OptionalDouble.of(
                row.times() == 0
                        ? ask("time " + row.name() + " " + millis, millis)
                        : ask("run " + row.name() + " " + row.times(), millis));
    }

    private double ask(String command, int millis) throws IOException, InterruptedException, FailedException {
        commands.write(command + "\n");
        commands.flush();
        while (true) {
            var answer = answers.poll(PATIENCE * 1_000L + millis, TimeUnit.MILLISECONDS);
            if (answer == null) {
                throw new FailedException("stuck");
            }
            if (answer.equals(END)) {
                throw new FailedException("failed");
            }
            if (answer.startsWith("= ")) {
                return Double.parseDouble(answer.substring(answer.lastIndexOf(' ') + 1));
            }
            System.err.println(name + ": " + answer);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
