package dev.gofer.fetch.lab;

import dev.gofer.fetch.archive.ArchiveVerifier;
import dev.gofer.fetch.lab.Fault.Moment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/**
 * A long list on many servers, 30 % of whose URLs go wrong, each in its way, through `gofer fetch`. See scripts/fault-lab:
 * {@code MixLab GOFER COUNT SEED}.
 */
public final class MixLab {
    /* (1) Every healthy URL is in the archive, byte for byte; nothing else is.
     * (2) Every faulty URL is told once, with the reason of its fault.
     * (3) The run takes no longer than twice the same run without faults, and the waits that its limits allow: those of stalled answers, at so many
     *     at once, and of the longest row of them on one server. */
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final List<Moment> MOMENTS = List.of(Moment.values());
    private static final int SERVERS = 40;
    private static final int AT_ONCE = 128;
    private static final int PER_HOST = 16;
    private static final int RETRIES = 1;
    private static final double STALL_SECONDS = 1;

    private final List<LabServer> servers = new ArrayList<>();
    private final int count;
    private final Plan[] plans;
    private final byte[] noise = new byte[1 << 17];

    /** What is to become of one URL: it is healthy where {@code fault} is none of them. */
    private record Plan(String word, Fault fault, Moment moment, boolean healthy) {}

    private MixLab(int count, long seed) throws IOException {
        this.count = count;
        this.plans = new Plan[count];
        var random = new Random(seed);
        random.nextBytes(noise);
        for (var i = 0; i < count; i++) {
            var fault = FAULTS.get(random.nextInt(FAULTS.size()));
            var moment = MOMENTS.get(random.nextInt(MOMENTS.size()));
            var kind = random.nextInt(1000);
            if (kind >= 300) plans[i] = new Plan("stored", fault, moment, true);
            else if (kind < 6) plans[i] = new Plan("refused", fault, moment, false);
            else if (kind < 12) plans[i] = new Plan("dns", fault, moment, false);
            else plans[i] = new Plan(fault.word, fault, moment, false);
        }
        for (var i = 0; i < SERVERS; i++) servers.add(new LabServer(this::answer));
    }

    private boolean answer(LabServer.Request request, int nth, LabServer.Peer peer) throws IOException {
        var path = request.path();
        var redirected = path.startsWith("/to/");
        var digits = path.substring(redirected ? 4 : 1).replaceAll("x*$", "");
        var index = Integer.parseInt(digits.substring(1));
        if (redirected) {
            peer.send("HTTP/1.1 302 Found\r\nLocation: /" + digits + "\r\nContent-Length: 0\r\n\r\n");
            return true;
        }
        if (digits.charAt(0) == 'b') return plans[index].fault.play(plans[index].moment, request, peer);
        peer.ok(body(index));
        return true;
    }

    /** From nothing to 32 KB. */
    private byte[] body(int index) {
        var at = index * 7919 % 65_536;
        return Arrays.copyOfRange(noise, at, at + index * 104_729 % 32_768);
    }

    private String url(int index, boolean faults, int closed) {
        var plan = plans[index];
        var server = servers.get(index % SERVERS).authority();
        if (!faults || plan.healthy) return "http://" + server + "/g" + index;
        return switch (plan.word) {
            case "refused" -> "http://127.0.0.1:" + closed + "/g" + index;
            case "dns" -> "http://nowhere-" + index + ".invalid/g" + index;
            default ->
                "http://" + server + (!plan.fault.ofBody && plan.moment == Moment.THIRD ? "/to/b" : "/b") + index;
        };
    }

    public static void main(String[] args) throws Exception {
        var work = Files.createTempDirectory("gofer-faults");
        try {
            var lab = new MixLab(Integer.parseInt(args[1]), Long.parseLong(args[2]));
            int closed;
            try (var gone = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                closed = gone.getLocalPort();
            }
            var usual = lab.run(args[0], work, false, closed);
            var faulty = lab.run(args[0], work, true, closed);
            var most = 2 * usual + lab.waits();
            System.out.printf(
                    "%d URLs without faults in %.1f s; with 30 %% faulty, of %d kinds at 3 moments, in %.1f s, of which the limits allow %.1f s (seed %s)%n",
                    lab.count, usual, Fault.values().length + 2, faulty, lab.waits(), args[2]);
            if (faulty > most && !"no".equals(System.getenv("JUDGE_TIME")))
                throw new AssertionError(String.format("it took %.1f s, not %.1f s at most", faulty, most)); // (3)
        } catch (AssertionError e) {
            System.out.println("replay: scripts/fault-lab " + args[1] + " " + args[2]);
            System.out.println(e.getMessage());
            System.exit(1);
        } finally {
            Judges.delete(work);
        }
        System.exit(0);
    }

