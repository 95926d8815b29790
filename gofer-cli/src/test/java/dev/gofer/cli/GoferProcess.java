package dev.gofer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command in a process of its own. */
record GoferProcess(Process process, Path output) {
    /** What a process in the background ignores, and nohup lets ignore, would be ignored by each child, too. */
    private static final List<String> SIGNALS = signals();

    private static List<String> signals() {
        var all = List.of("env", "--default-signal=HUP,INT,TERM"); // not every env knows that
        try {
            var probe = new ArrayList<>(all);
            probe.add("true");
            return new ProcessBuilder(probe).start().waitFor() == 0 ? all : List.of();
        } catch (IOException | InterruptedException e) {
            return List.of();
        }
    }

    /** Starts it in a folder; what it says goes to a file there. */
    static GoferProcess start(Path folder, String... args) throws IOException {
        return start(folder, null, args);
    }

    /** The same; standard output goes elsewhere, unless that is null. */
    static GoferProcess start(Path folder, ProcessBuilder.@Nullable Redirect out, String... args) throws IOException {
        var command = new ArrayList<>(SIGNALS);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.gofer.cli.Main"));
        command.addAll(List.of(args));
        var output = Files.createTempFile("gofer", ".log");
        output.toFile().deleteOnExit();
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(out == null);
        if (out == null) builder.redirectOutput(output.toFile());
        else builder.redirectOutput(out).redirectError(output.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return new GoferProcess(builder.start(), output);
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    String said() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** Sends it a signal, as a terminal or a service manager does. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }
}
