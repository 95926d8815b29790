package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be made of archives that are cut, damaged, or never came about. */
class ArchiveRepairTest {
    private static final int ENTRIES = 6;

    @TempDir
    Path temp;

    private int round;

    /** A whole archive; and where each entry begins, in the end where they end. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Made(byte[] bytes, List<Integer> starts) {}

    private Made make(ArchiveFormat format) throws IOException {
        var starts = new ArrayList<Integer>();
        var out = new ByteArrayOutputStream();
        try (var archive = Archive.stream(
                java.nio.channels.Channels.newChannel(out), Path.of("x"), format, temp.resolve("spool"))) {
            var spool = Archives.memory(archive);
            var how = format == ArchiveFormat.ZIP ? Compression.AUTO : Compression.STORE;
            try (var compressor = new Compressor(how, spool)) {
                for (int i = 0; i < ENTRIES; i++) {
                    starts.add(out.size());
                    try (Body body = compressor.pack(spool.read(new ByteArrayInputStream(content(i))))) {
                        archive.append(Archives.item(i), body);
                    }
                }
            }
            starts.add(out.size());
            archive.finish();
        }
        return new Made(out.toByteArray(), starts);
    }

    /** Little, because some tests take a round for each byte. */
    private static byte[] content(int index) {
        byte[] bytes = Arrays.copyOf(Archives.content(index), 60 * index);
        return index == 4 ? "four times four ".repeat(20).getBytes(StandardCharsets.UTF_8) : bytes;
    }

    private ArchiveRepair.Report repair(byte[] bytes, ArchiveFormat format) throws IOException {
        String ending = format == ArchiveFormat.ZIP ? ".zip" : ".tar";
        Path from = Files.write(temp.resolve("damaged" + ending), bytes);
        Path to = temp.resolve("repaired-" + round++ + ending);
        var report = ArchiveRepair.repair(from, to, false);
        assertArrayEquals(bytes, Files.readAllBytes(from), "it is only read");
        assertEquals(report.result() != null, Files.exists(to));
        if (report.result() == null) return report;
        var found = ArchiveVerifier.verify(to);
        assertEquals(List.of(), found.problems());
        assertEquals(report.entries(), found.entries());
        assertEquals(report.bytes(), Files.size(to));
        return report;
    }