    /** Seconds of (3). */
    private double waits() {
        var all = 0;
        var rows = new int[SERVERS];
        for (var i = 0; i < count; i++) {
            if (plans[i].healthy || !plans[i].word.equals("stalled")) continue;
            all++;
            rows[i % SERVERS]++;
        }
        var longest = Arrays.stream(rows).max().orElse(0);
        var each = (1 + RETRIES) * STALL_SECONDS;
        return each * ((double) all / AT_ONCE + (double) longest / PER_HOST + 1);
    }

    /** One run. @return its seconds */
    private double run(String gofer, Path work, boolean faults, int closed) throws Exception {
        var place = Files.createDirectory(work.resolve(faults ? "faulty" : "usual"));
        var list = new StringBuilder();
        for (var i = 0; i < count; i++)
            list.append(url(i, faults, closed)).append('\t').append(i).append(".bin\n");
        Files.writeString(place.resolve("urls"), list);
        var command = new ArrayList<>(List.of(gofer, "fetch", "-i", "urls", "-o", "out.zip", "--manifest", "m.jsonl"));
        command.addAll(List.of("--allow-private", "-q", "-j", "" + AT_ONCE, "--per-host", "" + PER_HOST));
        command.addAll(List.of("--retry", "" + RETRIES, "--retry-delay", "10ms", "--stall-timeout", "1s"));
        command.addAll(List.of("--max-filesize", "" + Fault.LARGEST));
        var begun = System.nanoTime();
        var process = new ProcessBuilder(command)
                .directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(place.resolve("said").toFile())
                .start();
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            process.waitFor(2, TimeUnit.SECONDS);
            process.destroyForcibly();
            throw new AssertionError("the run hangs: " + Files.readString(place.resolve("said")));
        }
        var seconds = (System.nanoTime() - begun) / 1e9;
        var code = process.exitValue();
        if (code != (faults ? 1 : 0))
            throw new AssertionError("exit code " + code + ": " + head(Files.readString(place.resolve("said"))));
        check(place, faults);
        return seconds;
    }

    private void check(Path place, boolean faults) throws IOException {
        var wrong = new ArrayList<String>();
        var told = new HashMap<Integer, String>();
        for (var row : Files.readAllLines(place.resolve("m.jsonl"), StandardCharsets.UTF_8)) {
            var index = Integer.parseInt(field(row, "url").replaceAll(".*\\D", ""));
            var status = field(row, "status");
            var word = status.equals("failed") ? field(row, "reason") : status;
            if (told.put(index, word) != null) wrong.add(index + " is told twice"); // (2)
            var expected = faults ? plans[index].word : "stored";
            if (!word.equals(expected))
                wrong.add((expected.equals("stored")
                                ? "a healthy URL"
                                : plans[index].fault + ":" + plans[index].moment + " as " + expected)
                        + " was told as " + row); // (2)
        }
        if (told.size() != count) wrong.add(told.size() + " URLs are told, not " + count);
        var report = ArchiveVerifier.verify(place.resolve("out.zip"));
        wrong.addAll(report.problems());
        var entries = 0;
        try (var zip = new ZipFile(place.resolve("out.zip").toFile())) {
            for (var entry : zip.stream().toList()) {
                entries++;
                var index = Integer.parseInt(entry.getName().replace(".bin", ""));
                try (var in = zip.getInputStream(entry)) {
                    if (!Arrays.equals(in.readAllBytes(), body(index)))
                        wrong.add(entry.getName() + " has other bytes"); // (1)
                }
            }
        }
        var healthy = faults ? (int) Arrays.stream(plans).filter(Plan::healthy).count() : count;
        if (entries != healthy) wrong.add(entries + " entries, not " + healthy); // (1)
        if (!wrong.isEmpty())
            throw new AssertionError(wrong.size() + " things are wrong: " + byKind(wrong) + "\n"
                    + String.join("\n", wrong.subList(0, Math.min(20, wrong.size()))));
    }

    private static Map<String, Integer> byKind(List<String> wrong) {
        var kinds = new TreeMap<String, Integer>();
        for (var each : wrong)
            kinds.merge(each.replaceAll(" was told as .*", "").replaceAll("\\d+", "N"), 1, Integer::sum);
        return kinds;
    }

    private static String field(String row, String name) {
        var found = Pattern.compile("\"" + name + "\": \"([^\"]*)\"").matcher(row);
        return found.find() ? found.group(1) : "";
    }

    private static String head(String text) {
        return text.substring(0, Math.min(2000, text.length()));
    }
}
