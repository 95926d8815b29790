package dev.gofer.fetch.archive;

import static dev.gofer.fetch.archive.Archives.OPTIONS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every single disk operation of a run goes wrong once, in every way; each time the promise of {@link Archive} must hold. */
class DiskFaultTest {
    private static final int ENTRIES = 6;
    private static final byte[] EARLIER = "an earlier archive".getBytes(UTF_8);

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({
        "FAILS_ONCE, TAR",
        "KILLED, TAR",
        "POWER_CUT, TAR",
        "FAILS_ONCE, FOLDER",
        "KILLED, FOLDER",
        "POWER_CUT, FOLDER",
        "FAILS_ONCE, ZIP_SHARDS",
        "KILLED, ZIP_SHARDS",
        "POWER_CUT, ZIP_SHARDS",
        "FAILS_ONCE, TAR_SHARDS",
        "KILLED, TAR_SHARDS",
        "POWER_CUT, TAR_SHARDS",
        "FAILS_ONCE, OVERFLOW",
        "KILLED, OVERFLOW",
        "POWER_CUT, OVERFLOW"
    })
    void everyShapeKeepsThePromise(FaultyDisk.Fault fault, Shape shape) throws IOException {
        int n = 0;
        while (survives(fault, n, shape)) n++;
        assertTrue(n > 40, "only " + n + " operations were seen");
    }

    /** @return whether the run was long enough for a fault at its operation {@code n} */
    private boolean survives(FaultyDisk.Fault fault, int n, Shape shape) throws IOException {
        Path folder = Files.createDirectory(temp.resolve(fault + "-" + n));
        Path target = folder.resolve(shape.output);
        var options = shape.of(OPTIONS);
        var disk = new FaultyDisk(fault, n);
        var committed = new BitSet();
        try {
            run(target, options, disk, committed);
        } catch (OutputException e) {
            assertTrue(disk.fired, e::toString);
            assertTrue(String.valueOf(e.getMessage()).contains("out"), e::toString);
        }
        assertEquals(0, disk.open, "open channels");
        disk.cutPower();

        for (var entry : shape.read(folder).entrySet()) // what has a final name is whole
        assertTrue(isContent(entry.getKey(), entry.getValue()), entry::getKey);
        boolean isOneFile = shape == Shape.TAR || shape == Shape.ZIP; // its name says that the run was over
        boolean finished = (isOneFile || !Archive.isUnfinished(target))
                && shape.read(folder).size() == ENTRIES;
        if (!finished) resume(target, options, committed);
        shape.assertHolds(folder, ENTRIES);
        if (disk.fired && !finished)
            assertEquals(
                    shape.published(folder).size(), Archives.filesIn(folder).size(), "left over");
        return disk.fired;
    }

    @ParameterizedTest
    @CsvSource({
        "FAILS_ONCE, ZIP",
        "KILLED, ZIP",
        "POWER_CUT, ZIP",
        "FAILS_ONCE, FOLDER",
        "KILLED, FOLDER",
        "KILLED, ZIP_SHARDS",
        "FAILS_ONCE, OVERFLOW",
        "KILLED, OVERFLOW",
        "POWER_CUT, OVERFLOW"
    })
    void aRunThatGoesOnKeepsThePromiseToo(FaultyDisk.Fault fault, Shape shape) throws IOException {
        boolean fired = true;
        for (int n = 0; fired; n++) {
            Path folder = Files.createDirectory(temp.resolve(fault + "-on-" + n));
            Path target = folder.resolve(shape.output);
            var options = shape.of(OPTIONS);
            try (var archive = Archive.create(target, shape.of(Archives.QUICK))) {
                for (int i = 0; i < 4; i++) Archives.append(archive, Archives.memory(archive), i);
            }
            var disk = new FaultyDisk(fault, n);
            boolean finished = false;
            try (var archive = ArchiveOpener.resume(target, options, disk, () -> 0)) {
                assertEquals(4, archive.entries());
                for (int i = 0; i < 4; i++) {
                    var earlier = (Earlier.Entry) archive.earlier(i);
                    assertTrue(
                            earlier != null
                                    && earlier.name().equals(Archives.item(i).name()),
                            "entry " + i);
                }
                for (int i = 4; i < ENTRIES; i++) Archives.append(archive, Archives.memory(archive), i);
                archive.finish();
                finished = true;
            } catch (OutputException e) {
                assertTrue(disk.fired, e::toString);
            }
            assertEquals(0, disk.open, "open channels");
            disk.cutPower();
            var four = new BitSet();
            four.set(0, 4);
            boolean isOneFile = shape == Shape.ZIP;
            boolean whole = isOneFile ? Files.exists(target) : !Archive.isUnfinished(target);
            assertTrue(whole || !finished || !isOneFile); // elsewhere a finished run may leave its journal to be swept
            if (!whole) resume(target, options, four);
            shape.assertHolds(folder, ENTRIES);
            fired = disk.fired;
        }
    }

