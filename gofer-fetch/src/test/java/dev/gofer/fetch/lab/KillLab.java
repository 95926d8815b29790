package dev.gofer.fetch.lab;

import dev.gofer.fetch.archive.Committed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Ends `gofer fetch` by a signal at random moments, goes on with the same command, and checks what the archive promises. See scripts/kill-fetch:
 * {@code KillLab GOFER KILL|TERM|HUP COUNT SEED [FIRST_CASE]}.
 */
public final class KillLab {
    /* After each signal:
     * (1) What has a final name is whole, by four programs that share no line with gofer, and by gofer verify.
     * (2) What the journal had committed before is committed still.
     * (3) TERM and HUP end the run within five seconds, with exit code 143 and 129.
     * And after the run that goes on to the end:
     * (4) Each URL that can be had is in the archive once, byte for byte; nothing else is, and nothing else is left beside it.
     * (5) What was committed when a run was ended was not asked for again. */
    private static final long PATIENCE_SECONDS = 60; // a safety net

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
    private enum Shape {
        ZIP("out.zip"),
        TAR("out.tar"),
        FOLDER("out/"),
        ZIP_SHARDS("out-%03d.zip", "--shard-items", "7", "--name", "{basename}"),
        TAR_SHARDS("out-%03d.tar", "--shard-bytes", "100K", "--name", "{basename}");

        final String output;
        final List<String> flags;

        Shape(String output, String... flags) {
            this.output = output;
            this.flags = List.of(flags);
        }
    }

    private static final List<Shape> SHAPES = List.of(Shape.values());

    private final String gofer;
    private final String signal;
    private final long seed;
    private final Path work;
    private final List<String> fsync;
    private volatile long usual = 600_000_000; // nanoseconds that a whole run takes, about
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger withCommits = new AtomicInteger(); // of these, runs that had committed something
    private final AtomicInteger finishing = new AtomicInteger(); // of these, runs that had asked for everything
    private final AtomicLong slowest = new AtomicLong(); // nanoseconds from TERM or HUP to the end
    private final AtomicInteger goneOn = new AtomicInteger(); // times that the rest of the large body was asked for
    private final AtomicBoolean failed = new AtomicBoolean();

    private KillLab(String gofer, String signal, long seed, Path work) throws IOException {
        this.gofer = gofer;
        this.signal = signal;
        this.seed = seed;
        this.work = work;
        var help = new ProcessBuilder(gofer, "fetch", "--help").start();
        var text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        fsync = text.contains("--fsync") ? List.of("--fsync", "10ms") : List.of();
    }

    public static void main(String[] args) throws Exception {
        var work = Files.createTempDirectory("gofer-kill");
        try {
            var count = Integer.parseInt(args[2]);
            var lab = new KillLab(args[0], args[1], Long.parseLong(args[3]), work);
            var only = args.length > 4 ? Integer.parseInt(args[4]) : -1;
            var begun = System.nanoTime();
            if (only >= 0) lab.tell(only);
            else lab.all(count);
            if (lab.failed.get()) System.exit(1);
            var slowest = lab.slowest.get();
            System.out.printf(
                    "%d runs ended by %s, %d of them with something committed, %d after the last request; all went on and lost nothing, %d times in the middle of a body (seed %s, %d s)%s%n",
                    lab.ended.get(),
                    args[1],
                    lab.withCommits.get(),
                    lab.finishing.get(),
                    lab.goneOn.get(),
                    args[3],
                    (System.nanoTime() - begun) / 1_000_000_000,
                    slowest == 0 ? "" : String.format("; the slowest end took %.2f s", slowest / 1e9));
            Judges.delete(work);
        } catch (RuntimeException e) {
            e.printStackTrace(System.out);
            System.exit(1);
        }
        System.exit(0);
    }

    /** Cases until {@code count} runs were ended, two at a time: each waits for processes and disks most of its time. */
    private void all(int count) throws InterruptedException {
        var next = new AtomicInteger();
        Runnable work = () -> {
            while (ended.get() < count && !failed.get()) tell(next.getAndIncrement());
        };
        var other = Thread.ofPlatform().start(work);
        work.run();
        other.join();
    }

