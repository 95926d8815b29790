package dev.gofer.fetch.archive;

import static dev.gofer.fetch.archive.ZipFormat.MAX16;
import static dev.gofer.fetch.archive.ZipFormat.MAX32;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Finds the entries of a ZIP by their local headers, without its directory: what a crash, a cut or damage has left of it. */
final class ZipScan implements AutoCloseable {
    /* (1) An entry counts only if its data is there to the last byte and has the CRC that its header tells.
     * (2) From a good entry the scan goes on behind its data: what looks like a header within the data is none.
     * (3) Behind a damaged entry it goes on where that says it ends, if something of a ZIP begins there; else with the next header. */
    private static final int ENCRYPTED = 1;
    private static final int DESCRIPTOR = 8;
    private static final byte[] MARK = {'P', 'K', 3, 4};

    private final ZipWindow file;
    private final ZipWindow.Data data;
    private long at;
    private long skipped;

    ZipScan(FileChannel channel) throws IOException {
        file = new ZipWindow(channel);
        data = new ZipWindow.Data(channel);
    }

    /** What stands at a place: an entry, good or not. {@code problem} is null for a good one; then {@code digest} is not. */
    record Found(
            String name,
            long start,
            int method,
            long packedSize,
            long mtimeSeconds,
            Body.@Nullable Digest digest,
            @Nullable String problem) {}

    /** Bytes so far that belong to nothing. */
    long skipped() {
        return skipped;
    }

    /** The next entry; null at the directory, or at the end of the file. */
    @Nullable
    Found next() throws IOException {
        while (at + 4 <= file.size()) {
            int mark = file.at(at, 4).getInt();
            if (mark == ZipFormat.LOCAL) {
                Head head = head();
                if (head != null) return found(head);
            } else if (isEnd(mark)) {
                return null;
            }
            seek(at + 1);
        }
        skipped += file.size() - at;
        at = file.size();
        return null;
    }

    private static boolean isEnd(int mark) {
        return mark == ZipFormat.CENTRAL || mark == ZipFormat.END || mark == ZipFormat.END64;
    }

    /** Turns to the next local header from there on. */
    private void seek(long from) throws IOException {
        long begin = at;
        at = file.size();
        int step = 64 * 1024;
        for (long here = from; here + MARK.length <= file.size(); here += step - MARK.length + 1) {
            int length = (int) Math.min(step, file.size() - here);
            int found = indexOf(file.at(here, length));
            if (found >= 0) {
                at = here + found;
                break;
            }
            if (length < step) break;
        }
        skipped += at - begin;
    }

    private static int indexOf(ByteBuffer bytes) {
        for (int i = 0; i + MARK.length <= bytes.limit(); i++) {
            if (bytes.get(i) == MARK[0]
                    && bytes.get(i + 1) == MARK[1]
                    && bytes.get(i + 2) == MARK[2]
                    && bytes.get(i + 3) == MARK[3]) return i;
        }
        return -1;
    }

    /** A local header that makes sense. */
    private record Head(
            String name, int flags, int method, long mtimeSeconds, int crc32, long packedSize, long size, long start) {}

    private @Nullable Head head() throws IOException {
        if (at + ZipFormat.LOCAL_BYTES > file.size()) return null;
        ByteBuffer in = file.at(at, ZipFormat.LOCAL_BYTES);
        int flags = in.getShort(6);
        int method = in.getShort(8) & MAX16;
        int dosTime = in.getInt(10);
        int crc32 = in.getInt(14);
        long packedSize = in.getInt(18) & MAX32;
        long size = in.getInt(22) & MAX32;
        int nameLength = in.getShort(26) & MAX16;
        int extra = in.getShort(28) & MAX16;
        long start = at + ZipFormat.LOCAL_BYTES + nameLength + extra;
        if (nameLength == 0 || start > file.size()) return null;
        ByteBuffer rest = file.at(at + ZipFormat.LOCAL_BYTES, nameLength + extra);
        var name = new byte[nameLength];
        rest.get(name);
        long mtime = seconds(dosTime);
        while (rest.remaining() >= 4) {
            int id = rest.getShort() & MAX16;
            int length = rest.getShort() & MAX16;
            if (length > rest.remaining()) return null;
            ByteBuffer field = rest.slice(rest.position(), length).order(rest.order());
            rest.position(rest.position() + length);
            if (id == ZipFormat.EXTRA_TIME && length >= 5 && (field.get(0) & 1) != 0) mtime = field.getInt(1);
            if (id != ZipFormat.EXTRA_ZIP64) continue;
            if (size == MAX32 && field.remaining() >= 8) size = field.getLong();
            if (packedSize == MAX32 && field.remaining() >= 8) packedSize = field.getLong();
        }
        if (size < 0 || packedSize < 0) return null;
        return new Head(
                text(name, (flags & ZipFormat.UTF8) != 0), flags, method, mtime, crc32, packedSize, size, start);
    }

