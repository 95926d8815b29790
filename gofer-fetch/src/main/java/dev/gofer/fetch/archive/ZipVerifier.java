package dev.gofer.fetch.archive;

import static dev.gofer.fetch.archive.ZipFormat.MAX16;
import static dev.gofer.fetch.archive.ZipFormat.MAX32;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a ZIP the way a suspicious stranger would, sharing nothing with the writer but the numbers of the format. Stricter than java.util.zip
 * and most tools: the two headers of an entry must agree in every field, entries must fill the file without gap or overlap, names must be safe
 * and distinct on every system, and every byte is read.
 */
final class ZipVerifier {
    /* (1) All positions and lengths come from the file and are checked against its size before they are used.
     * (2) Memory does not depend on the file: two windows, one buffer, 12 bytes of hash table a name.
     * (3) What makes the rest unreadable ends the check (Unreadable); any other problem is noted and the check goes on. */
    private static final int ENCRYPTED = 1;
    private static final int DESCRIPTOR = 8;
    private static final int SYMBOLIC_LINK = 0120000;
    private static final int FILE_TYPE = 0170000;

    private final ZipWindow file;
    private final ZipWindow.Data data;
    private final Findings findings;

    private ZipVerifier(FileChannel channel, ZipWindow.Data data, Findings findings) throws IOException {
        this.file = new ZipWindow(channel);
        this.data = data;
        this.findings = findings;
    }

    static void verify(FileChannel channel, Findings findings) throws IOException {
        try (var data = new ZipWindow.Data(channel)) {
            new ZipVerifier(channel, data, findings).run();
        }
    }

    private void run() throws IOException {
        Directory directory = directory();
        var central = new ZipWindow(file.channel()); // its own window: headers and data are far apart
        long at = directory.start;
        long next = 0; // where the next local header must be
        for (long i = 0; i < directory.entries; i++) {
            Header entry = central(central, at, directory.start + directory.size);
            at += entry.headerSize;
            findings.entry();
            String name = name(entry);
            if (entry.offset < next) problem(name + " overlaps what is before it, or the directory is out of order");
            if (entry.offset > next) problem(name + " has " + (entry.offset - next) + " stray bytes before it");
            next = Math.max(next, entry(entry, name, directory.start));
        }
        if (at != directory.start + directory.size)
            problem("the directory holds more than the " + directory.entries + " entries it announces");
        if (next != directory.start) problem("there are stray bytes between the last entry and the directory");
    }

    // ---- the end of the file

    private record Directory(long entries, long start, long size) {}

    private Directory directory() throws IOException {
        long at = endRecord();
        ByteBuffer end = file.at(at, ZipFormat.END_BYTES);
        if (end.getInt(4) != 0) problem("the archive claims to be one of several disks");
        var directory = new Directory(u16(end, 10), u32(end, 16), u32(end, 12));
        if (u16(end, 8) != directory.entries) problem("the end record names two numbers of entries");
        long behind = at;
        long locator = at - ZipFormat.LOCATOR64_BYTES;
        if (locator >= 0 && file.at(locator, 4).getInt() == ZipFormat.LOCATOR64) {
            behind = file.at(locator + 8, 8).getLong();
            directory = directory64(directory, behind, locator);
        } else if (directory.entries == MAX16 || directory.start == MAX32 || directory.size == MAX32) {
            throw new ZipWindow.Unreadable("the end record refers to a ZIP64 record that is not there");
        }
        if (directory.start < 0 || directory.size < 0 || directory.start > behind - directory.size)
            throw new ZipWindow.Unreadable("the directory lies outside the file");
        if (directory.start + directory.size != behind) problem("there are stray bytes behind the directory");
        return directory;
    }

