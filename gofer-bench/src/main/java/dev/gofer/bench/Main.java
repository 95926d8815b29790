package dev.gofer.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Measures all sides in turn and prints them side by side; {@code scripts/bench} starts it. */
public final class Main {
    /* A row has a JVM of its own for each side, so that no other row's profile spoils its code; the sides' JVMs live at the same time, and those
     * whose turn it is not are idle. First all warm up; then they take turns, round by round, so that whatever else the machine does
     * hits all alike. */
    private static final String OPEN = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    private static final String PICTURE =
            "![Time for the same work in each row, Go = 1](results/results.svg) [All figures](results/README.md)";

    private static final String USAGE = """
            usage: scripts/bench [OPTION]…
              --quick           a few rows, briefly: within 3 minutes
              --brief           all rows, briefly: within 20 minutes
              --row REGEX       only rows whose name has this in it (^ and $ are its ends)
              --package NAME    only rows of runtime, sync, context, time or own
              --procs 1,2       with so many processors (default 1,2)
              --rounds N        turns that each side has (default 15; 5 with --quick, 9 with --brief)
              --forks N         JVMs that each side has one after the other, each with all rounds (default 1)
              --millis N        of one measurement (default 200; 40 with --quick, 30 with --brief)
              --warm-up N       milliseconds of warm-up at most (default 2500; 600 with --quick, 1200 with --brief)
              --sides LIST      of go,gofer,plain,base,jox,kotlin (default go,gofer,jox,kotlin). plain: Gofer without --add-opens;
                                base: another build of it, see --base
              --base PATH       classes or jar of another gofer: a column "base" for it
              --jvm FLAG        for the JVMs of gofer, plain and base; may be repeated
              --out FOLDER      where results go (default gofer-bench/target/results)
              --publish         the results to gofer-bench/results, too, and the picture into its README
              --from FILE       measures nothing: table and picture of results that were measured before
              --prefix COMMAND  put before the process that measures one row, say "chrt -r 10" (with -f a spinning runtime stops the machine)
              --list            only names the rows
            """;

    private final Path home; // target of this module
    private final Path source;
    private List<Integer> procs = List.of(1, 2);
    private @Nullable Pattern rows;
    private @Nullable String goPackage;
    private boolean quick;
    private boolean brief;
    private int rounds;
    private int forks = 1;
    private int millis;
    private int warmUp;
    private List<String> sides = new ArrayList<>(List.of("go", "gofer", "jox", "kotlin"));
    private @Nullable String base;
    private final List<String> jvm = new ArrayList<>();
    private Path out;
    private final Path published;
    private boolean publish;
    private @Nullable Path from;
    private String prefix = "";
    private @Nullable Path cellFile; // measures one cell into it

    private Main(Path module) {
        this.home = module.resolve("target").toAbsolutePath();
        this.source = module.resolve("src/main/go").toAbsolutePath();
        this.out = home.resolve("results");
        this.published = module.resolve("results");
    }