    private static boolean isContent(String name, byte[] bytes) {
        for (int i = 0; i < ENTRIES; i++)
            if (Archives.item(i).name().equals(name)) return Arrays.equals(Archives.content(i), bytes);
        return false;
    }

    @ParameterizedTest
    @CsvSource({
        "FAILS_ONCE, false",
        "FAILS_ONCE, true",
        "KILLED, false",
        "KILLED, true",
        "POWER_CUT, false",
        "POWER_CUT, true"
    })
    void nothingCommittedIsLostAndNoTornFileHasTheFinalName(FaultyDisk.Fault fault, boolean overwrite)
            throws IOException {
        int n = 0;
        while (survives(fault, n, overwrite)) n++;
        assertTrue(n > 40, "only " + n + " operations were seen");
    }

    @Test
    void aKilledDiscardLeavesNothingInTheWay() throws IOException {
        boolean fired = true;
        for (int n = 0; fired; n++) {
            Path folder = Files.createDirectory(temp.resolve("discard" + n));
            Path target = folder.resolve("out.zip");
            var disk = new FaultyDisk(FaultyDisk.Fault.KILLED, n);
            try (var archive = ArchiveOpener.create(target, OPTIONS, disk, () -> 0)) {
                Archives.append(archive, new Spool(archive.spoolFolder(), 0, disk), 1);
                archive.commit();
                archive.discard();
            } catch (OutputException e) {
                assertTrue(disk.fired, e::toString);
            }
            try (var archive = Archive.create(target, OPTIONS.withDiscardUnfinished(true))) {
                Archives.append(archive, Archives.memory(archive), 0);
                archive.finish();
            }
            Archives.assertHolds(target, 1);
            assertEquals(List.of("out.zip"), Archives.filesIn(folder));
            fired = disk.fired;
        }
    }

    /** @return whether the run was long enough for a fault at its operation {@code n} */
    private boolean survives(FaultyDisk.Fault fault, int n, boolean overwrite) throws IOException {
        Path folder = Files.createDirectory(temp.resolve(fault + "-" + n));
        Path target = folder.resolve("out.zip");
        if (overwrite) Files.write(target, EARLIER);
        var options = OPTIONS.withOverwrite(overwrite);
        var disk = new FaultyDisk(fault, n);
        var committed = new BitSet();
        boolean finished = false;
        try {
            run(target, options, disk, committed);
            finished = true;
        } catch (OutputException e) {
            assertTrue(disk.fired, e::toString);
            assertTrue(String.valueOf(e.getMessage()).contains("out.zip"), e::toString);
        }
        assertEquals(0, disk.open, "open channels");
        disk.cutPower();

        boolean published = Files.exists(target) && !isEarlier(target);
        assertTrue(published || !finished);
        if (published) Archives.assertHolds(target, ENTRIES);
        else resume(target, options, committed);
        if (disk.fired && !published) {
            Archives.assertHolds(target, ENTRIES);
            assertEquals(List.of("out.zip"), Archives.filesIn(folder));
        }
        return disk.fired;
    }

    private static void run(Path target, ArchiveOptions options, FaultyDisk disk, BitSet committed)
            throws OutputException {
        try (var archive = ArchiveOpener.create(target, options, disk, () -> 0)) {
            var memory = new Spool(archive.spoolFolder(), 1 << 20, disk);
            var files = new Spool(archive.spoolFolder(), 0, disk);
            boolean isZip = options.format() == ArchiveFormat.ZIP;
            for (int i = 0; i < ENTRIES; i++) {
                Spool spool = i % 2 == 0 ? memory : files;
                try (var compressor = new Compressor(isZip ? Compression.AUTO : Compression.STORE, spool)) {
                    Archives.append(archive, compressor, spool, i);
                }
                assertEquals(0, memory.memoryInUse());
                if (i % 2 == 0) continue;
                archive.commit();
                committed.or(archive.done());
            }
            assertFalse(isEarlier(target) && !options.overwrite());
            archive.finish();
        } catch (OutputException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("the input does not fail", e);
        }
    }

    private static void resume(Path target, ArchiveOptions options, BitSet committed) throws IOException {
        try (var archive = Archive.resume(target, options.withDurable(false))) { // the real fsync would only take time
            var lost = (BitSet) committed.clone();
            lost.andNot(archive.done());
            assertTrue(lost.isEmpty(), () -> "lost: " + lost);
            var spool = Archives.memory(archive);
            for (int i = 0; i < ENTRIES; i++) if (!archive.done().get(i)) Archives.append(archive, spool, i);
            archive.finish();
        }
    }

    private static boolean isEarlier(Path target) {
        try {
            if (!Files.exists(target) || Files.size(target) != EARLIER.length) return false;
            assertArrayEquals(EARLIER, Files.readAllBytes(target));
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
