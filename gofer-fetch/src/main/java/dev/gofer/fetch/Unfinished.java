package dev.gofer.fetch;

import dev.gofer.fetch.archive.OutputException;
import dev.gofer.fetch.archive.Partials;
import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.Part;
import dev.gofer.fetch.http.Reason;
import dev.gofer.fetch.http.Response;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Large bodies that broke off, here or in an earlier run, and what their servers said of them: the next attempt asks for the rest. */
final class Unfinished {
    /* (1) Only what its server can hold against the whole is kept: it gave a strong validator, and the answer was the whole, as it is.
     * (2) What was begun for one URL is not gone on with for another. */
    private static final int FACTS = 6; // URL, validator, length, modified, name, where redirects led

    private final Partials partials;

    /** {@code spool} is where bodies wait for the archive; it need not be there. */
    Unfinished(Path spool) {
        partials = new Partials(spool);
    }

    /** What is here of a job's body, or null. */
    @Nullable
    Begin of(Job job) {
        var begun = partials.find(job.index(), FACTS);
        if (begun == null) return null;
        var facts = begun.facts();
        try {
            var total = Long.parseLong(facts.get(2));
            var modified = Instant.ofEpochSecond(Long.parseLong(facts.get(3)));
            if (facts.getFirst().equals(job.line().text()) && (total < 0 || begun.length() < total)) { // (2)
                var name = facts.get(4).isEmpty() ? null : facts.get(4);
                return new Begin(begun, new Part(begun.length(), facts.get(1), total), modified, name);
            }
        } catch (RuntimeException e) {
            // not written by us
        }
        drop(job);
        return null;
    }

    /** Where the body of an answer is kept if it breaks off; null where nobody could go on with it. */
    Partials.@Nullable Keeping keep(Job job, Response response) {
        var part = Part.restOf(response, 1); // (1)
        if (part == null) return null;
        var name = Disposition.fileName(response.header("Content-Disposition"));
        var facts = List.of(
                job.line().text(),
                part.validator(),
                Long.toString(part.total()),
                Long.toString(LastModified.of(response).getEpochSecond()),
                name == null ? "" : name,
                response.url().toString());
        return facts.stream().allMatch(Unfinished::isOneLine) ? partials.keep(job.index(), facts) : null;
    }

    private static boolean isOneLine(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    /** The same for the rest of a body. */
    Partials.Keeping keep(Begin begin) {
        return partials.keep(begin.begun);
    }

    /** A body: what is here of it, then the rest. */
    InputStream whole(Begin begin, InputStream rest) throws OutputException {
        return partials.whole(begin.begun, rest);
    }

    void drop(Job job) {
        partials.drop(job.index());
    }

    /** Whether a failure says that what is here is of no use: then the body is asked for anew. */
    static boolean isUseless(FetchException failure) {
        return failure.reason() == Reason.MALFORMED_RESPONSE
                || failure.reason() == Reason.TOO_LARGE
                || failure.status() == 416
                || failure.status() == 412;
    }

    /** The begin of a body: {@code part} is what to ask for; the others are what its server said as it began. */
    record Begin(
            Partials.Begun begun,
            Part part,
            Instant modified,
            @Nullable String name) {}
}
