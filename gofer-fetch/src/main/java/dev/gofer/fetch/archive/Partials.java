package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Large bodies whose reading broke off, kept in the spool folder of an archive: the next attempt, of this run or of one that goes on with it,
 * reads only the rest. Safe for any number of goroutines, one at a time for each index.
 */
public final class Partials {
    /* Of each there are two files: INDEX.partial, the bytes, and INDEX.begun, text: the caller's facts, a line each, then for every mark a line
     * with a length and the SHA-256 of so many first bytes.
     * (1) What counts of the bytes is what the last mark tells that holds: they are hashed again before they are gone on with. So nothing is
     *     synced, and after a power cut at most the bytes behind a good mark are lost, never taken for what they are not.
     * (2) Files here are hints. Whatever is odd about them, both are deleted and the body is read from its begin. */
    static final String BYTES = ".partial";
    static final String FACTS = ".begun";

    private static final long MARK_EVERY = 4L << 20;
    private static final int MOST_FACTS = 1 << 20; // bytes of a file that could be anything

    private final Path folder;
    private final Disk disk;
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();

    /**
     * What earlier runs have left in a spool folder, and a place for more.
     *
     * @param folder see {@link Archive#spoolFolder}; it need not be there
     */
    public Partials(Path folder) {
        this(folder, Disk.REAL);
    }

