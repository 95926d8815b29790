package dev.gofer.fetch.archive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes of a tar: blocks of 512 around an entry that is known in full. */
final class TarFormat {
    /* (1) A plain ustar header wherever name and size fit one; else a pax header stands before it and says what does not fit.
     * (2) ustar knows ASCII only: a name with other letters is a pax path, in UTF-8, which no reader takes for another encoding.
     * (3) Owner and group are 0 and without a name: the same input gives the same bytes everywhere. */
    static final int BLOCK = 512;
    static final int END_BYTES = 2 * BLOCK;

    private static final int NAME = 100;
    private static final int PREFIX = 155;
    private static final int CHECKSUM_AT = 148;
    private static final long MAX_SIZE = 0_77_777_777_777L; // eleven octal digits: 8 GiB
    private static final byte FILE = '0';
    private static final byte PAX = 'x';

    private TarFormat() {}

    static int padding(long size) {
        return (int) (-size & BLOCK - 1);
    }

    static int headerSize(JournalRecord.Entry e) {
        byte[] pax = pax(e);
        return pax.length == 0 ? BLOCK : 2 * BLOCK + pax.length + padding(pax.length);
    }

    /** The header, a pax header before it if need be, ready to be read. */
    static ByteBuffer header(JournalRecord.Entry e) {
        byte[] pax = pax(e);
        byte[] name = ZipFormat.utf8(e.name());
        long seconds = Math.clamp(e.mtimeSeconds(), 0, MAX_SIZE);
        ByteBuffer out = ByteBuffer.allocate(headerSize(e));
        if (pax.length > 0) {
            ustar(out, ZipFormat.utf8("PaxHeaders/" + e.index()), 0, pax.length, seconds, PAX);
            out.put(pax).position(out.position() + padding(pax.length));
        }
        int slash = split(name);
        long size = e.size() > MAX_SIZE ? 0 : e.size();
        if (slash >= 0) ustar(out, name, slash, size, seconds, FILE);
        else ustar(out, ZipFormat.utf8("entry-" + e.index()), 0, size, seconds, FILE); // pax has the name
        return out.flip();
    }

    /** Two blocks of zero, ready to be read. */
    static ByteBuffer end() {
        return ByteBuffer.allocate(END_BYTES);
    }

    /** One header; {@code slash} is where the name is cut in two, 0 for not at all. */
    private static void ustar(ByteBuffer out, byte[] name, int slash, long size, long seconds, byte type) {
        int start = out.position();
        int from = slash == 0 ? 0 : slash + 1;
        field(out, name, from, name.length - from, NAME);
        octal(out, 0644, 8);
        octal(out, 0, 8);
        octal(out, 0, 8);
        octal(out, size, 12);
        octal(out, seconds, 12);
        field(out, "        ".getBytes(StandardCharsets.US_ASCII), 0, 8, 8); // the checksum counts as blanks
        out.put(type);
        field(out, name, 0, 0, NAME); // a link's target
        field(out, "ustar\0".concat("00").getBytes(StandardCharsets.US_ASCII), 0, 8, 8);
        field(out, name, 0, 0, 32 + 32);
        octal(out, 0, 8);
        octal(out, 0, 8);
        field(out, name, 0, slash, PREFIX);
        out.position(start + BLOCK);
        int sum = 0;
        for (int i = start; i < start + BLOCK; i++) sum += out.get(i) & 0xFF;
        byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
        out.put(start + CHECKSUM_AT, digits);
    }

    private static void field(ByteBuffer out, byte[] bytes, int from, int length, int width) {
        out.put(bytes, from, length).position(out.position() + width - length);
    }

    private static void octal(ByteBuffer out, long value, int width) {
        String digits = Long.toOctalString(value);
        out.put("0".repeat(width - 1 - digits.length()).getBytes(StandardCharsets.US_ASCII));
        out.put(digits.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    }

    /** Where to cut a name so that ustar can hold it: 0 for not at all, -1 if it cannot be held. */
    private static int split(byte[] name) {
        for (byte b : name) if (b < 0) return -1; // (2)
        if (name.length <= NAME) return 0;
        for (int slash = Math.min(name.length - 2, PREFIX); slash >= name.length - 1 - NAME && slash > 0; slash--)
            if (name[slash] == '/') return slash;
        return -1;
    }

    /** The records of a pax header; none if ustar does (1). */
    private static byte[] pax(JournalRecord.Entry e) {
        byte[] name = ZipFormat.utf8(e.name());
        var out = new ByteArrayOutputStream();
        if (split(name) < 0) record(out, "path", name);
        if (e.size() > MAX_SIZE) record(out, "size", ZipFormat.utf8(Long.toString(e.size())));
        return out.toByteArray();
    }

    /** {@code length key=value newline}, where the length counts its own digits. */
    private static void record(ByteArrayOutputStream out, String key, byte[] value) {
        int rest = key.length() + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        out.writeBytes(ZipFormat.utf8(length + " " + key + "="));
        out.writeBytes(value);
        out.write('\n');
    }
}
