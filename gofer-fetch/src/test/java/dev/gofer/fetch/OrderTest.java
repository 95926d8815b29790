package dev.gofer.fetch;

import static dev.gofer.fetch.WebServer.answer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import dev.gofer.fetch.archive.Compression;
import dev.gofer.fetch.archive.Packing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives in the order of the list, and such as are the same, byte for byte, whenever they are made. */
@Timeout(300)
final class OrderTest {
    private static final Packing ORDERED = Packing.DEFAULT.withOrdered(true);
    private static final Packing DETERMINISTIC = ORDERED.withTime(Instant.parse("1980-01-01T00:00:00Z"));
    private static final int URLS = 120;

    @TempDir
    private Path folder;

    private final WebServer server = new WebServer();

    OrderTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private List<String> urls(int count) {
        return IntStream.range(0, count).mapToObj(i -> server.url("/" + i)).toList();
    }

    private FetchOptions.Builder options(String output, Packing packing) {
        return FetchOptions.to(folder.resolve(output)).toBuilder()
                .retry(new Retry(0, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO))
                .concurrency(32)
                .perHost(32)
                .packing(packing);
    }

    private FetchSummary fetch(Context ctx, FetchOptions.Builder options) throws Exception {
        return Fetch.run(ctx, UrlList.typed(urls(URLS)), options.build(), FetchEvents.NONE);
    }

    private static String body(int index) {
        return ("page " + index + "; ").repeat(1 + 37 * index % 400);
    }

    /** What a page does. */
    private interface Answer {
        void give(java.io.OutputStream out, int index) throws Exception;
    }

    private void pages(Answer answer) {
        for (var i = 0; i < URLS; i++) {
            var index = i;
            server.page("/" + i, (out, n) -> answer.give(out, index));
        }
    }

    private static void usual(java.io.OutputStream out, int index) throws IOException {
        answer(out, index % 10 == 3 ? "404 Not Found" : "200 OK", body(index));
    }

    /** Answers in an order that is another each time; one page in ten is missing. */
    private void shuffle(long seed) {
        var random = new Random(seed);
        var held = new ArrayList<CountDownLatch>();
        var asked = new AtomicInteger();
        pages((out, index) -> {
            var gate = new CountDownLatch(1);
            synchronized (held) {
                held.add(gate);
                var all = asked.incrementAndGet() == URLS;
                while (!held.isEmpty() && (all || held.size() >= 24))
                    held.remove(random.nextInt(held.size())).countDown();
                if (asked.get() > URLS - 32) held.forEach(CountDownLatch::countDown); // fewer come than are held
            }
            gate.await();
            usual(out, index);
        });
    }

