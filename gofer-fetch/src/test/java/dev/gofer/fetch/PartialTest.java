package dev.gofer.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import dev.gofer.fetch.archive.Archive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A large body that breaks off: what is asked for the next time, and when that has to be all of it. */
@Timeout(120)
final class PartialTest {
    private static final int SIZE = 20_000_000;
    private static final int CUT = 11_000_000; // where it breaks off the first time

    @TempDir
    private Path folder;

    private final WebServer server = new WebServer();
    private final Map<Integer, Outcome> outcomes = new ConcurrentHashMap<>();
    private final byte[] body = new byte[SIZE];
    private final AtomicLong sent = new AtomicLong();
    private String tag = "\"v1\"";

    PartialTest() throws IOException {
        new Random(3).nextBytes(body);
        body[0] = 0; // of no known type
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private Path output() {
        return folder.resolve("out.zip");
    }

    private FetchSummary fetch(Context ctx, UnaryOperator<FetchOptions.Builder> options, String... lines)
            throws Exception {
        var text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        var list = UrlList.read("list", new ByteArrayInputStream(text));
        var usual = FetchOptions.to(output()).toBuilder()
                .retry(new Retry(0, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO))
                .allowPrivate(true);
        outcomes.clear();
        return Fetch.run(ctx, list, options.apply(usual).build(), new FetchEvents() {
            @Override
            public void finished(Outcome outcome) {
                outcomes.put(outcome.index(), outcome);
            }
        });
    }

    private @Nullable String asked(String path, String header) {
        for (var line : Objects.requireNonNull(server.heads.get(path)))
            if (line.startsWith(header + ": ")) return line.substring(header.length() + 2);
        return null;
    }

    /** Serves the body as nginx would; the first time it stops at CUT, and the run is ended there. */
    private void serve(String path, Context.Cancellable ctx) {
        server.page(path, (out, n) -> {
            var range = asked(path, "Range");
            var from = range != null && tag.equals(asked(path, "If-Range"))
                    ? Integer.parseInt(range.replaceAll("[^0-9]", ""))
                    : 0;
            var head = from == 0
                    ? "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE
                    : "HTTP/1.1 206 Partial Content\r\nContent-Length: " + (SIZE - from) + "\r\nContent-Range: bytes "
                            + from + "-" + (SIZE - 1) + "/" + SIZE;
            send(
                    out,
                    head + "\r\nETag: " + tag + "\r\nLast-Modified: Wed, 25 Nov 2020 10:00:00 GMT\r\n"
                            + "Content-Disposition: attachment; filename=large.bin\r\n\r\n");
            if (n > 1) {
                out.write(body, from, SIZE - from);
                sent.addAndGet(SIZE - from);
                return;
            }
            out.write(body, 0, CUT);
            out.flush();
            ctx.cancel(); // the client gives up soon
            new CountDownLatch(1).await(); // a server that has stopped sending: no test waits for it
        });
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A first run that ends in the middle of the body. */
    private void begin(UnaryOperator<FetchOptions.Builder> options) throws Exception {
        var ctx = Context.background().withCancel();
        serve("/large", ctx);
        assertTrue(fetch(ctx, options, server.url("/large")).interrupted());
        assertTrue(Archive.isUnfinished(output()), "a body that was begun is worth keeping");
        assertTrue(Files.size(part()) >= CUT - 100_000, "" + Files.size(part()));
    }

    private Path part() {
        return folder.resolve("out.zip.gofer/spool/0.partial");
    }

    private byte[] entry(String name) throws IOException {
        try (var zip = new ZipFile(output().toFile());
                var in = zip.getInputStream(Objects.requireNonNull(zip.getEntry(name)))) {
            return in.readAllBytes();
        }
    }

    private void checkWhole(String name) throws IOException {
        assertArrayEquals(body, entry(name));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(output()), files.toList());
        }
    }

