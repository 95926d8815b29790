package dev.gofer.cli;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import dev.gofer.Context;
import dev.gofer.WaitGroup;
import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.Outcome;
import dev.gofer.fetch.http.FetchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what happens during a fetch and shows it: one line that is redrawn in place, plain lines, JSON, or nothing. */
final class Progress implements FetchEvents, AutoCloseable {
    /** How progress is shown. */
    enum Style {
        bar(Duration.ofMillis(100)),
        plain(Duration.ofSeconds(5)),
        json(Duration.ofSeconds(1)),
        none(Duration.ofDays(1));

        final Duration period;

        Style(Duration period) {
            this.period = period;
        }
    }

    private static final Duration WIDTH_PERIOD = Duration.ofSeconds(30); // where no signal tells of another width
    private static final double SMOOTHING = 0.1; // weight of the last period in the rates that are shown

    private final Style style;
    private final Terminal terminal;
    private final Context.Cancellable ctx = Context.background().withCancel();
    private final WaitGroup drawer = new WaitGroup();
    private final Runnable unwatch;
    private final long begun = System.nanoTime();

    // Written by whoever has news.
    private final LongAdder listed = new LongAdder();
    private final LongAdder done = new LongAdder();
    private final LongAdder kept = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder live = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final AtomicLong total = new AtomicLong(-1); // unknown until the list has ended
    private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();
    private volatile @Nullable String pause;
    private volatile long pausedUntil = begun;
    private volatile boolean finishing; // nothing more is started
    private volatile boolean resized;

    // The drawer's own.
    private int columns = 80;
    private long columnsAt;
    private long drawnAt = begun;
    private long doneBefore;
    private long bytesBefore;
    private double itemRate;
    private double byteRate;

    Progress(Style style, Terminal terminal) {
        this.style = style;
        this.terminal = terminal;
        if (style != Style.none) drawer.go(this::draw);
        unwatch = style == Style.bar ? Signals.on("WINCH", () -> resized = true) : () -> {};
    }

    /** From now on nothing more is started. */
    void finishing() {
        finishing = true;
    }

    /** Stops, and leaves the line to what comes next. */
    @Override
    public void close() {
        unwatch.run();
        ctx.cancel();
        drawer.await();
    }

    long retries() {
        return retries.sum();
    }

    private void draw() {
        var first = true;
        while (true) {
            var wait = first && style == Style.bar ? Duration.ofMillis(150) : style.period; // a short run needs no line
            if (select(onDone(ctx), onTimeout(wait)) == 0) break;
            first = false;
            measure();
            switch (style) {
                case bar -> redraw();
                case plain -> terminal.err().println(plainLine());
                case json -> terminal.err().println(jsonLine());
                case none -> {}
            }
        }
        if (style == Style.bar && !first) {
            terminal.err().print("\r\033[K");
            terminal.err().flush();
        }
        if (style == Style.json) terminal.err().println(jsonLine());
    }

    private void measure() {
        var now = System.nanoTime();
        var seconds = (now - drawnAt) / 1e9;
        var items = done.sum();
        var received = bytes.sum();
        var weight = drawnAt == begun ? 1 : Math.min(1, SMOOTHING * seconds / style.period.toMillis() * 1000);
        itemRate += weight * ((items - doneBefore) / seconds - itemRate);
        byteRate += weight * ((received - bytesBefore) / seconds - byteRate);
        drawnAt = now;
        doneBefore = items;
        bytesBefore = received;
    }

    private void redraw() {
        if (columnsAt == 0 || resized || drawnAt - columnsAt > WIDTH_PERIOD.toNanos()) {
            resized = false;
            columns = Terminal.columns();
            columnsAt = drawnAt;
        }
        // Wrapping is off for the moment: where the window became narrower, the line is cut and does not run over.
        terminal.err().print("\r\033[?7l" + line(columns - 1) + "\033[K\033[?7h");
        terminal.err().flush();
    }

    /** As many parts as fit, those that matter most. */
    String line(int width) {
        var parts = new ArrayList<String>();
        parts.add(finishing ? "finishing " + Units.count(live.sum()) : position());
        parts.add(Units.size((long) byteRate) + "/s");
        if (failed.sum() > 0) parts.add(Units.count(failed.sum()) + " failed");
        var pause = pause();
        if (pause != null) parts.add(pause);
        var eta = eta();
        if (eta != null) parts.add("eta " + eta);
        parts.add(Units.count(live.sum()) + " live");
        if (retries.sum() > 0) parts.add(Units.count(retries.sum()) + (retries.sum() == 1 ? " retry" : " retries"));
        parts.add(Units.count(Math.round(itemRate)) + " files/s");
        parts.add(Units.size(bytes.sum()));
        var top = topReasons();
        if (!top.isEmpty()) parts.add(top);

        var separator = terminal.unicode() ? " │ " : " | ";
        var line = new StringBuilder();
        for (var part : parts) {
            var needed = part.length() + (line.isEmpty() ? 0 : separator.length());
            if (line.length() + needed > width) continue;
            line.append(line.isEmpty() ? "" : separator).append(part);
        }
        return line.toString();
    }

