package dev.gofer.fetch.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;

/**
 * A body that was read to its end: its size and hashes are known, its bytes are in pooled memory or in a spool file. {@link #close} gives the
 * memory back or deletes the file. Used by one goroutine at a time; handing it through a channel is enough.
 */
public abstract class Body implements AutoCloseable {
    private final Digest digest;
    private final int method;
    private final long packedSize;

    /** Of bytes that are not packed. */
    Body(Digest digest) {
        this(digest, ZipFormat.STORED, digest.size());
    }

    /** Of bytes that are packed by {@code method} to {@code packedSize} bytes. */
    Body(Digest digest, int method, long packedSize) {
        this.digest = digest;
        this.method = method;
        this.packedSize = packedSize;
    }

    /** {@return the size in bytes as received} */
    public final long size() {
        return digest.size();
    }

    /** {@return the CRC-32 of the bytes, as ZIP has it} */
    public final int crc32() {
        return digest.crc32();
    }

    /** {@return the SHA-256 of the bytes: 32 bytes, a copy} */
    public final byte[] sha256() {
        return digest.sha256().clone();
    }

    /** How the bytes of {@link #writeTo} are packed: STORED, or DEFLATED by a {@link Compressor}. */
    final int method() {
        return method;
    }

    /** How many bytes {@link #writeTo} writes after the head. */
    final long packedSize() {
        return packedSize;
    }

    final Digest digest() {
        return digest;
    }

    /** The packed bytes, from the first; may be asked for again. */
    abstract InputStream open() throws IOException;

    /** What to throw where {@link #open} or its stream fails: these bytes are ours, so it is the disk's fault. */
    abstract OutputException unreadable(IOException why);

    /** Writes {@code head}, then the packed bytes, to {@code out}. May be called again after a failure. */
    abstract void writeTo(GatheringByteChannel out, ByteBuffer head) throws IOException;

    /** Gives back memory or deletes the spool file. Never throws; the second call does nothing. */
    @Override
    public abstract void close();

    /** What is known of the bytes once they were read. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; Body hands out copies
    record Digest(long size, int crc32, byte[] sha256) {}
}