    private Directory directory64(Directory small, long at, long locator) throws IOException {
        ByteBuffer end = file.at(at, ZipFormat.END64_BYTES);
        if (end.getInt() != ZipFormat.END64)
            throw new ZipWindow.Unreadable("the ZIP64 end record is not where it should be");
        if (end.getLong() != locator - at - 12) problem("the ZIP64 end record has a wrong length");
        long here = end.getLong(24);
        var large = new Directory(end.getLong(32), end.getLong(48), end.getLong(40));
        if (here != large.entries) problem("the ZIP64 end record names two numbers of entries");
        if (disagree(small.entries, large.entries, MAX16)
                || disagree(small.start, large.start, MAX32)
                || disagree(small.size, large.size, MAX32)) problem("the end record and its ZIP64 twin disagree");
        return large;
    }

    private static boolean disagree(long small, long large, long saturated) {
        return small != large && small != saturated;
    }

    /** The one whose comment ends with the file. */
    private long endRecord() throws IOException {
        long last = file.size() - ZipFormat.END_BYTES;
        for (long at = last; at >= Math.max(0, last - MAX16); at--) {
            ByteBuffer end = file.ending(at, ZipFormat.END_BYTES);
            if (end.getInt() == ZipFormat.END && (end.getShort(20) & MAX16) == last - at) return at;
        }
        throw new ZipWindow.Unreadable("there is no end record: not a ZIP archive, or cut off");
    }

    // ---- one entry

    /** A central or local header, ZIP64 fields resolved; offset 0 in a local one. */
    @SuppressWarnings("ArrayRecordComponent") // compared field by field
    private record Header(
            int headerSize,
            int needed,
            int flags,
            int method,
            int time,
            int crc32,
            long packedSize,
            long size,
            byte[] name,
            int type,
            long offset) {}

    private static Header central(ZipWindow central, long at, long end) throws IOException {
        ByteBuffer in = central.at(at, ZipFormat.CENTRAL_BYTES);
        int size = ZipFormat.CENTRAL_BYTES + u16(in, 28) + u16(in, 30) + u16(in, 32);
        if (in.getInt() != ZipFormat.CENTRAL || size > end - at)
            throw new ZipWindow.Unreadable("the directory is damaged at byte " + at);
        in = central.at(at, size);
        return header(in.position(6), size, ZipFormat.CENTRAL_BYTES, in.getInt(38) >>> 16, u32(in, 42));
    }

    private Header local(long at) throws IOException {
        ByteBuffer in = file.at(at, ZipFormat.LOCAL_BYTES);
        if (in.getInt() != ZipFormat.LOCAL) throw new ZipWindow.Unreadable("there is no entry at byte " + at);
        int size = ZipFormat.LOCAL_BYTES + u16(in, 26) + u16(in, 28);
        return header(file.at(at, size).position(4), size, ZipFormat.LOCAL_BYTES, 0, 0);
    }

    /** Reads the part that both kinds have in common, from "version needed" on. */
    private static Header header(ByteBuffer in, int headerSize, int fixed, int type, long offset) throws IOException {
        int needed = u16(in);
        int flags = u16(in);
        int method = u16(in);
        int time = in.getInt();
        int crc32 = in.getInt();
        long packedSize = u32(in);
        long size = u32(in);
        var name = new byte[u16(in)];
        int extra = u16(in);
        in.position(fixed).get(name);
        ByteBuffer zip64 = extra(in.slice().order(in.order()).limit(extra));
        if (size == MAX32) size = large(zip64);
        if (packedSize == MAX32) packedSize = large(zip64);
        if (offset == MAX32) offset = large(zip64);
        return new Header(headerSize, needed, flags, method, time, crc32, packedSize, size, name, type, offset);
    }

    /** The content of the ZIP64 field, or nothing. */
    private static @Nullable ByteBuffer extra(ByteBuffer in) throws IOException {
        ByteBuffer found = null;
        while (in.remaining() >= 4) {
            int id = u16(in);
            int length = u16(in);
            if (length > in.remaining()) break;
            if (id == ZipFormat.EXTRA_ZIP64)
                found = in.slice().order(in.order()).limit(length);
            in.position(in.position() + length);
        }
        if (in.hasRemaining()) throw new ZipWindow.Unreadable("an extra field is damaged");
        return found;
    }

