package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressorTest {
    private static final int MEMORY = 64 << 20;

    @TempDir
    Path temp;

    private Spool spool(long memory) {
        return new Spool(temp.resolve("spool"), memory);
    }

    private static Body body(Spool spool, byte[] bytes) throws IOException {
        return spool.read(new ByteArrayInputStream(bytes));
    }

    private static byte[] text(int size) {
        var random = new Random(size);
        var bytes = new byte[size];
        for (int i = 0; i < size; i++) bytes[i] = (byte) ('a' + random.nextInt(4));
        return bytes;
    }

    private static byte[] noise(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] unpacked(Body body) throws IOException {
        try (var in = new InflaterInputStream(body.open(), new Inflater(true))) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 65_535, 65_536, 65_537, 200_000, 1_200_000, 3_000_000})
    void whatGainsIsDeflatedAndKeepsItsDigest(int size) throws IOException {
        for (long memory : new long[] {MEMORY, 0}) {
            var spool = spool(memory);
            byte[] bytes = text(size);
            try (var compressor = new Compressor(Compression.AUTO, spool);
                    Body plain = body(spool, bytes);
                    Body packed = compressor.pack(body(spool, bytes))) {
                assertEquals(ZipFormat.DEFLATED, packed.method());
                assertTrue(packed.packedSize() < 0.6 * size, "packed to " + packed.packedSize());
                assertEquals(size, packed.size());
                assertEquals(plain.crc32(), packed.crc32());
                assertArrayEquals(plain.sha256(), packed.sha256());
                assertArrayEquals(bytes, unpacked(packed));
            }
            assertEquals(0, spool.memoryInUse());
            assertEquals(List.of(), left());
        }
    }

    private List<String> left() throws IOException {
        Path folder = temp.resolve("spool");
        return Files.exists(folder) ? Archives.filesIn(folder) : List.of();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 1000, 65_536, 200_000})
    void whatGainsNothingStaysAsItIs(int size) throws IOException {
        var spool = spool(MEMORY);
        for (var how : List.of(Compression.AUTO, Compression.STORE, Compression.parse("9"))) {
            try (var compressor = new Compressor(how, spool);
                    Body body = body(spool, noise(size));
                    Body packed = compressor.pack(body)) {
                assertSame(body, packed);
                assertEquals(ZipFormat.STORED, packed.method());
                assertEquals(size, packed.packedSize());
            }
        }
        assertEquals(0, spool.memoryInUse());
    }

    @Test
    void fivePartsInAHundredDecide() throws IOException {
        var spool = spool(MEMORY);
        for (int zeros :
                new int[] {4_800, 5_600}) { // of 100,000: the rest is noise, which deflate stores with little ado
            byte[] bytes = noise(60_000);
            int share = 60_000 * zeros / 100_000;
            for (int i = 0; i < share; i++) bytes[i] = 0;
            try (var compressor = new Compressor(Compression.AUTO, spool);
                    Body packed = compressor.pack(body(spool, bytes))) {
                assertEquals(zeros > 5_000 ? ZipFormat.DEFLATED : ZipFormat.STORED, packed.method(), "zeros: " + zeros);
            }
        }
    }

    @Test
    void aWholeThatGrowsStaysAsItIsThoughItsHeadGains() throws IOException {
        var spool = spool(MEMORY);
        byte[] bytes = noise(3_000_000);
        for (int i = 0; i < 40_000; i++) bytes[i] = 0;
        try (var compressor = new Compressor(Compression.AUTO, spool);
                Body packed = compressor.pack(body(spool, bytes))) {
            assertEquals(ZipFormat.DEFLATED, packed.method(), "the head saves more than the rest costs");
            assertTrue(packed.packedSize() < bytes.length);
            assertArrayEquals(bytes, unpacked(packed));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ffd8ffe0",
        "89504e470d0a1a0a",
        "474946383961",
        "504b0304",
        "1f8b08",
        "28b52ffd",
        "774f4632",
        "255044462d312e37",
        "52494646000000005745425056503820",
        "0000002066747970 6d703432",
        "fd377a585a00",
        "425a6839"
    })
    void aFileThatIsCompressedIsKnownByItsHead(String hex) throws IOException {
        byte[] head = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
        byte[] bytes = text(5000);
        System.arraycopy(head, 0, bytes, 0, head.length);
        var spool = spool(MEMORY);
        try (var auto = new Compressor(Compression.AUTO, spool);
                var always = new Compressor(Compression.parse("1"), spool);
                Body stored = auto.pack(body(spool, bytes));
                Body packed = always.pack(body(spool, bytes))) {
            assertEquals(ZipFormat.STORED, stored.method());
            assertEquals(ZipFormat.DEFLATED, packed.method(), "who names a level gets it");
        }
    }

    @Test
    void aSmallerLevelIsNoSmaller() throws IOException {
        var spool = spool(MEMORY);
        byte[] bytes = text(300_000);
        try (var quick = new Compressor(Compression.parse("1"), spool);
                var small = new Compressor(Compression.parse("9"), spool);
                Body one = quick.pack(body(spool, bytes));
                Body other = small.pack(body(spool, bytes))) {
            assertTrue(other.packedSize() < one.packedSize());
        }
        for (var wrong : List.of("10", "-1", "best", "")) {
            var e = assertThrows(IllegalArgumentException.class, () -> Compression.parse(wrong));
            assertTrue(String.valueOf(e.getMessage()).contains("auto, store, or 0 to 9"), e::toString);
        }
        for (var text : List.of("auto", "store", "7"))
            assertEquals(text, Compression.parse(text).toString());
        assertEquals(Compression.STORE, Compression.parse("0"));
    }

    @Test
    void aDiskThatFailsLeavesNothingAndIsNamed() throws IOException {
        boolean fired = true;
        int failures = 0;
        for (int n = 0; fired; n++) {
            var disk = new FaultyDisk(FaultyDisk.Fault.FAILS_ONCE, n);
            Path folder = temp.resolve("spool" + n);
            var spool = new Spool(folder, 1 << 17, disk);
            try (var compressor = new Compressor(Compression.AUTO, spool)) {
                Body body = body(spool, text(400_000)); // for which there is no memory: packed, it goes to disk, too
                try (Body packed = compressor.pack(body)) {
                    assertNotSame(body, packed);
                    assertArrayEquals(text(400_000), unpacked(packed));
                }
            } catch (OutputException e) {
                failures++;
                assertTrue(String.valueOf(e.getMessage()).contains("spool" + n), e::toString);
                assertTrue(
                        !Files.exists(folder) || Archives.filesIn(folder).size() <= 1, "a file that cannot be deleted");
            }
            fired = disk.fired;
            assertEquals(0, spool.memoryInUse());
            assertEquals(0, disk.open);
        }
        assertTrue(failures > 5, "failures: " + failures);
    }

    @Test
    void manyAtOnceAreReadBackByOthers() throws Exception {
        Path target = temp.resolve("out.zip");
        try (var archive = Archive.create(target, Archives.QUICK)) {
            var spool = new Spool(archive.spoolFolder(), 1 << 20);
            try (var compressor = new Compressor(Compression.AUTO, spool)) {
                var bodies = new ArrayList<java.util.concurrent.Future<Body>>();
                try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
                    for (int i = 0; i < 60; i++) {
                        byte[] bytes = i % 2 == 0 ? text(7001 * i) : noise(7001 * i);
                        bodies.add(threads.submit(() -> compressor.pack(body(spool, bytes))));
                    }
                }
                for (int i = 0; i < 60; i++) {
                    try (Body body = bodies.get(i).get()) {
                        archive.append(Archives.item(i), body);
                    }
                }
            }
            archive.finish();
        }
        assertEquals(List.of(), ArchiveVerifier.verify(target).problems());
        try (var zip = new ZipFile(target.toFile())) {
            for (int i = 0; i < 60; i++) {
                var entry = zip.getEntry(Archives.item(i).name());
                byte[] expected = i % 2 == 0 ? text(7001 * i) : noise(7001 * i);
                assertArrayEquals(expected, zip.getInputStream(entry).readAllBytes(), "entry " + i);
                assertEquals(i % 2 == 0 && i > 0 ? ZipFormat.DEFLATED : ZipFormat.STORED, entry.getMethod());
            }
        }
        var unzip = new ProcessBuilder("unzip", "-tq", target.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(unzip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, unzip.waitFor(), said);
    }
}