    private String position() {
        var finished = done.sum();
        var all = total.get();
        if (all < 0) return Units.count(finished) + " of " + Units.count(listed.sum()) + "+";
        var share = all == 0 ? 100 : finished * 100.0 / all;
        return Units.count(finished) + "/" + Units.count(all)
                + String.format(Locale.ROOT, " %3.0f%%", Math.floor(share));
    }

    private @Nullable String eta() {
        var left = total.get() - done.sum();
        if (finishing || total.get() < 0 || itemRate < 0.01 || left <= 0) return null;
        var seconds = left / itemRate;
        return seconds > 99 * 3600 ? null : Units.roundTime(Duration.ofSeconds(Math.max(1, Math.round(seconds))));
    }

    private @Nullable String pause() {
        var left = (pausedUntil - System.nanoTime()) / 1_000_000_000;
        return pause == null || left < 1 ? null : pause + " paused " + (left + 1) + " s";
    }

    private String topReasons() {
        return reasons.entrySet().stream()
                .sorted((a, b) -> Long.compare(b.getValue().sum(), a.getValue().sum()))
                .limit(3)
                .map(reason ->
                        reason.getKey() + " " + Units.count(reason.getValue().sum()))
                .reduce((a, b) -> a + "  " + b)
                .orElse("");
    }

    private String plainLine() {
        return "gofer: " + line(200);
    }

    private String jsonLine() {
        return Json.object()
                .put("event", "progress")
                .put("listed", listed.sum())
                .put("total", total.get() < 0 ? null : (Long) total.get())
                .put("done", done.sum())
                .put("kept", kept.sum())
                .put("failed", failed.sum())
                .put("duplicates", duplicates.sum())
                .put("live", live.sum())
                .put("retries", retries.sum())
                .put("bytes", bytes.sum())
                .put("bytes_per_second", Math.round(byteRate))
                .put("seconds", Math.round((System.nanoTime() - begun) / 1e6) / 1e3)
                .toString();
    }

    private static Json jsonFailure(Outcome.Failed failure) {
        return Json.object()
                .put("event", "failed")
                .put("index", failure.index())
                .put("list", failure.line().source())
                .put("line", failure.line().number())
                .put("url", failure.line().text())
                .put("reason", failure.reason())
                .put("message", failure.message())
                .put("attempts", failure.attempts());
    }

    @Override
    public void listed(Line line) {
        listed.increment();
    }

    @Override
    public void listEnded(long lines) {
        total.set(lines);
    }

    @Override
    public void started(Line.Entry line, int attempt) {
        live.increment();
    }

    @Override
    public void received(Line.Entry line, int count) {
        bytes.add(count);
    }

    @Override
    public void ended(Line.Entry line) {
        live.decrement();
    }

    @Override
    public void retrying(Line.Entry line, FetchException why, Duration delay) {
        retries.increment();
    }

    @Override
    public void paused(String host, FetchException why, Duration delay) {
        if (style == Style.json)
            terminal.err()
                    .println(Json.object()
                            .put("event", "paused")
                            .put("host", host)
                            .put("reason", why.word())
                            .put("message", String.valueOf(why.getMessage()))
                            .put("seconds", delay.toMillis() / 1e3));
        pausedUntil = System.nanoTime() + delay.toNanos();
        pause = Text.shorten(Text.printable(host), 24) + " " + why.word();
    }

    @Override
    public void finished(Outcome outcome) {
        done.increment();
        if (outcome instanceof Outcome.Stored)
            return; // the usual one: a class that the JVM makes at run time for the switch is saved
        switch (outcome) {
            case Outcome.Stored stored -> {}
            case Outcome.Duplicate twin -> duplicates.increment();
            case Outcome.Kept had -> kept.increment();
            case Outcome.Failed failure -> {
                failed.increment();
                if (style == Style.json) terminal.err().println(jsonFailure(failure));
                reasons.computeIfAbsent(failure.reason(), word -> new LongAdder())
                        .increment();
            }
        }
    }
}
