package dev.gofer.cli;

import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.Outcome;
import dev.gofer.fetch.archive.ArchiveVerifier;
import dev.gofer.fetch.archive.Expected;
import dev.gofer.fetch.http.Reason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Whether the content is what it should be: by the checksums of the list, and by reading the archive back. */
final class Integrity implements FetchEvents {
    private final boolean readBack;
    private final boolean strict;
    private final Map<Path, Expected> written =
            new HashMap<>(); // by archive; the packer's thread writes it, later the main thread reads it
    private long wrong;

    /** {@code readBack}: the archive is read once it is written; {@code strict}: one wrong checksum is a failure of the run. */
    Integrity(boolean readBack, boolean strict) {
        this.readBack = readBack;
        this.strict = strict;
    }

    @Override
    public void finished(Outcome outcome) {
        if (outcome instanceof Outcome.Stored && !readBack)
            return; // the usual one: a class that the JVM makes at run time for the switch is saved
        switch (outcome) {
            case Outcome.Stored o -> expect(o.archive(), o.name(), o.size(), o.sha256());
            case Outcome.Kept o -> expect(o.archive(), o.name(), o.size(), o.sha256());
            case Outcome.Duplicate o -> {}
            case Outcome.Failed o -> wrong += o.reason().equals(Reason.CHECKSUM.word()) ? 1 : 0;
        }
    }

    private void expect(Path archive, String name, long size, String sha256) {
        if (!readBack) return;
        written.computeIfAbsent(archive, file -> new Expected())
                .add(name, size, HexFormat.of().parseHex(sha256));
    }

    /** Checks what was written, and says what is wrong; {@code code} where nothing is. */
    int exitCode(int code, PrintStream err) throws IOException {
        var result = strict && wrong > 0 ? ExitCode.INTEGRITY : code;
        for (var one : written.entrySet()) {
            var report = ArchiveVerifier.verify(one.getKey(), one.getValue());
            if (report.isWhole()) continue;
            result = ExitCode.INTEGRITY;
            err.println("gofer: " + one.getKey() + " is not what was written: "
                    + Units.count(report.problemCount(), "fault"));
            for (var problem : report.problems()) err.println("  " + problem);
        }
        return result;
    }
}