    private Map<String, byte[]> read(ArchiveRepair.Report report) throws IOException {
        var entries = new HashMap<String, byte[]>();
        Path file = report.result();
        if (file == null) return entries;
        if (file.toString().endsWith(".tar")) {
            Shape.readTar(file, entries);
            return entries;
        }
        try (var in = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry next; (next = in.getNextEntry()) != null; ) entries.put(next.getName(), in.readAllBytes());
        }
        return entries;
    }

    @ParameterizedTest
    @EnumSource(names = {"ZIP", "TAR"})
    void whatIsThereToTheLastByteIsKeptWhereverItIsCut(ArchiveFormat format) throws IOException {
        Made made = make(format);
        for (int cut = 0; cut < made.bytes.length; cut += format == ArchiveFormat.ZIP ? 5 : 251) {
            int whole = 0;
            while (whole < ENTRIES && made.starts.get(whole + 1) <= cut) whole++;
            var report = repair(Arrays.copyOf(made.bytes, cut), format);
            var entries = read(report);
            assertEquals(whole, entries.size(), "cut at " + cut);
            for (int i = 0; i < whole; i++)
                assertArrayEquals(content(i), entries.get(Archives.item(i).name()), "cut at " + cut);
            Path result = report.result();
            if (result != null) Files.delete(result);
        }
    }

    @Test
    void aFlippedBitCostsOneEntryAtMost() throws IOException {
        Made made = make(ArchiveFormat.ZIP);
        for (int at = 0; at < made.bytes.length; at += 5) {
            var report = repair(Archives.flipped(made.bytes, at), ArchiveFormat.ZIP);
            var entries = read(report);
            int hit = 0;
            while (hit < ENTRIES && made.starts.get(hit + 1) <= at) hit++;
            assertTrue(entries.size() >= ENTRIES - 1, "at " + at + ": " + entries.keySet());
            for (int i = 0; i < ENTRIES; i++) {
                byte[] found = entries.get(Archives.item(i).name());
                if (i != hit) assertArrayEquals(content(i), found, "at " + at + ", entry " + i);
                if (found != null) assertArrayEquals(content(i), found, "at " + at + ": never a wrong byte");
            }
            Path result = report.result();
            if (result != null) Files.delete(result);
        }
    }

    @Test
    void aHeaderOfATarThatIsDamagedCostsItsEntry() throws IOException {
        Made made = make(ArchiveFormat.TAR);
        for (int hit = 0; hit < ENTRIES; hit++) {
            var report = repair(Archives.flipped(made.bytes, made.starts.get(hit) + 150), ArchiveFormat.TAR);
            var entries = read(report);
            assertEquals(ENTRIES - 1, entries.size());
            assertNull(entries.get(Archives.item(hit).name()));
            assertEquals(1, report.lostCount());
            assertTrue(report.skippedBytes() >= 512);
        }
    }

    @Test
    void aHoleInTheMiddleCostsWhatWasThere() throws IOException {
        Made made = make(ArchiveFormat.ZIP);
        int from = made.starts.get(2) + 10;
        int to = made.starts.get(4) - 10;
        var cut = new ByteArrayOutputStream();
        cut.write(made.bytes, 0, from);
        cut.write(made.bytes, to, made.bytes.length - to);
        var report = repair(cut.toByteArray(), ArchiveFormat.ZIP);
        assertEquals(
                List.of(0, 1, 4, 5),
                read(report).keySet().stream()
                        .map(name -> Integer.parseInt(name.replaceAll("[^0-9]", "")))
                        .sorted()
                        .toList());
        assertTrue(report.skippedBytes() > 0);
    }

    @Test
    void aPartIsHeldAgainstItsJournal() throws IOException {
        Path target = temp.resolve("out.zip");
        try (var archive = Archive.create(target, Archives.QUICK)) {
            for (int i = 0; i < 5; i++) Archives.append(archive, Archives.memory(archive), i);
        }
        Path part = temp.resolve("out.zip.part");
        byte[] bytes = Files.readAllBytes(part);
        var whole = ArchiveRepair.repair(part, temp.resolve("a.zip"), false);
        assertEquals(5, whole.entries());
        assertEquals(0, whole.missing());
        Archives.assertHolds(temp.resolve("a.zip"), 5);
        assertArrayEquals(bytes, Files.readAllBytes(part));

        Files.write(part, Arrays.copyOf(bytes, bytes.length - 1));
        var cut = ArchiveRepair.repair(part, temp.resolve("b.zip"), false);
        assertEquals(4, cut.entries());
        assertEquals(1, cut.missing());
        assertEquals(List.of(Archives.item(4).name() + " is cut off"), cut.lost());

        Files.write(temp.resolve("out.zip.gofer/journal"), new byte[] {1, 2, 3});
        assertEquals(4, ArchiveRepair.repair(part, temp.resolve("c.zip"), false).entries());
        Files.write(part, bytes);
        Files.delete(temp.resolve("out.zip.gofer/journal"));
        assertEquals(5, ArchiveRepair.repair(part, temp.resolve("d.zip"), false).entries());
    }

    @Test
    void anEntryThatTheJournalDeniesIsLeftOut() throws IOException {
        Path target = temp.resolve("out.tar");
        try (var archive = Archive.create(target, Archives.QUICK.withFormat(ArchiveFormat.TAR))) {
            for (int i = 0; i < 5; i++) Archives.append(archive, Archives.memory(archive), i);
        }
        Path part = temp.resolve("out.tar.part");
        byte[] bytes = Files.readAllBytes(part);
        Files.write(part, Archives.flipped(bytes, 512 + 512 + 3)); // data of entry 1: a tar alone could not tell
        var report = ArchiveRepair.repair(part, temp.resolve("a.tar"), false);
        assertEquals(4, report.entries());
        assertEquals(List.of(Archives.item(1).name() + " is not what the journal tells"), report.lost());
        assertEquals(1, report.missing());
    }

    @Test
    void othersZipsAreReadToo() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) { // sizes behind the data
            for (int i = 0; i < 4; i++) {
                out.putNextEntry(new ZipEntry(i == 3 ? "../evil.txt" : "a/" + i + ".txt"));
                out.write(content(i + 1));
            }
            out.putNextEntry(new ZipEntry("folder/"));
            var stored = new ZipEntry("stored.bin");
            var crc = new CRC32();
            crc.update(content(5));
            stored.setMethod(ZipEntry.STORED);
            stored.setSize(content(5).length);
            stored.setCrc(crc.getValue());
            out.putNextEntry(stored);
            out.write(content(5));
        }
        byte[] all = bytes.toByteArray();
        var report = repair(Arrays.copyOf(all, all.length - 40), ArchiveFormat.ZIP);
        var entries = read(report);
        assertEquals(java.util.Set.of("a/0.txt", "a/1.txt", "a/2.txt", "evil.txt", "stored.bin"), entries.keySet());
        assertArrayEquals(content(4), entries.get("evil.txt"));
        assertArrayEquals(content(5), entries.get("stored.bin"));
        assertEquals(0, report.lostCount());
    }

    @Test
    void aZipWithinAZipIsNotTakenApart() throws IOException {
        Made inner = make(ArchiveFormat.ZIP);
        var out = new ByteArrayOutputStream();
        try (var archive = Archive.stream(
                java.nio.channels.Channels.newChannel(out), Path.of("x"), ArchiveFormat.ZIP, temp.resolve("spool"))) {
            for (int i = 0; i < 2; i++) {
                try (Body body = Archives.memory(archive).read(new ByteArrayInputStream(inner.bytes))) {
                    archive.append(Archives.item(i), body);
                }
            }
            archive.finish();
        }
        byte[] bytes = out.toByteArray();
        var whole = repair(Arrays.copyOf(bytes, bytes.length - 30), ArchiveFormat.ZIP);
        assertEquals(2, whole.entries());
        var damaged = repair(Archives.flipped(bytes, 200), ArchiveFormat.ZIP);
        assertEquals(1, damaged.entries(), "the damaged one is skipped, not searched");
        assertEquals(List.of(Archives.item(0).name() + " is damaged"), damaged.lost());
    }

    @Test
    void nothingIsReplacedUnlessThatIsAllowed() throws IOException {
        Made made = make(ArchiveFormat.ZIP);
        Path from = Files.write(temp.resolve("x.zip"), Arrays.copyOf(made.bytes, made.bytes.length - 5));
        Path to = Files.writeString(temp.resolve("mine.zip"), "mine");
        assertThrows(OutputException.class, () -> ArchiveRepair.repair(from, to, false));
        assertThrows(OutputException.class, () -> ArchiveRepair.repair(from, from, false));
        assertEquals("mine", Files.readString(to));
        assertEquals(ENTRIES, ArchiveRepair.repair(from, from, true).entries());
        assertEquals(List.of(), ArchiveVerifier.verify(from).problems());
        var none = Files.writeString(temp.resolve("none.zip"), "this is no archive at all");
        var report = ArchiveRepair.repair(none, to, true);
        assertNull(report.result());
        assertEquals(25, report.skippedBytes());
        assertEquals("mine", Files.readString(to), "nothing was found, so nothing is replaced");
        assertEquals(List.of("mine.zip", "none.zip", "x.zip"), Archives.filesIn(temp));
        assertNotNull(report.lost());
    }
}
