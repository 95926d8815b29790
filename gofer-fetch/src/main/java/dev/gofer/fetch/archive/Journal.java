package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The append-only file that says which bytes of the archive count. A frame is {@code length, CRC-32C, record}: two big-endian ints and the
 * bytes of a {@link JournalRecord}. Confined to the archive's thread.
 */
final class Journal implements AutoCloseable {
    /* (1) add only remembers; flush writes all that was remembered with one commit record behind it, then makes it durable.
     * (2) So the frames up to the last commit are whole on disk, and only those behind it can be torn.
     * (3) Commits are numbered without gaps: JournalReader uses that to tell a torn tail from damage. */
    static final int FRAME_HEAD = 8;

    private final Path file;
    private final FileChannel channel;
    private final boolean durable;
    private ByteBuffer pending = ByteBuffer.allocate(64 * 1024);
    private long commits; // number of the last commit record

    private Journal(Path file, FileChannel channel, boolean durable, long commits) {
        this.file = file;
        this.channel = channel;
        this.durable = durable;
        this.commits = commits;
    }

    /** A new journal that holds the header, durably; the file must not exist. */
    static Journal create(Path file, JournalRecord.Header header, Disk disk, boolean durable) throws OutputException {
        Journal journal;
        try {
            journal = new Journal(file, disk.open(file, CREATE_NEW, READ, WRITE), durable, 0);
        } catch (IOException e) {
            throw OutputException.of("create", file, e);
        }
        try {
            journal.add(header);
            journal.write();
            return journal;
        } catch (OutputException | RuntimeException e) {
            journal.closeQuietly();
            throw e;
        }
    }

    /** Goes on behind the last good frame, and cuts off what a crash left there. */
    static Journal reopen(Path file, Replay replay, Disk disk, boolean durable) throws OutputException {
        Journal journal;
        try {
            journal = new Journal(file, disk.open(file, READ, WRITE, NOFOLLOW_LINKS), durable, replay.commits());
        } catch (IOException e) {
            throw OutputException.of("open", file, e);
        }
        try {
            journal.channel.truncate(replay.journalEnd());
            journal.channel.position(replay.journalEnd());
            if (durable) journal.channel.force(true);
            return journal;
        } catch (IOException e) {
            journal.closeQuietly();
            throw OutputException.of("write", file, e);
        }
    }

    /** Remembers a record for the next {@link #flush}. */
    void add(JournalRecord journalRecord) {
        byte[] bytes = journalRecord.encode();
        int needed = FRAME_HEAD + bytes.length;
        if (pending.remaining() < needed) {
            pending = ByteBuffer.allocate(Math.max(2 * pending.capacity(), pending.position() + needed))
                    .put(pending.flip());
        }
        pending.putInt(bytes.length).putInt(checksum(ByteBuffer.wrap(bytes))).put(bytes);
    }

    int pendingBytes() {
        return pending.position();
    }

    /** Writes what was added, with a commit behind it, and makes it durable. */
    void flush(long entries, long end) throws OutputException {
        add(new JournalRecord.Commit(++commits, entries, end));
        write();
    }

    private void write() throws OutputException {
        try {
            for (pending.flip(); pending.hasRemaining(); ) channel.write(pending);
            pending.clear();
            if (durable) channel.force(false);
        } catch (IOException e) {
            throw OutputException.of("write", file, e);
        }
    }

    static int checksum(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** File position behind what was written. */
    long position() throws IOException {
        return channel.position();
    }

    /** The record at a position where one is known to begin. */
    JournalRecord record(long at) throws IOException {
        ByteBuffer head = read(at, FRAME_HEAD);
        int length = head.getInt();
        if (length < 1 || length > JournalRecord.MAX_BYTES)
            throw new IOException("the journal changes while it is read");
        ByteBuffer bytes = read(at + FRAME_HEAD, length);
        if (checksum(bytes.duplicate()) != head.getInt()) throw new IOException("the journal changes while it is read");
        return JournalRecord.decode(bytes);
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0)
                throw new IOException("the journal becomes shorter while it is read");
        }
        return bytes.flip();
    }

    /** The journal from a position on, to be read while it is open for writing; closing it closes nothing here. */
    JournalReader reread(long from) {
        return new JournalReader(file, channel, from);
    }

    @Override
    public void close() throws OutputException {
        try {
            channel.close();
        } catch (IOException e) {
            throw OutputException.of("close", file, e);
        }
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            // an earlier error is on its way
        }
    }
}
