package dev.gofer.fetch.archive;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** An archive that is written once, from its first byte to its last, to where nothing can be changed or read again. */
final class StreamArchive implements Archive {
    /* (1) As in a file, an entry's size and CRC stand before its data: who reads the stream needs no end of it to know its entries.
     * (2) What the directory needs goes to a file as it grows beyond a buffer, so heap does not grow with the entries.
     * (3) There is nothing to go on with: an interrupted run is finished, too, and what came is a whole archive. */
    private static final int BUFFER = 256 * 1024;

    private final Path name;
    private final ArchiveFormat format;
    private final Path spool;
    private final Disk disk;
    private final Outlet out;
    private final BitSet done = new BitSet();
    private final BitSet failed = new BitSet();
    private final ByteBuffer directory = ZipFormat.allocate(BUFFER);
    private final Path directoryFile;
    private @Nullable FileChannel earlierDirectory; // what had no room in the buffer; null: all has
    private long entries;
    private Phase phase = Phase.OPEN;

    private enum Phase {
        OPEN,
        BROKEN,
        CLOSED
    }

    StreamArchive(Path name, Outlet out, ArchiveFormat format, Path spool, Disk disk) {
        if (format == ArchiveFormat.FOLDER) throw new IllegalArgumentException("a folder is no stream");
        this.name = name;
        this.out = out;
        this.format = format;
        this.spool = spool;
        this.disk = disk;
        this.directoryFile = spool.resolve("directory");
    }

    @Override
    public Path append(Item item, Body body) throws OutputException {
        requireOpen();
        if (item.index() < 0 || item.index() > Replay.MAX_INDEX)
            throw new IllegalArgumentException("index out of range: " + item.index());
        if (done.get(item.index()))
            throw new IllegalArgumentException("input " + item.index() + " has an entry already");
        var entry = JournaledArchive.entry(item, body, format, out.written());
        guard(() -> {
            body.writeTo(out, format.head(entry));
            out.writeAll(ByteBuffer.allocate(format.padding(entry)));
            if (out.written() != entry.offset() + format.bytes(entry))
                throw new IOException("an entry of unexpected length");
            if (format == ArchiveFormat.ZIP) remember(entry);
        });
        entries++;
        done.set(item.index());
        failed.clear(item.index());
        return name;
    }

    private void remember(JournalRecord.Entry entry) throws IOException {
        if (directory.remaining() < ZipFormat.centralSizeLimit(entry)) spill(); // (2)
        ZipFormat.putCentral(directory, entry);
    }

    private void spill() throws IOException {
        try {
            FileChannel file = earlierDirectory;
            if (file == null) {
                try {
                    disk.createFolder(spool);
                } catch (FileAlreadyExistsException e) {
                    // the usual case
                }
                file = disk.open(directoryFile, CREATE_NEW, READ, WRITE);
                earlierDirectory = file;
            }
            for (directory.flip(); directory.hasRemaining(); ) file.write(directory);
            directory.clear();
        } catch (IOException e) {
            throw OutputException.of("write", directoryFile, e);
        }
    }

    @Override
    public void fail(int index, String url, String reason, String message) {
        requireOpen();
        failed.set(index);
    }

    @Override
    public void commitIfDue() {}

    @Override
    public void commit() {}

    @Override
    public Path finish() throws OutputException {
        requireOpen();
        guard(() -> {
            long start = out.written();
            switch (format) {
                case ZIP -> {
                    writeDirectory();
                    out.writeAll(ZipFormat.end(entries, start, out.written() - start));
                }
                case TAR -> out.writeAll(TarFormat.end());
                case FOLDER -> throw new AssertionError("a folder is no stream");
            }
        });
        close();
        return name;
    }

    private void writeDirectory() throws IOException {
        FileChannel file = earlierDirectory;
        if (file == null) {
            out.writeAll(directory.flip());
            return;
        }
        spill();
        file.position(0);
        while (file.read(directory) >= 0) {
            out.writeAll(directory.flip());
            directory.clear();
        }
    }

    @Override
    public void discard() {
        close();
    }

    @Override
    public void close() {
        if (phase == Phase.CLOSED) return;
        phase = Phase.CLOSED;
        try (FileChannel file = earlierDirectory) {
            if (file != null) disk.deleteIfExists(directoryFile);
        } catch (IOException e) {
            // the folder goes with what is in it
        }
        deleteQuietly(spool);
    }

    private void deleteQuietly(Path file) {
        try {
            disk.deleteIfExists(file);
        } catch (IOException e) {
            // what is left there is of no use to anybody, and in nobody's way
        }
    }

    @Override
    public boolean isResumable() {
        return false;
    }

    @Override
    public BitSet done() {
        return (BitSet) done.clone();
    }

    @Override
    public BitSet failed() {
        return (BitSet) failed.clone();
    }

    @Override
    public @Nullable Earlier earlier(int index) {
        return null;
    }

    @Override
    public long entries() {
        return entries;
    }

    @Override
    public long bytes() {
        return out.written();
    }

    @Override
    public Path spoolFolder() {
        return spool;
    }

    private void requireOpen() {
        if (phase == Phase.CLOSED) throw new IllegalStateException("the archive is closed");
        if (phase == Phase.BROKEN) throw new IllegalStateException("the archive is broken by an earlier error");
    }

    private void guard(Outlet.Step work) throws OutputException {
        boolean whole = false;
        try {
            work.run();
            whole = true;
        } catch (IOException e) {
            throw OutputException.of("write", name, e);
        } finally {
            if (!whole) phase = Phase.BROKEN;
        }
    }
}
