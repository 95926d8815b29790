package dev.gofer.fetch;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those lines of a manifest that tell of a failure. */
final class FailedLines implements UrlList {
    private static final String STATUS = "status";

    private final UrlList manifest;

    FailedLines(UrlList manifest) {
        this.manifest = manifest;
    }

    /** How a manifest is written, as far as its lines are URLs to fetch. */
    static ListFormat format(Path manifest) {
        var kind = ListFormat.kindOf(manifest) == ListFormat.Kind.CSV ? ListFormat.Kind.CSV : ListFormat.Kind.JSONL;
        return ListFormat.of(kind).withColumns("url", "name", "checksum").withOthers(Set.of(STATUS));
    }

    @Override
    public @Nullable Line next() throws InputException {
        for (var line = manifest.next(); line != null; line = manifest.next()) {
            var status = line.columns().get(STATUS);
            if (status == null)
                throw new InputException(
                        line.where() + ": no line of a manifest: it has no status. --manifest writes them");
            if (status.equals("failed")) return line;
        }
        return null;
    }

    @Override
    public String name() {
        return "the failures in " + manifest.name();
    }

    @Override
    public String identity() {
        return "failed " + manifest.identity();
    }

    @Override
    public void close() {
        manifest.close();
    }
}
