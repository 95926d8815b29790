package dev.gofer.fetch;

import static dev.gofer.fetch.WebServer.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import dev.gofer.fetch.archive.Archive;
import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.ArchiveVerifier;
import dev.gofer.fetch.archive.NameTemplate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that goes on where an earlier one was interrupted: with what list, and what it says of what it had. */
@Timeout(300)
final class ResumeTest {
    @TempDir
    private Path folder;

    private final WebServer server = new WebServer();
    private final Map<Integer, Outcome> outcomes = new ConcurrentHashMap<>();

    ResumeTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private Path output() {
        return folder.resolve("out.zip");
    }

    private FetchSummary fetch(Context ctx, List<String> lines, UnaryOperator<FetchOptions.Builder> options)
            throws Exception {
        var text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        var list = UrlList.read("standard input", new ByteArrayInputStream(text));
        var usual = FetchOptions.to(output()).toBuilder()
                .retry(new Retry(
                        0, java.time.Duration.ofMillis(1), java.time.Duration.ofMillis(1), java.time.Duration.ZERO))
                .concurrency(1)
                .allowPrivate(true);
        outcomes.clear();
        return Fetch.run(ctx, list, options.apply(usual).build(), new FetchEvents() {
            @Override
            public void finished(Outcome outcome) {
                outcomes.put(outcome.index(), outcome);
            }
        });
    }

    private Outcome outcome(int index) {
        return Objects.requireNonNull(outcomes.get(index));
    }

    private List<String> urls(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> server.url("/" + i)).toList();
    }

    /** Fetches the first {@code count} of the lines, and is interrupted. */
    private void interrupted(List<String> lines, int count, UnaryOperator<FetchOptions.Builder> options)
            throws Exception {
        var ctx = Context.background().withCancel();
        server.page("*", (out, n) -> {
            if (server.asked.size() > count) ctx.cancel();
            answer(out, server.asked.size() > count ? "500 Oops" : "200 OK", "page " + server.asked.getLast());
        });
        assertTrue(fetch(ctx, lines, options).interrupted());
        assertTrue(Archive.isUnfinished(output()));
        server.page("*", (out, n) -> answer(out, "200 OK", "page " + server.asked.getLast()));
    }

    @Test
    void whatIsKeptIsToldWithItsSizeAndHash() throws Exception {
        interrupted(urls(0, 9), 5, UnaryOperator.identity());
        assertEquals(
                5,
                fetch(Context.background(), urls(0, 9), UnaryOperator.identity())
                        .kept());
        for (var i = 0; i < 5; i++) {
            var kept = (Outcome.Kept) outcome(i);
            var body = ("page /" + i).getBytes(StandardCharsets.UTF_8);
            assertEquals(body.length, kept.size());
            assertEquals(
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(body)),
                    kept.sha256());
            assertEquals(output().toAbsolutePath(), kept.archive());
            assertEquals(Integer.toString(i), kept.name());
        }
    }

    @Test
    void whatIsKeptIsToldWithItsShard() throws Exception {
        var output = folder.resolve("s-%d.tar");
        var lines = urls(0, 9);
        UnaryOperator<FetchOptions.Builder> sharded = options -> FetchOptions.to(output).toBuilder()
                .shardItems(2)
                .names(NameTemplate.parse("{index:09}"))
                .concurrency(1)
                .allowPrivate(true);
        var ctx = Context.background().withCancel();
        server.page("*", (out, n) -> {
            if (server.asked.size() > 5) ctx.cancel();
            answer(out, server.asked.size() > 5 ? "500 Oops" : "200 OK", "x");
        });
        assertTrue(fetch(ctx, lines, sharded).interrupted());
        server.page("*", (out, n) -> answer(out, "200 OK", "x"));
        assertEquals(5, fetch(Context.background(), lines, sharded).kept());
        for (var i = 0; i < 9; i++) {
            var shard = folder.resolve("s-" + i / 2 + ".tar").toAbsolutePath();
            if (outcome(i) instanceof Outcome.Kept kept) assertEquals(shard, kept.archive(), "kept " + i);
            else assertEquals(shard, ((Outcome.Stored) outcome(i)).archive(), "stored " + i);
        }
    }

    @Test
    void anotherListOnStandardInputIsNoticed() throws Exception {
        var lines = urls(0, 9);
        interrupted(lines, 5, UnaryOperator.identity());
        var others = new ArrayList<>(lines);
        others.set(2, server.url("/other"));
        var malformed = new ArrayList<>(lines);
        malformed.set(3, "nonsense");
        for (var wrong : List.of(urls(1, 9), others, malformed, lines.subList(0, 4))) {
            for (var resume : List.of(FetchOptions.Resume.AUTO, FetchOptions.Resume.FORCE)) {
                var e = assertThrows(
                        OtherListException.class,
                        () -> fetch(Context.background(), wrong, options -> options.resume(resume)));
                assertTrue(String.valueOf(e.getMessage()).contains("another list"), e::toString);
                assertFalse(Files.exists(output()));
            }
        }
    }

    @Test
    void aListMayHaveGrownAtItsEndIfOneSaysSo() throws Exception {
        Path file = folder.resolveSibling(folder.getFileName() + ".txt");
        Files.write(file, urls(0, 9));
        UnaryOperator<FetchOptions.Builder> same = UnaryOperator.identity();
        var ctx = Context.background().withCancel();
        server.page("*", (out, n) -> {
            if (server.asked.size() > 5) ctx.cancel();
            answer(out, server.asked.size() > 5 ? "500 Oops" : "200 OK", "x");
        });
        var options =
                same.apply(FetchOptions.to(output()).toBuilder()).concurrency(1).allowPrivate(true);
        Fetch.run(ctx, UrlList.open(file), options.build(), FetchEvents.NONE);
        Files.write(file, urls(0, 12));
        server.page("*", (out, n) -> answer(out, "200 OK", "x"));
        var e = assertThrows(
                IOException.class,
                () -> Fetch.run(Context.background(), UrlList.open(file), options.build(), FetchEvents.NONE));
        assertTrue(String.valueOf(e.getMessage()).contains("another list"), e::toString);
        var forced = options.resume(FetchOptions.Resume.FORCE).build();
        var summary = Fetch.run(Context.background(), UrlList.open(file), forced, FetchEvents.NONE);
        assertEquals(5, summary.kept());
        assertEquals(7, summary.stored());
        assertEquals(12, ArchiveVerifier.verify(output()).entries());
        Files.delete(file);
    }

    @Test
    void aFolderTellsWhatIsKept() throws Exception {
        UnaryOperator<FetchOptions.Builder> files = options -> options.format(ArchiveFormat.FOLDER);
        interrupted(urls(0, 4), 2, files);
        fetch(Context.background(), urls(0, 4), files);
        assertEquals(output().toAbsolutePath(), ((Outcome.Kept) outcome(1)).archive());
        assertEquals("page /1", Files.readString(output().resolve("1")));
    }
}
