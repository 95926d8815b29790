package dev.gofer.oracle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs {@link Program}s with Go. */
final class GoRuns {
    /* One binary holds all programs. A program that may end with a panic or a fatal error runs once per process, any other many times in
     * one: what is left over from an earlier run could otherwise end a later one. A deadlock ends the process, and is the outcome of
     * the run that was going on; goroutines that are left over are asleep and do not hide it.
     *
     * When one goroutine dies of a panic while another dies of a fatal error, Go's process now and then never ends: such a run is killed and
     * does not count. */
    private static final Pattern VERSION = Pattern.compile("go version go1\\.(\\d+).*");
    private static final int LEAST = 26;
    private static final int LIMIT = 10; // seconds; runs take milliseconds
    private static final int MOST_HANGS = 20;
    private static final Path FOLDER = Path.of("target", "oracle");

    private final Path binary;

    private GoRuns(Path binary) {
        this.binary = binary;
    }

    /** The {@code go} command of a toolchain that is new enough, from GOROOT or the PATH. */
    static Optional<Path> toolchain() {
        var root = System.getenv("GOROOT");
        var path = System.getenv("PATH");
        return Stream.concat(
                        root == null ? Stream.of() : Stream.of(Path.of(root, "bin")),
                        path == null
                                ? Stream.of()
                                : Stream.of(path.split(java.io.File.pathSeparator))
                                        .map(Path::of))
                .map(folder -> folder.resolve("go"))
                .filter(go -> Files.isExecutable(go) && isRecent(go))
                .findFirst();
    }

    private static boolean isRecent(Path go) {
        try {
            var matcher = VERSION.matcher(
                    Processes.run(List.of(go.toString(), "version")).strip());
            return matcher.matches() && Integer.parseInt(matcher.group(1)) >= LEAST;
        } catch (IOException e) { // no Go that works
            return false;
        }
    }

    /** Compiles {@code programs}. */
    static GoRuns compile(Path go, List<Program> programs) throws IOException {
        Files.createDirectories(FOLDER);
        var source = FOLDER.resolve("programs.go");
        Files.writeString(source, GoText.of(programs));
        var binary = FOLDER.resolve("programs").toAbsolutePath();
        Processes.run(List.of(go.toString(), "build", "-ldflags=-s -w", "-o", binary.toString(), source.toString()));
        return new GoRuns(binary);
    }

    /** Outcomes of {@code runs} runs of {@code subject}. */
    List<String> outcomes(Oracle.Subject subject, int runs, int processors, long seed) throws IOException {
        var outcomes = new ArrayList<String>();
        for (int tries = 0; outcomes.size() < runs; tries++) {
            if (tries > runs + MOST_HANGS) {
                throw new IOException("program " + subject.number + " hangs or tells nothing");
            }
            int atOnce = subject.needsProcess() ? 1 : runs - outcomes.size();
            var environment = Map.of(
                    "ORACLE_PROGRAM", String.valueOf(subject.number),
                    "ORACLE_RUNS", String.valueOf(atOnce),
                    "ORACLE_SEED", String.valueOf((seed + tries) & 0xFFFFFF),
                    "GOMAXPROCS", String.valueOf(processors),
                    "GOTRACEBACK", "none");
            add(Processes.run(List.of(binary.toString()), environment, LIMIT), subject.program, outcomes);
        }
        return outcomes;
    }

    private static void add(Processes process, Program program, List<String> outcomes) {
        Traces open = null;
        for (var line : process.out().lines().toList()) {
            if (line.equals("run")) {
                open = new Traces(program.goroutines());
            } else if (open != null && line.equals("end")) {
                outcomes.add(open.outcome(Facts.OK));
                open = null;
            } else if (open != null) {
                open.add(line);
            }
        }
        if (open != null && process.ended()) {
            outcomes.add(open.outcome(Traces.end(process.exit(), process.err())));
        }
    }
}
