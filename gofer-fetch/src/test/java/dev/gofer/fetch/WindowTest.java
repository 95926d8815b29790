package dev.gofer.fetch;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.synctest.Synctest;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What the window reads of the list, and when. */
final class WindowTest {
    private static final int SIZE = 4096; // the window's

    private final ArrayList<Job> started = new ArrayList<>();
    private Chan<Line> lines = new Chan<>(); // a bubble has its own
    private Chan<Attempted> attempts = new Chan<>();
    private Context.Cancellable enough = Context.background().withCancel();
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

    /** Sends so many lines of one server, then one of another. */
    private void begin(Context ctx, int count, int concurrency) {
        var options = FetchOptions.to(Path.of("never.zip")).toBuilder()
                .concurrency(concurrency)
                .perHost(1)
                .build();
        var window = new Window(
                options,
                FetchEvents.NONE,
                line -> Job.first((Line.Entry) line, (int) line.number(), "name"),
                started::add,
                lost -> {});
        lines = new Chan<>();
        attempts = new Chan<>();
        enough = Context.background().withCancel();
        go(() -> window.run(ctx, enough, lines, attempts));
        go(ctx, () -> {
            for (int i = 0; i <= count; i++, sent++)
                lines.send(Line.parse("list", i, "http://" + (i < count ? "one" : "other") + ".example/" + i, false));
            lines.close();
        });
        Synctest.await();
    }

    private void end(int index) {
        attempts.send(new Attempted(started.get(index), System.nanoTime(), null));
        Synctest.await();
    }

    private void over(Context.Cancellable ctx) {
        ctx.cancel();
        Synctest.await();
        while (attempts.trySend(new Attempted(started.getLast(), System.nanoTime(), null))) Synctest.await();
    }
}
