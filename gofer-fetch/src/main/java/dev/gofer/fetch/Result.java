package dev.gofer.fetch;

import dev.gofer.fetch.archive.Body;
import dev.gofer.fetch.http.HttpUrl;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the packer is sent: a body to pack, or an outcome without one. */
sealed interface Result {
    /** Place of its line in the list. */
    int index();

    /** A whole body; {@code url} is where redirects led, {@code name} what the server wishes to call it, if that counts. The packer closes the body. */
    record Fetched(
            Job job,
            HttpUrl url,
            int status,
            Instant modified,
            @Nullable String name,
            Body body) implements Result {
        @Override
        public int index() {
            return job.index();
        }

        /** The same with another body. */
        Fetched with(Body other) {
            return new Fetched(job, url, status, modified, name, other);
        }
    }

    /** An outcome that leaves nothing to pack. */
    record Told(Outcome outcome) implements Result {
        @Override
        public int index() {
            return outcome.index();
        }
    }

    /** A line that an earlier run has settled; {@code name} is null where the line is no URL, which it cannot have been then. */
    record Had(Line line, int index, @Nullable String name) implements Result {}
}
