package dev.gofer.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import dev.gofer.fetch.archive.ArchiveVerifier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Long bodies whose connection breaks: the rest is fetched, if it is certainly the rest. */
@Timeout(60)
final class ResumingTest {
    private static final Retry SOON = new Retry(3, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(5));
    private static final String TAG = "ETag: \"v1\"";

    @TempDir
    private Path folder;

    private final WebServer server = new WebServer();
    private final byte[] content = new byte[2_000_000];
    private final byte[] other = new byte[2_000_000];

    ResumingTest() throws IOException {
        new Random(1).nextBytes(content);
        new Random(2).nextBytes(other);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private static void send(OutputStream out, String status, byte[] body, int from, int cutAt, String... headers)
            throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + status + "\r\nContent-Length: " + (body.length - from) + "\r\n");
        for (var header : headers) head.append(header).append("\r\n");
        out.write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(body, from, cutAt - from);
    }

    private static String range(byte[] body, int from) {
        return "Content-Range: bytes " + from + "-" + (body.length - 1) + "/" + body.length;
    }

    private @Nullable String header(String name) {
        for (var header : server.heads.getOrDefault("/f", List.of()))
            if (header.startsWith(name + ": ")) return header.substring(name.length() + 2);
        return null;
    }

    /** What is packed in the end; null where the fetch failed. */
    private byte @Nullable [] fetch() throws Exception {
        var output = folder.resolve("out.zip");
        var options =
                FetchOptions.to(output).toBuilder().retry(SOON).memory(1 << 20).build();
        var summary =
                Fetch.run(Context.background(), UrlList.typed(List.of(server.url("/f"))), options, FetchEvents.NONE);
        if (summary.archive() == null) return null;
        assertTrue(ArchiveVerifier.verify(output).isWhole());
        try (var zip = new ZipFile(output.toFile());
                var in = zip.getInputStream(zip.getEntry("f"))) {
            return in.readAllBytes();
        }
    }

    @Test
    void theRestOfABodyIsAskedForAndNothingComesTwice() throws Exception {
        var sent = new AtomicInteger();
        var cuts = new int[] {700_000, 1_200_000, 1_900_000, content.length};
        server.page("/f", (out, n) -> {
            int from = n == 1 ? 0 : cuts[n - 2];
            if (n > 1) {
                assertEquals("bytes=" + from + "-", header("Range"));
                assertEquals("\"v1\"", header("If-Range"));
            }
            sent.addAndGet(cuts[n - 1] - from);
            if (n == 1) send(out, "200 OK", content, 0, cuts[0], TAG);
            else send(out, "206 Partial Content", content, from, cuts[n - 1], TAG, range(content, from));
        });
        assertArrayEquals(content, fetch());
        assertEquals(content.length, sent.get());
        assertEquals(4, server.count("/f"));
    }

    @Test
    void aServerThatSendsTheWholeAgainIsReadFromItsBegin() throws Exception {
        server.page("/f", (out, n) -> {
            if (n == 1) send(out, "200 OK", content, 0, 1_000_000, TAG);
            else send(out, "200 OK", other, 0, other.length, "ETag: \"v2\"");
        });
        assertArrayEquals(other, fetch());
        assertEquals(3, server.count("/f"), "the begin, the whole in place of the rest, the next attempt");
    }

    @Test
    void aRestThatIsAnothersIsNotTaken() throws Exception {
        for (var wrong : List.<String[]>of(
                new String[] {"ETag: \"v2\"", range(content, 1_000_000)},
                new String[] {TAG, range(content, 999_999)},
                new String[] {TAG, "Content-Range: bytes 1000000-1999999/2000001"},
                new String[] {TAG, "Content-Range: bytes 1000000-1999998/1999999"},
                new String[] {TAG, "Content-Range: something"},
                new String[] {TAG, range(content, 1_000_000), "Content-Encoding: gzip"},
                new String[] {TAG})) {
            var path = folder.resolve("out.zip");
            java.nio.file.Files.deleteIfExists(path);
            var asked = server.count("/f");
            server.page("/f", (out, n) -> {
                if (header("Range") != null)
                    send(out, "206 Partial Content", content, 1_000_000, content.length, wrong);
                else if (n == asked + 1) send(out, "200 OK", content, 0, 1_000_000, TAG);
                else send(out, "200 OK", other, 0, other.length, "ETag: \"v2\"");
            });
            assertArrayEquals(other, fetch(), Arrays.toString(wrong));
        }
    }

    @Test
    void withoutAMarkOfWhatItIsABodyIsReadFromItsBegin() throws Exception {
        for (var mark : List.of(
                "ETag: W/\"v1\"",
                "X: y",
                "Last-Modified: Wed, 25 Nov 2026 10:00:00 GMT",
                "Last-Modified: Wed, 25 Nov 2026 10:00:00 GMT\r\nDate: Wed, 25 Nov 2026 10:00:30 GMT")) {
            java.nio.file.Files.deleteIfExists(folder.resolve("out.zip"));
            var asked = server.count("/f");
            server.page(
                    "/f",
                    (out, n) -> send(out, "200 OK", content, 0, n == asked + 1 ? 1_000_000 : content.length, mark));
            assertArrayEquals(content, fetch());
            assertEquals(asked + 2, server.count("/f"));
            assertEquals(null, header("Range"));
        }
    }

    @Test
    void aTimeOfChangeThatIsOldEnoughIsAMark() throws Exception {
        var changed = "Wed, 25 Nov 2026 10:00:00 GMT";
        server.page("/f", (out, n) -> {
            if (n == 1)
                send(
                        out,
                        "200 OK",
                        content,
                        0,
                        1_000_000,
                        "Last-Modified: " + changed,
                        "Date: Wed, 25 Nov 2026 10:01:00 GMT");
            else {
                assertEquals(changed, header("If-Range"));
                send(out, "206 Partial Content", content, 1_000_000, content.length, range(content, 1_000_000));
            }
        });
        assertArrayEquals(content, fetch());
        assertEquals(2, server.count("/f"));
    }

    @Test
    void aServerThatBreaksAgainAndAgainIsGivenUp() throws Exception {
        server.page("/f", (out, n) -> {
            if (header("Range") == null) send(out, "200 OK", content, 0, 1_000_000, TAG);
        });
        assertEquals(null, fetch());
        assertFalse(server.count("/f") > 4 * 5, "attempts, each with as many repairs: " + server.count("/f"));
    }
}
