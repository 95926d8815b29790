package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A folder with a file for each entry. */
final class FolderStore implements Store {
    /* A file is written under its index in the state folder, and moved to its name in the target once it is committed.
     * (1) What is in the journal is whole on disk, under its index or under its name: a crash between the two is made good by redo.
     * (2) What is under an index and not in the journal is of no use: redo deletes it.
     * (3) No step on the way from the target to a file is a link: a list cannot name its way out of the folder.
     * (4) No more files wait than one commit has entries, so their records need little memory.
     * (5) Many files are put on disk several at a time: a file system writes its own journal once for all who wait for that at the moment.
     *     force returns when each of them is there, or the first failure is known and nobody is at it any more. */
    private static final int AT_ONCE = 8;
    private static final int MANY = 64;

    private final StateFolder state;
    private final ArchiveOptions options;
    private final Disk disk;
    private final List<JournalRecord.Entry> waiting = new ArrayList<>();
    private final Set<Path> touched = new HashSet<>(); // folders with a new name in them

    FolderStore(StateFolder state, ArchiveOptions options, Disk disk) {
        this.state = state;
        this.options = options;
        this.disk = disk;
    }

    /** Brings (1) and (2) about after a crash. */
    void redo(BitSet done, JournalReader records) throws IOException {
        var left = new BitSet();
        for (Path file : files()) {
            int index = index(file);
            if (index >= 0 && done.get(index)) left.set(index);
            else disk.deleteIfExists(file);
        }
        for (JournalRecord next; !left.isEmpty() && (next = records.next()) != null; ) {
            if (!(next instanceof JournalRecord.Entry entry) || !left.get(entry.index())) continue;
            place(entry);
            left.clear(entry.index());
        }
        syncTouched();
    }

    private List<Path> files() throws IOException {
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(state.files)) {
            for (Path file : found) files.add(file);
        } catch (NoSuchFileException e) {
            // the usual case at a start
        }
        return files;
    }

    private static int index(Path file) {
        try {
            return Integer.parseInt(String.valueOf(file.getFileName()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public void write(JournalRecord.Entry entry, Body body) throws IOException {
        if (waiting.isEmpty()) createFolder(state.files);
        Path file = file(entry);
        try (FileChannel out = disk.open(file, CREATE_NEW, WRITE)) {
            body.writeTo(out, ByteBuffer.allocate(0));
            if (out.position() != entry.size()) throw new IOException("an entry of unexpected length");
        }
        disk.setModified(file, entry.mtimeSeconds());
        waiting.add(entry);
    }

    private Path file(JournalRecord.Entry entry) {
        return state.files.resolve(Integer.toString(entry.index()));
    }

    @Override
    public void force() throws IOException {
        if (!options.durable() || waiting.isEmpty()) return;
        if (waiting.size() < MANY) for (JournalRecord.Entry entry : waiting) force(entry);
        else forceManyAtOnce();
        disk.syncFolder(state.files);
    }

    private void force(JournalRecord.Entry entry) throws IOException {
        try (FileChannel file = disk.open(file(entry), WRITE, NOFOLLOW_LINKS)) {
            file.force(true);
        }
    }

    /** (5) */
    private void forceManyAtOnce() throws IOException {
        var next = new AtomicInteger();
        var failure = new AtomicReference<@Nullable Throwable>();
        Runnable work = () -> {
            try {
                for (int at; failure.get() == null && (at = next.getAndIncrement()) < waiting.size(); )
                    force(waiting.get(at));
            } catch (IOException | RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        };
        try (var threads = Executors.newFixedThreadPool(
                AT_ONCE, Thread.ofPlatform().name("gofer-fsync-", 1).factory())) {
            for (int i = 0; i < AT_ONCE; i++) threads.execute(work);
        } // waits for all
        switch (failure.get()) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
    }

    @Override
    public void committed() throws IOException {
        for (JournalRecord.Entry entry : waiting) place(entry);
        waiting.clear();
        syncTouched();
    }

    private void place(JournalRecord.Entry entry) throws IOException {
        Path at = state.target;
        createFolder(at);
        String name = entry.name();
        int from = 0;
        for (int slash; (slash = name.indexOf('/', from)) >= 0; from = slash + 1) {
            at = at.resolve(name.substring(from, slash));
            createFolder(at); // (3)
        }
        Path to = at.resolve(name.substring(from));
        state.move(file(entry), to, options.overwrite());
        touched.add(at);
    }

    private void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder, NOFOLLOW_LINKS)) return;
        try {
            disk.createFolder(folder);
            Path parent = folder.getParent();
            if (parent != null) touched.add(parent);
        } catch (FileAlreadyExistsException e) {
            throw new OutputException(folder + " is in the way: it is not a folder");
        }
    }

    private void syncTouched() throws IOException {
        if (options.durable()) for (Path folder : touched) disk.syncFolder(folder);
        touched.clear();
    }

    @Override
    public long end(JournalReader records, long entries, long end) throws IOException {
        createFolder(state.target);
        syncTouched();
        return end;
    }

    @Override
    public void publish() {}

    @Override
    public void next(int shard) {
        throw new AssertionError("a folder has no shards");
    }

    @Override
    public void close() {}
}
