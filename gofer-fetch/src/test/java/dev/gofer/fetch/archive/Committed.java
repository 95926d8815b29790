package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/** What a journal that lies on the disk has promised to keep. */
public final class Committed {
    private Committed() {}

    /** {@return the indices of the entries that are committed in the unfinished run whose state is in {@code folder}; none without a journal} */
    public static BitSet in(Path folder) throws IOException {
        var committed = new BitSet();
        var file = folder.resolve("journal");
        if (!Files.exists(file)) return committed;
        try (var channel = FileChannel.open(file)) {
            var since = new BitSet();
            var reader = new JournalReader(file, channel);
            for (var record = reader.next(); record != null; record = reader.next()) {
                if (record instanceof JournalRecord.Entry entry) since.set(entry.index());
                if (record instanceof JournalRecord.Commit) committed.or(since);
            }
        }
        return committed;
    }
}