    private static String text(byte[] name, boolean isUtf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException e) {
            var charset =
                    isUtf8 || !Charset.isSupported("IBM437") ? StandardCharsets.ISO_8859_1 : Charset.forName("IBM437");
            return new String(name, charset);
        }
    }

    private static long seconds(int dosTime) {
        int date = dosTime >>> 16;
        try {
            return LocalDateTime.of(
                            1980 + (date >>> 9),
                            date >>> 5 & 15,
                            date & 31,
                            dosTime >>> 11 & 31,
                            dosTime >>> 5 & 63,
                            2 * (dosTime & 31))
                    .toEpochSecond(ZoneOffset.UTC);
        } catch (java.time.DateTimeException e) {
            return 315_532_800; // 1980, the earliest that there is
        }
    }

    private Found found(Head head) throws IOException {
        if ((head.flags & ENCRYPTED) != 0) return bad(head, "is encrypted");
        if (head.method != ZipFormat.STORED && head.method != ZipFormat.DEFLATED)
            return bad(head, "is packed by an unknown method, " + head.method);
        if ((head.flags & DESCRIPTOR) != 0) return described(head);
        if (head.packedSize > file.size() - head.start) return bad(head, "is cut off");
        if (head.method == ZipFormat.STORED && head.size != head.packedSize) return bad(head, "contradicts itself");
        Body.Digest digest = digest(head);
        if (digest == null) return bad(head, "cannot be unpacked");
        if (digest.size() != head.size || digest.crc32() != head.crc32) return bad(head, "is damaged");
        at = head.start + head.packedSize; // (2)
        return new Found(head.name, head.start, head.method, head.packedSize, head.mtimeSeconds, digest, null);
    }

    private Found bad(Head head, String problem) throws IOException {
        long end = head.start + head.packedSize;
        boolean isNamed = (head.flags & DESCRIPTOR) == 0 && end <= file.size();
        boolean goesOn = isNamed
                && (end == file.size()
                        || (end + 4 <= file.size() && isKnown(file.at(end, 4).getInt())));
        if (goesOn) { // (3)
            skipped += end - at;
            at = end;
        } else {
            seek(at + 1);
        }
        return new Found(head.name, head.start, head.method, head.packedSize, head.mtimeSeconds, null, problem);
    }

    private static boolean isKnown(int mark) {
        return mark == ZipFormat.LOCAL || isEnd(mark);
    }

    private Body.@Nullable Digest digest(Head head) throws IOException {
        var crc = new CRC32();
        MessageDigest sha = Spool.sha256();
        long size = 0;
        data.open(head.start, head.packedSize, head.method == ZipFormat.DEFLATED);
        try {
            ByteBuffer piece = data.next();
            while (piece.hasRemaining() && size <= head.size) {
                size += piece.remaining();
                sha.update(piece.duplicate());
                crc.update(piece);
                piece = data.next();
            }
        } catch (DataFormatException e) {
            return null;
        }
        return data.hasMore() ? null : new Body.Digest(size, (int) crc.getValue(), sha.digest());
    }

    /** Sizes and CRC stand behind the data: of deflated data the end can be found, of stored data it cannot. */
    private Found described(Head head) throws IOException {
        if (head.method != ZipFormat.DEFLATED)
            return bad(head, "has its size behind its data, where nobody can find it");
        var crc = new CRC32();
        MessageDigest sha = Spool.sha256();
        var inflater = new Inflater(true);
        var out = new byte[64 * 1024];
        long read = head.start;
        try {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    int n = (int) Math.min(64 * 1024, file.size() - read);
                    if (n == 0) return bad(head, "is cut off");
                    var in = new byte[n];
                    file.at(read, n).get(in);
                    inflater.setInput(in);
                    read += n;
                }
                int n = inflater.inflate(out);
                if (inflater.needsDictionary()) return bad(head, "cannot be unpacked");
                crc.update(out, 0, n);
                sha.update(out, 0, n);
            }
            long packed = inflater.getBytesRead();
            long end = head.start + packed;
            var digest = new Body.Digest(inflater.getBytesWritten(), (int) crc.getValue(), sha.digest());
            long behind = behindDescriptor(end, digest, packed);
            if (behind < 0) return bad(head, "is damaged");
            at = behind;
            return new Found(head.name, head.start, head.method, packed, head.mtimeSeconds, digest, null);
        } catch (DataFormatException e) {
            return bad(head, "cannot be unpacked");
        } finally {
            inflater.end();
        }
    }

    /** Where the descriptor ends that says the same; -1 if there is none. With or without its mark, with sizes of 4 or 8 bytes. */
    private long behindDescriptor(long end, Body.Digest digest, long packed) throws IOException {
        for (int mark : new int[] {4, 0}) {
            for (int width : new int[] {4, 8}) {
                int length = mark + 4 + 2 * width;
                if (end + length > file.size()) continue;
                ByteBuffer in = file.at(end, length);
                if (mark > 0 && in.getInt() != 0x08074b50) continue;
                boolean same = in.getInt(mark) == digest.crc32()
                        && (width == 8 ? in.getLong(mark + 4) : in.getInt(mark + 4) & MAX32) == packed
                        && (width == 8 ? in.getLong(mark + 12) : in.getInt(mark + 8) & MAX32) == digest.size();
                if (same) return end + length;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        data.close();
    }
}
