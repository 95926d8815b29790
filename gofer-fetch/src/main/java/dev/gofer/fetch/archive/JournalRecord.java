package dev.gofer.fetch.archive;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the journal says: a header first, then entries and failures in the order they happened, with a commit after each group that was made
 * durable. Decoding trusts nothing but the checksum; whether a record makes sense where it stands is {@link Replay}'s to say.
 */
sealed interface JournalRecord {
    /** No record is larger, so a reader needs no more memory than this. */
    int MAX_BYTES = 64 * 1024;

    int FORMAT = 2; // 2: formats other than ZIP, and shards

    /** What the journal belongs to: what is written, and opaque text of the caller, each at most 4,096 characters, compared on resume. */
    record Header(ArchiveFormat archive, String input, String settings) implements JournalRecord {
        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte('H');
            out.writeInt(FORMAT);
            out.writeByte(letter(archive));
            put(out, input, 4096);
            put(out, settings, 4096);
        }
    }

    /** An entry that is whole in the archive, its local header at {@code offset}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(
            int index,
            long offset,
            long size,
            long packedSize,
            int method,
            int crc32,
            byte[] sha256,
            long mtimeSeconds,
            String name,
            String url,
            int status)
            implements JournalRecord {
        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte('E');
            out.writeInt(index);
            out.writeLong(offset);
            out.writeLong(size);
            out.writeLong(packedSize);
            out.writeInt(method);
            out.writeInt(crc32);
            out.write(sha256, 0, 32);
            out.writeLong(mtimeSeconds);
            put(out, name, Integer.MAX_VALUE);
            put(out, url, 8192);
            out.writeInt(status);
        }
    }

    /** An input that gave no entry. */
    record Failure(int index, String url, String reason, String message) implements JournalRecord {
        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte('F');
            out.writeInt(index);
            put(out, url, 8192);
            put(out, reason, 256);
            put(out, message, 2048);
        }
    }

    /** Shard {@code number} has these entries, and is whole on disk with these bytes; it may not have its final name yet. What follows is of the next. */
    record Seal(int number, long entries, long size) implements JournalRecord {
        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte('S');
            out.writeInt(number);
            out.writeLong(entries);
            out.writeLong(size);
        }
    }

    /** All before this record is durable, and so is the shard up to {@code end}. Numbers count from 1; entries are those of all shards. */
    record Commit(long number, long entries, long end) implements JournalRecord {
        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(COMMIT);
            out.writeLong(number);
            out.writeLong(entries);
            out.writeLong(end);
        }
    }

    /** Size of an encoded commit; {@link JournalReader} looks for commits by it. */
    int COMMIT_BYTES = 1 + 3 * 8;

    byte COMMIT = 'C';

    /** Writes the record's letter and its fields. A method of each, since the JVM makes a class at run time for a switch over their types. */
    void write(DataOutputStream out) throws IOException;

    default byte[] encode() {
        var bytes = new ByteArrayOutputStream(256);
        var out = new DataOutputStream(bytes);
        try {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        if (bytes.size() > MAX_BYTES) throw new IllegalArgumentException("a journal record is too large");
        return bytes.toByteArray();
    }

    /** The record in {@code in}, all of it. @throws IllegalArgumentException if it is not one */
    static JournalRecord decode(ByteBuffer in) {
        try {
            JournalRecord record = switch (in.get()) {
                case 'H' -> {
                    int format = in.getInt();
                    if (format != FORMAT) throw new OtherFormat(format);
                    yield new Header(archive(in.get()), text(in), text(in));
                }
                case 'E' ->
                    new Entry(
                            in.getInt(),
                            in.getLong(),
                            in.getLong(),
                            in.getLong(),
                            in.getInt(),
                            in.getInt(),
                            bytes(in, 32),
                            in.getLong(),
                            text(in),
                            text(in),
                            in.getInt());
                case 'F' -> new Failure(in.getInt(), text(in), text(in), text(in));
                case 'S' -> new Seal(in.getInt(), in.getLong(), in.getLong());
                case COMMIT -> new Commit(in.getLong(), in.getLong(), in.getLong());
                default -> throw new IllegalArgumentException("a record of an unknown kind");
            };
            if (in.hasRemaining()) throw new IllegalArgumentException("a record with bytes left over");
            return record;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a record that is too short", e);
        }
    }

    /** Cuts what servers and lists may make long; names are short already, by {@link EntryNames}. */
    private static void put(DataOutputStream out, String text, int maxChars) throws IOException {
        byte[] utf8 = (text.length() <= maxChars ? text : text.substring(0, maxChars)).getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static char letter(ArchiveFormat archive) {
        return switch (archive) {
            case ZIP -> 'Z';
            case TAR -> 'T';
            case FOLDER -> 'F';
        };
    }

    private static ArchiveFormat archive(byte letter) {
        for (ArchiveFormat one : ArchiveFormat.values()) if (letter(one) == letter) return one;
        throw new IllegalArgumentException("an archive of an unknown kind");
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in, in.getInt()), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) throw new IllegalArgumentException("a length beyond its record");
        var bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** The journal is of another version of this program. */
    final class OtherFormat extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        OtherFormat(int format) {
            super("its format is " + format + ", not " + FORMAT);
        }
    }
}
