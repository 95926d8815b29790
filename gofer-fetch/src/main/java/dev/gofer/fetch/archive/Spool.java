package dev.gofer.fetch.archive;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads streams to their end into {@link Body bodies}, hashing on the way. Small bodies stay in memory under one byte budget shared by all;
 * the others, and all while the budget is spent, go to files of a spool folder. Safe for any number of goroutines at once.
 */
public final class Spool {
    /* (1) No read waits for memory that another body holds, so bodies that wait for the writer cannot stop the writer's next body.
     * (2) Of a larger body at most IN_MEMORY plus one chunk is ever in memory.
     * (3) Whatever way a read ends but by returning a body, its chunks are back and its file is gone; but where the input fails, and a
     *     place was given for it, what came of a larger body is kept there. */

    /** Bodies up to about this many bytes stay in memory. */
    public static final int IN_MEMORY = 1024 * 1024;

    private final Path folder;
    private final Disk disk;
    private final ChunkPool pool;
    private final AtomicLong files = new AtomicLong();

    /**
     * A spool over a folder, which is made with the first file.
     *
     * @param folder where larger bodies go; see {@link Archive#spoolFolder}
     * @param memoryBytes budget for all bodies in memory together; 0 spools every body to disk
     */
    public Spool(Path folder, long memoryBytes) {
        this(folder, memoryBytes, Disk.REAL);
    }

    Spool(Path folder, long memoryBytes, Disk disk) {
        this.folder = folder;
        this.disk = disk;
        this.pool = new ChunkPool(memoryBytes);
    }

    /**
     * Reads {@code in} to its end; does not close it.
     *
     * @param in the body
     * @return the bytes, to be closed
     * @throws OutputException if the disk fails: the run is over
     * @throws IOException if the input fails: this body is lost
     * @throws CancellationException if the goroutine is interrupted while it writes a spool file; the interrupt flag stays set
     */
    public Body read(InputStream in) throws IOException {
        return read(in, null);
    }

    /**
     * The same for a body that can be gone on with.
     *
     * @param in the body, all of it
     * @param keeping where a larger one is kept if the input fails; null: nowhere
     * @return the bytes, to be closed
     * @throws OutputException as above
     * @throws IOException as above
     * @throws CancellationException as above
     */
    public Body read(InputStream in, Partials.@Nullable Keeping keeping) throws IOException {
        var hash = new Hash(keeping);
        return store(in, hash, hash::digest, ZipFormat.STORED);
    }

    /** A body with the packed bytes of another, which stays open. */
    Body packed(InputStream in, Body plain) throws IOException {
        return store(in, new Count(), plain::digest, ZipFormat.DEFLATED);
    }