    @Test
    void theNextRunAsksForTheRest() throws Exception {
        begin(options -> options);
        assertEquals(
                1,
                fetch(Context.background(), options -> options, server.url("/large"))
                        .stored());
        assertEquals("\"v1\"", asked("/large", "If-Range"));
        assertTrue(sent.get() < SIZE - CUT + 200_000, sent + " bytes were sent again");
        checkWhole("large");
        var stored = assertInstanceOf(Outcome.Stored.class, outcomes.get(0));
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)), stored.sha256());
    }

    @Test
    void whatTheServerSaidAtFirstIsNotForgotten() throws Exception {
        begin(options -> options.serverNames(true));
        fetch(Context.background(), options -> options.serverNames(true), server.url("/large"));
        checkWhole("large.bin");
        try (var zip = new ZipFile(output().toFile())) {
            var entry = Objects.requireNonNull(zip.getEntry("large.bin"));
            assertEquals("2020-11-25T10:00:00Z", entry.getLastModifiedTime().toString());
        }
    }

    @Test
    void aFileThatHasChangedIsReadFromItsBegin() throws Exception {
        begin(options -> options);
        tag = "\"v2\"";
        Arrays.fill(body, 0, 1000, (byte) 7);
        assertEquals(
                1,
                fetch(Context.background(), options -> options, server.url("/large"))
                        .stored());
        assertEquals(SIZE, sent.get());
        checkWhole("large");
    }

    @Test
    void bytesThatAreNotThoseThatCameDoNotCount() throws Exception {
        begin(options -> options);
        try (var part = Files.newByteChannel(part(), StandardOpenOption.WRITE)) { // as after a power cut
            part.position(9_000_000).write(java.nio.ByteBuffer.allocate(3_000_000));
        }
        fetch(Context.background(), options -> options, server.url("/large"));
        var from =
                Long.parseLong(Objects.requireNonNull(asked("/large", "Range")).replaceAll("[^0-9]", ""));
        assertTrue(from > 4_000_000 && from <= 9_000_000, "gone on with from " + from);
        checkWhole("large");
    }

    @Test
    void aRestThatIsWrongAfterAllIsMendedByTheWhole() throws Exception {
        var sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(body));
        var ctx = Context.background().withCancel();
        serve("/large", ctx);
        var csv = "url,sum\n" + server.url("/large") + "," + sha1 + "\n";
        var format = ListFormat.of(ListFormat.Kind.CSV).withColumns("url", null, "sum");
        for (var lies : List.of(false, true)) {
            var list = UrlList.read("list", new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)), format);
            var options =
                    FetchOptions.to(output()).toBuilder().allowPrivate(true).build();
            if (lies) { // the server says that nothing has changed, and sends something else
                server.page("/large", (out, n) -> {
                    var range = asked("/large", "Range");
                    if (range == null) {
                        send(out, "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                        out.write(body);
                        return;
                    }
                    var from = Integer.parseInt(range.replaceAll("[^0-9]", ""));
                    send(
                            out,
                            "HTTP/1.1 206 Partial Content\r\nContent-Length: " + (SIZE - from) + "\r\nETag: " + tag
                                    + "\r\nContent-Range: bytes " + from + "-" + (SIZE - 1) + "/" + SIZE + "\r\n\r\n");
                    out.write(new byte[SIZE - from]);
                });
            }
            var summary = Fetch.run(lies ? Context.background() : ctx, list, options, FetchEvents.NONE);
            assertEquals(lies ? 1 : 0, summary.stored());
        }
        checkWhole("large");
    }

    @Test
    void anotherUrlInItsPlaceBeginsAnew() throws Exception {
        begin(options -> options);
        serve("/other", Context.background().withCancel());
        server.page("/other", (out, n) -> {
            send(out, "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\nETag: " + tag + "\r\n\r\n");
            out.write(body);
        });
        fetch(Context.background(), options -> options.resume(FetchOptions.Resume.FORCE), server.url("/other"));
        assertNull(asked("/other", "Range"));
        checkWhole("other");
    }

    @Test
    void whoStartsAnewHasNothingOfIt() throws Exception {
        begin(options -> options);
        fetch(Context.background(), options -> options.resume(FetchOptions.Resume.NEVER), server.url("/large"));
        assertNull(asked("/large", "Range"));
        checkWhole("large");
    }

    @Test
    void withoutAStrongTagThereIsNothingToGoOnWith() throws Exception {
        tag = "W/\"v1\"";
        var ctx = Context.background().withCancel();
        serve("/large", ctx);
        assertTrue(fetch(ctx, options -> options, server.url("/large")).interrupted());
        assertFalse(Archive.isUnfinished(output()));
    }

    @Test
    void anotherAttemptOfTheSameRunAsksForTheRestToo() throws Exception {
        server.page("/large", (out, n) -> {
            var range = asked("/large", "Range");
            var from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
            assertTrue(n == 1 || from > 1_000_000, "asked for again: " + from);
            send(
                    out,
                    (from == 0
                                    ? "HTTP/1.1 200 OK\r\n"
                                    : "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + from + "-" + (SIZE - 1)
                                            + "/" + SIZE + "\r\n")
                            + "ETag: " + tag + "\r\nContent-Length: " + (SIZE - from) + "\r\n\r\n");
            out.write(body, from, Math.min(5_500_000, SIZE - from)); // and hangs up
        });
        var retry = new Retry(1, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
        assertEquals(
                1,
                fetch(Context.background(), options -> options.retry(retry), server.url("/large"))
                        .stored());
        assertNotNull(outcomes.get(0));
        checkWhole("large");
    }
}
