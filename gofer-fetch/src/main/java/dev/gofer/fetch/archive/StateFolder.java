package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files of one run, beside its target {@code T}: {@code T.part}, the archive as it grows, and the folder {@code T.gofer} with the lock,
 * the journal, the spool and the files that wait to be moved into a folder. Whoever holds one of these holds the lock: no other run touches
 * the same files. Of shards, {@code T} is their pattern, and the part that of the shard at hand.
 */
final class StateFolder implements AutoCloseable {
    /* (1) Only files with the names below are ever written or deleted, never through a symbolic link, and only under the lock.
     * (2) A part is ours only if a journal stands beside it: the journal is made before the part and deleted after it.
     * (3) The lock file is deleted by its holder only; who locks a file that lost its name meanwhile tries again. */
    static final String SPOOL_SUFFIX = ".body";

    final Path target;
    final Path journal;
    final Path spool;
    final Path files;
    final Path index; // of the journal, while a run goes on with it
    private final Path folder;
    private final Path lockFile;
    private final Disk disk;
    private final boolean ofFolder;
    private final boolean overwrite;
    private final @Nullable ShardName shards;
    private final @Nullable ShardName overflow; // of a target that is one file unless it has too many entries
    private Path file; // the final name of the file at hand
    private Path part;
    private @Nullable FileChannel lock; // null: released

    private StateFolder(Path target, ArchiveOptions options, Disk disk) {
        this.target = target.toAbsolutePath();
        this.disk = disk;
        ofFolder = options.format() == ArchiveFormat.FOLDER;
        overwrite = options.overwrite();
        shards = options.isSharded() ? ShardName.of(this.target) : null;
        overflow = options.isAutoSharded() ? ShardName.behind(this.target) : null;
        file = shards == null ? this.target : shards.shard(0);
        part = besides(file, ".part");
        folder = besides(target, ".gofer");
        journal = folder.resolve("journal");
        spool = folder.resolve("spool");
        files = folder.resolve("files");
        index = folder.resolve("index");
        lockFile = folder.resolve("lock");
    }

    private static Path besides(Path target, String suffix) {
        Path name = target.getFileName();
        if (name == null) throw new IllegalArgumentException("not the name of a file: " + target);
        return target.toAbsolutePath().resolveSibling(name + suffix);
    }

    /** Whether an earlier run to this target left a journal. Only a hint: another run may be at work on it. */
    static boolean isUnfinished(Path target) {
        return target.getFileName() != null
                && Files.isRegularFile(besides(target, ".gofer").resolve("journal"), NOFOLLOW_LINKS);
    }

    /** Checks the target, makes the folder if need be, takes the lock, and removes what a finished or killed run has left behind. */
    static StateFolder open(Path target, ArchiveOptions options, Disk disk) throws OutputException {
        if (target.getFileName() == null)
            throw new OutputException("cannot write " + target + ": it is the root of the file system: name a file");
        var state = new StateFolder(target, options, disk);
        state.checkTarget();
        state.makeFolder();
        state.acquire();
        try {
            state.sweep();
            state.requireFree(options.minFree());
            return state;
        } catch (IOException e) {
            state.close();
            throw OutputException.of("tidy", state.folder, e);
        }
    }

    /** Turns to another shard: from here on it is the file at hand. */
    void turnTo(int shard) {
        file = file(shard);
        part = besides(file, ".part");
    }

    /** The final name of a shard; where there are none, of the file at hand. */
    Path file(int shard) {
        if (shards != null) return shards.shard(shard);
        return overflow != null ? overflow.shard(shard) : file;
    }

    /** The final name of the file at hand: the target, a shard, or the folder. */
    Path file() {
        return file;
    }

    Path part() {
        return part;
    }

