package dev.gofer.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Plants one bug after the other into the library, and sees whether the explorations find it; {@code scripts/planted-bugs}.
 *
 * <p>Each bug gets a JVM of its own, in which the patched class goes before the library's: whatever it breaks, it cannot hang the next one.
 */
final class PlantedBugs {
    private static final int ALL_REPLAYS = 100;
    private static final String NOTHING = "nothing found";
    private static final long PATIENCE = 600; // seconds for one bug; a safety net

    /** What became of one bug. */
    record Outcome(String name, String exploration, int schedules, int replays, int switches, int steps, String story) {
        static Outcome missed(String name, String why) {
            return new Outcome(name, "", 0, 0, 0, 0, why);
        }

        boolean isFound() {
            return !exploration.isEmpty() && replays == ALL_REPLAYS;
        }
    }

    private final Path sources;
    private final int schedules;
    private final long seed;

    /**
     * Makes one.
     *
     * @param sources the folder in which the library's package {@code dev} is
     * @param schedules within how many a bug has to be found, those of all explorations together
     * @param seed of the schedules
     */
    PlantedBugs(Path sources, int schedules, long seed) {
        this.sources = sources;
        this.schedules = schedules;
        this.seed = seed;
    }

    /** Arguments: the library's sources, how many schedules for each bug, the seed, and a regular expression for the names of the bugs. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        var bugs = new PlantedBugs(Path.of(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
        var wanted = Pattern.compile(args.length > 3 ? args[3] : "");
        var plants =
                Plant.all().filter(plant -> wanted.matcher(plant.name()).find()).toList();
        var hunts = new ArrayList<Callable<Outcome>>();
        hunts.add(bugs::huntInVain);
        for (var plant : plants) {
            hunts.add(() -> bugs.hunt(plant));
        }
        int found = 0;
        int falseAlarms = 0;
        System.out.printf(
                "%-82s %-38s %9s %8s %5s %7s%n", "bug", "found by", "schedules", "switches", "steps", "replays");
        try (var workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (var hunt : hunts.stream().map(workers::submit).toList()) { // told in this order, as they come
                var outcome = hunt.get();
                if (outcome.name.isEmpty()) {
                    falseAlarms += outcome.story.equals(NOTHING) ? 0 : 1;
                } else {
                    found += outcome.isFound() ? 1 : 0;
                }
                tell(outcome, plants.size() == 1);
            }
        }
        System.out.printf(
                "%d of %d planted bugs found within %,d schedules each, seed %d%s%n",
                found,
                plants.size(),
                bugs.schedules,
                bugs.seed,
                falseAlarms == 0 ? "" : "; and the library without one does not pass");
        System.exit(found == plants.size() && !plants.isEmpty() && falseAlarms == 0 ? 0 : 1);
    }

    private static void tell(Outcome outcome, boolean withStory) {
        var name = outcome.name.isEmpty() ? "(none planted)" : outcome.name;
        if (outcome.exploration.isEmpty()) {
            System.out.printf("%-82s %s%n", name, outcome.story);
        } else {
            System.out.printf(
                    "%-82s %-38s %,9d %8d %5d %3d/%d%s%n",
                    name,
                    outcome.exploration,
                    outcome.schedules,
                    outcome.switches,
                    outcome.steps,
                    outcome.replays,
                    ALL_REPLAYS,
                    outcome.name.isEmpty() || withStory ? "\n" + outcome.story : "");
        }
    }

    /** What the explorations find in the library as it is: nothing. */
    Outcome huntInVain() throws IOException, InterruptedException {
        return hunt("", null);
    }

    /** Plants {@code plant}, and lets the explorations look for it. */
    Outcome hunt(Plant plant) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("gofer-planted-bug");
        try {
            compile(plant, folder);
            return hunt(plant.name(), folder);
        } catch (IllegalStateException e) { // the plant no longer fits
            return Outcome.missed(plant.name(), "NOT PLANTED: " + e.getMessage());
        } finally {
            delete(folder);
        }
    }

    private void compile(Plant plant, Path folder) throws IOException {
        var file = folder.resolve("source").resolve(plant.path());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, plant.in(Files.readString(sources.resolve(plant.path()))));
        var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "needs a JDK");
        var said = new java.io.ByteArrayOutputStream();
        var path = System.getProperty("java.class.path");
        int status = compiler.run(
                null, said, said, "-nowarn", "-proc:none", "-cp", path, "-d", folder.toString(), file.toString());
        if (status != 0) {
            throw new IllegalStateException("it does not compile:\n" + said);
        }
    }

    private Outcome hunt(String name, @Nullable Path patched) throws IOException, InterruptedException {
        var path = System.getProperty("java.class.path");
        var said = Files.createTempFile("gofer-hunt", ".txt");
        try {
            var hunt = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--add-opens",
                            "java.base/java.lang=ALL-UNNAMED",
                            "-Dgofer.synctest.patience=0",
                            "-Dgofer.synctest.steps=5000",
                            "-XX:+UseSerialGC",
                            "-Xmx256m",
                            "-cp",
                            patched == null ? path : patched + java.io.File.pathSeparator + path,
                            Hunt.class.getName(),
                            String.valueOf(schedules),
                            String.valueOf(seed))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!hunt.waitFor(PATIENCE, TimeUnit.SECONDS)) {
                hunt.destroyForcibly().waitFor();
                return Outcome.missed(name, "NOT FOUND: hangs");
            }
            return outcome(name, Files.readString(said), hunt.exitValue());
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static Outcome outcome(String name, String said, int status) {
        var lines = said.lines().toList();
        if (status != 0) {
            return Outcome.missed(name, "NOT FOUND: the hunt failed\n" + said);
        }
        if (lines.isEmpty()) {
            return Outcome.missed(name, name.isEmpty() ? NOTHING : "NOT FOUND");
        }
        return new Outcome(
                name,
                lines.get(0),
                Integer.parseInt(lines.get(1)),
                Integer.parseInt(lines.get(2)),
                Integer.parseInt(lines.get(3)),
                Integer.parseInt(lines.get(4)),
                String.join("\n", lines.subList(5, lines.size())));
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