    private Body store(InputStream in, Meter meter, Supplier<Body.Digest> digest, int method) throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        boolean kept = false;
        try {
            while (meter.size <= IN_MEMORY && meter.begun() == 0) {
                byte[] chunk = take(meter.size);
                if (chunk == null) break; // (1)
                chunks.add(chunk);
                int n = in.readNBytes(chunk, 0, chunk.length);
                meter.add(chunk, n);
                if (n < chunk.length) {
                    kept = true;
                    return new MemoryBody(digest.get(), method, meter.size, pool, chunks);
                }
            }
            Path file = spill(in, meter, chunks);
            return new FileBody(digest.get(), method, meter.size, file, disk);
        } finally {
            if (!kept) chunks.forEach(pool::giveBack); // (3)
        }
    }

    /** The chunk that goes on at {@code size}; null when the budget is spent. Large ones once the body is known not to be small, and up to its limit. */
    private byte @Nullable [] take(long size) {
        boolean isLarge = size >= 2 * ChunkPool.CHUNK && size + ChunkPool.LARGE <= IN_MEMORY;
        return isLarge ? pool.tryTakeLarge() : pool.tryTake();
    }

    /** {@return the bytes of memory that unclosed bodies and running reads hold} */
    public long memoryInUse() {
        return pool.bytesInUse();
    }

    private Path spill(InputStream in, Meter meter, List<byte[]> chunks) throws IOException {
        var keeping = meter.keeping;
        Path file =
                keeping != null ? keeping.file() : folder.resolve(files.incrementAndGet() + StateFolder.SPOOL_SUFFIX);
        boolean kept = false;
        FileChannel out = create(file, keeping);
        try {
            for (byte[] chunk : chunks) write(out, file, chunk, 0, chunk.length);
            byte[] buffer = bufferOf(chunks);
            int n;
            do {
                n = in.readNBytes(buffer, 0, buffer.length);
                int had = Math.clamp(meter.begun() - meter.size, 0, n);
                meter.add(buffer, n);
                write(out, file, buffer, had, n - had);
                meter.markIfDue();
            } while (n == buffer.length);
            close(out, file);
            kept = true;
            meter.done();
            return file;
        } catch (OutputException e) {
            throw e;
        } catch (IOException e) { // the input's
            kept = meter.keep(); // (3)
            if (kept) close(out, file);
            throw e;
        } finally {
            if (!kept) discard(out, file); // (3)
        }
    }

    /** The largest of the chunks; the others are given back. */
    private byte[] bufferOf(List<byte[]> chunks) {
        // The one buffer outside the budget: a read that found no chunk at all still has to go on.
        if (chunks.isEmpty()) return new byte[ChunkPool.CHUNK];
        byte[] largest = chunks.getFirst();
        for (byte[] chunk : chunks) if (chunk.length > largest.length) largest = chunk;
        for (byte[] chunk : chunks) if (chunk != largest) pool.giveBack(chunk);
        chunks.clear();
        chunks.add(largest);
        return largest;
    }

    private FileChannel create(Path file, Partials.@Nullable Keeping keeping) throws OutputException {
        try {
            try {
                disk.createFolder(folder);
            } catch (FileAlreadyExistsException e) {
                // the usual case, and the safe way to ask
            }
            return keeping != null ? keeping.open() : disk.open(file, CREATE_NEW, WRITE);
        } catch (IOException e) {
            throw OutputException.of("create", file, e);
        }
    }

    private static void write(FileChannel out, Path file, byte[] bytes, int offset, int length) throws OutputException {
        try {
            for (var buffer = ByteBuffer.wrap(bytes, offset, length); buffer.hasRemaining(); ) out.write(buffer);
        } catch (ClosedByInterruptException e) { // not the disk's fault: somebody cancelled us
            throw (CancellationException) new CancellationException("interrupted while spooling").initCause(e);
        } catch (IOException e) {
            throw OutputException.of("write", file, e);
        }
    }

    private static void close(FileChannel out, Path file) throws OutputException {
        try {
            out.close();
        } catch (IOException e) {
            throw OutputException.of("write", file, e);
        }
    }

    private void discard(FileChannel out, Path file) {
        try (out) {
            disk.deleteIfExists(file);
        } catch (IOException e) {
            // an earlier error is on its way; StateFolder sweeps what is left
        }
    }

    /** What is known of bytes that went by. */
    private abstract static class Meter {
        final Partials.@Nullable Keeping keeping;
        long size;

        Meter(Partials.@Nullable Keeping keeping) {
            this.keeping = keeping;
        }

        /** How many of the bytes are in their file already. */
        final long begun() {
            return keeping == null ? 0 : keeping.length();
        }

        /** All bytes so far are in the file. */
        void markIfDue() throws OutputException {}

        /** Whether what came is worth keeping, and is marked. */
        boolean keep() throws OutputException {
            return false;
        }

        final void done() {
            if (keeping != null) keeping.done();
        }

        void add(byte[] bytes, int length) {
            size += length;
        }
    }

    /** Size alone. */
    private static final class Count extends Meter {
        Count() {
            super(null);
        }
    }

    /** CRC-32, SHA-256 and size. */
    private static final class Hash extends Meter {
        private final CRC32 crc = new CRC32();
        private final MessageDigest sha = sha256();

        Hash(Partials.@Nullable Keeping keeping) {
            super(keeping);
        }

        @Override
        void markIfDue() throws OutputException {
            if (keeping != null && keeping.isDue(size)) keeping.mark(size, sha);
        }

        @Override
        boolean keep() throws OutputException {
            if (keeping == null) return false;
            if (size > begun()) keeping.mark(size, sha);
            return keeping.isKept();
        }

        @Override
        void add(byte[] bytes, int length) {
            super.add(bytes, length);
            crc.update(bytes, 0, length);
            sha.update(bytes, 0, length);
        }

        Body.Digest digest() {
            return new Body.Digest(size, (int) crc.getValue(), sha.digest());
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static final class MemoryBody extends Body {
        private final ChunkPool pool;
        private @Nullable List<byte[]> chunks; // null: closed

        MemoryBody(Digest digest, int method, long packedSize, ChunkPool pool, List<byte[]> chunks) {
            super(digest, method, packedSize);
            this.pool = pool;
            this.chunks = chunks;
        }

        @Override
        void writeTo(GatheringByteChannel out, ByteBuffer head) throws IOException {
            List<byte[]> from = chunks();
            var buffers = new ByteBuffer[1 + from.size()];
            buffers[0] = head;
            long left = packedSize();
            for (int i = 0; i < from.size(); i++) {
                byte[] chunk = from.get(i);
                int length = (int) Math.min(left, chunk.length);
                buffers[1 + i] = ByteBuffer.wrap(chunk, 0, length);
                left -= length;
            }
            for (long rest = head.remaining() + packedSize(); rest > 0; ) rest -= out.write(buffers);
        }

        private List<byte[]> chunks() {
            if (chunks == null) throw new IllegalStateException("the body is closed");
            return chunks;
        }

        @Override
        InputStream open() {
            List<byte[]> from = chunks();
            return new InputStream() {
                private long at;
                private int index; // of the chunk that it is in
                private int within; // that chunk

                @Override
                public int read() {
                    var one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] to, int offset, int length) {
                    if (length == 0) return 0;
                    if (at == packedSize()) return -1;
                    byte[] chunk = from.get(index);
                    int n = (int) Math.min(Math.min(length, chunk.length - within), packedSize() - at);
                    System.arraycopy(chunk, within, to, offset, n);
                    at += n;
                    within += n;
                    if (within == chunk.length) {
                        index++;
                        within = 0;
                    }
                    return n;
                }
            };
        }

        @Override
        OutputException unreadable(IOException why) {
            throw new AssertionError("memory does not fail", why);
        }

        @Override
        public void close() {
            if (chunks == null) return;
            chunks.forEach(pool::giveBack);
            chunks = null;
        }
    }

    private static final class FileBody extends Body {
        private final Path file;
        private final Disk disk;

        FileBody(Digest digest, int method, long packedSize, Path file, Disk disk) {
            super(digest, method, packedSize);
            this.file = file;
            this.disk = disk;
        }

        @Override
        InputStream open() throws IOException {
            return Channels.newInputStream(disk.open(file, READ));
        }

        @Override
        OutputException unreadable(IOException why) {
            return OutputException.of("read", file, why);
        }

        @Override
        void writeTo(GatheringByteChannel out, ByteBuffer head) throws IOException {
            try (FileChannel in = disk.open(file, READ)) {
                while (head.hasRemaining()) out.write(head);
                for (long done = 0; done < packedSize(); ) {
                    long n = in.transferTo(done, packedSize() - done, out);
                    if (n <= 0) throw new IOException("the spool file " + file + " became shorter");
                    done += n;
                }
            }
        }

        @Override
        public void close() {
            try {
                disk.deleteIfExists(file);
            } catch (IOException e) {
                // the space is lost until StateFolder sweeps the folder, at the end or at the next start
            }
        }
    }
}