    private void checkTarget() throws OutputException {
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent))
            throw new OutputException("cannot write " + target + ": there is no folder " + parent);
        if (Files.isSymbolicLink(target))
            throw new OutputException(target + " is a symbolic link: name the file itself as the output");
        if (shards != null) return; // which of them may be there is known when the journal was read
        if (ofFolder) {
            if (targetExists() && !Files.isDirectory(target, NOFOLLOW_LINKS))
                throw new OutputException(target + " is not a folder: name a folder as the output");
            return;
        }
        if (Files.isDirectory(target))
            throw new OutputException(
                    target + " is a folder: name a file as the output, or write a slash behind it to fill the folder");
        if (targetExists() && !Files.isRegularFile(target, NOFOLLOW_LINKS))
            throw new OutputException(target + " is a device or the like: name a file as the output");
        if (overflow == null || !hasJournal()) requireFreeName(); // else it may be the run's own first shard
    }

    /** What is to have the name at hand must not be there already, unless it may be replaced. */
    void requireFreeName() throws OutputException {
        if (!overwrite && targetExists() && !partIsTarget()) throw exists();
    }

    /** Before a run begins anew: what it is to make must not be there. */
    void requireNew() throws IOException {
        if (ofFolder && !overwrite && targetExists()) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(target)) {
                if (found.iterator().hasNext())
                    throw new OutputException(
                            target + " is not empty: empty it, allow overwriting, or name another folder");
            }
        }
        ShardName names = shards;
        Path parent = target.getParent();
        if (names == null || parent == null) return;
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent)) {
            for (Path other : found) {
                String name = String.valueOf(other.getFileName());
                if (names.matches(name, ""))
                    throw new OutputException(other + " exists already, and a shard is never replaced: "
                            + "remove the earlier shards, or name others");
                if (!hasJournal() && names.matches(name, ".part"))
                    throw new OutputException(
                            other + " is in the way and has no journal, so it cannot be resumed: remove it");
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private boolean targetExists() {
        return Files.exists(file, NOFOLLOW_LINKS);
    }

    private OutputException exists() {
        return new OutputException(file + " exists already: remove it, allow overwriting, or name another output");
    }

    /** The earlier run died between its last two steps: the target is whole, and {@code part} is only its second name. */
    boolean partIsTarget() {
        try {
            return targetExists() && hasPart() && Files.isSameFile(part, file);
        } catch (IOException e) {
            return false;
        }
    }

    private void makeFolder() throws OutputException {
        try {
            disk.createFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, NOFOLLOW_LINKS))
                throw new OutputException(folder + " is in the way: it is not a folder");
        } catch (IOException e) {
            throw OutputException.of("create", folder, e);
        }
    }

    private void acquire() throws OutputException {
        try {
            while (lock == null) {
                Object before = lockIdentity();
                FileChannel channel = disk.open(lockFile, CREATE, WRITE, NOFOLLOW_LINKS);
                try {
                    if (channel.tryLock() == null) throw inUse();
                    if (Objects.equals(before, lockIdentity()))
                        lock = channel; // (3); a new lock file takes a second round
                } catch (OverlappingFileLockException e) {
                    throw inUse();
                } finally {
                    if (lock == null) channel.close();
                }
            }
            write("process " + ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            close();
            throw OutputException.of("lock", lockFile, e);
        }
    }

    private @Nullable Object lockIdentity() throws IOException {
        if (!Files.exists(lockFile, NOFOLLOW_LINKS)) return null;
        return Files.readAttributes(lockFile, BasicFileAttributes.class, NOFOLLOW_LINKS)
                .fileKey();
    }

    private void write(String holder) throws IOException {
        FileChannel channel = Objects.requireNonNull(lock);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
    }

    private OutputException inUse() {
        return new OutputException("another run is writing " + target
                + ": wait for it, end it, or name another output; " + lockFile + " says which process it is");
    }

    /** Where an earlier run died between its last two steps, does the last. */
    void sweepFinished() throws IOException {
        if (!partIsTarget()) return;
        removeAll();
        if (!overwrite) throw exists();
    }

    private void sweep() throws IOException {
        if (shards == null && overflow == null) sweepFinished();
        disk.deleteIfExists(index);
        sweepSpool("*" + SPOOL_SUFFIX);
    }

    /** Spool files hold bodies without an entry: after a crash they are of no use, but for {@link Partials}. */
    private void sweepSpool(String which) throws IOException {
        if (!Files.isDirectory(spool, NOFOLLOW_LINKS)) return;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(spool, which)) {
            for (Path file : files) if (Files.isRegularFile(file, NOFOLLOW_LINKS)) disk.deleteIfExists(file);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    boolean hasJournal() {
        return Files.isRegularFile(journal, NOFOLLOW_LINKS);
    }

    boolean hasPart() {
        return Files.exists(part, NOFOLLOW_LINKS);
    }

    /** Makes sure that writing {@code part} changes no other file: a backup may have given it a second name. */
    void detachPart() throws OutputException {
        Path copy = folder.resolve("part");
        try {
            if (!Files.isRegularFile(part, NOFOLLOW_LINKS)) throw new OutputException(part + " is not a regular file");
            if (!part.getFileSystem().supportedFileAttributeViews().contains("unix")) return;
            if ((Integer) Files.getAttribute(part, "unix:nlink", NOFOLLOW_LINKS) == 1) return;
            disk.deleteIfExists(copy);
            disk.copy(part, copy);
            disk.rename(copy, part);
        } catch (IOException e) {
            throw OutputException.of("copy", part, e);
        }
    }

    /** Fails where fewer bytes are left on the disk. */
    void requireFree(long bytes) throws IOException {
        if (bytes == 0) return;
        long free = disk.free(folder);
        if (free < bytes)
            throw new OutputException("only " + (free >> 20) + " MiB are free where " + target + " is written, and "
                    + (bytes >> 20) + " MiB have to stay: free some space and run again");
    }

    /** Makes names durable: of the journal and the part, or of the target. */
    void syncNames() throws OutputException {
        try {
            disk.syncFolder(folder);
            disk.syncFolder(folder.resolveSibling("."));
        } catch (IOException e) {
            throw OutputException.of("sync", folder, e);
        }
    }

    /** Gives the finished part its final name. Without {@code replace} the name is taken only if it is free, without a race. */
    void publish(boolean replace) throws OutputException {
        try {
            if (replace || !linked(part, file)) disk.rename(part, file);
        } catch (IOException e) {
            throw OutputException.of("publish", file, e);
        }
    }

    /** Moves a file to its name, as {@link #publish}; also where an earlier move was cut off in its middle. */
    void move(Path from, Path to, boolean replace) throws OutputException {
        try {
            if (!replace && (isSame(from, to) || linked(from, to))) disk.deleteIfExists(from);
            else disk.rename(from, to);
        } catch (IOException e) {
            throw OutputException.of("publish", to, e);
        }
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return Files.exists(other, NOFOLLOW_LINKS) && Files.isSameFile(one, other);
    }

    /** Java's rename always replaces; a hard link never does. A file system without links gets a check instead, which may race. */
    private boolean linked(Path from, Path to) throws OutputException {
        try {
            disk.link(to, from);
            return true;
        } catch (UnsupportedOperationException | IOException e) {
            if (!Files.exists(to, NOFOLLOW_LINKS)) return false;
            throw new OutputException(to + " was made by somebody else meanwhile; what should be there is " + from
                    + ": rename it, or run again with overwriting allowed");
        }
    }

    /** Deletes the part, the journal and the spool, in an order that never leaves a part without its journal (2). */
    void removeAll() throws IOException {
        if (shards != null) removeParts(shards);
        else if (!ofFolder) disk.deleteIfExists(part);
        disk.deleteIfExists(journal);
        sweepSpool("*{" + SPOOL_SUFFIX + "," + Partials.BYTES + "," + Partials.FACTS + "}");
        if (!ofFolder || !Files.isDirectory(files, NOFOLLOW_LINKS)) return;
        try (DirectoryStream<Path> left = Files.newDirectoryStream(files)) {
            for (Path one : left) disk.deleteIfExists(one);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private void removeParts(ShardName names) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder.resolveSibling("."))) {
            for (Path one : found)
                if (names.matches(String.valueOf(one.getFileName()), ".part")) disk.deleteIfExists(one);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Gives up the lock and whatever is empty; a journal and its part stay. */
    @Override
    public void close() {
        FileChannel held = lock;
        if (held == null) return;
        lock = null;
        deleteQuietly(spool);
        deleteQuietly(files);
        deleteQuietly(lockFile); // (3): before the lock goes
        try {
            held.close();
        } catch (IOException e) {
            // the system frees the lock with the process
        }
        deleteQuietly(folder);
    }

    private void deleteQuietly(Path file) {
        try {
            disk.deleteIfExists(file);
        } catch (IOException e) {
            // a folder that is not empty, mostly; nothing here is in anybody's way
        }
    }
}
