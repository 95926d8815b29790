package dev.gofer.fetch.gzip;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The content of a gzip file, all its members one after the other. The JDK's stream takes whatever is no member for the end, so that damage at
 * a seam would cost the rest of a list in silence; here nothing but zeros (padding) may follow the last member.
 */
public final class Gunzip extends InputStream {
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int HEAD_CHECKSUM = 2;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] input = new byte[8192];
    private int position; // of what is neither header nor the inflater's yet
    private int limit;
    private boolean inMember;
    private boolean ended;

    /**
     * Reads the first header.
     *
     * @param in the file's bytes; closed with this stream
     * @throws IOException where it does not begin as a gzip file does, or cannot be read
     */
    public Gunzip(InputStream in) throws IOException {
        this.in = in;
        if (!hasByte()) throw cutShort();
        header();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) return 0;
        while (!ended) {
            if (!inMember) {
                nextMember();
                continue;
            }
            var n = inflate(target, offset, length);
            if (n > 0) {
                crc.update(target, offset, n);
                return n;
            }
            if (inflater.finished()) {
                position = limit - inflater.getRemaining();
                trailer();
            } else if (inflater.needsInput()) {
                if (!hasByte()) throw cutShort();
                inflater.setInput(input, position, limit - position);
                position = limit;
            } else {
                throw damaged("it needs a dictionary");
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw damaged(e.getMessage() == null ? "bad data" : e.getMessage());
        }
    }

    private void nextMember() throws IOException {
        while (hasByte() && input[position] == 0) position++;
        if (!hasByte()) ended = true;
        else header();
    }

    private void header() throws IOException {
        if (next() != 0x1f || next() != 0x8b) throw damaged("what follows a member is none");
        if (next() != 8) throw damaged("an unknown method");
        var flags = next();
        skip(6); // time, hints, system
        if ((flags & EXTRA) != 0) skip(next() | next() << 8);
        if ((flags & NAME) != 0) while (next() != 0) {}
        if ((flags & COMMENT) != 0) while (next() != 0) {}
        if ((flags & HEAD_CHECKSUM) != 0) skip(2);
        inflater.reset();
        crc.reset();
        inMember = true;
    }

    private void trailer() throws IOException {
        if (nextInt() != (int) crc.getValue()) throw damaged("its checksum is wrong");
        if (nextInt() != (int) inflater.getBytesWritten()) throw damaged("its length is wrong");
        inMember = false;
    }

    private int nextInt() throws IOException {
        return next() | next() << 8 | next() << 16 | next() << 24;
    }

    private void skip(int bytes) throws IOException {
        for (var i = 0; i < bytes; i++) next();
    }

    private int next() throws IOException {
        if (!hasByte()) throw cutShort();
        return input[position++] & 0xff;
    }

    private boolean hasByte() throws IOException {
        while (position == limit) {
            position = 0;
            limit = Math.max(in.read(input), 0);
            if (limit == 0) return false;
        }
        return true;
    }

    private static IOException cutShort() {
        return new EOFException("the gzip data ends in the middle: it was cut short");
    }

    private static IOException damaged(String why) {
        return new IOException("the gzip data is damaged (" + why + ")");
    }

    /** Gives back what unpacking needs; the bytes' stream stays open. Nothing can be read any more. */
    public void end() {
        ended = true;
        inflater.end();
    }

    @Override
    public void close() throws IOException {
        end();
        in.close();
    }
}