    private void tell(int number) {
        try {
            one(number);
        } catch (AssertionError | Exception e) {
            failed.set(true);
            System.out.println("case " + number + ": " + e);
            System.out.println("replay: scripts/kill-fetch " + signal + " 1 " + seed + " " + number);
            System.out.println("what it left is in " + work);
            e.printStackTrace(System.out);
        }
    }

    /** One archive, whose run is ended a few times before it may go on to its end. */
    private void one(int number) throws Exception {
        var random = new Random(seed * 1_000_003 + number);
        var shape = SHAPES.get(number % SHAPES.size());
        var folder = Files.createDirectory(work.resolve("case" + number));
        var place = Files.createDirectory(folder.resolve("place"));
        var files = new World(random, 30 + random.nextInt(40));
        var requests = new Requests();
        try (var server = new LabServer((request, nth, peer) -> {
            requests.count(request.path());
            var index = Integer.parseInt(request.path().replaceAll("\\D", ""));
            Thread.sleep(files.delays[index]);
            if (files.isMissing(index)) peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            else if (index == 0) large(request, peer, files.bodies.getFirst());
            else peer.ok(files.bodies.get(index));
            return true;
        })) {
            var list = new StringBuilder();
            for (var i = 0; i < files.count; i++)
                list.append("http://")
                        .append(server.authority())
                        .append("/f")
                        .append(i)
                        .append(".bin\n");
            Files.writeString(folder.resolve("urls"), list);
            Files.writeString(place.resolve("earlier.txt"), "not gofer's");
            var command = command(shape, folder);
            var committed = new BitSet();
            var judged = new HashMap<String, Map<String, byte[]>>();
            for (var n = 1 + random.nextInt(3); n > 0; n--) {
                requests.expect(files.count - committed.cardinality());
                var before = requests.snapshot();
                var kept = (BitSet) committed.clone();
                if (!end(command, place, random, requests)) break; // it was over before
                checkNotAgain(kept, before, requests);
                var now = state(place);
                if (isOver(shape, place)) break; // its last breath was after the rename
                checkPublished(shape, place, files, judged);
                var lost = (BitSet) committed.clone();
                lost.andNot(now);
                if (isUnfinished(place) && !lost.isEmpty()) throw new AssertionError("lost: " + lost);
                committed.or(now);
                if (!committed.isEmpty()) withCommits.incrementAndGet();
            }
            if (!isOver(shape, place)) {
                var before = requests.snapshot();
                var begun = System.nanoTime();
                var process = start(command, place);
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw hung(process);
                var code = process.exitValue();
                if (code != (files.missing ? 1 : 0)) throw new AssertionError("exit code " + code + ": " + said(place));
                usual = (3 * usual + System.nanoTime() - begun) / 4;
                checkNotAgain(committed, before, requests);
            }
            checkWhole(shape, place, files, judged);
        }
        Judges.delete(folder);
    }

    /** A body that takes its time, and of which the rest can be had. */
    private void large(LabServer.Request request, LabServer.Peer peer, byte[] body) throws Exception {
        var range = request.header("Range");
        var from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (from > 0) goneOn.incrementAndGet();
        peer.send((from == 0
                        ? "HTTP/1.1 200 OK"
                        : "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + from + "-" + (body.length - 1) + "/"
                                + body.length)
                + "\r\nETag: \"1\"\r\nContent-Length: " + (body.length - from) + "\r\n\r\n");
        for (var at = from; at < body.length; at += 500_000) {
            peer.send(Arrays.copyOfRange(body, at, Math.min(body.length, at + 500_000)));
            Thread.sleep(15);
        }
    }