    private static List<String> names(Path zip) throws IOException {
        try (var file = new ZipFile(zip.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }

    private static List<String> expectedNames() {
        return IntStream.range(0, URLS)
                .filter(i -> i % 10 != 3)
                .mapToObj(Integer::toString)
                .toList();
    }

    @Test
    void entriesStandInTheOrderOfTheList() throws Exception {
        shuffle(1);
        var summary = fetch(Context.background(), options("out.zip", ORDERED));
        assertEquals(URLS / 10, summary.failed());
        assertEquals(expectedNames(), names(folder.resolve("out.zip")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.zip", "out.tar", "s-%d.zip"})
    void twoRunsGiveTheSameBytes(String output) throws Exception {
        for (var compression : List.of(Compression.STORE, Compression.AUTO)) {
            List<byte[]> first = List.of();
            for (var run = 0; run < 2; run++) {
                shuffle(run);
                var dir = Files.createDirectory(folder.resolve(compression + "-" + run));
                var options = options(dir.resolve(output).toString(), DETERMINISTIC.withCompression(compression));
                if (output.contains("%")) options = options.shardItems(25);
                fetch(Context.background(), options);
                var bytes = new ArrayList<byte[]>();
                try (var files = Files.list(dir)) {
                    for (var file : files.sorted().toList()) bytes.add(Files.readAllBytes(file));
                }
                if (run == 0) first = bytes;
                assertEquals(first.size(), bytes.size());
                for (var i = 0; i < bytes.size(); i++) assertArrayEquals(first.get(i), bytes.get(i), "file " + i);
            }
        }
    }

    @Test
    void aStreamIsInOrderToo() throws Exception {
        shuffle(5);
        var bytes = new ByteArrayOutputStream();
        var options = options("standard output", DETERMINISTIC).build();
        Fetch.stream(
                Context.background(),
                Context.background(),
                UrlList.typed(urls(URLS)),
                options,
                FetchEvents.NONE,
                Channels.newChannel(bytes),
                folder.resolve("spool"));
        fetch(Context.background(), options("out.zip", DETERMINISTIC));
        assertArrayEquals(Files.readAllBytes(folder.resolve("out.zip")), bytes.toByteArray());
    }

    @Test
    void anInterruptedRunEndsWithTheBytesOfOneThatWasNot() throws Exception {
        shuffle(2);
        fetch(Context.background(), options("whole.zip", DETERMINISTIC));
        for (var stopAt : new int[] {1, 30, 70}) {
            var ctx = Context.background().withCancel();
            var asked = new AtomicInteger();
            pages((out, index) -> {
                if (asked.incrementAndGet() == stopAt) ctx.cancel();
                usual(out, index);
            });
            var output = "out" + stopAt + ".zip";
            fetch(ctx, options(output, DETERMINISTIC));
            pages(OrderTest::usual);
            var summary = fetch(Context.background(), options(output, DETERMINISTIC));
            assertEquals(URLS, summary.entries() + summary.failed());
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("whole.zip")), Files.readAllBytes(folder.resolve(output)));
        }
    }

    @Test
    void aFailureThatMissedItsTurnIsToldAgainAndNotTried() throws Exception {
        var ctx = Context.background().withCancel();
        var isBack = new boolean[1];
        pages((out, index) -> {
            if (index == 100) ctx.cancel();
            answer(out, index == 5 && !isBack[0] ? "404 Not Found" : "200 OK", body(index));
        });
        fetch(ctx, options("out.zip", ORDERED).concurrency(1));
        isBack[0] = true;
        var failed = new ArrayList<Outcome.Failed>();
        var summary = Fetch.run(
                Context.background(),
                UrlList.typed(urls(URLS)),
                options("out.zip", ORDERED).build(),
                new FetchEvents() {
                    @Override
                    public void finished(Outcome outcome) {
                        if (outcome instanceof Outcome.Failed one) failed.add(one);
                    }
                });
        assertEquals(1, summary.failed());
        assertEquals("http-404", failed.getFirst().reason());
        assertEquals(1, server.count("/5"));
        assertFalse(names(folder.resolve("out.zip")).contains("5"));
    }

    @Test
    void noMoreOfTheListIsReadThanMayWait() throws Exception {
        var lines = 40_000;
        var read = new AtomicInteger();
        var mostRead = new AtomicInteger();
        var enough = new CountDownLatch(1);
        server.page("/slow", (out, n) -> {
            enough.await();
            mostRead.set(read.get());
            answer(out, "200 OK", "x");
        });
        var list = new UrlList() {
            @Override
            public @Nullable Line next() {
                var n = read.incrementAndGet();
                if (n > 16_300) enough.countDown();
                if (n > lines) return null;
                return n == 1
                        ? Line.parse("list", 1, server.url("/slow"), true)
                        : new Line.Malformed("list", n, "nonsense", "invalid-url", "no URL");
            }

            @Override
            public String name() {
                return "list";
            }

            @Override
            public String identity() {
                return "list";
            }

            @Override
            public void close() {}
        };
        var summary = Fetch.run(
                Context.background(), list, options("out.zip", ORDERED).build(), FetchEvents.NONE);
        assertEquals(lines - 1, summary.failed());
        assertTrue(mostRead.get() <= 16 * 1024 + 2, "read: " + mostRead);
    }
}
