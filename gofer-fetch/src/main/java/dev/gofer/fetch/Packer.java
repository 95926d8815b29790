package dev.gofer.fetch;

import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import dev.gofer.ReceiveChan;
import dev.gofer.fetch.archive.Archive;
import dev.gofer.fetch.archive.Earlier;
import dev.gofer.fetch.archive.EntryNames;
import dev.gofer.fetch.archive.Item;
import dev.gofer.fetch.archive.OutputException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the archive, one result after the other, and keeps the books. Its thread alone touches the archive. */
final class Packer {
    private static final Duration COMMIT_CHECK = Duration.ofSeconds(1);
    private static final long NAP_NANOS =
            1_000_000; // small bodies come by the dozen: without it each would wake this thread

    private final Archive archive;
    private final @Nullable InOrder order; // null: packed as they come
    private final @Nullable Instant time;
    private final FetchEvents events;
    private final Consumer<Exception> stop;
    private @Nullable EntryNames
            given; // by whom servers' names are made safe and unique; null: names come with the jobs
    private boolean broken; // what comes now is thrown away
    private long stored;
    private long kept;
    private long failed;
    private long duplicates;
    private long bytes;

    /** {@code stop} is told, once, why the run cannot go on; results come for a while after that. {@code time} is every entry's; null: its own. */
    Packer(
            Archive archive,
            @Nullable InOrder order,
            @Nullable Instant time,
            FetchEvents events,
            Consumer<Exception> stop) {
        this.archive = archive;
        this.order = order;
        this.time = time;
        this.events = events;
        this.stop = stop;
    }

    /** Before {@link #pack}: from now on the names of entries may be their servers'. */
    void takeServerNames() throws OutputException {
        var names = new EntryNames(null, archive.spoolFolder());
        var done = archive.done();
        for (var i = done.nextSetBit(0); i >= 0; i = done.nextSetBit(i + 1))
            if (archive.earlier(i) instanceof Earlier.Entry entry) names.forName(entry.name());
        given = names;
    }

    /** Packs until the channel is closed. */
    void pack(ReceiveChan<Result> results) {
        var next = onReceive(results);
        while (true) {
            if (results.len() == 0) LockSupport.parkNanos(this, NAP_NANOS);
            var timeout = select(next, onTimeout(COMMIT_CHECK)) == 1;
            var result = next.value();
            if (!timeout && result == null) break;
            try {
                if (broken) discard(result);
                else if (timeout) archive.commitIfDue();
                else if (result != null) packInTurn(result);
            } catch (OutputException | InputException | RuntimeException e) { // the latter is a listener's
                broken = true;
                stop.accept(e);
            }
        }
        if (order != null) order.lost().forEach(Packer::discard);
    }

    private void packInTurn(Result result) throws OutputException, InputException {
        if (order == null) {
            pack(result);
            return;
        }
        order.add(result);
        for (Result next; (next = order.poll()) != null; ) pack(next);
    }

    /** Makes the archive whole if it is to have nothing more and holds anything; else keeps it for the next run, or removes what is of no use. */
    FetchSummary finish(boolean complete, boolean sealed, Duration time) throws OutputException, InputException {
        if (complete && archive.entries() != stored + kept)
            throw new OtherListException("the list ends before all that was fetched of it");
        var over = complete || sealed || !archive.isResumable();
        var path = over && archive.entries() > 0 ? archive.finish() : null;
        if (over && path == null) archive.discard();
        return new FetchSummary(path, archive.bytes(), stored, kept, failed, duplicates, bytes, !complete, time);
    }

    private void pack(Result result) throws OutputException, InputException {
        if (result instanceof Result.Fetched fetched) pack(fetched);
        else if (result instanceof Result.Told told) pack(told);
        else pack((Result.Had) result);
    }

    private void pack(Result.Fetched fetched) throws OutputException {
        var job = fetched.job();
        try (var body = fetched.body()) {
            var modified = time == null ? fetched.modified() : time;
            var name =
                    given == null ? job.name() : given.forName(Objects.requireNonNullElse(fetched.name(), job.name()));
            var item = new Item(job.index(), name, job.line().text(), fetched.status(), modified);
            var file = archive.append(item, body);
            stored++;
            bytes += body.size();
            var sha256 = HexFormat.of().formatHex(body.sha256());
            var url = fetched.url().toString();
            events.finished(
                    new Outcome.Stored(job.line(), job.index(), file, name, body.size(), sha256, url, job.attempt()));
        }
    }

    private void pack(Result.Had had) throws OutputException, InputException {
        var outcome = settled(had);
        if (outcome instanceof Outcome.Kept) kept++;
        else failed++;
        events.finished(outcome);
    }

    private void pack(Result.Told told) throws OutputException {
        switch (told.outcome()) {
            case Outcome.Kept never -> throw new AssertionError("kept, and not said by the archive");
            case Outcome.Failed failure -> {
                failed++;
                archive.fail(failure.index(), failure.line().text(), failure.reason(), failure.message());
            }
            case Outcome.Duplicate twin -> duplicates++;
            case Outcome.Stored never -> throw new AssertionError("stored without a body");
        }
        events.finished(named(told.outcome()));
    }

    /** A failure without the name that its entry would have had, where that was its server's to say. */
    private Outcome named(Outcome outcome) {
        if (given == null || !(outcome instanceof Outcome.Failed f)) return outcome;
        if (f.line() instanceof Line.Entry line && line.name() != null) return outcome;
        return new Outcome.Failed(f.line(), f.index(), null, f.reason(), f.message(), f.attempts());
    }

    /** The line must be the one that was fetched: a list on standard input tells nothing of itself beforehand. */
    private Outcome settled(Result.Had had) throws OutputException, InputException {
        var earlier = archive.earlier(had.index());
        if (earlier == null) throw new AssertionError("settled without a record: " + had.index());
        var text = had.line().text();
        var url = text.length() <= earlier.url().length()
                ? text
                : text.substring(0, earlier.url().length());
        if (!(had.line() instanceof Line.Entry line) || !url.equals(earlier.url()))
            throw new OtherListException(had.line().where() + " was " + earlier.url());
        return switch (earlier) {
            case Earlier.Entry entry -> {
                if (given == null && !entry.name().equals(had.name()))
                    throw new OtherListException(had.line().where() + " gave the entry " + entry.name());
                var sha256 = HexFormat.of().formatHex(entry.sha256());
                yield new Outcome.Kept(line, had.index(), entry.file(), entry.name(), entry.size(), sha256);
            }
            case Earlier.Failure failure ->
                new Outcome.Failed(line, had.index(), had.name(), failure.reason(), failure.message(), 0);
        };
    }

    private static void discard(@Nullable Result result) {
        if (result instanceof Result.Fetched fetched) fetched.body().close();
    }
}
