package dev.gofer.fetch.archive;

import static dev.gofer.fetch.archive.Archives.QUICK;
import static dev.gofer.fetch.archive.Archives.append;
import static dev.gofer.fetch.archive.Archives.assertHolds;
import static dev.gofer.fetch.archive.Archives.filesIn;
import static dev.gofer.fetch.archive.Archives.memory;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal as a crash may leave it, and as an enemy may write it. */
class JournalTest {
    private static final int ENTRIES = 9;

    @TempDir
    Path temp;

    private Path target = Path.of("");
    private Path journalFile = Path.of("");
    private byte[] part = {};
    private byte[] journal = {};
    /** Journal size after each commit, and how many entries it had made durable. */
    private final TreeMap<Integer, Integer> commits = new TreeMap<>();

    @BeforeEach
    void anUnfinishedRunOfThreeCommits() throws IOException {
        target = temp.resolve("out.zip");
        journalFile = temp.resolve("out.zip.gofer/journal");
        try (var archive = Archive.create(target, QUICK)) {
            commits.put(0, 0);
            for (int i = 0; i < ENTRIES; i++) {
                append(archive, memory(archive), i);
                if (i == 4) archive.fail(100, "http://host/100", "timeout", "no answer");
                if (i % 3 != 2) continue;
                archive.commit();
                commits.put((int) Files.size(journalFile), i + 1);
            }
        }
        part = Files.readAllBytes(temp.resolve("out.zip.part"));
        journal = Files.readAllBytes(journalFile);
    }

    /** Puts everything back as it was, but for the journal. */
    private void restore(byte[] journalBytes) throws IOException {
        Files.deleteIfExists(target);
        Files.createDirectories(journalFile.getParent());
        Files.write(temp.resolve("out.zip.part"), part);
        Files.write(journalFile, journalBytes);
    }

    /** Resumes, appends what is missing, finishes. @return what was done before */
    private BitSet resumeAndFinish() throws IOException {
        try (var archive = Archive.resume(target, QUICK)) {
            BitSet done = archive.done();
            for (int i = 0; i < ENTRIES; i++) if (!done.get(i)) append(archive, memory(archive), i);
            archive.finish();
            return done;
        }
    }

    @Test
    void aJournalTornAtAnyByteLosesNoCommittedEntry() throws IOException {
        for (int length = 0; length <= journal.length; length++) {
            restore(Arrays.copyOf(journal, length));
            int done = resumeAndFinish().cardinality();
            int committed = commits.floorEntry(length).getValue();
            assertTrue(done >= committed, done + " of " + committed + " at " + length);
            assertHolds(target, ENTRIES);
            assertEquals(List.of("out.zip"), filesIn(temp));
        }
    }

    @Test
    void anyTailOfGarbageIsTorn() throws IOException {
        var random = new Random(1);
        for (int round = 0; round < 200; round++) {
            int keep = random.nextInt(commits.lowerKey(journal.length), journal.length);
            byte[] torn = Arrays.copyOf(journal, keep + random.nextInt(300));
            if (round % 2 == 0) { // else zeros, as some file systems leave them
                var garbage = new byte[torn.length - keep];
                random.nextBytes(garbage);
                System.arraycopy(garbage, 0, torn, keep, garbage.length);
            }
            restore(torn);
            assertTrue(resumeAndFinish().cardinality() >= 6);
            assertHolds(target, ENTRIES);
        }
    }

    @Test
    void resumingCutsTheTornTailOff() throws IOException {
        restore(joined(journal, new byte[500]));
        Archive.resume(target, QUICK).close();
        assertArrayEquals(journal, Files.readAllBytes(journalFile));
    }

    @Test
    void damageBeforeTheLastCommitIsReportedAndTouchesNothing() throws IOException {
        int lastGroup = commits.lowerKey(journal.length);
        for (int at = 0; at < journal.length; at++) {
            restore(Archives.flipped(journal, at));
            if (at < lastGroup) {
                var e = assertThrows(OutputException.class, this::resumeAndFinish, "damage at " + at);
                assertTrue(String.valueOf(e.getMessage()).contains("is damaged at byte"), e::toString);
                assertArrayEquals(part, Files.readAllBytes(temp.resolve("out.zip.part")));
            } else { // cannot be told from a tail that was torn before its commit was durable
                assertTrue(resumeAndFinish().cardinality() >= 6);
                assertHolds(target, ENTRIES);
            }
        }
    }

