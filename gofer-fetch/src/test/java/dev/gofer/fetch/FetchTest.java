package dev.gofer.fetch;

import static dev.gofer.fetch.WebServer.answer;
import static dev.gofer.fetch.WebServer.ok;
import static dev.gofer.fetch.WebServer.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.fetch.archive.Archive;
import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.ArchiveVerifier;
import dev.gofer.fetch.archive.NameTemplate;
import dev.gofer.fetch.archive.OutputException;
import dev.gofer.fetch.http.FetchException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class FetchTest {
    private static final Retry SOON = new Retry(2, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(5));

    @TempDir
    private Path folder;

    private final WebServer server = new WebServer();
    private final Outcomes outcomes = new Outcomes();

    FetchTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private Path output() {
        return folder.resolve("out.zip");
    }

    private FetchSummary fetch(UrlList list, UnaryOperator<FetchOptions.Builder> options) throws Exception {
        return fetch(Context.background(), list, options);
    }

    private FetchSummary fetch(Context ctx, UrlList list, UnaryOperator<FetchOptions.Builder> options)
            throws Exception {
        var usual = FetchOptions.to(output()).toBuilder().retry(SOON).memory(1 << 20);
        return Fetch.run(ctx, list, options.apply(usual).build(), outcomes);
    }

    private FetchSummary fetch(String... urls) throws Exception {
        return fetch(UrlList.typed(List.of(urls)), UnaryOperator.identity());
    }

    /** Every entry's name and text; also checks that the archive is whole and nothing else is left beside it. */
    private Map<String, String> entries() throws IOException {
        var report = ArchiveVerifier.verify(output());
        assertTrue(report.isWhole(), () -> report.problems().toString());
        var entries = new TreeMap<String, String>();
        try (var zip = new ZipFile(output().toFile())) {
            for (var entry : zip.stream().toList()) {
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
                }
            }
        }
        assertEquals(List.of("out.zip"), left());
        return entries;
    }

    private List<String> left() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsNotWantedHasItsReasonAndIsNotTriedAgain() throws Exception {
        server.page("/a.png", (out, n) -> answer(out, "200 OK", "\u0089PNG\r\n\u001a\n", "Content-Type: image/png"));
        server.page("/page", (out, n) -> answer(out, "200 OK", "<html>", "Content-Type: text/html"));
        server.page("/lie.png", (out, n) -> answer(out, "200 OK", "<html>", "Content-Type: image/png"));
        server.page("/own.png", (out, n) -> answer(out, "200 OK", "x", "X-Robots-Tag: noai"));
        var paths = List.of("/a.png", "/page", "/lie.png", "/own.png");
        var text = String.join("\n", paths.stream().map(server::url).toList());
        var list = UrlList.read("list", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        fetch(list, options -> options.allowPrivate(true).wanted(new Wanted(List.of("image/*"), true, true)));
        assertEquals(List.of("a.png"), List.copyOf(entries().keySet()));
        var reasons = new TreeMap<String, String>();
        for (var outcome : outcomes.all.values())
            if (outcome instanceof Outcome.Failed failed)
                reasons.put(failed.line().text().substring(server.url("").length()), failed.reason());
        assertEquals(Map.of("/page", "unwanted-type", "/lie.png", "type-mismatch", "/own.png", "opted-out"), reasons);
        for (var path : paths) assertEquals(1, server.count(path), path);
    }

    @Test
    void aPersonWhoTypesAUrlIsNoRobot() throws Exception {
        server.page("/own", (out, n) -> answer(out, "200 OK", "x", "X-Robots-Tag: noindex"));
        assertEquals(1, fetch(server.url("/own")).stored());
    }

    @Test
    void aPaceHoldsUpNothingButTheNextStart() throws Exception {
        server.page("*", ok("x"));
        var urls = IntStream.range(0, 20).mapToObj(n -> server.url("/" + n)).toList();
        var summary = fetch(UrlList.typed(urls), options -> options.hostRate(1000));
        assertEquals(20, summary.stored());
        assertTrue(
                summary.time().compareTo(Duration.ofMillis(19)) >= 0,
                summary.time().toString());
    }

    @Test
    void shardsAreNamedByIndexAndEachOutcomeNamesItsShard() throws Exception {
        for (var name : List.of("/a.txt", "/b.png", "/c")) server.page(name, ok(name));
        var output = folder.resolve("s-%02d.tar");
        var urls = List.of(server.url("/a.txt"), server.url("/b.png"), server.url("/c"));
        var options = FetchOptions.to(output).toBuilder()
                .shardItems(1)
                .names(NameTemplate.parse("{index:09}{ext}"))
                .build();
        var summary = Fetch.run(Context.background(), UrlList.typed(urls), options, outcomes);
        assertEquals(output, summary.archive());
        assertEquals(3, summary.entries());
        assertEquals(3 * (512 + 512 + 1024), summary.size());
        assertEquals(List.of("s-00.tar", "s-01.tar", "s-02.tar"), left());
        var names = new java.util.TreeSet<String>();
        for (var outcome : outcomes.all.values()) {
            var stored = (Outcome.Stored) outcome;
            names.add(stored.name());
            var bytes = Files.readAllBytes(stored.archive());
            assertTrue(new String(bytes, StandardCharsets.ISO_8859_1).startsWith(stored.name()));
        }
        assertEquals("[000000000.txt, 000000001.png, 000000002]", names.toString());
    }

    @Test
    void aFolderHasAFileForEachUrl() throws Exception {
        server.page("/a.txt", ok("first")).page("/b.txt", ok("second"));
        var output = folder.resolve("files");
        var options =
                FetchOptions.to(output).toBuilder().format(ArchiveFormat.FOLDER).build();
        var urls = UrlList.typed(List.of(server.url("/a.txt"), server.url("/b.txt")));
        var summary = Fetch.run(Context.background(), urls, options, outcomes);
        assertEquals(11, summary.size());
        assertEquals("first", Files.readString(output.resolve("a.txt")));
        assertEquals("second", Files.readString(output.resolve("b.txt")));
        assertEquals(List.of("files"), left());
    }

    @Test
    void everyUrlBecomesAnEntry() throws Exception {
        server.page("/a.txt", ok("first")).page("/b.txt", ok("second")).page("/empty", ok(""));
        var summary = fetch(server.url("/a.txt"), server.url("/b.txt"), server.url("/empty"));
        assertEquals(Map.of("a.txt", "first", "b.txt", "second", "empty", ""), entries());
        assertEquals(output().toAbsolutePath(), summary.archive());
        assertEquals(3, summary.stored());
        assertEquals(11, summary.bytes());
        assertEquals(0, summary.failed());
        assertFalse(summary.interrupted());
    }

    @Test
    void oneBadUrlOfEachKindDoesNotEndTheRun() throws Exception {
        int refused;
        try (var closed = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            refused = closed.getLocalPort();
        }
        server.page("/good", ok("good"))
                .page("/loop", (out, n) -> answer(out, "302 Found", "", "Location: /loop2"))
                .page("/loop2", (out, n) -> answer(out, "302 Found", "", "Location: /loop"))
                .page("/to-file", (out, n) -> answer(out, "302 Found", "", "Location: file:///etc/passwd"))
                .page(
                        "/cut",
                        (out, n) -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"
                                .getBytes(StandardCharsets.US_ASCII)))
                .page("/garbage", (out, n) -> out.write("hello\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .page("/500", status("500 Oops"))
                .page("/large", ok("x".repeat(3000)));
        var summary = fetch(
                UrlList.typed(List.of(
                        server.url("/good"),
                        server.url("/missing"),
                        "http://127.0.0.1:" + refused + "/x",
                        server.url("/loop"),
                        server.url("/to-file"),
                        server.url("/cut"),
                        server.url("/garbage"),
                        server.url("/500"),
                        server.url("/large"),
                        "ftp://h/x",
                        "nonsense",
                        "http://10.1.2.3/private")),
                options -> options.http(
                        options.build().http().toBuilder().maxBytes(2000).build()));
        assertEquals(
                Map.ofEntries(
                        Map.entry(0, "stored"),
                        Map.entry(1, "http-404"),
                        Map.entry(2, "refused"),
                        Map.entry(3, "redirect-loop"),
                        Map.entry(4, "bad-redirect"),
                        Map.entry(5, "cut-short"),
                        Map.entry(6, "malformed-response"),
                        Map.entry(7, "http-500"),
                        Map.entry(8, "too-large"),
                        Map.entry(9, "unsupported-scheme"),
                        Map.entry(10, "invalid-url"),
                        Map.entry(11, "private-address")),
                outcomes.words());
        assertEquals(Map.of("good", "good"), entries());
        assertEquals(11, summary.failed());
        assertEquals(1, server.count("/missing"), "what will not change is not asked for again");
        assertEquals(1, server.count("/large"));
        assertEquals(3, server.count("/500"), "one attempt and two retries");
        assertEquals(3, server.count("/cut"));
    }

    @Test
    void sameNamesAreNumberedInTheOrderOfTheList() throws Exception {
        server.page("/1/cat.jpg", ok("one")).page("/2/cat.jpg", ok("two")).page("/3/CAT.jpg", ok("three"));
        fetch(server.url("/1/cat.jpg"), server.url("/2/cat.jpg"), server.url("/3/CAT.jpg"));
        assertEquals(Map.of("cat.jpg", "one", "cat-2.jpg", "two", "CAT-3.jpg", "three"), entries());
    }

    @Test
    void hostileNamesBecomeSafeOnes() throws Exception {
        server.page("*", ok("x"));
        var list = server.url("/..%2f..%2fetc%2fpasswd") + "\n" + server.url("/a") + "\t../../evil\n" + server.url("/b")
                + "\t/abs/file\n" + server.url("/c") + "\tCON\n" + server.url("/d") + "\tC:\\x\n" + server.url("/")
                + "\n";
        fetch(
                UrlList.read("list", new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8))),
                options -> options.allowPrivate(true));
        var names = entries().keySet();
        assertEquals(6, names.size());
        for (var name : names) {
            assertFalse(name.startsWith("/") || name.contains("\\") || name.contains(":"), name);
            for (var part : name.split("/", -1))
                assertFalse(List.of("", ".", "..").contains(part), name);
            assertFalse(name.equalsIgnoreCase("con"), name);
        }
    }

    @Test
    void aListMayNotNamePrivateAddressesButAPersonMay() throws Exception {
        server.page("/a", ok("a"));
        var text = new ByteArrayInputStream(server.url("/a").getBytes(StandardCharsets.UTF_8));
        assertNull(fetch(UrlList.read("list", text), UnaryOperator.identity()).archive());
        assertEquals(Map.of(0, "private-address"), outcomes.words());
        assertEquals(List.of(), server.asked);
        assertEquals(List.of(), left(), "where nothing was fetched nothing is left");
        assertEquals(1, fetch(server.url("/a")).stored());
    }

    @Test
    void whatFailsOnceIsTriedAgain() throws Exception {
        server.page("/a", (out, n) -> answer(out, n < 3 ? "500 Oops" : "200 OK", "a"))
                .page("/b", (out, n) -> answer(out, n < 2 ? "503 Busy" : "200 OK", "b", "Retry-After: 0"))
                .page("/c", (out, n) -> answer(out, n < 2 ? "429 Slow" : "200 OK", "c"));
        fetch(server.url("/a"), server.url("/b"), server.url("/c"));
        assertEquals(Map.of("a", "a", "b", "b", "c", "c"), entries());
        assertEquals(4, outcomes.retries.size());
    }

    @Test
    void aUrlThatComplainsAgainAndAgainHoldsUpNoOther() throws Exception {
        server.page("/bad", (out, n) -> answer(out, "429 Slow", "", "Retry-After: 0"))
                .page("*", ok("x"));
        var urls = List.of(server.url("/bad"), server.url("/1"), server.url("/2"), server.url("/3"));
        fetch(UrlList.typed(urls), options -> options.concurrency(1));
        assertEquals(Map.of(0, "http-429", 1, "stored", 2, "stored", 3, "stored"), outcomes.words());
        assertEquals(3, server.count("/bad"), "its own attempts");
        assertEquals(0, outcomes.paused.size(), "one URL that may come back at once is no news of the server");
    }

    @Test
    void aServerThatAsksForTooLongAPauseIsNotAskedAgain() throws Exception {
        server.page("/a", (out, n) -> answer(out, "429 Slow", "", "Retry-After: 86400"));
        fetch(server.url("/a"));
        assertEquals(Map.of(0, "http-429"), outcomes.words());
        assertEquals(1, server.count("/a"));
    }

    @Test
    void aDeadServerIsGivenUpForAllItsUrls() throws Exception {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        server.page("/good", ok("good"));
        var urls = new ArrayList<>(IntStream.range(0, 500)
                .mapToObj(i -> "http://127.0.0.1:" + port + "/" + i)
                .toList());
        urls.add(server.url("/good"));
        var summary = fetch(UrlList.typed(urls), UnaryOperator.identity());
        assertEquals(500, summary.failed());
        assertEquals(Map.of("good", "good"), entries());
        assertTrue(outcomes.all.values().stream()
                .allMatch(o -> !(o instanceof Outcome.Failed f) || f.reason().equals("refused")));
        var given = outcomes.all.values().stream()
                .filter(o -> o instanceof Outcome.Failed f && f.message().contains("gave up on 127.0.0.1:" + port))
                .count();
        assertTrue(given > 400, "most were never tried, and say so: " + given);
        assertTrue(outcomes.started.size() < 100, "attempts: " + outcomes.started.size());
    }

    @Test
    void noServerIsAskedForMoreAtOnceThanAllowed() throws Exception {
        server.page("*", (out, n) -> {
            Go.gosched(); // lets others come in
            answer(out, "200 OK", "x");
        });
        var urls = IntStream.range(0, 60).mapToObj(i -> server.url("/" + i)).toList();
        fetch(UrlList.typed(urls), options -> options.perHost(3));
        assertEquals(60, entries().size());
        assertTrue(server.mostLive.get() <= 3, "at once: " + server.mostLive);
    }

    @Test
    void aSlowServerDoesNotHoldUpTheOthers() throws Exception {
        var othersCame = new CountDownLatch(20);
        server.page("*", (out, n) -> { // answers only when all of the other server's files have come
            othersCame.await();
            answer(out, "200 OK", "slow");
        });
        try (var quick = new WebServer()) {
            quick.page("*", (out, n) -> {
                answer(out, "200 OK", "quick");
                othersCame.countDown();
            });
            var urls = new ArrayList<String>();
            for (var i = 0; i < 20; i++) urls.add(server.url("/slow" + i));
            for (var i = 0; i < 20; i++) urls.add(quick.url("/quick" + i));
            fetch(UrlList.typed(urls), options -> options.concurrency(8).perHost(1));
        }
        assertEquals(40, entries().size());
    }

    @Test
    void anEmptyListIsAnError() throws IOException {
        var none = assertThrows(InputException.class, () -> fetch());
        assertEquals("no URL in the arguments", none.getMessage());
        assertEquals(List.of(), left());
    }

    @Test
    void aListThatBreaksOffKeepsWhatCame() throws Exception {
        server.page("*", ok("x"));
        var broken = new InputStream() {
            private final byte[] head = (server.url("/a") + "\n").getBytes(StandardCharsets.UTF_8);
            private int next;

            @Override
            public int read() throws IOException {
                if (next == head.length) throw new IOException("the tape tore");
                return head[next++];
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                var b = read();
                target[offset] = (byte) b;
                return 1;
            }
        };
        var e = assertThrows(
                InputException.class, () -> fetch(UrlList.read("list", broken), options -> options.allowPrivate(true)));
        assertTrue(String.valueOf(e.getMessage()).contains("the tape tore"));
        assertFalse(Files.exists(output()));
    }

    @Test
    void anExistingArchiveStaysUnlessItMayBeReplaced() throws Exception {
        server.page("/a", ok("new"));
        Files.writeString(output(), "precious");
        assertThrows(OutputException.class, () -> fetch(server.url("/a")));
        assertEquals("precious", Files.readString(output()));
        assertEquals(List.of("out.zip"), left());
        assertEquals(List.of(), server.asked, "nothing is fetched that could not be kept");

        fetch(UrlList.typed(List.of(server.url("/missing"))), options -> options.overwrite(true));
        assertEquals("precious", Files.readString(output()), "a run that fetched nothing replaces nothing");

        fetch(UrlList.typed(List.of(server.url("/a"))), options -> options.overwrite(true));
        assertEquals(Map.of("a", "new"), entries());
    }

    @Test
    void anOutputThatCannotBeWrittenIsSaidBeforeAnythingIsFetched() {
        var nowhere = FetchOptions.to(folder.resolve("no/such/folder/out.zip"));
        var list = UrlList.typed(List.of(server.url("/a")));
        assertThrows(OutputException.class, () -> Fetch.run(Context.background(), list, nowhere, FetchEvents.NONE));
        assertEquals(List.of(), server.asked);
    }

    @Test
    void anInterruptedRunGoesOnWhereItEnded() throws Exception {
        var urls = IntStream.range(0, 40).mapToObj(i -> server.url("/" + i)).toList();
        var ctx = Context.background().withCancel();
        server.page("*", (out, n) -> {
            if (server.asked.size() > 20 && ctx.err() == null) {
                ctx.cancel();
                new CountDownLatch(1).await(); // for ever: the run must not wait for it
            }
            answer(out, "200 OK", "same");
        });
        var first = fetch(ctx, UrlList.typed(urls), options -> options.concurrency(1));
        assertTrue(first.interrupted());
        assertNull(first.archive());
        assertEquals(20, first.stored());
        assertFalse(Files.exists(output()));
        assertTrue(Archive.isUnfinished(output()));

        var second = fetch(Context.background(), UrlList.typed(urls), UnaryOperator.identity());
        assertEquals(20, second.kept());
        assertEquals(20, second.stored());
        assertEquals(40, entries().size());
        for (var i = 0; i < 20; i++) assertEquals(1, server.count("/" + i), "what is committed is not fetched again");
    }

    @Test
    void whoHasEnoughGetsTheArchiveWithWhatThereIs() throws Exception {
        var urls = IntStream.range(0, 40).mapToObj(i -> server.url("/" + i)).toList();
        var enough = Context.background().withCancel();
        server.page("*", (out, n) -> {
            if (server.asked.size() > 20) enough.cancel(); // what is under way is finished
            answer(out, "200 OK", "same");
        });
        var options = FetchOptions.to(output()).toBuilder().concurrency(1).build();
        var summary = Fetch.run(Context.background(), enough, UrlList.typed(urls), options, outcomes);
        assertTrue(summary.interrupted());
        assertEquals(output(), summary.archive());
        assertEquals(21, summary.stored());
        assertEquals(21, entries().size());
        assertEquals(21, server.asked.size());
    }

    @Test
    void whoHasEnoughAndThenIsInterruptedGoesOnLater() throws Exception {
        var urls = IntStream.range(0, 40).mapToObj(i -> server.url("/" + i)).toList();
        var enough = Context.background().withCancel();
        var ctx = Context.background().withCancel();
        server.page("*", (out, n) -> {
            if (server.asked.size() > 20 && ctx.err() == null) {
                enough.cancel();
                ctx.cancel();
                new CountDownLatch(1).await(); // for ever: the run must not wait for it
            }
            answer(out, "200 OK", "same");
        });
        var options = FetchOptions.to(output()).toBuilder().concurrency(1).build();
        var first = Fetch.run(ctx, enough, UrlList.typed(urls), options, outcomes);
        assertTrue(first.interrupted());
        assertNull(first.archive());
        assertTrue(Archive.isUnfinished(output()));
        assertEquals(20, fetch(urls.toArray(String[]::new)).kept());
        assertEquals(40, entries().size());
    }

    @Test
    void whoHasEnoughBeforeAnythingCameGetsNoArchive() throws Exception {
        var urls = IntStream.range(0, 40).mapToObj(i -> server.url("/" + i)).toList();
        var enough = Context.background().withCancel();
        server.page("*", (out, n) -> {
            enough.cancel();
            answer(out, "404 Not Found", "");
        });
        var options = FetchOptions.to(output());
        assertNull(Fetch.run(Context.background(), enough, UrlList.typed(urls), options, outcomes)
                .archive());
        assertEquals(List.of(), left());
    }

    @Test
    void anotherListDoesNotGoOnWithTheWorkOfAnInterruptedRun() throws Exception {
        var ctx = Context.background().withCancel();
        server.page("/a", ok("a")).page("/b", (out, n) -> {
            ctx.cancel();
            answer(out, "500 Oops", "");
        });
        fetch(ctx, UrlList.typed(List.of(server.url("/a"), server.url("/b"))), options -> options.concurrency(1));
        assertThrows(OutputException.class, () -> fetch(server.url("/a")));
        assertTrue(Archive.isUnfinished(output()), "it is still there for the right list");
        fetch(UrlList.typed(List.of(server.url("/a"))), options -> options.resume(FetchOptions.Resume.NEVER));
        assertEquals(Map.of("a", "a"), entries());
    }

    @Test
    void aListenerThatThrowsEndsTheRunAndHangsNothing() throws IOException {
        server.page("*", ok("x"));
        var list = UrlList.typed(List.of(server.url("/a"), server.url("/b")));
        var thrown = assertThrows(
                IllegalStateException.class,
                () -> Fetch.run(Context.background(), list, FetchOptions.to(output()), new FetchEvents() {
                    @Override
                    public void finished(Outcome outcome) {
                        throw new IllegalStateException("a listener's bug");
                    }
                }));
        assertEquals("a listener's bug", thrown.getMessage());
    }

    @Test
    void largeBodiesGoThroughADiskSpoolAndArriveWhole() throws Exception {
        var body = "0123456789abcdef".repeat(200_000); // 3.2 MB
        server.page("*", ok(body));
        fetch(
                UrlList.typed(
                        IntStream.range(0, 8).mapToObj(i -> server.url("/" + i)).toList()),
                options -> options.memory(1 << 20));
        var entries = entries();
        assertEquals(8, entries.size());
        for (var text : entries.values()) assertEquals(body, text);
    }

    @Test
    void everyLineHasExactlyOneOutcome() throws Exception {
        server.page("*", (out, n) -> answer(out, n % 2 == 0 ? "200 OK" : "500 Oops", "x"));
        var urls = new ArrayList<String>();
        for (var i = 0; i < 500; i++) urls.add(i % 7 == 0 ? "nonsense " + i : server.url("/" + i % 50));
        var summary = fetch(UrlList.typed(urls), options -> options.dedupe(false));
        assertEquals(500, outcomes.all.size());
        assertEquals(500, outcomes.told);
        assertEquals(500, summary.stored() + summary.failed());
    }

    @Test
    void aBodyIsHeldAgainstTheChecksumOfItsLine() throws Exception {
        server.page("*", ok("abc"));
        var sums = List.of(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "A9993E364706816ABA3E25717850C26C9CD0D89D",
                "md5:900150983cd24fb0d6963f7d28e17f72",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae",
                "0000000000000000000000000000000000000000",
                "00000000000000000000000000000000",
                "");
        var csv = new StringBuilder("sum,url\n");
        for (var i = 0; i < sums.size(); i++)
            csv.append(sums.get(i)).append(',').append(server.url("/" + i)).append('\n');
        var format = ListFormat.of(ListFormat.Kind.CSV).withColumns("url", null, "sum");
        var in = new ByteArrayInputStream(csv.toString().getBytes(StandardCharsets.UTF_8));
        fetch(UrlList.read("list", in, format), options -> options.allowPrivate(true));
        assertEquals(
                Map.of(0, "stored", 1, "stored", 2, "stored", 3, "checksum", 4, "checksum", 5, "checksum", 6, "stored"),
                outcomes.words());
        assertEquals(Map.of("0", "abc", "1", "abc", "2", "abc", "6", "abc"), entries());
        assertEquals(1, server.count("/3"), "the same bytes would come again");
        var message = outcomes.all.get(5) instanceof Outcome.Failed failed ? failed.message() : "";
        assertEquals("its MD5 is 900150983cd24fb0d6963f7d28e17f72, not 00000000000000000000000000000000", message);
    }

    @Test
    void aFailureAfterARedirectIsTheOtherServersAndHoldsUpNobody() throws Exception {
        try (var other = new WebServer()) {
            other.page("/gone", status("404 Gone"))
                    .page("/busy", (out, n) -> answer(out, n < 3 ? "503 Busy" : "200 OK", "busy", "Retry-After: 0"))
                    .page("/later", (out, n) -> answer(out, "429 Later", "", "Retry-After: 86400"))
                    .page("/slow", status("429 Slow"));
            for (var path : List.of("/gone", "/busy", "/later", "/slow"))
                server.page(path, (out, n) -> answer(out, "302 Found", "", "Location: " + other.url(path)));
            server.page("/good", ok("good"));
            fetch(
                    server.url("/gone"),
                    server.url("/busy"),
                    server.url("/later"),
                    server.url("/slow"),
                    server.url("/good"));
            assertEquals(
                    Map.of(0, "http-404", 1, "stored", 2, "http-429", 3, "http-429", 4, "stored"), outcomes.words());
            assertEquals(
                    List.of(), outcomes.paused, "neither server waits: this one did nothing, that one has no queue");
            var where = "(redirected to " + other.url("").substring("http://".length()) + ")";
            assertEquals("404 Gone " + where, message(0));
            assertEquals("429 Later " + where + ", to come back after 86400 s", message(2));
            assertEquals(1, server.count("/later"));
            assertEquals(3, server.count("/slow"), "one attempt and two retries");
        }
    }

    @Test
    void aWishThatIsNotValidIsNone() throws Exception {
        server.page("/a", (out, n) -> answer(out, n < 2 ? "503 Busy" : "200 OK", "a", "Retry-After: 1.5"))
                .page("/b", (out, n) -> answer(out, n < 2 ? "429 Slow" : "200 OK", "b", "Retry-After: soon"))
                .page("/c", (out, n) -> answer(out, "503 Busy", "", "Retry-After: -5"));
        fetch(server.url("/a"), server.url("/b"), server.url("/c"));
        assertEquals(Map.of(0, "stored", 1, "stored", 2, "http-503"), outcomes.words());
        assertEquals(3, server.count("/c"), "one attempt and two retries");
        assertEquals("503 Busy", message(2));
    }

    @Test
    void aTemplateNamesTheEntriesThatHaveNoNameOfTheirOwn() throws Exception {
        server.page("*", ok("x"));
        var list = "id\turl\tname\n7\t" + server.url("/a/cat.JPG?size=1") + "\t\n../8\t" + server.url("/b/dog.tar.gz")
                + "\t\n9\t" + server.url("/") + "\t\n9\t" + server.url("/c.png") + "\tmine.png\n";
        var template = NameTemplate.parse("{col:id}/{index:03}-{stem}{ext}");
        var format = ListFormat.of(ListFormat.Kind.TSV)
                .withColumns(null, "name", null)
                .withOthers(template.columns());
        fetch(
                UrlList.read("list", new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)), format),
                options -> options.allowPrivate(true).names(template));
        assertEquals(
                List.of(".._8/001-dog.tar.gz", "7/000-cat.JPG", "9/002-index", "mine.png"),
                List.copyOf(entries().keySet()));
    }

    private String message(int index) {
        return outcomes.all.get(index) instanceof Outcome.Failed failed ? failed.message() : "";
    }

    /** What a run told. */
    private static final class Outcomes implements FetchEvents {
        final Map<Integer, Outcome> all = new ConcurrentHashMap<>();
        final Map<String, Integer> retries = new ConcurrentHashMap<>();
        final List<String> paused = Collections.synchronizedList(new ArrayList<>());
        final List<String> started = Collections.synchronizedList(new ArrayList<>());
        volatile int told;

        Map<Integer, String> words() {
            var words = new TreeMap<Integer, String>();
            all.forEach((index, outcome) -> words.put(
                    index,
                    switch (outcome) {
                        case Outcome.Stored stored -> "stored";
                        case Outcome.Kept kept -> "kept";
                        case Outcome.Duplicate twin -> "duplicate of " + twin.first();
                        case Outcome.Failed failed -> failed.reason();
                    }));
            return words;
        }

        @Override
        public void started(Line.Entry line, int attempt) {
            started.add(line.text());
        }

        @Override
        public void retrying(Line.Entry line, FetchException why, Duration delay) {
            retries.put(line.text() + " " + why.word() + " " + retries.size(), 1);
        }

        @Override
        public void paused(String host, FetchException why, Duration delay) {
            paused.add(host);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread calls it
        public void finished(Outcome outcome) {
            told++;
            all.put(outcome.index(), outcome);
        }
    }
}
