package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link BytePipe} beyond Go's tests of it: Java's streams, interrupts and contexts. */
@Timeout(60)
class BytePipeTest {
    private final BytePipe pipe = new BytePipe();

    @Test
    void itIsAPairOfJavaStreams() throws Exception {
        var sent = new byte[100_000];
        new Random(1).nextBytes(sent);
        try (var crew = new Crew()) {
            crew.go(() -> {
                try (var zip = new GZIPOutputStream(pipe.out())) {
                    zip.write(sent);
                }
            });
            try (var zip = new GZIPInputStream(pipe.in())) {
                assertArrayEquals(sent, zip.readAllBytes());
            }
            crew.join();
        }
    }

    @Test
    void singleBytesAreUnsigned() throws Exception {
        try (var crew = new Crew()) {
            crew.go(() -> {
                pipe.out().write(0xff);
                pipe.out().write(0x100);
                pipe.out().close();
            });
            assertEquals(0xff, pipe.in().read());
            assertEquals(0, pipe.in().read());
            assertEquals(-1, pipe.in().read());
            crew.join();
        }
    }

    @Test
    void nothingIsReadOrWrittenWithoutWaiting() throws Exception {
        assertEquals(0, pipe.in().read(new byte[0]));
        pipe.out().write(new byte[0]);
        assertThrows(IndexOutOfBoundsException.class, () -> pipe.in().read(new byte[1], 1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> pipe.out().write(new byte[1], 0, 2));
    }

    @Test
    void anInterruptedReadGivesUpAndLosesNothing() throws Exception {
        try (var crew = new Crew()) {
            var reader = crew.go(() -> pipe.in().read()).asleep();
            reader.interrupt();
            assertInstanceOf(CancellationException.class, reader.failure());
            assertTrue(reader.endedInterrupted());
            crew.go(() -> pipe.out().write(7));
            assertEquals(7, pipe.in().read());
        }
    }

    @Test
    void anInterruptedWriteGivesUpAndSoDoesTheOneBehindIt() throws Exception {
        try (var crew = new Crew()) {
            var writer = crew.go(() -> pipe.out().write(new byte[] {1, 2, 3})).asleep();
            var behind = crew.go(() -> pipe.out().write(4)).asleep();
            assertEquals(1, pipe.in().read());
            behind.interrupt();
            assertInstanceOf(CancellationException.class, behind.failure());
            writer.asleep().interrupt();
            assertInstanceOf(CancellationException.class, writer.failure());
            assertTrue(writer.endedInterrupted());
            crew.go(() -> pipe.out().write(5));
            assertEquals(5, pipe.in().read());
        }
    }

    /** Invariant (2): whoever writes may use his array again as soon as write has returned, however it did. */
    @Test
    void nobodyReadsTheArrayAfterTheWrite() throws Exception {
        try (var crew = new Crew()) {
            crew.go(() -> {
                var buffer = new byte[512];
                for (int count = pipe.in().read(buffer);
                        count >= 0;
                        count = pipe.in().read(buffer)) {
                    for (int i = 0; i < count; i++) {
                        assertEquals(1, buffer[i]);
                    }
                }
            });
            var bytes = new byte[4_096];
            for (int round = 0; round < 2_000; round++) {
                Arrays.fill(bytes, (byte) 1);
                var me = Thread.currentThread();
                var interrupter = crew.go(me::interrupt);
                try {
                    pipe.out().write(bytes);
                } catch (CancellationException e) {
                    // some were read, some not
                }
                Arrays.fill(bytes, (byte) 2);
                while (!interrupter.isOver()) {
                    Go.gosched();
                }
                Thread.interrupted();
            }
            pipe.out().close();
            crew.join();
        }
    }

    @Test
    void aContextEndsBothEnds() throws Exception {
        try (var ctx = Context.background().withCancel()) {
            var over = new WaitGroup();
            var other = new BytePipe();
            var threads = new Chan<Thread>(2);
            over.add(2);
            Go.go(ctx, () -> {
                threads.send(Thread.currentThread());
                try {
                    pipe.in().read();
                } finally {
                    over.done();
                }
            });
            Go.go(ctx, () -> {
                threads.send(Thread.currentThread());
                try {
                    other.out().write(1);
                } finally {
                    over.done();
                }
            });
            Asleep.until(Crew.next(threads));
            Asleep.until(Crew.next(threads));
            ctx.cancel();
            over.await();
        }
    }

    @Test
    void closingOneEndLetsAllGoWhoWait() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 10; i++) {
                var writer = crew.go(() -> pipe.out().write(1));
                writer.asleep();
            }
            pipe.in().close();
            assertThrows(AssertionError.class, crew::join);
        }
        assertThrows(IOException.class, () -> pipe.in().read());
        assertTrue(pipe.toString().contains("closed"));
    }
}