    @Test
    void aShorterOrForeignPartIsNotResumed() throws IOException {
        restore(journal);
        for (byte[] other : List.of(Arrays.copyOf(part, part.length - 1), new byte[part.length], new byte[0])) {
            Files.write(temp.resolve("out.zip.part"), other);
            var e = assertThrows(OutputException.class, this::resumeAndFinish);
            assertTrue(String.valueOf(e.getMessage()).contains("is not the file"), e::toString);
            assertArrayEquals(other, Files.readAllBytes(temp.resolve("out.zip.part")));
        }
    }

    @Test
    void aHostileJournalIsRefused() throws IOException {
        var header = QUICK.header();
        var first = entry(0, 0, 10, "a.bin");
        long end = ZipFormat.localHeaderSize(first) + 10L;
        List<List<JournalRecord>> hostile = List.of(
                List.of(first),
                List.of(header, header),
                List.of(header, entry(-1, 0, 10, "a.bin")),
                List.of(header, entry(Integer.MAX_VALUE, 0, 10, "a.bin")),
                List.of(header, entry(0, -1, 10, "a.bin")),
                List.of(header, entry(0, 1, 10, "a.bin")),
                List.of(header, entry(0, 0, -10, "a.bin")),
                List.of(header, entry(0, 0, Long.MAX_VALUE, "a.bin")),
                List.of(header, entry(0, 0, 10, "../a.bin")),
                List.of(header, entry(0, 0, 10, "")),
                List.of(header, first, first),
                List.of(header, first, entry(0, end, 10, "b.bin")),
                List.of(header, first, entry(1, end + 1, 10, "b.bin")),
                List.of(header, new JournalRecord.Failure(-5, "u", "r", "m")),
                List.of(header, first, new JournalRecord.Commit(2, 1, end)),
                List.of(header, first, new JournalRecord.Commit(1, 2, end)),
                List.of(header, first, new JournalRecord.Commit(1, 1, end - 1)));
        List<byte[]> journals = new ArrayList<>();
        for (var records : hostile) journals.add(frames(records));
        byte[] good = frames(List.of(header));
        for (byte[] nonsense : List.of(
                new byte[] {'X'},
                new byte[] {'E', 0, 0},
                new byte[] {'H', 0, 0, 0, 9},
                new byte[] {'F', 0, 0, 0, 1, 0x7F, -1, -1, -1},
                new byte[] {'C', 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}))
            journals.add(joined(good, frame(nonsense)));
        for (byte[] bytes : journals) {
            restore(bytes);
            assertThrows(OutputException.class, () -> Archive.resume(target, QUICK), () -> Arrays.toString(bytes));
            assertArrayEquals(part, Files.readAllBytes(temp.resolve("out.zip.part")));
        }
    }

    @Test
    void theDirectoryComesFromTheJournalInFixedMemory() throws IOException {
        var header = new JournalRecord.Header(ArchiveFormat.ZIP, "l", "s");
        List<JournalRecord> records = new ArrayList<>(List.of(header));
        long end = 0;
        for (int i = 0; i < 3000; i++) { // several windows of the reader
            var entry = entry(i, end, 1, "n".repeat(i % 190 + 1) + i);
            end += ZipFormat.localHeaderSize(entry) + 1;
            records.add(entry);
        }
        Files.write(journalFile, frames(records));
        try (var channel = FileChannel.open(journalFile);
                var index = new JournalIndex(temp.resolve("index"), Disk.REAL)) {
            var replay = Replay.of(new JournalReader(journalFile, channel), index);
            assertEquals(3000, replay.entries());
            assertEquals(end, replay.end());
            assertEquals(Files.size(journalFile), replay.journalEnd());
        }
    }

    private static JournalRecord.Entry entry(int index, long offset, long size, String name) {
        return new JournalRecord.Entry(index, offset, size, size, 0, 1, new byte[32], 0, name, "u", 200);
    }

    private static byte[] frames(List<JournalRecord> records) {
        byte[] all = {};
        var out = new ByteArrayOutputStream();
        for (JournalRecord one : records) out.writeBytes(frame(one.encode()));
        return joined(all, out.toByteArray());
    }

    private static byte[] frame(byte[] bytes) {
        return ByteBuffer.allocate(Journal.FRAME_HEAD + bytes.length)
                .putInt(bytes.length)
                .putInt(Journal.checksum(ByteBuffer.wrap(bytes)))
                .put(bytes)
                .array();
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }
}
