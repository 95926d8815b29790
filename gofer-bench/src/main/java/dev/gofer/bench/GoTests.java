package dev.gofer.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Go's benchmarks, out of its own source tree. */
final class GoTests {
    private static final Pattern LINE = Pattern.compile("^Benchmark\\S+\\s+\\d+\\s+(.*)$", Pattern.MULTILINE);

    private final Path go;
    private final Path binaries;
    private final Path own;
    private final String version;

    private GoTests(Path go, Path binaries, Path own, String version) {
        this.go = go;
        this.binaries = binaries;
        this.own = own;
        this.version = version;
    }

    /** Looks for Go 1.26 or later: GOROOT first, then PATH. Null when there is none. */
    static @Nullable GoTests find(Path binaries, Path own) throws IOException, InterruptedException {
        var root = System.getenv("GOROOT");
        var places = root == null ? "" : root + File.separator + "bin" + File.pathSeparator;
        for (var place : (places + System.getenv("PATH")).split(File.pathSeparator, -1)) {
            var go = Path.of(place, "go");
            if (Files.isExecutable(go)) {
                var version =
                        output(List.of(go.toString(), "env", "GOVERSION"), own).strip();
                if (version.matches("go1\\.(2[6-9]|[3-9]\\d).*")) {
                    return new GoTests(go, binaries, own, version.substring(2));
                }
            }
        }
        return null;
    }

    String version() {
        return version;
    }

    /** The tests of {@code goPackage}; compiles them where that was not done before. */
    Path binary(String goPackage) throws IOException, InterruptedException {
        var binary = binaries.resolve(goPackage + "-" + version + ".test");
        boolean isOwn = goPackage.equals("own");
        if (!Files.exists(binary) || (isOwn && isOlder(binary, own.resolve("own_test.go")))) {
            Files.createDirectories(binaries);
            output(List.of(go.toString(), "test", "-c", "-o", binary.toString(), isOwn ? "." : goPackage), own);
        }
        return binary;
    }

    private static boolean isOlder(Path one, Path other) throws IOException {
        return Files.getLastModifiedTime(one).compareTo(Files.getLastModifiedTime(other)) < 0;
    }

    /** Go's side with so many processors. */
    Contestant contestant(int procs) {
        return new Contestant() {
            @Override
            public String name() {
                return "Go";
            }

            @Override
            public void warmUp(Row row, int millis) throws IOException, InterruptedException {
                binary(row.goPackage());
            }

            @Override
            public OptionalDouble measure(Row row, int millis)
                    throws IOException, InterruptedException, FailedException {
                var pattern = Arrays.stream(("Benchmark" + row.name()).split("/", -1))
                        .map(part -> "^" + part + "$") // no name has a letter that is special in a pattern
                        .collect(Collectors.joining("/"));
                var time = row.times() == 0 ? millis + "ms" : row.times() + "x";
                int count = row.times() == 0 ? 2 : 1; // once to warm up; but memory is counted in a new process
                var text = output(
                        List.of(
                                binary(row.goPackage()).toString(),
                                "-test.run=^$",
                                "-test.bench=" + pattern,
                                "-test.benchtime=" + time,
                                "-test.count=" + count,
                                "-test.cpu=" + procs),
                        binaries);
                return result(row, text);
            }

            @Override
            public void close() {}
        };
    }

    private static OptionalDouble result(Row row, String text) throws Contestant.FailedException {
        var lines = LINE.matcher(text).results().map(found -> found.group(1)).toList();
        if (lines.isEmpty()) {
            System.err.println(text);
            throw new Contestant.FailedException("failed");
        }
        var unit = row.unit().equals("B") ? "B/goroutine" : "ns/op";
        var words = lines.getLast().strip().split("\\s+", -1);
        for (int i = 1; i < words.length; i += 2) {
            if (words[i].equals(unit)) {
                return OptionalDouble.of(Double.parseDouble(words[i - 1]));
            }
        }
        throw new Contestant.FailedException("no " + unit);
    }

    private static String output(List<String> command, Path folder) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("GOTOOLCHAIN", "local");
        var process = builder.start();
        process.getOutputStream().close();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + text);
        }
        return text;
    }
}