    /** Takes the folder of the module and the options. */
    public static void main(String[] args) throws Exception {
        var main = new Main(Path.of(args[0]));
        try {
            if (!main.read(Arrays.asList(args).subList(1, args.length))) {
                return;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            System.err.print("bench: " + e.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        System.exit(main.run(List.of(args)));
    }

    private boolean read(List<String> args) {
        for (var words = args.iterator(); words.hasNext(); ) {
            var option = words.next();
            switch (option) {
                case "--quick" -> quick = true;
                case "--brief" -> brief = true;
                case "--row" -> rows = pattern(next(words, option));
                case "--package" -> goPackage = next(words, option);
                case "--procs" ->
                    procs = Arrays.stream(next(words, option).split(",", -1))
                            .map(Integer::valueOf)
                            .toList();
                case "--rounds" -> rounds = Integer.parseInt(next(words, option));
                case "--forks" -> forks = Integer.parseInt(next(words, option));
                case "--millis" -> millis = Integer.parseInt(next(words, option));
                case "--warm-up" -> warmUp = Integer.parseInt(next(words, option));
                case "--sides" ->
                    sides = new ArrayList<>(List.of(next(words, option).split(",", -1)));
                case "--base" -> base = next(words, option);
                case "--jvm" -> jvm.add(next(words, option));
                case "--out" -> out = Path.of(next(words, option));
                case "--publish" -> publish = true;
                case "--from" -> from = Path.of(next(words, option));
                case "--prefix" -> prefix = next(words, option);
                case "--cell" -> cellFile = Path.of(next(words, option));
                case "--list" -> {
                    Row.all().forEach(row -> System.out.println(row.goPackage() + "\t" + row.name()));
                    return false;
                }
                case "--help", "-h" -> {
                    System.out.print(USAGE);
                    return false;
                }
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (base != null && !sides.contains("base")) {
            sides.add(sides.indexOf("gofer") + 1, "base");
        }
        rounds = rounds > 0 ? rounds : quick ? 5 : brief ? 9 : 15;
        millis = millis > 0 ? millis : quick ? 40 : brief ? 30 : 200;
        warmUp = warmUp > 0 ? warmUp : quick ? 600 : brief ? 1_200 : 2_500;
        return true;
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("no regular expression: " + text, e);
        }
    }

    private static String next(java.util.Iterator<String> words, String option) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.next();
    }

    private int run(List<String> args) throws Exception {
        if (from != null) {
            var results = Results.read(from);
            var report = new Report(results.sides(), results.facts());
            System.out.print(report.head());
            results.cells().forEach(cell -> System.out.print(report.line(cell)));
            show(report, results);
            return 0;
        }
        var go = GoTests.find(home.resolve("go"), source);
        if (go == null && sides.remove("go") && cellFile == null) {
            System.err.println("no Go 1.26 found by GOROOT or PATH: its column is left out");
        }
        if (cellFile != null) {
            var row = selected().getFirst();
            Files.write(cellFile, measure(row, procs.getFirst(), go).lines());
            return 0;
        }
        if (go != null) {
            for (var name : selected().stream().map(Row::goPackage).distinct().toList()) {
                go.binary(name); // now: not under the prefix
            }
        }
        var begun = Instant.now();
        var cells = new ArrayList<Cell>();
        var results = new Results(facts(go), titles(), cells);
        var report = new Report(results.sides(), results.facts());
        System.out.print(report.head());
        Files.createDirectories(out);
        var file = out.resolve(
                "bench-" + begun.truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "") + ".json");
        for (var row : selected()) {
            for (int p : procs) {
                if (row.runsWith(p)) {
                    var cell = prefix.isEmpty() ? measure(row, p, go) : measureApart(row, p, args);
                    cells.add(cell);
                    System.out.print(report.line(cell));
                    results.write(file);
                }
            }
        }
        results.facts().put("duration", Duration.between(begun, Instant.now()).toSeconds() + " s");
        results.write(file);
        results.write(out.resolve("latest.json"));
        show(report, Results.read(file)); // what is shown is what is on disk
        System.out.println("results: " + file);
        return cells.stream().anyMatch(Cell::hasFailures) ? 1 : 0;
    }

    /** Prints the means, and makes the picture and the page. */
    private void show(Report report, Results results) throws IOException {
        System.out.print(report.foot(results.cells()));
        boolean hasGo = results.sides().contains("Go");
        if (hasGo) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("latest.svg"), Plot.svg(results.cells()));
        }
        if (publish) {
            Files.createDirectories(published);
            results.write(published.resolve("results.json"));
            Files.writeString(published.resolve("README.md"), report.page(results.cells()));
            if (hasGo) {
                Files.writeString(published.resolve("results.svg"), Plot.svg(results.cells()));
                showIn(published.resolveSibling("README.md"));
            }
        }
    }

