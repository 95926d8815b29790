package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A body that was read to its end: its size and hashes are known, its bytes are in pooled memory or in a spool file. {@link #close} gives the
 * memory back or deletes the file. Used by one goroutine at a time; handing it through a channel is enough.
 */
public abstract class Body implements AutoCloseable {
    private final Digest digest;

    Body(Digest digest) {
        this.digest = digest;
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

    /** How the bytes of {@link #writeTo} are packed. A deflated body, made off the writer's thread, would say DEFLATED here. */
    int method() {
        return ZipFormat.STORED;
    }

    /** How many bytes {@link #writeTo} writes after the head. */
    long packedSize() {
        return size();
    }

    /** Writes {@code head}, then the packed bytes, at the position of {@code out}. May be called again after a failure. */
    abstract void writeTo(FileChannel out, ByteBuffer head) throws IOException;

    /** Gives back memory or deletes the spool file. Never throws; the second call does nothing. */
    @Override
    public abstract void close();

    /** What is known of the bytes once they were read. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; Body hands out copies
    record Digest(long size, int crc32, byte[] sha256) {}
}
