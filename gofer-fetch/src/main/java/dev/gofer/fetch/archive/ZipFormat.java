package dev.gofer.fetch.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The bytes of a ZIP, as APPNOTE 6.3 has them: little-endian records around an entry that is known in full. */
final class ZipFormat {
    /* (1) Sizes and CRC stand in the local header; bit 3 (data descriptor) is never set.
     * (2) A ZIP64 field is written exactly where its 32-bit (or 16-bit) twin cannot hold the value. */
    static final int STORED = 0;
    static final int DEFLATED = 8;

    static final int LOCAL = 0x04034b50;
    static final int CENTRAL = 0x02014b50;
    static final int END = 0x06054b50;
    static final int END64 = 0x06064b50;
    static final int LOCATOR64 = 0x07064b50;

    static final int LOCAL_BYTES = 30;
    static final int CENTRAL_BYTES = 46;
    static final int END_BYTES = 22;
    static final int END64_BYTES = 56;
    static final int LOCATOR64_BYTES = 20;

    static final int UTF8 = 0x0800;
    static final int EXTRA_ZIP64 = 0x0001;
    static final int EXTRA_TIME = 0x5455;
    static final long MAX32 = 0xFFFF_FFFFL; // as a field: "see ZIP64"
    static final int MAX16 = 0xFFFF;

    private static final int EXTRA_TIME_BYTES = 9;
    private static final int MADE_BY_UNIX = 3 << 8 | 45;
    private static final int REGULAR_0644 = 0100644;

    private ZipFormat() {}

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static int localHeaderSize(JournalRecord.Entry e) {
        return LOCAL_BYTES + utf8(e.name()).length + EXTRA_TIME_BYTES + (largeSizes(e) ? 20 : 0);
    }

    /** The local file header, ready to be read. */
    static ByteBuffer localHeader(JournalRecord.Entry e) {
        boolean large = largeSizes(e);
        ByteBuffer out = allocate(localHeaderSize(e)).putInt(LOCAL);
        common(out, e, large);
        out.putShort((short) (EXTRA_TIME_BYTES + (large ? 20 : 0))).put(utf8(e.name()));
        time(out, e);
        if (large) zip64(out, 16).putLong(e.size()).putLong(e.packedSize());
        return out.flip();
    }

    /** An upper bound for {@link #putCentral}. */
    static int centralSizeLimit(JournalRecord.Entry e) {
        return CENTRAL_BYTES + utf8(e.name()).length + EXTRA_TIME_BYTES + 28;
    }

    static void putCentral(ByteBuffer out, JournalRecord.Entry e) {
        boolean large = largeSizes(e);
        boolean far = e.offset() >= MAX32;
        int zip64 = (large ? 16 : 0) + (far ? 8 : 0);
        out.putInt(CENTRAL).putShort((short) MADE_BY_UNIX);
        common(out, e, large || far);
        out.putShort((short) (EXTRA_TIME_BYTES + (zip64 > 0 ? 4 + zip64 : 0)));
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0); // comment, disk, text or binary
        out.putInt(REGULAR_0644 << 16).putInt((int) Math.min(e.offset(), MAX32)).put(utf8(e.name()));
        time(out, e);
        if (zip64 == 0) return;
        zip64(out, zip64);
        if (large) out.putLong(e.size()).putLong(e.packedSize());
        if (far) out.putLong(e.offset());
    }

    /** End of a central directory of {@code size} bytes at {@code start}, ready to be read. */
    static ByteBuffer end(long entries, long start, long size) {
        ByteBuffer out = allocate(END64_BYTES + LOCATOR64_BYTES + END_BYTES);
        if (entries >= MAX16 || start >= MAX32 || size >= MAX32) { // (2)
            out.putInt(END64).putLong(END64_BYTES - 12);
            out.putShort((short) MADE_BY_UNIX).putShort((short) 45);
            out.putInt(0)
                    .putInt(0)
                    .putLong(entries)
                    .putLong(entries)
                    .putLong(size)
                    .putLong(start);
            out.putInt(LOCATOR64).putInt(0).putLong(start + size).putInt(1);
        }
        short count = (short) Math.min(entries, MAX16);
        out.putInt(END).putShort((short) 0).putShort((short) 0).putShort(count).putShort(count);
        out.putInt((int) Math.min(size, MAX32))
                .putInt((int) Math.min(start, MAX32))
                .putShort((short) 0);
        return out.flip();
    }

    /** Local and central header agree from "version needed" to the name's length. */
    private static void common(ByteBuffer out, JournalRecord.Entry e, boolean zip64) {
        byte[] name = utf8(e.name());
        out.putShort((short) (zip64 ? 45 : e.method() == DEFLATED ? 20 : 10));
        out.putShort((short) (name.length == e.name().length() ? 0 : UTF8)); // ASCII: a byte a char
        out.putShort((short) e.method()).putInt(dosTime(e.mtimeSeconds())).putInt(e.crc32());
        boolean large = largeSizes(e);
        out.putInt((int) (large ? MAX32 : e.packedSize())).putInt((int) (large ? MAX32 : e.size()));
        out.putShort((short) name.length);
    }

    private static void time(ByteBuffer out, JournalRecord.Entry e) {
        out.putShort((short) EXTRA_TIME).putShort((short) 5).put((byte) 1);
        out.putInt(Math.clamp(e.mtimeSeconds(), 0, Integer.MAX_VALUE));
    }

    private static ByteBuffer zip64(ByteBuffer out, int bytes) {
        return out.putShort((short) EXTRA_ZIP64).putShort((short) bytes);
    }

    /** Both sizes go to ZIP64 together: the local header must have both or neither. */
    private static boolean largeSizes(JournalRecord.Entry e) {
        return e.size() >= MAX32 || e.packedSize() >= MAX32;
    }

    /** Date in the high half, time in the low; in UTC, so that the same input gives the same bytes everywhere. 1980 to 2107. */
    static int dosTime(long seconds) {
        var earliest = LocalDateTime.of(1980, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
        var latest = LocalDateTime.of(2107, 12, 31, 23, 59, 58).toEpochSecond(ZoneOffset.UTC);
        var t = LocalDateTime.ofEpochSecond(Math.clamp(seconds, earliest, latest), 0, ZoneOffset.UTC);
        int date = (t.getYear() - 1980) << 9 | t.getMonthValue() << 5 | t.getDayOfMonth();
        return date << 16 | t.getHour() << 11 | t.getMinute() << 5 | t.getSecond() / 2;
    }

    static byte[] utf8(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
