package dev.gofer.fetch;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import dev.gofer.Context;
import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.Part;
import dev.gofer.fetch.http.Reason;
import dev.gofer.fetch.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A body that goes on where its connection broke: the rest is asked for, if the server can tell that it is still the same. */
final class Resuming extends InputStream {
    /* (1) Whoever reads sees one body, or the failure that could not be mended. A server that sends the whole again, or something
     *     else, is no mend: then the next attempt begins anew.
     * (2) There are as many repairs as attempts; who has received much since the last one has all of them again. A short body is
     *     not worth one. */
    private static final int WORTH = 256 * 1024;
    private static final int MUCH = 1024 * 1024;

    /** Asks for the rest of a body. */
    interface Rest {
        Response get(Part part) throws FetchException;
    }

    private final Context ctx;
    private final Retry retry;
    private final Rest rest;
    private final BiConsumer<FetchException, Duration> repairing;
    private final Response first;
    private final @Nullable Part begun; // what the first answer is the rest of; null: it is the whole
    private Response current;
    private long count;
    private long countAtRepair;
    private int repairs;

    /**
     * {@code first} is the whole, or the rest of {@code begun}. {@code repairing} hears of each repair: why, and when. The end of {@code ctx} ends the
     * wait for it.
     */
    Resuming(
            Response first,
            @Nullable Part begun,
            Context ctx,
            Retry retry,
            Rest rest,
            BiConsumer<FetchException, Duration> repairing) {
        this.ctx = ctx;
        this.first = first;
        this.begun = begun;
        this.current = first;
        this.retry = retry;
        this.rest = rest;
        this.repairing = repairing;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (true) {
            try {
                var n = current.body().read(target, offset, length);
                if (n > 0) count += n;
                return n;
            } catch (FetchException e) {
                repair(e);
            }
        }
    }

    private void repair(FetchException failure) throws FetchException {
        if (count - countAtRepair >= MUCH) repairs = 0; // (2)
        countAtRepair = count;
        var why = failure;
        while (true) {
            var part = mayResume(why) && count >= WORTH ? rest() : null;
            if (part == null || repairs >= retry.times()) throw failure;
            var delay = retry.after(++repairs);
            repairing.accept(why, delay);
            select(onTimeout(delay), onDone(ctx));
            try {
                current.close();
                current = rest.get(part);
                if (current.status() == 206) return;
                throw failure; // (1)
            } catch (FetchException e) {
                if (e == failure || e.reason() == Reason.CANCELLED) throw e;
                why = e;
            }
        }
    }

    private @Nullable Part rest() {
        return begun == null
                ? Part.restOf(first, count)
                : new Part(begun.offset() + count, begun.validator(), begun.total());
    }

    private static boolean mayResume(FetchException failure) {
        return switch (failure.reason()) {
            case RESET, CUT_SHORT, STALLED, REFUSED, CONNECT_TIMEOUT, UNREACHABLE, DNS, PROXY -> failure.retryable();
            default -> false;
        };
    }

    @Override
    public void close() {
        current.close();
    }
}
