package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
    private static final int MEMORY = 8 << 20;

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16383, 16384, 16385, 1 << 20, (1 << 20) + 1, (1 << 20) + 16384, 3_000_001})
    void aBodyHasSizeHashesAndBytesOfItsInput(int size) throws IOException {
        var spool = new Spool(temp.resolve("spool"), MEMORY);
        byte[] bytes = random(size);
        var crc = new CRC32();
        crc.update(bytes);
        try (Body body = spool.read(new ByteArrayInputStream(bytes))) {
            assertEquals(size, body.size());
            assertEquals((int) crc.getValue(), body.crc32());
            assertArrayEquals(Spool.sha256().digest(bytes), body.sha256());
            assertArrayEquals(bytes, written(body));
            assertArrayEquals(bytes, written(body), "a second time");
            assertEquals(
                    size < Spool.IN_MEMORY + ChunkPool.CHUNK, filesInSpool().isEmpty());
        }
        assertEquals(0, spool.memoryInUse());
        assertEquals(List.of(), filesInSpool());
    }

    @Test
    void aBodyGoesToDiskRatherThanWaitForMemory() throws IOException {
        var spool = new Spool(temp.resolve("spool"), 3 * ChunkPool.CHUNK);
        byte[] bytes = random(2 * ChunkPool.CHUNK - 1);
        List<Body> bodies = new ArrayList<>();
        for (int i = 0; i < 4; i++) bodies.add(spool.read(new ByteArrayInputStream(bytes)));
        assertEquals(3, filesInSpool().size());
        assertEquals(2 * ChunkPool.CHUNK, spool.memoryInUse(), "one body; the others gave back what they began with");
        for (Body body : bodies) {
            assertArrayEquals(bytes, written(body));
            body.close();
            body.close(); // harmless
        }
        assertEquals(0, spool.memoryInUse());
        assertEquals(List.of(), filesInSpool());
    }

    @Test
    void chunksOfBothSizesShareOneBudget() throws IOException {
        var budget = 12 * ChunkPool.CHUNK;
        var spool = new Spool(temp.resolve("spool"), budget);
        var lengths = new int[] {
            1,
            2 * ChunkPool.CHUNK,
            2 * ChunkPool.CHUNK + 1,
            2 * ChunkPool.CHUNK + ChunkPool.LARGE,
            150_000,
            200_000,
            20_000
        };
        for (var round = 0; round < 3; round++) {
            List<Body> bodies = new ArrayList<>();
            for (var length : lengths) {
                byte[] bytes = random(length);
                bodies.add(spool.read(new ByteArrayInputStream(bytes)));
                assertArrayEquals(bytes, written(bodies.getLast()), "length " + length);
                assertArrayEquals(bytes, bodies.getLast().open().readAllBytes(), "length " + length);
                assertTrue(spool.memoryInUse() <= budget);
            }
            assertTrue(spool.memoryInUse() > budget / 2);
            bodies.forEach(Body::close);
            assertEquals(0, spool.memoryInUse());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000, 2_000_000})
    void anInputThatFailsLeavesNothingAndIsNoOutputError(int after) {
        var spool = new Spool(temp.resolve("spool"), MEMORY);
        var cut = new SequenceInputStream(new ByteArrayInputStream(random(after)), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] to, int from, int length) throws IOException {
                return read();
            }
        });
        var e = assertThrows(IOException.class, () -> spool.read(cut));
        assertFalse(e instanceof OutputException);
        assertEquals("connection reset", e.getMessage());
        assertEquals(0, spool.memoryInUse());
        assertEquals(List.of(), filesInSpool());
    }

    @Test
    void aFullDiskIsAnOutputErrorThatSaysWhatToDo() throws IOException {
        boolean fired = true;
        for (int n = 0; fired; n++) {
            var disk = new FaultyDisk(FaultyDisk.Fault.FAILS_ONCE, n);
            Path folder = temp.resolve("spool" + n);
            var spool = new Spool(folder, 1 << 17, disk);
            try (Body body = spool.read(new ByteArrayInputStream(random(400_000)))) {
                assertEquals(400_000, body.size());
            } catch (OutputException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("free some space"), e::toString);
                assertTrue(!Files.exists(folder) || Archives.filesIn(folder).isEmpty());
            }
            fired = disk.fired;
            assertEquals(0, spool.memoryInUse());
            assertEquals(0, disk.open);
        }
    }

    @Test
    void anInterruptWhileSpoolingIsACancellation() {
        var spool = new Spool(temp.resolve("spool"), 0);
        Thread.currentThread().interrupt();
        assertThrows(CancellationException.class, () -> spool.read(new ByteArrayInputStream(random(50_000))));
        assertTrue(Thread.interrupted(), "the flag is kept");
        assertEquals(List.of(), filesInSpool());
    }

    @Test
    void goroutinesShareOneSpool() throws Exception {
        var spool = new Spool(temp.resolve("spool"), 20 * ChunkPool.CHUNK);
        List<Thread> readers = new ArrayList<>();
        var good = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            int size = 1000 * i;
            readers.add(Thread.ofVirtual().start(() -> {
                byte[] bytes = random(size);
                for (int round = 0; round < 10; round++) {
                    try (Body body = spool.read(new ByteArrayInputStream(bytes))) {
                        if (body.size() == size
                                && Arrays.equals(body.sha256(), Spool.sha256().digest(bytes))) good.incrementAndGet();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        for (Thread reader : readers) reader.join();
        assertEquals(500, good.get());
        assertEquals(0, spool.memoryInUse());
        assertEquals(List.of(), filesInSpool());
    }

    private byte[] written(Body body) throws IOException {
        Path file = temp.resolve("written");
        try (var out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            body.writeTo(out, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
        byte[] all = Files.readAllBytes(file);
        assertArrayEquals(new byte[] {1, 2, 3}, Arrays.copyOf(all, 3));
        return Arrays.copyOfRange(all, 3, all.length);
    }

    private List<String> filesInSpool() {
        try {
            Path folder = temp.resolve("spool");
            return Files.exists(folder) ? Archives.filesIn(folder) : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
