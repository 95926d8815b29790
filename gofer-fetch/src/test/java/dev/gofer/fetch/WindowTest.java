package dev.gofer.fetch;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.fetch.http.Complaints;
import dev.gofer.fetch.http.FetchException;
import dev.gofer.synctest.Synctest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the window reads of the list, and when. */
final class WindowTest {
    private static final int SIZE = 4096; // the window's

    private final ArrayList<Job> started = new ArrayList<>();
    private Chan<Line> lines = new Chan<>(); // a bubble has its own
    private Chan<Attempted> attempts = new Chan<>();
    private Context.Cancellable enough = Context.background().withCancel();
    private final List<Duration> pauses = new ArrayList<>();
    private long begun; // of all attempts
    private Window window =
            new Window(FetchOptions.to(Path.of("never.zip")), FetchEvents.NONE, line -> null, job -> {}, lost -> {});
    private int sent; // lines that the window has taken

    /** The window is full of one server's URLs, of which one is under way: that one ends, and a line is read, which is another server's. */
    @Test
    void aServerWhoseUrlsFillTheWindowKeepsNoOtherWaiting() {
        Synctest.run(() -> {
            try (var ctx = Context.background().withCancel()) {
                begin(ctx, SIZE + 1, 2);
                assertEquals(SIZE + 1, sent, "one under way, and as many as may wait");
                assertEquals(1, started.size());
                end(0);
                assertTrue(started.stream().anyMatch(job -> job.host().equals("other.example:80")));
                over(ctx);
            }
        });
    }

    @Test
    void theListIsReadInStretchesWhileThereIsEnoughToDo() {
        Synctest.run(() -> {
            try (var ctx = Context.background().withCancel()) {
                begin(ctx, 3 * SIZE, 1);
                assertEquals(SIZE + 1, sent);
                for (int i = 0; i < 1000; i++) end(i);
                assertEquals(SIZE + 1, sent, "nothing is read for so few");
                for (int i = 1000; i < 1100; i++) end(i);
                assertTrue(sent >= SIZE + 1000, "a stretch: " + sent);
                over(ctx);
            }
        });
    }

    /** Who has enough while a URL is under way: the end of the other context comes later, and until then nothing is started either. */
    @Test
    void whoHasEnoughHasNothingMoreStarted() {
        Synctest.run(() -> {
            try (var ctx = Context.background().withCancel()) {
                begin(ctx, 10, 1);
                enough.cancel();
                end(0);
                assertEquals(1, started.size());
                over(ctx);
            }
        });
    }

    /** Sixteen at once are under way. One URL in a hundred is told to come back at once: that is its own trouble, whatever the status. */
    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aUrlThatMayComeBackAtOnceDoesNotSlowItsServer(int status) {
        Synctest.run(() -> {
            try (var ctx = Context.background().withCancel()) {
                begin(ctx, 500, 16, 16);
                assertEquals(16, started.size());
                for (int i = 0; i < 300; i++) end(i, i % 100 == 7 ? Complaints.answer(status, Duration.ZERO) : null);
                assertEquals(List.of(), pauses);
                assertTrue(started.size() >= 316, "sixteen are under way: " + started.size());
                over(ctx);
            }
        });
    }

    /** Three in a row that may come back at once: the server has too much to do, so all its URLs wait. */
    @Test
    void aServerOfWhichManyMayComeBackAtOnceIsSlowedDown() {
        Synctest.run(() -> {
            try (var ctx = Context.background().withCancel()) {
                begin(ctx, 500, 16, 16);
                for (int i = 0; i < 16; i++) end(i, Complaints.answer(429, Duration.ZERO));
                assertEquals(1, pauses.size());
                assertTrue(pauses.getFirst().isPositive());
                assertTrue(started.size() <= 16 + 2, "two came before the pause, and none after: " + started.size());
                over(ctx);
            }
        });
    }

    /** Each server of a long list fails for good: what is known of them does not grow with the list. */
    @Test
    void deadServersAreForgottenInTheEnd() {
        Synctest.run(() -> {
            try (var ctx = Context.background().withCancel()) {
                var count = 30_000;
                var known = 0;
                begin(
                        ctx,
                        FetchOptions.to(Path.of("never.zip")).toBuilder()
                                .concurrency(1)
                                .retry(new Retry(0, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO))
                                .build(),
                        count,
                        line -> "http://host" + line + ".example/");
                for (int i = 0; i < count; i++) {
                    attempts.send(new Attempted(started.removeLast(), System.nanoTime(), Complaints.answer(503, null)));
                    Synctest.await();
                    known = Math.max(known, window.knownHosts());
                }
                assertTrue(known > 1000, "it remembers some: " + known);
                assertTrue(known <= 4 * SIZE + 1, "and not all: " + known);
            }
        });
    }

    /** Sends so many lines of one server, then one of another. */
    private void begin(Context ctx, int count, int concurrency) {
        begin(ctx, count, concurrency, 1);
    }

    private void begin(Context ctx, int count, int concurrency, int perHost) {
        var options = FetchOptions.to(Path.of("never.zip")).toBuilder()
                .concurrency(concurrency)
                .perHost(perHost)
                .build();
        begin(ctx, options, count + 1, line -> "http://" + (line < count ? "one" : "other") + ".example/" + line);
    }

    private void begin(Context ctx, FetchOptions options, int count, IntFunction<String> url) {
        started.clear();
        pauses.clear();
        sent = 0;
        var events = new FetchEvents() {
            @Override
            public void paused(String host, FetchException why, Duration delay) {
                pauses.add(delay);
            }
        };
        window = new Window(
                options,
                events,
                line -> Job.first((Line.Entry) line, (int) line.number(), "name"),
                started::add,
                lost -> {});
        lines = new Chan<>();
        attempts = new Chan<>();
        enough = Context.background().withCancel();
        go(() -> window.run(ctx, enough, lines, attempts));
        go(ctx, () -> {
            for (int i = 0; i < count; i++, sent++) lines.send(Line.parse("list", i, url.apply(i), false));
            lines.close();
        });
        Synctest.await();
        begun = System.nanoTime();
    }

    private void end(int index) {
        end(index, null);
    }

    private void end(int index, @Nullable FetchException failure) {
        attempts.send(new Attempted(started.get(index), begun, failure));
        Synctest.await();
    }

    private void over(Context.Cancellable ctx) {
        ctx.cancel();
        Synctest.await();
        while (attempts.trySend(new Attempted(started.getLast(), System.nanoTime(), null))) Synctest.await();
    }
}
