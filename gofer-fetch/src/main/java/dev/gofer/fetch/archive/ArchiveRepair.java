package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a whole archive of what is left of one: of a part that a killed run has left, of an archive that was cut off, that has lost its
 * directory, or has damage in its middle. What is repaired is only read; the result is another file.
 */
public final class ArchiveRepair {
    /* (1) The result holds whole entries only: of a ZIP those whose CRC is right, of a tar those whose data is there to the last byte.
     * (2) It has its name once it is whole and on disk; a file of that name is replaced only if that is allowed.
     * (3) A journal beside a part tells the SHA-256 of what was committed: what differs is left out, what is missing is counted. */
    private static final int KEPT = 100;

    private final Path from;
    private final Expected committed;
    private final List<String> lost = new ArrayList<>();
    private long lostCount;
    private long skipped;
    private long found; // of what the journal tells of

    private ArchiveRepair(Path from, Expected committed) {
        this.from = from;
        this.committed = committed;
    }

    /**
     * What was found and made.
     *
     * @param result the new archive; null where there was no whole entry
     * @param entries in it
     * @param bytes size of it
     * @param lost one sentence for each entry that was found and is not in it, the first 100; control characters escaped
     * @param lostCount how many there were
     * @param skippedBytes of what was read, those that belong to no entry that could be told
     * @param missing entries that the journal tells of and that were not found; 0 where there is no journal
     */
    public record Report(
            @Nullable Path result,
            long entries,
            long bytes,
            List<String> lost,
            long lostCount,
            long skippedBytes,
            long missing) {}

    /**
     * Repairs a ZIP or a tar.
     *
     * @param from the damaged archive, or a run's part; only read
     * @param to the new archive
     * @param overwrite whether a file of that name may be replaced, which may be {@code from} itself
     * @return what was found and made
     * @throws OutputException if the new archive cannot be written, or may not
     * @throws IOException if the damaged one cannot be read
     */
    public static Report repair(Path from, Path to, boolean overwrite) throws IOException {
        if (!overwrite && Files.exists(to, NOFOLLOW_LINKS))
            throw new OutputException(to + " exists already: remove it, allow overwriting, or name another output");
        if (Files.exists(to, NOFOLLOW_LINKS) && !Files.isRegularFile(to, NOFOLLOW_LINKS))
            throw new OutputException(to + " is no regular file: name another output");
        return new ArchiveRepair(from, journaled(from)).repair(to, overwrite);
    }

    private Report repair(Path to, boolean overwrite) throws IOException {
        Path part = to.resolveSibling(to.getFileName() + ".repair");
        Path spool = to.resolveSibling(to.getFileName() + ".repair.gofer");
        boolean published = false;
        try (FileChannel in = FileChannel.open(from, READ)) {
            boolean isTar = ArchiveVerifier.isTar(withoutPart(from), in);
            long entries;
            long bytes;
            try (FileChannel out = create(part);
                    var archive = Archive.stream(out, to, isTar ? ArchiveFormat.TAR : ArchiveFormat.ZIP, spool)) {
                if (isTar) tar(in, archive);
                else zip(in, archive);
                entries = archive.entries();
                if (entries > 0) archive.finish();
                bytes = archive.bytes();
                force(out, part);
            }
            if (entries > 0) {
                publish(part, to, overwrite);
                published = true;
            }
            long missing = Math.max(0, committed.size() - found);
            return new Report(
                    published ? to : null,
                    entries,
                    published ? bytes : 0,
                    List.copyOf(lost),
                    lostCount,
                    skipped,
                    missing);
        } finally {
            if (!published) Files.deleteIfExists(part);
        }
    }

    private static FileChannel create(Path part) throws OutputException {
        try {
            return FileChannel.open(part, CREATE_NEW, WRITE);
        } catch (IOException e) {
            throw OutputException.of("create", part, e);
        }
    }

    private static void force(FileChannel out, Path part) throws OutputException {
        try {
            out.force(true);
        } catch (IOException e) {
            throw OutputException.of("write", part, e);
        }
    }

    /** (2) */
    private static void publish(Path part, Path to, boolean overwrite) throws OutputException {
        try {
            if (!overwrite) {
                try {
                    Disk.REAL.link(to, part);
                    Files.delete(part);
                } catch (FileAlreadyExistsException e) {
                    throw new OutputException(to + " was made by somebody else meanwhile");
                } catch (UnsupportedOperationException | IOException e) {
                    if (Files.exists(to, NOFOLLOW_LINKS))
                        throw new OutputException(to + " was made by somebody else meanwhile");
                    Disk.REAL.rename(part, to);
                }
            } else {
                Disk.REAL.rename(part, to);
            }
            Disk.REAL.syncFolder(to.toAbsolutePath().resolveSibling("."));
        } catch (IOException e) {
            throw OutputException.of("publish", to, e);
        }
    }