    private static long large(@Nullable ByteBuffer zip64) throws IOException {
        if (zip64 == null || zip64.remaining() < 8) throw new ZipWindow.Unreadable("a ZIP64 field is missing");
        long value = zip64.getLong();
        if (value < 0) throw new ZipWindow.Unreadable("a ZIP64 field is out of range");
        return value;
    }

    /** Checks an entry, and returns where it ends. */
    private long entry(Header entry, String name, long limit) throws IOException {
        Header local = local(entry.offset);
        if (!sameHeaders(entry, local)) problem(name + " has a local header that disagrees with the directory");
        if ((entry.flags & ENCRYPTED) != 0) problem(name + " is encrypted");
        if ((entry.flags & DESCRIPTOR) != 0) problem(name + " does not have its sizes in its local header");
        if ((entry.type & FILE_TYPE) == SYMBOLIC_LINK) problem(name + " is a symbolic link");
        long start = entry.offset + local.headerSize;
        if (entry.packedSize > limit - start) throw new ZipWindow.Unreadable(name + " reaches beyond the directory");
        if (entry.method == ZipFormat.STORED || entry.method == ZipFormat.DEFLATED) checkData(entry, name, start);
        else problem(name + " is packed by an unknown method, " + entry.method);
        return start + entry.packedSize;
    }

    private static boolean sameHeaders(Header a, Header b) {
        return (a.needed == b.needed || (b.needed < 45 && a.offset >= MAX32)) // ZIP64 in the directory alone
                && a.flags == b.flags
                && a.method == b.method
                && a.time == b.time
                && a.crc32 == b.crc32
                && a.packedSize == b.packedSize
                && a.size == b.size
                && Arrays.equals(a.name, b.name);
    }

    private String name(Header entry) {
        String name;
        try {
            boolean utf8 = (entry.flags & ZipFormat.UTF8) != 0;
            name = (utf8 ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII)
                    .newDecoder()
                    .decode(ByteBuffer.wrap(entry.name))
                    .toString();
        } catch (CharacterCodingException e) {
            name = new String(entry.name, StandardCharsets.ISO_8859_1);
            problem(name + " is not the text that its flags say");
        }
        findings.name(name.endsWith("/") && entry.size == 0 ? name.substring(0, name.length() - 1) : name);
        return name;
    }

    private void checkData(Header entry, String name, long start) throws IOException {
        var crc = new CRC32();
        MessageDigest sha = findings.digest(name);
        long size = 0;
        data.open(start, entry.packedSize, entry.method == ZipFormat.DEFLATED);
        try {
            ByteBuffer piece = data.next();
            while (piece.hasRemaining() && size <= entry.size) {
                size += piece.remaining();
                if (sha != null) sha.update(piece.duplicate());
                crc.update(piece);
                piece = data.next();
            }
        } catch (DataFormatException e) {
            problem(name + " cannot be unpacked: " + e.getMessage());
            return;
        }
        if (size == entry.size && data.hasMore()) problem(name + " has bytes behind its packed data");
        findings.bytes(size);
        if (size != entry.size) problem(name + " has not the size it announces");
        else if ((int) crc.getValue() != entry.crc32) problem(name + " has a wrong CRC");
        else findings.content(name, size, sha);
    }

    private void problem(String sentence) {
        findings.problem(sentence);
    }

    private static int u16(ByteBuffer in) {
        return in.getShort() & MAX16;
    }

    private static int u16(ByteBuffer in, int at) {
        return in.getShort(at) & MAX16;
    }

    private static long u32(ByteBuffer in) {
        return in.getInt() & MAX32;
    }

    private static long u32(ByteBuffer in, int at) {
        return in.getInt(at) & MAX32;
    }
}