    Partials(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
        if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) return;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + FACTS)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                String digits = name.substring(0, name.length() - FACTS.length());
                if (digits.matches("[0-9]{1,9}")) known.add(Integer.parseInt(digits));
            }
        } catch (IOException | DirectoryIteratorException e) {
            known.clear(); // (2)
        }
    }

    /** Whether a folder holds any. */
    static boolean areIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) return false;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + FACTS)) {
            return files.iterator().hasNext();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /**
     * {@return what is here of a body; null where there is nothing that counts}
     *
     * @param index of the input
     * @param size how many facts there have to be
     */
    public @Nullable Begun find(int index, int size) {
        if (!known.contains(index)) return null;
        try {
            var begun = read(index, size);
            if (begun != null) return begun;
        } catch (IOException e) {
            // (2)
        }
        drop(index);
        return null;
    }

    private @Nullable Begun read(int index, int size) throws IOException {
        Path facts = file(index, FACTS);
        if (!Files.isRegularFile(facts, NOFOLLOW_LINKS) || Files.size(facts) > MOST_FACTS) return null;
        List<String> lines = Files.readAllLines(facts, StandardCharsets.UTF_8);
        if (lines.size() <= size) return null;
        Map<Long, String> marks = new HashMap<>();
        for (String line : lines.subList(size, lines.size())) { // the last may be torn
            if (line.matches("[0-9]{1,18} [0-9a-f]{64}"))
                marks.put(Long.parseLong(line.substring(0, line.indexOf(' '))), line.substring(line.indexOf(' ') + 1));
        }
        long length = good(file(index, BYTES), marks);
        return length == 0 ? null : new Begun(index, List.copyOf(lines.subList(0, size)), length);
    }

    /** The largest length whose mark holds (1). */
    private long good(Path file, Map<Long, String> marks) throws IOException {
        List<Long> lengths = new ArrayList<>(marks.keySet());
        lengths.sort(null);
        MessageDigest sha = Spool.sha256();
        var buffer = new byte[ChunkPool.CHUNK];
        long good = 0;
        long done = 0;
        try (InputStream in = Channels.newInputStream(disk.open(file, READ, NOFOLLOW_LINKS))) {
            for (long length : lengths) {
                while (done < length) {
                    int n = in.read(buffer, 0, (int) Math.min(buffer.length, length - done));
                    if (n < 0) return good;
                    sha.update(buffer, 0, n);
                    done += n;
                }
                if (!HexFormat.of().formatHex(copy(sha).digest()).equals(marks.get(length))) return good;
                good = length;
            }
        }
        return good;
    }

    private static MessageDigest copy(MessageDigest sha) {
        try {
            return (MessageDigest) sha.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("the platform's SHA-256 can be copied", e);
        }
    }

    /**
     * Deletes what is here of a body.
     *
     * @param index of the input
     */
    public void drop(int index) {
        if (!known.remove(index)) return;
        delete(file(index, FACTS));
        delete(file(index, BYTES));
    }

    private void delete(Path file) {
        try {
            disk.deleteIfExists(file);
        } catch (IOException e) {
            // it is swept when the archive is whole
        }
    }

    /**
     * {@return where a body that is about to be read is kept if it breaks off}
     *
     * @param index of the input
     * @param facts what the caller has to know to go on; no line breaks
     */
    public Keeping keep(int index, List<String> facts) {
        return new Keeping(index, facts, 0);
    }

    /**
     * {@return the same for a body of which the begin is here} Whoever reads it is given {@link #whole}.
     *
     * @param begun the begin
     */
    public Keeping keep(Begun begun) {
        return new Keeping(begun.index, begun.facts, begun.length);
    }

    /**
     * {@return a body: its begin, from the disk, then the rest}
     *
     * @param begun the begin
     * @param rest the rest
     * @throws OutputException if the begin cannot be read any more
     */
    public InputStream whole(Begun begun, InputStream rest) throws OutputException {
        Path file = file(begun.index, BYTES);
        try {
            return new SequenceInputStream(new Begin(disk.open(file, READ, NOFOLLOW_LINKS), file, begun.length), rest);
        } catch (IOException e) {
            throw OutputException.of("read", file, e);
        }
    }

    private Path file(int index, String suffix) {
        return folder.resolve(index + suffix);
    }

    /**
     * The begin of a body.
     *
     * @param index of the input
     * @param facts what was told of it, as it began
     * @param length how many bytes of it are here, 1 or more
     */
    public record Begun(int index, List<String> facts, long length) {}

    /** One body as it is read: {@link Spool} tells how far it came. */
    public final class Keeping {
        private final int index;
        private final List<String> facts;
        private final long length; // what the file has of it already
        private long marked;

        private Keeping(int index, List<String> facts, long length) {
            this.index = index;
            this.facts = facts;
            this.length = length;
            this.marked = length;
        }

        long length() {
            return length;
        }

        Path file() {
            return Partials.this.file(index, BYTES);
        }

        /** Opens the file for what comes behind its begin. */
        FileChannel open() throws IOException {
            if (length == 0) delete(Partials.this.file(index, FACTS));
            FileChannel out = disk.open(file(), CREATE, WRITE, NOFOLLOW_LINKS);
            try {
                out.truncate(length).position(length);
                return out;
            } catch (IOException e) {
                out.close();
                throw e;
            }
        }

        boolean isDue(long size) {
            return size - marked >= MARK_EVERY;
        }

        /** So many bytes are in the file, and this is their digest so far. */
        void mark(long size, MessageDigest sha) throws OutputException {
            if (size <= marked) return;
            Path file = Partials.this.file(index, FACTS);
            var text = new StringBuilder();
            if (!known.contains(index)) facts.forEach(fact -> text.append(fact).append('\n'));
            text.append(size)
                    .append(' ')
                    .append(HexFormat.of().formatHex(copy(sha).digest()))
                    .append('\n');
            try (FileChannel out = disk.open(file, CREATE, WRITE, APPEND, NOFOLLOW_LINKS)) {
                for (ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString()); bytes.hasRemaining(); )
                    out.write(bytes);
            } catch (IOException e) {
                throw OutputException.of("write", file, e);
            }
            known.add(index);
            marked = size;
        }

        /** The body is whole: from now on its file is nothing to go on with. */
        void done() {
            if (known.remove(index)) delete(Partials.this.file(index, FACTS));
        }

        /** Whether anything was marked, so that the file is worth keeping. */
        boolean isKept() {
            return known.contains(index);
        }
    }

    /** The first bytes of a file of ours: that it cannot be read is the disk's fault. */
    private static final class Begin extends InputStream {
        private final FileChannel in;
        private final Path file;
        private long left;

        Begin(FileChannel in, Path file, long length) {
            this.in = in;
            this.file = file;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            if (left == 0) return -1;
            try {
                int n = in.read(ByteBuffer.wrap(target, offset, (int) Math.min(count, left)));
                if (n < 0) throw new IOException("the file became shorter");
                left -= n;
                return n;
            } catch (IOException e) {
                throw OutputException.of("read", file, e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