    /** Starts the command and ends it at a random moment. @return whether it was still there */
    private boolean end(List<String> command, Path place, Random random, Requests requests) throws Exception {
        var kind = random.nextInt(100);
        var part = random.nextDouble();
        var nanos = (long) (random.nextDouble() * 40e6);
        var process = start(command, place);
        if (kind < 25) {
            process.waitFor((long) (part * usual), TimeUnit.NANOSECONDS);
        } else {
            // After the last request a run that is asked to end mostly has nothing left to do, and ends well.
            var within = kind < (signal.equals("KILL") ? 65 : 90);
            requests.await(within ? part : 1, process);
            process.waitFor(within ? nanos / 4 : nanos, TimeUnit.NANOSECONDS);
        }
        if (!process.isAlive()) {
            if (process.exitValue() > 1)
                throw new AssertionError("exit code " + process.exitValue() + ": " + said(place));
            return false;
        }
        var begun = System.nanoTime();
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw hung(process);
        var took = System.nanoTime() - begun;
        var code = process.exitValue();
        if (code <= 1) return false; // it ended by itself meanwhile
        var expected = switch (signal) {
            case "KILL" -> 137;
            case "TERM" -> 143;
            default -> 129;
        };
        if (code != expected)
            throw new AssertionError("exit code " + code + ", not " + expected + ": " + said(place)); // (3)
        if (!signal.equals("KILL")) {
            slowest.accumulateAndGet(took, Math::max);
            if (took > 5e9) throw new AssertionError("took " + took / 1e9 + " s to end"); // (3)
        }
        ended.incrementAndGet();
        if (requests.allCame()) finishing.incrementAndGet();
        return true;
    }

    private List<String> command(Shape shape, Path folder) {
        var command = new ArrayList<>(
                List.of(gofer, "fetch", "-i", folder.resolve("urls").toString()));
        command.addAll(List.of("-o", shape.output, "--allow-private", "--per-host", "6", "-j", "6", "--quiet"));
        command.addAll(shape.flags);
        command.addAll(fsync);
        return command;
    }

    private static Process start(List<String> command, Path place) throws IOException {
        return new ProcessBuilder(command)
                .directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(place.resolveSibling("said").toFile())
                .start();
    }

    private static String said(Path place) throws IOException {
        return Files.readString(place.resolveSibling("said"));
    }

