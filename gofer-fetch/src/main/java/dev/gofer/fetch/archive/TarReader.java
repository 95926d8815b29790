package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Goes through the entries of a tar that cannot be trusted: ustar, pax, and the long names of GNU. */
final class TarReader {
    /* (1) A header counts only with its checksum; every length is checked against the file before it is used.
     * (2) What follows from a bad header is Unreadable; seek finds the next good one. */
    private static final int BLOCK = TarFormat.BLOCK;
    private static final int MOST_WORDS = 1 << 20; // of a pax header or a long name

    private final ZipWindow file;
    private long at;
    private boolean hasEnded;

    TarReader(FileChannel channel) throws IOException {
        file = new ZipWindow(channel);
    }

    /** An entry whose data is in the file, whole; {@code type} is ustar's letter. */
    record Entry(String name, char type, long start, long size, long mtimeSeconds) {
        boolean isFile() {
            return type == '0' || type == 0 || type == '7';
        }

        long end() {
            return start + size + TarFormat.padding(size);
        }
    }

    /** Where the next header should be. */
    long position() {
        return at;
    }

    /** Whether the end was a block of zeros, as it should be, and not the end of the file. */
    boolean hasEnded() {
        return hasEnded;
    }

    /** The next entry, or null at the end. The position is behind its data. */
    @Nullable
    Entry next() throws IOException {
        String name = null;
        Long size = null;
        long begin = at;
        try {
            while (at < file.size()) {
                ByteBuffer head = file.at(at, BLOCK);
                if (isZero(head)) {
                    hasEnded = true;
                    return null;
                }
                if (!isHeader(head)) throw new ZipWindow.Unreadable("there is no header at byte " + at);
                char type = (char) (head.get(156) & 0xFF);
                long length = number(head, 124, 12);
                String plain = name(head);
                long mtime = number(head, 136, 12);
                at += BLOCK;
                if (type != 'x' && type != 'g' && type != 'L') {
                    var entry = new Entry(name == null ? plain : name, type, at, size == null ? length : size, mtime);
                    if (entry.size() < 0 || entry.size() > file.size() - at || entry.end() > file.size())
                        throw new ZipWindow.Unreadable(entry.name() + " is cut off");
                    at = entry.end();
                    return entry;
                }
                if (length > MOST_WORDS || length > file.size() - at)
                    throw new ZipWindow.Unreadable("a header is cut off at byte " + at);
                var words = new byte[(int) length];
                read(words);
                at += length + TarFormat.padding(length);
                if (type == 'L') name = text(words, words.length);
                if (type == 'x') {
                    String path = pax(words, "path");
                    String large = pax(words, "size");
                    if (path != null) name = path;
                    if (large != null) size = decimal(large);
                }
            }
            return null;
        } catch (ZipWindow.Unreadable e) {
            at = begin;
            throw e;
        }
    }

    private void read(byte[] to) throws IOException {
        for (int done = 0; done < to.length; ) {
            int n = Math.min(to.length - done, 64 * 1024);
            file.at(at + done, n).get(to, done, n);
            done += n;
        }
    }

    /** Turns to the next good header behind the position; to the end of the file if there is none. */
    void seek() throws IOException {
        for (at += BLOCK; at + BLOCK <= file.size(); at += BLOCK) if (isHeader(file.at(at, BLOCK))) return;
        at = file.size();
    }

    /** The checksum is right. */
    static boolean isHeader(ByteBuffer head) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? ' ' : head.get(i) & 0xFF;
        try {
            return head.get(0) != 0 && number(head, 148, 8) == sum;
        } catch (ZipWindow.Unreadable e) {
            return false;
        }
    }

    private static boolean isZero(ByteBuffer head) {
        for (int i = 0; i < BLOCK; i++) if (head.get(i) != 0) return false;
        return true;
    }

    private static String name(ByteBuffer head) {
        var bytes = new byte[BLOCK];
        head.get(0, bytes);
        String name = text(java.util.Arrays.copyOfRange(bytes, 0, 100), 100);
        boolean isUstar = new String(bytes, 257, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
        String prefix = isUstar ? text(java.util.Arrays.copyOfRange(bytes, 345, 500), 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes, int length) {
        int end = 0;
        while (end < length && bytes[end] != 0) end++;
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** Octal digits; or, with the highest bit set, the big-endian number of GNU. */
    private static long number(ByteBuffer head, int from, int width) throws ZipWindow.Unreadable {
        if (head.get(from) == (byte) 0x80) {
            long value = head.getLong(from + width - 8);
            for (int i = from + 1; i < from + width - 8; i++) if (head.get(i) != 0) value = -1;
            if (value < 0) throw new ZipWindow.Unreadable("a number is out of range");
            return value;
        }
        long value = 0;
        boolean isOver = false;
        for (int i = from; i < from + width; i++) {
            int c = head.get(i);
            if (c == ' ' && value == 0 && !isOver) continue;
            if (c == ' ' || c == 0) isOver = true;
            else if (isOver || c < '0' || c > '7') throw new ZipWindow.Unreadable("a number is no number");
            else value = value << 3 | c - '0';
        }
        return value;
    }

    /** The value of the last record of that key, or null. */
    private static @Nullable String pax(byte[] words, String key) throws ZipWindow.Unreadable {
        String found = null;
        for (int from = 0; from < words.length; ) {
            int space = from;
            while (space < words.length && words[space] != ' ') space++;
            long length = decimal(new String(words, from, space - from, StandardCharsets.ISO_8859_1));
            if (length < 5 || length > words.length - from || words[from + (int) length - 1] != '\n')
                throw new ZipWindow.Unreadable("a pax header is damaged");
            String entry = new String(words, space + 1, from + (int) length - space - 2, StandardCharsets.UTF_8);
            if (entry.startsWith(key + "=")) found = entry.substring(key.length() + 1);
            from += (int) length;
        }
        return found;
    }

    private static long decimal(String digits) throws ZipWindow.Unreadable {
        if (!digits.matches("[0-9]{1,18}")) throw new ZipWindow.Unreadable("a pax header is damaged");
        return Long.parseLong(digits);
    }
}
