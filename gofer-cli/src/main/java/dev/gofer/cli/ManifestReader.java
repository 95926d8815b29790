package dev.gofer.cli;

import dev.gofer.fetch.InputException;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.ListFormat;
import dev.gofer.fetch.UrlList;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what {@link Manifest} has written, one line after the other. */
final class ManifestReader implements AutoCloseable {
    private final UrlList lines;

    /** A line: {@code host} is the URL's server, or empty where it is no URL; what the line does not have is empty, too. */
    record Entry(
            String status,
            String url,
            String host,
            String reason,
            String message,
            String archive,
            String name,
            String size,
            String sha256) {}

    ManifestReader(Path file) throws InputException {
        var kind = ListFormat.kindOf(file) == ListFormat.Kind.CSV ? ListFormat.Kind.CSV : ListFormat.Kind.JSONL;
        lines = UrlList.open(
                file,
                ListFormat.of(kind)
                        .withOthers(Set.of("status", "reason", "message", "archive", "name", "size", "sha256")));
    }

    @Nullable
    Entry next() throws InputException {
        var line = lines.next();
        if (line == null) return null;
        var columns = line.columns();
        var status = columns.get("status");
        if (status == null) {
            var why = line instanceof Line.Malformed bad ? " (" + bad.problem() + ")" : "";
            throw new InputException(
                    line.where() + ": no line of a manifest" + why + "; --manifest of gofer fetch writes them");
        }
        var host = line instanceof Line.Entry entry ? entry.url().server() : "";
        return new Entry(
                status,
                line.text(),
                host,
                columns.getOrDefault("reason", ""),
                columns.getOrDefault("message", ""),
                columns.getOrDefault("archive", ""),
                columns.getOrDefault("name", ""),
                columns.getOrDefault("size", ""),
                columns.getOrDefault("sha256", ""));
    }

    @Override
    public void close() {
        lines.close();
    }
}