    private static AssertionError hung(Process process) throws Exception {
        new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid()))
                .start()
                .waitFor();
        process.waitFor(2, TimeUnit.SECONDS);
        process.destroyForcibly();
        return new AssertionError("the run hangs");
    }

    private static @Nullable Path stateFolder(Path place) throws IOException {
        try (var all = Files.list(place)) {
            return all.filter(file -> file.toString().endsWith(".gofer"))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static BitSet state(Path place) throws IOException {
        var state = stateFolder(place);
        return state == null ? new BitSet() : Committed.in(state);
    }

    /** Without a journal, what is left is a folder that the run had emptied, and died before it could remove it: it is over. */
    private static boolean isUnfinished(Path place) throws IOException {
        var state = stateFolder(place);
        return state != null && Files.exists(state.resolve("journal"));
    }

    private static boolean published(Path place) throws IOException {
        return !outputs(place).isEmpty();
    }

    /** Whether there is nothing left to do: for one file its name says so, for the others that there is no state any more. */
    private static boolean isOver(Shape shape, Path place) throws IOException {
        var one = shape == Shape.ZIP || shape == Shape.TAR;
        return published(place) && (one || !isUnfinished(place));
    }

    private static List<Path> outputs(Path place) throws IOException {
        try (var all = Files.list(place)) {
            return all.filter(file -> {
                        var name = file.getFileName().toString();
                        return name.startsWith("out") && !name.endsWith(".part") && !name.endsWith(".gofer");
                    })
                    .sorted()
                    .toList();
        }
    }

    /** All entries; {@code judged} holds those of archives that were judged before, since what has its final name never changes. */
    private static Map<String, byte[]> read(Shape shape, Path place, Map<String, Map<String, byte[]>> judged)
            throws Exception {
        var entries = new HashMap<String, byte[]>();
        for (var output : outputs(place)) {
            var version = output + " " + Files.size(output) + " " + Files.getLastModifiedTime(output);
            var known = judged.get(version);
            var found = shape == Shape.FOLDER ? Judges.files(output) : known != null ? known : Judges.accept(output);
            if (shape != Shape.FOLDER) judged.put(version, found);
            for (var entry : found.entrySet()) Judges.put(entries, entry.getKey(), entry.getValue());
        }
        return entries;
    }

    /** (1) */
    private static void checkPublished(Shape shape, Path place, World files, Map<String, Map<String, byte[]>> judged)
            throws Exception {
        for (var entry : read(shape, place, judged).entrySet()) files.check(entry.getKey(), entry.getValue());
    }

    /** (4) */
    private static void checkWhole(Shape shape, Path place, World files, Map<String, Map<String, byte[]>> judged)
            throws Exception {
        var entries = read(shape, place, judged);
        for (var entry : entries.entrySet()) files.check(entry.getKey(), entry.getValue());
        var expected = files.count - (files.missing ? 1 : 0);
        if (entries.size() != expected) throw new AssertionError(entries.size() + " entries, not " + expected);
        try (var all = Files.list(place)) {
            for (var file : all.toList()) {
                var name = file.getFileName().toString();
                var mayStay = name.equals("earlier.txt")
                        || outputs(place).contains(file)
                        || (name.endsWith(".gofer") && !isUnfinished(place));
                if (!mayStay && shape != Shape.ZIP && shape != Shape.TAR)
                    throw new AssertionError("left over: " + name);
            }
        }
    }

    /** (5) */
    private static void checkNotAgain(BitSet committed, Map<String, Integer> before, Requests requests) {
        for (var i = committed.nextSetBit(0); i >= 0; i = committed.nextSetBit(i + 1)) {
            var path = "/f" + i + ".bin";
            if (requests.of(path) > before.getOrDefault(path, 0))
                throw new AssertionError(path + " was committed and was asked for again");
        }
    }

    /** Counts requests, and lets one wait for a share of those that a run makes at most. */
    private static final class Requests {
        private final Map<String, Integer> counts = new HashMap<>();
        private int expected; // of this run
        private int came; // in this run

        synchronized void count(String path) {
            counts.merge(path, 1, Integer::sum);
            came++;
            notifyAll();
        }

        synchronized void expect(int requests) {
            expected = requests;
            came = 0;
        }

        synchronized Map<String, Integer> snapshot() {
            return new HashMap<>(counts);
        }

        synchronized int of(String path) {
            return counts.getOrDefault(path, 0);
        }

        synchronized boolean allCame() {
            return came >= expected;
        }

        /** Waits until that share has come, or the process has ended or has asked for nothing in a while. */
        synchronized void await(double share, Process process) throws InterruptedException {
            var until = Math.max(1, (int) (share * expected));
            for (var idle = 0;
                    came < until && process.isAlive() && idle < 100; ) { // a run that is over says nothing more
                var seen = came;
                wait(5);
                idle = came == 0 || came != seen ? 0 : idle + 1;
            }
        }
    }

    /** What the server has. */
    private static final class World {
        final int count;
        final boolean missing; // whether the last of them is
        final List<byte[]> bodies = new ArrayList<>();
        final int[] delays; // milliseconds

        World(Random random, int count) {
            this.count = count;
            missing = random.nextInt(3) == 0;
            delays = new int[count];
            var large = random.nextInt(4) == 0;
            for (var i = 0; i < count; i++) {
                var size = i == 0 && large
                        ? 12_000_000
                        : random.nextInt(40) == 0 ? 2_000_000 : random.nextInt(20) == 0 ? 0 : random.nextInt(60_000);
                var body = new byte[size];
                if (random.nextBoolean()) random.nextBytes(body); // the others can be compressed
                bodies.add(body);
                delays[i] = random.nextInt(8);
            }
        }

        boolean isMissing(int index) {
            return missing && index == count - 1;
        }

        void check(String name, byte[] bytes) {
            var index = Integer.parseInt(name.replaceAll("\\D", ""));
            if (!name.equals("f" + index + ".bin") || isMissing(index))
                throw new AssertionError("an entry that nobody asked for: " + name);
            if (!Arrays.equals(bytes, bodies.get(index))) throw new AssertionError("other bytes in " + name);
        }
    }
}