    private void zip(FileChannel in, Archive archive) throws IOException {
        var names = new EntryNames();
        int index = 0;
        try (var scan = new ZipScan(in)) {
            for (ZipScan.Found one; (one = scan.next()) != null; ) {
                Body.Digest digest = one.digest();
                if (digest == null) {
                    lose(one.name() + " " + one.problem());
                } else if (isRight(one.name(), digest.size(), digest.sha256())
                        && !(one.name().endsWith("/") && digest.size() == 0)) { // a folder is made by what is in it
                    var body = new Salvage(digest, one.method(), one.packedSize(), from, in, one.start());
                    archive.append(item(index++, names.forName(one.name()), one.mtimeSeconds()), body);
                }
            }
            skipped = scan.skipped();
        }
    }

    private void tar(FileChannel in, Archive archive) throws IOException {
        var names = new EntryNames();
        int index = 0;
        var tar = new TarReader(in);
        while (true) {
            TarReader.Entry one;
            try {
                one = tar.next();
            } catch (ZipWindow.Unreadable e) {
                lose(String.valueOf(e.getMessage()));
                long begin = tar.position();
                tar.seek();
                skipped += tar.position() - begin;
                continue;
            }
            if (one == null) return;
            if (one.type() == '5') continue;
            if (!one.isFile()) {
                lose(one.name() + " is no file, but a link or a device");
                continue;
            }
            var digest = new Body.Digest(one.size(), 0, sha256(in, one));
            if (!isRight(one.name(), one.size(), digest.sha256())) continue;
            var body = new Salvage(digest, ZipFormat.STORED, one.size(), from, in, one.start());
            archive.append(item(index++, names.forName(one.name()), one.mtimeSeconds()), body);
        }
    }

    private byte[] sha256(FileChannel in, TarReader.Entry one) throws IOException {
        MessageDigest sha = Spool.sha256();
        if (!committed.contains(one.name())) return new byte[32]; // nobody asks
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        for (long left = one.size(); left > 0; left -= buffer.position()) {
            buffer.clear().limit((int) Math.min(left, buffer.capacity()));
            while (buffer.hasRemaining()) {
                if (in.read(buffer, one.start() + one.size() - left + buffer.position()) < 0)
                    throw new IOException("the file shrinks while it is read");
            }
            sha.update(buffer.array(), 0, buffer.position());
        }
        return sha.digest();
    }

    private static Item item(int index, String name, long seconds) {
        return new Item(index, name, "", 0, Instant.ofEpochSecond(seconds));
    }

    private boolean isRight(String name, long size, byte[] sha256) {
        if (!committed.contains(name)) return true;
        if (committed.isSize(name, size) && committed.isHash(name, sha256)) {
            found++;
            return true;
        }
        lose(name + " is not what the journal tells");
        return false;
    }

    private void lose(String sentence) {
        if (lostCount++ < KEPT) lost.add(Findings.escaped(sentence));
    }

    private static Path withoutPart(Path part) {
        String name = String.valueOf(part.getFileName());
        return name.endsWith(".part") ? part.resolveSibling(name.substring(0, name.length() - 5)) : part;
    }

    /** (3): what the journal tells of the file at hand; nothing where there is none, or it is of no use. */
    private static Expected journaled(Path part) throws IOException {
        Path target = withoutPart(part);
        var expected = new Expected();
        Path journal = target.resolveSibling(target.getFileName() + ".gofer").resolve("journal");
        if (target.equals(part) || !Files.isRegularFile(journal, NOFOLLOW_LINKS)) return expected;
        try (FileChannel channel = FileChannel.open(journal, READ, NOFOLLOW_LINKS)) {
            var reader = new JournalReader(journal, channel);
            var pending = new ArrayList<JournalRecord.Entry>();
            for (JournalRecord next; (next = reader.next()) != null; ) {
                if (next instanceof JournalRecord.Entry entry) pending.add(entry);
                if (next instanceof JournalRecord.Seal) expected = new Expected(); // of another file
                if (!(next instanceof JournalRecord.Commit)) continue;
                for (var entry : pending) expected.add(entry.name(), entry.size(), entry.sha256());
                pending.clear();
            }
            return expected;
        } catch (OutputException e) {
            return new Expected(); // a damaged journal: the part has to do without
        }
    }
}
