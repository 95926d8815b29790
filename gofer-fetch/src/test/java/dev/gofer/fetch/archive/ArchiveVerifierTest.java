package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveVerifierTest {
    private static final int ENTRIES = 4;

    @TempDir
    Path temp;

    private Path zip = Path.of("");
    private byte[] whole = {};

    @BeforeEach
    void aGoodArchive() throws IOException {
        zip = temp.resolve("out.zip");
        try (var archive = Archive.create(zip, Archives.QUICK)) {
            var spool = Archives.memory(archive);
            for (int i = 0; i < ENTRIES; i++) {
                try (Body body = spool.read(new ByteArrayInputStream(content(i)))) {
                    archive.append(Archives.item(i), body);
                }
            }
            archive.finish();
        }
        whole = Files.readAllBytes(zip);
    }

    /** Little, because some tests take a round for each byte of the archive. */
    private static byte[] content(int index) {
        return Arrays.copyOf(Archives.content(index), 20 * index);
    }

    private ArchiveVerifier.Report verify(byte[] bytes) throws IOException {
        Files.write(zip, bytes);
        return ArchiveVerifier.verify(zip);
    }

    @Test
    void aGoodArchiveHasNoProblems() throws IOException {
        var report = ArchiveVerifier.verify(zip);
        assertTrue(report.isWhole());
        assertEquals(ENTRIES, report.entries());
        assertEquals(20 + 40 + 60, report.bytes());
    }

    @Test
    void aFlippedBitIsNoticedWhereverItMatters() throws IOException {
        BitSet harmless = harmless();
        assertTrue(harmless.cardinality() < 40 * ENTRIES);
        for (int at = 0; at < whole.length; at++) {
            if (harmless.get(at)) continue;
            assertFalse(verify(Archives.flipped(whole, at)).isWhole(), "a flip at byte " + at);
        }
    }

    /** What no reader needs to get the bytes right: time stamps beside the DOS one, "made by", attributes. */
    private BitSet harmless() {
        var bits = new BitSet();
        var in = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < whole.length - 4; at++) {
            boolean local = in.getInt(at) == ZipFormat.LOCAL;
            boolean central = in.getInt(at) == ZipFormat.CENTRAL;
            if (!local && !central) continue;
            int fixed = local ? ZipFormat.LOCAL_BYTES : ZipFormat.CENTRAL_BYTES;
            int extra = at + fixed + in.getShort(at + (local ? 26 : 28));
            bits.set(extra, extra + 2);
            bits.set(extra + 4, extra + 9);
            if (central) bits.set(at + 4, at + 6);
            if (central) bits.set(at + 34, at + 42);
        }
        return bits;
    }

    @Test
    void bytesThatBelongToNoEntryAreNoticed() throws IOException {
        var in = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        int startField = whole.length - ZipFormat.END_BYTES + 16;
        int start = in.getInt(startField);
        byte[] padded = Arrays.copyOf(whole, whole.length + 5);
        System.arraycopy(whole, start, padded, start + 5, whole.length - start);
        ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN).putInt(startField + 5, start + 5);
        assertEquals(
                List.of("there are stray bytes between the last entry and the directory"),
                verify(padded).problems());
    }

    @Test
    void aCutArchiveIsNoticedAtEveryLength() throws IOException {
        for (int length = 0; length < whole.length; length++)
            assertFalse(verify(Arrays.copyOf(whole, length)).isWhole(), "cut at " + length);
    }

    @Test
    void randomDamageNeverBreaksTheVerifier() throws IOException {
        var random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 8; i++) {
                int at = random.nextBoolean()
                        ? random.nextInt(damaged.length)
                        : damaged.length - 1 - random.nextInt(400);
                damaged[at] = (byte) random.nextInt();
            }
            verify(damaged); // ends, and throws nothing
        }
    }

    @Test
    void aManifestIsHeldAgainstTheContent() throws IOException {
        Map<String, byte[]> manifest = new HashMap<>();
        for (int i = 0; i < ENTRIES; i++)
            manifest.put(Archives.item(i).name(), Spool.sha256().digest(content(i)));
        assertTrue(ArchiveVerifier.verify(zip, manifest).isWhole());
        manifest.put("absent", new byte[32]);
        manifest.put(Archives.item(2).name(), new byte[32]);
        assertEquals(
                List.of(Archives.item(2).name() + " has a wrong SHA-256", "1 entries of the manifest are missing"),
                ArchiveVerifier.verify(zip, manifest).problems());
    }

    @Test
    void archivesOfOthersAreReadToo() throws IOException {
        var report = verify(others("a.txt", "b/c.txt"));
        assertEquals(2, report.entries());
        for (String problem : report.problems()) // java.util.zip writes sizes behind deflated data
        assertTrue(
                    problem.contains("does not have its sizes")
                            || problem.contains("local header")
                            || problem.contains("stray"),
                    problem);
        var stored = verify(stored("a.txt", "b/c.txt"));
        assertEquals(List.of(), stored.problems());
    }

    @Test
    void unsafeAndDoubleNamesAreProblems() throws IOException {
        for (String name : List.of("../evil", "/abs", "C:\\x", "CON", "aux.txt", "trail.", "a\u202Eb"))
            assertTrue(verify(stored(name)).problems().toString().contains("is not a name that is safe"), name);
        assertTrue(verify(stored("a", "A")).problems().toString().contains("twice"));
        assertTrue(verify(stored("e\u0301", "\u00E9")).problems().toString().contains("twice"));
        assertFalse(verify(stored("a\u001b[31m")).problems().toString().contains("\u001b"));
    }

    private static byte[] others(String... names) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                out.write(name.repeat(100).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] stored(String... names) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            out.setMethod(ZipOutputStream.STORED);
            for (String name : names) {
                byte[] content = name.getBytes(StandardCharsets.UTF_8);
                var crc = new CRC32();
                crc.update(content);
                var entry = new ZipEntry(name);
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
                out.putNextEntry(entry);
                out.write(content);
            }
        }
        return bytes.toByteArray();
    }
}
