package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A disk on which one operation, counted from 0, goes wrong. A write that goes wrong has written half. */
final class FaultyDisk implements Disk {
    enum Fault {
        /** That one operation fails; the disk works again afterwards. */
        FAILS_ONCE,
        /** Nothing happens any more, as after kill -9. */
        KILLED,
        /** As KILLED; and of each file, what was written since it was forced is lost, from some point on. */
        POWER_CUT
    }

    private final Fault fault;
    private final int faultAt;
    private final Random random;
    private final Map<Path, Long> forced = new HashMap<>();
    private int operations;
    private boolean dead;
    boolean fired;
    int open; // channels not closed

    FaultyDisk(Fault fault, int faultAt) {
        this.fault = fault;
        this.faultAt = faultAt;
        this.random = new Random(faultAt);
    }

    /** Counts an operation. @return whether it is to go wrong */
    private boolean step() throws IOException {
        if (dead) throw new IOException("killed");
        if (operations++ != faultAt) return false;
        fired = true;
        dead = fault != Fault.FAILS_ONCE;
        return true;
    }

    private void check() throws IOException {
        if (step()) throw new IOException("No space left on device");
    }

    /** What the disk holds once the machine is on again. */
    void cutPower() throws IOException {
        if (fault != Fault.POWER_CUT) return;
        for (var file : forced.entrySet()) {
            if (!Files.isRegularFile(file.getKey())) continue;
            try (var channel = FileChannel.open(file.getKey(), StandardOpenOption.WRITE)) {
                long lost = channel.size() - file.getValue();
                if (lost > 0) channel.truncate(file.getValue() + random.nextLong(lost));
            }
        }
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        check();
        var channel = new Channel(file, Disk.REAL.open(file, options));
        forced.putIfAbsent(file, channel.size());
        return channel;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        check();
        Disk.REAL.createFolder(folder);
    }

    @Override
    public void link(Path name, Path existing) throws IOException {
        check();
        Disk.REAL.link(name, existing);
        Long length = forced.get(existing);
        if (length != null) forced.put(name, length);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        check();
        Disk.REAL.rename(from, to);
        Long length = forced.remove(from);
        if (length != null) forced.put(to, length);
    }

    @Override
    public void copy(Path from, Path to) throws IOException {
        check();
        Disk.REAL.copy(from, to);
    }

    @Override
    public void setModified(Path file, long seconds) throws IOException {
        check();
        Disk.REAL.setModified(file, seconds);
    }

    @Override
    public void deleteIfExists(Path file) throws IOException {
        check();
        Disk.REAL.deleteIfExists(file);
        forced.remove(file);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        check();
    }

    /** Passes everything on, but for the fault. */
    private final class Channel extends FileChannel {
        private final Path file;
        private final FileChannel real;

        Channel(Path file, FileChannel real) {
            this.file = file;
            this.real = real;
            open++;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            if (!step()) return real.write(from);
            real.write(from.slice().limit(from.remaining() / 2));
            throw new IOException("No space left on device");
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) throws IOException {
            if (!step()) return real.write(from, offset, length);
            for (int i = 0; i < length / 2; i++) real.write(from[offset + i].slice());
            throw new IOException("No space left on device");
        }

        @Override
        public void force(boolean metaData) throws IOException {
            check();
            forced.put(file, real.size()); // the real fsync would only take time
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            check();
            real.truncate(size);
            return this;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            return real.read(to);
        }

        @Override
        public long read(ByteBuffer[] to, int offset, int length) throws IOException {
            return real.read(to, offset, length);
        }

        @Override
        public int read(ByteBuffer to, long position) throws IOException {
            return real.read(to, position);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            check();
            return real.write(from, position);
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
            return real.transferTo(position, count, to);
        }

        @Override
        public long transferFrom(ReadableByteChannel from, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            open--;
            real.close();
        }
    }
}
