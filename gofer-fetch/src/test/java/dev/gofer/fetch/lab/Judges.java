package dev.gofer.fetch.lab;

import dev.gofer.fetch.archive.ArchiveVerifier;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;

/** Programs that share no line with gofer and tell whether an archive is whole. */
final class Judges {
    private static final String SEVEN = which("7zz") ? "7zz" : "7z";
    private static final List<List<String>> ZIP =
            List.of(List.of("unzip", "-tqq"), List.of(SEVEN, "t", "-bd", "-y"), List.of("bsdtar", "-tf"));
    private static final List<List<String>> TAR =
            List.of(List.of("tar", "-tf"), List.of(SEVEN, "t", "-bd", "-y"), List.of("bsdtar", "-tf"));

    private Judges() {}

    /** One process for all archives: to start it takes longer than all other judges need together. */
    private static final class Python {
        private static final String PROGRAM = """
                import sys, tarfile, zipfile
                for path in map(str.rstrip, sys.stdin):
                    try:
                        print(zipfile.ZipFile(path).testzip() if path.endswith('.zip') else [m for m in tarfile.open(path)] and None, flush=True)
                    except Exception as e:
                        print(repr(e), flush=True)
                """;
        private static final Python ONE = new Python();
        private final BufferedWriter in;
        private final BufferedReader out;

        private Python() {
            try {
                var process = new ProcessBuilder("python3", "-c", PROGRAM)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                in = process.outputWriter();
                out = process.inputReader();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static void accept(Path archive) throws IOException {
            synchronized (ONE) {
                ONE.in.write(archive + "\n");
                ONE.in.flush();
                var said = ONE.out.readLine();
                if (!"None".equals(said)) throw new AssertionError("Python finds fault with " + archive + ": " + said);
            }
        }
    }

    private static boolean which(String tool) {
        return List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    /** Every judge, ours last, must accept the archive. @return the content of each entry, by name */
    static Map<String, byte[]> accept(Path archive) throws IOException, InterruptedException {
        boolean zip = archive.toString().endsWith(".zip");
        for (var judge : zip ? ZIP : TAR) {
            var command = new java.util.ArrayList<>(judge);
            command.add(archive.toString());
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0)
                throw new AssertionError(judge.getFirst() + " finds fault with " + archive + ": " + said);
        }
        Python.accept(archive);
        if (!zip) return tar(archive);
        var report = ArchiveVerifier.verify(archive);
        if (!report.isWhole())
            throw new AssertionError("gofer verify finds fault with " + archive + ": " + report.problems());
        var entries = new HashMap<String, byte[]>();
        try (var file = new ZipFile(archive.toFile())) {
            for (var entry : file.stream().toList()) {
                try (var in = file.getInputStream(entry)) {
                    put(entries, entry.getName(), in.readAllBytes());
                }
            }
        }
        return entries;
    }

    /** What bsdtar takes out of a tar archive. */
    private static Map<String, byte[]> tar(Path archive) throws IOException, InterruptedException {
        var out = Files.createTempDirectory("gofer-tar");
        var process = new ProcessBuilder("bsdtar", "-xf", archive.toString(), "-C", out.toString())
                .inheritIO()
                .start();
        if (process.waitFor() != 0) throw new AssertionError("bsdtar -x finds fault with " + archive);
        var entries = files(out);
        delete(out);
        var listed = new ProcessBuilder("tar", "-tf", archive.toString()).start();
        try (InputStream in = listed.getInputStream()) {
            var lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .count();
            if (lines != entries.size()) throw new AssertionError(archive + " holds an entry twice");
        }
        return entries;
    }

    /** {@return every file below a folder, by its name from there} */
    static Map<String, byte[]> files(Path folder) throws IOException {
        var entries = new HashMap<String, byte[]>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList())
                put(entries, folder.relativize(file).toString(), Files.readAllBytes(file));
        }
        return entries;
    }

    static void put(Map<String, byte[]> entries, String name, byte[] bytes) {
        if (entries.put(name, bytes) != null) throw new AssertionError("there are two entries called " + name);
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
