package dev.gofer.fetch.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import dev.gofer.fetch.Fetch;
import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.FetchOptions;
import dev.gofer.fetch.Outcome;
import dev.gofer.fetch.Retry;
import dev.gofer.fetch.UrlList;
import dev.gofer.fetch.archive.ArchiveVerifier;
import dev.gofer.fetch.lab.Fault.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each fault of a server, at each of its moments, between good neighbours on the same server: it has its one reason, costs the attempts it is worth, and
 * touches nobody else. To replay one: {@code ./mvnw -pl :gofer-fetch test -Dtest='FaultLabTest' -Dgofer.fault=CUT:SECOND}.
 */
class FaultLabTest {
    private static final int RETRIES = 1; // where the fault lasts

    /** Short only where it has to come to an end: a healthy answer may be slow on a busy machine, which has more attempts then. */
    private static final Duration SHORT = Duration.ofMillis(200);

    private static final Duration PATIENT = Duration.ofSeconds(20); // a safety net

    @TempDir
    Path folder;

    static Stream<Arguments> all() {
        var only = System.getProperty("gofer.fault");
        var all = new ArrayList<Arguments>();
        for (var fault : Fault.values()) {
            for (var moment : Moment.values()) {
                if (only == null || only.equals(fault + ":" + moment)) all.add(Arguments.of(fault, moment));
            }
        }
        return all.stream();
    }

    @Test
    void thereAreAtLeastFortyKinds() {
        assertTrue(Fault.values().length >= 40, "kinds: " + Fault.values().length);
    }

    @ParameterizedTest
    @MethodSource("all")
    void hasItsReasonAndHurtsNobodyElse(Fault fault, Moment moment) throws Exception {
        var outcomes = run(fault, moment, Integer.MAX_VALUE, RETRIES);
        var failed = assertInstanceOf(Outcome.Failed.class, outcomes.get(1), () -> "" + outcomes.get(1));
        assertEquals(fault.word, failed.reason(), failed.message());
        var attempts = fault.retried ? 1 + RETRIES : 1;
        assertEquals(attempts, failed.attempts(), failed.message());
        for (var neighbour : List.of(0, 2))
            assertInstanceOf(Outcome.Stored.class, outcomes.get(neighbour), () -> "" + outcomes.get(neighbour));
        assertEquals(Map.of("a", "first", "c", "last"), entries());
    }

    static Stream<Arguments> retried() {
        return all().filter(arguments -> arguments.get()[0] instanceof Fault fault && fault.retried);
    }

    @ParameterizedTest
    @MethodSource("retried")
    void isGotOverWhereItHappensOnce(Fault fault, Moment moment) throws Exception {
        var outcomes = run(fault, moment, 1, 5);
        assertEquals(3, outcomes.size());
        for (var outcome : outcomes.values()) assertInstanceOf(Outcome.Stored.class, outcome, outcome::toString);
        assertEquals(Map.of("a", "first", "b", "x".repeat(Fault.BODY), "c", "last"), entries());
    }

    /** A run of three URLs of one server, whose second goes wrong the first {@code times} times. */
    private Map<Integer, Outcome> run(Fault fault, Moment moment, int times, int retries) throws Exception {
        var played = new AtomicInteger();
        try (var server = new LabServer((request, nth, peer) -> {
            switch (request.path()) {
                case "/a" -> peer.ok("first".getBytes(UTF_8));
                case "/c" -> peer.ok("last".getBytes(UTF_8));
                case "/to/b" -> peer.send("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
                default -> {
                    if (played.incrementAndGet() <= times) return fault.play(moment, request, peer);
                    peer.ok("x".repeat(Fault.BODY).getBytes(UTF_8));
                }
            }
            return !(request.path().equals("/a") && !fault.ofBody && moment == Moment.FIRST); // the next one is new
        })) {
            var bad = !fault.ofBody && moment == Moment.THIRD ? "/to/b" : "/b";
            var urls = List.of("/a", bad, "/c").stream()
                    .map(path -> "http://" + server.authority() + path)
                    .toList();
            var usual = FetchOptions.to(folder.resolve("out.zip"));
            var http = usual.http().toBuilder()
                    .stallTimeout(fault.word.equals("stalled") ? SHORT : PATIENT)
                    .minRate(10_000)
                    .maxTime(PATIENT)
                    .maxBytes(Fault.LARGEST)
                    .maxUndeclaredBytes(Fault.LARGEST)
                    .build();
            var options = usual.toBuilder()
                    .concurrency(1)
                    .retry(new Retry(retries, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(1)))
                    .http(http)
                    .build();
            var outcomes = new TreeMap<Integer, Outcome>();
            Fetch.run(Context.background(), UrlList.typed(urls), options, new FetchEvents() {
                @Override
                public void finished(Outcome outcome) {
                    var twice = outcomes.put(outcome.index(), outcome);
                    if (twice != null) throw new AssertionError("two outcomes: " + twice + " and " + outcome);
                }
            });
            assertEquals(3, outcomes.size());
            return outcomes;
        }
    }

    private Map<String, String> entries() throws IOException {
        var file = folder.resolve("out.zip");
        assertEquals(List.of(), ArchiveVerifier.verify(file).problems());
        var entries = new TreeMap<String, String>();
        try (var zip = new ZipFile(file.toFile())) {
            for (var entry : zip.stream().toList()) {
                try (var in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), new String(in.readAllBytes(), UTF_8));
                }
            }
        }
        return entries;
    }
}
