package dev.gofer.cli;

import dev.gofer.fetch.Line;
import dev.gofer.fetch.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A line of a manifest: what is null does not apply. */
record ManifestRow(
        Outcome outcome,
        String status,
        @Nullable String archive,
        @Nullable String name,
        @Nullable Long size,
        @Nullable String sha256,
        @Nullable String finalUrl,
        @Nullable Long attempts,
        @Nullable String reason,
        @Nullable String message,
        @Nullable Integer duplicateOf) {
    static final String CSV_HEADER =
            "index,list,line,url,status,archive,name,size,sha256,final_url,attempts,reason,message,checksum,duplicate_of\r\n";

    static ManifestRow of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored o ->
                new ManifestRow(
                        o,
                        "stored",
                        String.valueOf(o.archive().getFileName()),
                        o.name(),
                        o.size(),
                        o.sha256(),
                        o.url(),
                        (long) o.attempts(),
                        null,
                        null,
                        null);
            case Outcome.Kept o ->
                new ManifestRow(
                        o,
                        "kept",
                        String.valueOf(o.archive().getFileName()),
                        o.name(),
                        o.size(),
                        o.sha256(),
                        null,
                        null,
                        null,
                        null,
                        null);
            case Outcome.Failed o ->
                new ManifestRow(
                        o,
                        "failed",
                        null,
                        o.name(),
                        null,
                        null,
                        null,
                        (long) o.attempts(),
                        o.reason(),
                        o.message(),
                        null);
            case Outcome.Duplicate o ->
                new ManifestRow(o, "duplicate", null, null, null, null, null, null, null, null, o.first());
        };
    }

    String json() {
        var line = outcome.line();
        var json = Json.object()
                .put("index", outcome.index())
                .put("list", line.source())
                .put("line", line.number())
                .put("url", line.text())
                .put("status", status);
        if (name != null) json.put("name", name);
        if (size != null) json.put("size", size);
        if (sha256 != null) json.put("sha256", sha256);
        if (finalUrl != null) json.put("final_url", finalUrl);
        if (reason != null) json.put("reason", reason);
        if (message != null) json.put("message", message);
        if (attempts != null) json.put("attempts", attempts);
        if (archive != null) json.put("archive", archive);
        var checksum = checksum(line);
        if (checksum != null) json.put("checksum", checksum);
        if (duplicateOf != null) json.put("duplicate_of", duplicateOf);
        return json + "\n";
    }

    String csv() {
        var line = outcome.line();
        var row = new StringBuilder();
        cell(row, outcome.index());
        cell(row, line.source());
        cell(row, line.number());
        cell(row, line.text());
        cell(row, status);
        cell(row, archive);
        cell(row, name);
        cell(row, size);
        cell(row, sha256);
        cell(row, finalUrl);
        cell(row, attempts);
        cell(row, reason);
        cell(row, message);
        cell(row, checksum(line));
        cell(row, duplicateOf);
        return row.append("\r\n").toString();
    }

    /** What its body had to hash to, so that whoever tries the line again can ask the same. */
    private static @Nullable String checksum(Line line) {
        if (!(line instanceof Line.Entry entry)) return null;
        var checksum = entry.checksum();
        return checksum == null ? null : checksum.algorithm().name().toLowerCase(Locale.ROOT) + ":" + checksum.hex();
    }

    /** RFC 4180. */
    private static void cell(StringBuilder row, @Nullable Object value) {
        if (!row.isEmpty()) row.append(',');
        var text = value == null ? "" : value.toString();
        var plain =
                text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n') && !text.startsWith(" ");
        row.append(plain ? text : '"' + text.replace("\"", "\"\"") + '"');
    }
}
