package dev.gofer.fetch.archive;

import static dev.gofer.fetch.archive.Journal.FRAME_HEAD;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Streams a journal's records, up to the last good frame, in fixed memory. A torn tail is the end; damage before it is an error. */
final class JournalReader {
    /* Journal makes each group durable before it begins the next, so a crash can tear only the group behind the last commit. Hence
     * (1) a bad frame with no commit behind it, or with none but its own group's, is a torn tail: reading ends before it;
     * (2) a bad frame with a later group's commit behind it was durable once: the file is damaged, and entries we cannot see are lost.
     * (3) A frame with a good checksum and nonsense in it was not written by us: damaged as well. */
    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(2 * JournalRecord.MAX_BYTES).flip();
    private long loaded; // file position behind the buffer's bytes
    private long commits = -1; // last good commit; the header counts as number 0

    JournalReader(Path file, FileChannel channel) {
        this(file, channel, 0);
    }

    /** From the record at {@code position} on; for journals that were read from their start before. */
    JournalReader(Path file, FileChannel channel, long position) {
        this.file = file;
        this.channel = channel;
        this.loaded = position;
    }

    /** The next record, or null at the end of what is good. */
    @Nullable
    JournalRecord next() throws OutputException {
        if (!has(FRAME_HEAD)) return atBadFrame();
        int length = buffer.getInt(buffer.position());
        if (length < 1 || length > JournalRecord.MAX_BYTES || !has(FRAME_HEAD + length)) return atBadFrame();
        ByteBuffer bytes = buffer.slice(buffer.position() + FRAME_HEAD, length);
        if (Journal.checksum(bytes.duplicate()) != buffer.getInt(buffer.position() + 4)) return atBadFrame();
        JournalRecord read;
        try {
            read = JournalRecord.decode(bytes);
        } catch (JournalRecord.OtherFormat e) {
            throw new OutputException("the journal " + file + " is of another version of gofer (" + e.getMessage()
                    + "): finish the run with that version, or start again without resuming, which discards it");
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage())); // (3)
        }
        buffer.position(buffer.position() + FRAME_HEAD + length);
        if (read instanceof JournalRecord.Commit commit) commits = commit.number();
        else if (commits < 0) commits = 0;
        return read;
    }

    /** File position behind the last record that {@link #next} returned. */
    long position() {
        return loaded - buffer.remaining();
    }

    /** For the record that was read last, or that should be next. */
    OutputException damaged(String why) {
        return damaged(position(), why);
    }

    private OutputException damaged(long at, String why) {
        return new OutputException("the journal " + file + " is damaged at byte " + at + " (" + why
                + "); it cannot be resumed: start again without resuming, which discards it");
    }

    private @Nullable JournalRecord atBadFrame() throws OutputException {
        long end = position();
        while (has(FRAME_HEAD + JournalRecord.COMMIT_BYTES)) {
            int at = buffer.position();
            if (buffer.getInt(at) == JournalRecord.COMMIT_BYTES
                    && buffer.get(at + FRAME_HEAD) == JournalRecord.COMMIT) {
                ByteBuffer commit = buffer.slice(at + FRAME_HEAD, JournalRecord.COMMIT_BYTES);
                boolean good = Journal.checksum(commit.duplicate()) == buffer.getInt(at + 4);
                if (good && commit.getLong(1) > commits + 1) throw damaged(end, "good records follow"); // (2)
            }
            buffer.position(at + 1);
        }
        loaded = end; // (1): position() is the end of what is good
        buffer.position(buffer.limit());
        return null;
    }

    /** Makes {@code bytes} more bytes readable in the buffer; false if the file ends before. */
    private boolean has(int bytes) throws OutputException {
        try {
            while (buffer.remaining() < bytes) {
                buffer.compact();
                int n;
                try {
                    n = channel.read(buffer, loaded);
                } finally {
                    buffer.flip();
                }
                if (n < 0) return false;
                loaded += n;
            }
            return true;
        } catch (IOException e) {
            throw OutputException.of("read", file, e);
        }
    }
}
