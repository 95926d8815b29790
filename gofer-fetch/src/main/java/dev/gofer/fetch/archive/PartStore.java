package dev.gofer.fetch.archive;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** One file that holds all entries, or a shard of them: it grows under the name of the part. */
final class PartStore implements Store {
    private final StateFolder state;
    private final ArchiveOptions options;
    private final Disk disk;
    private @Nullable FileChannel part; // null: this shard's is not made yet

    /** {@code part} is at the end of the last good entry; null to make it when it is needed. */
    PartStore(StateFolder state, ArchiveOptions options, Disk disk, @Nullable FileChannel part) {
        this.state = state;
        this.options = options;
        this.disk = disk;
        this.part = part;
    }

    @Override
    public void write(JournalRecord.Entry entry, Body body) throws IOException {
        FileChannel out = part();
        ByteBuffer head = options.format().head(entry);
        body.writeTo(out, head);
        for (var tail = ByteBuffer.allocate(options.format().padding(entry)); tail.hasRemaining(); ) out.write(tail);
        if (out.position() != entry.offset() + options.format().bytes(entry))
            throw new IOException("an entry of unexpected length");
    }

    private FileChannel part() throws IOException {
        FileChannel out = part;
        if (out == null) {
            out = disk.open(state.part(), CREATE_NEW, READ, WRITE);
            part = out;
            if (options.durable()) state.syncNames();
        }
        return out;
    }

    @Override
    public void force() throws IOException {
        if (options.durable() && part != null) part.force(false);
    }

    @Override
    public void committed() {}

    @Override
    public long end(JournalReader records, long entries, long end) throws IOException {
        FileChannel out = part();
        out.truncate(end);
        out.position(end);
        switch (options.format()) {
            case ZIP -> directory(out, records, entries, end);
            case TAR -> {
                for (ByteBuffer zeros = TarFormat.end(); zeros.hasRemaining(); ) out.write(zeros);
            }
            case FOLDER -> throw new AssertionError("a folder has no part");
        }
        if (options.durable()) out.force(true);
        return out.position();
    }

    /** The central directory is streamed from the journal: heap does not grow with entries. */
    private static void directory(FileChannel part, JournalReader records, long entries, long end) throws IOException {
        ByteBuffer out = ZipFormat.allocate(64 * 1024);
        long written = 0;
        for (JournalRecord next; (next = records.next()) != null; ) {
            if (!(next instanceof JournalRecord.Entry entry)) continue;
            if (out.remaining() < ZipFormat.centralSizeLimit(entry)) drain(part, out);
            ZipFormat.putCentral(out, entry);
            written++;
        }
        drain(part, out);
        if (written != entries) throw new IOException("the journal has " + written + " of " + entries + " entries");
        for (ByteBuffer tail = ZipFormat.end(entries, end, part.position() - end); tail.hasRemaining(); )
            part.write(tail);
    }

    private static void drain(FileChannel part, ByteBuffer out) throws IOException {
        for (out.flip(); out.hasRemaining(); ) part.write(out);
        out.clear();
    }

    @Override
    public void publish() throws IOException {
        state.publish(options.overwrite() && !options.isSharded());
        if (options.durable()) state.syncNames();
    }

    @Override
    public void next(int shard) throws IOException {
        close();
        disk.deleteIfExists(state.part()); // the shard's second name, where it was linked
        state.turnTo(shard);
    }

    @Override
    public void close() throws IOException {
        FileChannel open = part;
        part = null;
        if (open != null) open.close();
    }
}