    private static void showIn(Path readme) throws IOException {
        var text = Files.readString(readme);
        if (!text.contains(PICTURE)) {
            Files.writeString(
                    readme, text.replace("\n## How it is measured\n", "\n" + PICTURE + "\n\n## How it is measured\n"));
        }
    }

    private List<Row> selected() {
        var rows = this.rows;
        return Row.all().stream()
                .filter(row -> rows == null || rows.matcher(row.name()).find())
                .filter(row -> goPackage == null || goPackage.equals(row.goPackage()))
                .filter(row -> !quick || rows != null || row.isQuick())
                .toList();
    }

    private Cell measure(Row row, int p, @Nullable GoTests go) throws IOException, InterruptedException {
        return Cell.measure(row, p, new Cell.Effort(forks, rounds, millis, warmUp), () -> {
            var contestants = new ArrayList<Contestant>();
            for (var side : sides) {
                if (side.equals("go")) {
                    if (go != null) {
                        contestants.add(go.contestant(p));
                    }
                    continue;
                }
                var recipe = recipe(side);
                if (has(recipe.sideClass(), row)) {
                    contestants.add(new Fork(recipe, p));
                }
            }
            return contestants;
        });
    }

    /** In a process of its own, which may run with another priority. */
    private Cell measureApart(Row row, int p, List<String> args) throws IOException, InterruptedException {
        var file = Files.createTempFile("gofer-bench", ".cell");
        var command = new ArrayList<>(List.of(prefix.split(" ", -1)));
        command.addAll(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(args);
        command.addAll(
                List.of("--cell", file.toString(), "--row", "^" + Pattern.quote(row.name()) + "$", "--procs", "" + p));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
            return Cell.of(row, p, Files.readAllLines(file));
        } finally {
            Files.delete(file);
        }
    }

    private static boolean has(String sideClass, Row row) {
        try {
            return Worker.side(sideClass).bodies().containsKey(row.name());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Fork.Recipe recipe(String side) {
        var classPath = System.getProperty("java.class.path");
        var flags = new ArrayList<>(jvm);
        return switch (side) {
            case "gofer" -> {
                flags.add(OPEN);
                yield new Fork.Recipe(Report.US, "dev.gofer.bench.GoferSide", classPath, flags);
            }
            case "plain" -> new Fork.Recipe("plain", "dev.gofer.bench.GoferSide", classPath, flags);
            case "base" -> {
                flags.add(OPEN);
                yield new Fork.Recipe(
                        "base", "dev.gofer.bench.GoferSide", base + File.pathSeparator + classPath, flags);
            }
            case "jox" -> new Fork.Recipe("Jox", "dev.gofer.bench.JoxSide", classPath, List.of());
            case "kotlin" -> new Fork.Recipe("Kotlin", "dev.gofer.bench.KotlinSide", classPath, List.of());
            default -> throw new IllegalArgumentException("no such side: " + side);
        };
    }

    private List<String> titles() {
        return sides.stream()
                .map(side -> side.equals("go") ? "Go" : recipe(side).name())
                .toList();
    }

    private Map<String, String> facts(@Nullable GoTests go) throws IOException {
        var facts = new LinkedHashMap<String, String>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put(
                "machine",
                cpu() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JVM", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        facts.put("Go", go == null ? "not found" : go.version());
        facts.put("Jox", Versions.JOX);
        facts.put("kotlinx.coroutines", Versions.COROUTINES);
        facts.put(
                "effort",
                forks + " × " + rounds + " rounds of " + millis + " ms, after at most " + warmUp
                        + " ms of warm-up; rows with a fixed number of goroutines at most 3 rounds");
        facts.put("flags of Gofer", String.join(" ", jvm) + (jvm.isEmpty() ? "" : " ") + OPEN);
        return facts;
    }

    private static String cpu() throws IOException {
        var info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
