package dev.gofer.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One thousand tiny programs: what Gofer shows is what Go may show. See docs/conformance.md. */
class OracleTest {
    private static final int RUNS = 4; // of each program, on each number of processors
    private static final Path FOLDER = Path.of("target", "oracle");

    private static final Oracle PROGRAMS = new Oracle(Corpus.SEED, Corpus.PROGRAMS);

    @Test
    void goferShowsOnlyWhatGoMayShow() {
        var oracle = new Oracle(PROGRAMS);
        oracle.askGofer(RUNS);
        assertNoBreach(oracle);
    }

    /** The model is as good as its agreement with Go: with the Go at hand, or with what Go showed when the corpus was written. */
    @Test
    void theModelAllowsWhatGoShows() throws IOException {
        var go = GoRuns.toolchain();
        var oracle = new Oracle(PROGRAMS);
        if (go.isPresent()) {
            System.out.println("oracle: asks the Go at hand");
            oracle.askGoQuickly(GoRuns.compile(go.get(), oracle.programs()), 2);
        } else {
            System.out.println("oracle: no Go 1.26 in GOROOT or on the PATH, so the corpus speaks for it");
            Corpus.read(oracle);
        }
        assertNoBreach(oracle);
        for (var subject : oracle.subjects) {
            assertTrue(!subject.shownByGo.isEmpty(), () -> "Go showed nothing of " + subject);
        }
    }

    @Test
    void theCorpusIsAboutTheseProgramsAndInTheModel() throws IOException {
        var oracle = new Oracle(PROGRAMS);
        assertEquals(
                List.of(), Corpus.read(oracle), "programs changed; write the corpus anew with scripts/oracle record");
        assertNoBreach(oracle);
    }

    @Test
    void theProgramsEndInEveryWay() {
        var ends = PROGRAMS.subjects.stream()
                .flatMap(subject -> subject.allowed.stream())
                .map(Oracle::end)
                .collect(Collectors.toSet());
        var wanted = List.of(
                Facts.OK,
                Facts.DEADLOCK,
                Facts.NO_GOROUTINES,
                Facts.fatal(Facts.UNLOCKED),
                Facts.panic("boom"),
                Facts.panic(Facts.SEND_ON_CLOSED),
                Facts.panic(Facts.CLOSE_OF_CLOSED),
                Facts.panic(Facts.CLOSE_OF_NIL),
                Facts.panic(Facts.NEGATIVE));
        assertTrue(ends.containsAll(wanted), ends::toString);
    }

    /** The others run inside this JVM. These are compiled, and end their own with an exit code and Go's message. */
    @Test
    void programsOfTheirOwnEndAsInGo() throws IOException {
        var sample = sample();
        compile(sample);
        var breaches = sample.parallelStream()
                .map(subject -> {
                    subject.shownByGofer.add(runAlone(subject));
                    return subject;
                })
                .filter(subject -> !subject.allowed.containsAll(subject.shownByGofer))
                .map(subject -> subject.shownByGofer + " of " + subject + "allowed " + subject.allowed)
                .toList();
        assertEquals(List.of(), breaches);
    }

    private static void assertNoBreach(Oracle oracle) {
        var breaches = oracle.breaches();
        assertTrue(
                breaches.isEmpty(),
                () -> breaches.size() + " outcomes that are not allowed; the first:\n" + breaches.getFirst());
    }

    /** For each way of ending, the first program that has no other. */
    private static List<Oracle.Subject> sample() {
        var sample = new ArrayList<Oracle.Subject>();
        var known = new HashSet<String>();
        for (var subject : PROGRAMS.subjects) {
            var ends = subject.allowed.stream().map(Oracle::end).distinct().toList();
            if (ends.size() == 1 && known.add(ends.getFirst())) {
                sample.add(subject.unseen());
            }
        }
        return sample;
    }

    private static void compile(List<Oracle.Subject> sample) throws IOException {
        Files.createDirectories(FOLDER);
        var command = new ArrayList<>(List.of(
                tool("javac"), "-nowarn", "-cp", Path.of("target", "classes").toString(), "-d", FOLDER.toString()));
        for (var subject : sample) {
            var file = FOLDER.resolve(name(subject) + ".java");
            Files.writeString(file, JavaText.of(subject.program, name(subject)));
            command.add(file.toString());
        }
        Processes.run(command);
    }

    private static String runAlone(Oracle.Subject subject) {
        var command = List.of(
                tool("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Path.of("target", "classes") + File.pathSeparator + FOLDER,
                name(subject));
        try {
            var done = Processes.run(command, Map.of(), 120);
            var traces = new Traces(subject.program.goroutines());
            done.out().lines().forEach(traces::add);
            return traces.outcome(done.ended() ? Traces.end(done.exit(), done.err()) : "it did not end");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Oracle.Subject subject) {
        return "Program" + subject.number;
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
