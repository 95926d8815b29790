package dev.gofer.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.BytePipe;
import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Go's {@code src/io/pipe_test.go} asks of a pipe, in tests of the same names. */
@Timeout(60)
class PipeTest {
    private static final byte[] HELLO = "hello, world".getBytes(US_ASCII);
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(US_ASCII);

    private final BytePipe pipe = new BytePipe();
    private final BytePipe.In in = pipe.in();
    private final BytePipe.Out out = pipe.out();

    private static void expectClosed(Task operation) {
        var thrown = assertThrows(IOException.class, operation::run);
        assertTrue(String.valueOf(thrown.getMessage()).startsWith("io: read/write on closed pipe"), thrown.toString());
        assertNull(thrown.getCause());
    }

    private static void expectFailure(Throwable cause, Task operation) {
        assertSame(cause, assertThrows(IOException.class, operation::run).getCause());
    }

    @Test
    void testPipe1() throws Exception {
        try (var crew = new Crew()) {
            crew.go(() -> out.write(HELLO));
            var buffer = new byte[64];
            assertEquals(12, in.read(buffer));
            assertArrayEquals(HELLO, Arrays.copyOf(buffer, 12));
            crew.join();
        }
        in.close();
        out.close();
    }

    @Test
    void testPipe2() throws Exception {
        var counts = new Chan<Integer>();
        try (var crew = new Crew()) {
            crew.go(() -> {
                var buffer = new byte[64];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    counts.send(count);
                }
                counts.close();
            });
            for (int length = 5; length <= 45; length += 10) {
                out.write(new byte[length]);
                assertEquals(length, counts.receive());
            }
            out.close();
            assertNull(counts.receive());
            crew.join();
        }
    }

    @Test
    void testPipe3() throws Exception {
        var written = new byte[128];
        for (int i = 0; i < written.length; i++) {
            written[i] = (byte) i;
        }
        try (var crew = new Crew()) {
            crew.go(() -> {
                out.write(written);
                out.close();
            });
            var read = new byte[256];
            int total = 0;
            for (int wanted = 1; wanted <= 64; wanted *= 2) {
                assertEquals(wanted, in.read(read, total, wanted));
                total += wanted;
            }
            assertEquals(1, in.read(read, total, 128));
            assertEquals(-1, in.read(read, 0, 256));
            assertArrayEquals(written, Arrays.copyOf(read, 128));
            crew.join();
        }
    }

    /** Closes one end, without a failure or with {@code cause}, while or before {@code use} uses the other. */
    private interface Close {
        void close(BytePipe pipe, @Nullable Throwable cause);
    }

    private static void useAndClose(Close close, ThrowingUse use) throws Exception {
        var failure = new IOException("planted");
        for (var cause : Arrays.asList(null, failure)) {
            for (boolean isConcurrent : new boolean[] {true, false}) {
                var pipe = new BytePipe();
                try (var crew = new Crew()) {
                    if (isConcurrent) {
                        crew.go(() -> close.close(pipe, cause));
                    } else {
                        close.close(pipe, cause);
                    }
                    use.use(pipe, cause);
                    crew.join();
                }
                pipe.in().close();
                pipe.out().close();
            }
        }
    }

    private interface ThrowingUse {
        void use(BytePipe pipe, @Nullable Throwable cause) throws Exception;
    }

    @Test
    void testPipeReadClose() throws Exception {
        useAndClose((pipe, cause) -> pipe.out().close(cause), (pipe, cause) -> {
            if (cause == null) {
                assertEquals(-1, pipe.in().read(new byte[64]));
            } else {
                expectFailure(cause, () -> pipe.in().read(new byte[64]));
            }
        });
    }

    @Test
    void testPipeReadClose2() {
        try (var crew = new Crew()) {
            var closer = crew.go(in::close);
            expectClosed(() -> in.read(new byte[64]));
            assertNull(closer.failure());
        }
    }

    @Test
    void testPipeWriteClose() throws Exception {
        useAndClose((pipe, cause) -> pipe.in().close(cause), (pipe, cause) -> {
            if (cause == null) {
                expectClosed(() -> pipe.out().write(HELLO));
            } else {
                expectFailure(cause, () -> pipe.out().write(HELLO));
            }
        });
    }

    @Test
    void testPipeWriteClose2() {
        try (var crew = new Crew()) {
            var closer = crew.go(out::close);
            expectClosed(() -> out.write(new byte[64]));
            assertNull(closer.failure());
        }
    }

    @Test
    void testWriteEmpty() throws Exception {
        try (var crew = new Crew()) {
            crew.go(() -> {
                out.write(new byte[0]);
                out.close();
            });
            assertEquals(0, in.readNBytes(2).length);
            in.close();
            crew.join();
        }
    }

    @Test
    void testWriteAfterWriterClose() throws Exception {
        try (var crew = new Crew()) {
            crew.go(() -> {
                out.write("hello".getBytes(US_ASCII));
                out.close();
                expectClosed(() -> out.write("world".getBytes(US_ASCII)));
            });
            assertEquals("hello", new String(in.readNBytes(100), US_ASCII));
            crew.join();
        }
    }

    @Test
    void testPipeCloseError() {
        var first = new IOException("first");
        var second = new IllegalStateException("second");
        for (var cause : new Throwable[] {first, second}) {
            in.close(cause);
            expectFailure(first, () -> out.write(new byte[0]));
        }
        var other = new BytePipe();
        for (var cause : new Throwable[] {first, second}) {
            other.out().close(cause);
            expectFailure(first, other.in()::read);
        }
    }

    @Test
    void testPipeConcurrentWrite() throws Exception {
        try (var crew = new Crew()) {
            for (int i = 0; i < 8; i++) {
                crew.go(() -> out.write(DIGITS));
            }
            var read = new byte[8 * DIGITS.length];
            for (int at = 0; at < read.length; at += 2) {
                assertEquals(2, in.read(read, at, 2));
            }
            assertEquals(new String(DIGITS, US_ASCII).repeat(8), new String(read, US_ASCII));
            crew.join();
        }
    }

    @Test
    void testPipeConcurrentRead() throws Exception {
        int reads = 8 * DIGITS.length / 2;
        var read = new Chan<String>(reads);
        try (var crew = new Crew()) {
            for (int i = 0; i < reads; i++) {
                crew.go(() -> {
                    var two = new byte[2];
                    assertEquals(2, in.read(two));
                    read.send(new String(two, US_ASCII));
                });
            }
            var wanted = new ArrayList<String>();
            for (int i = 0; i < 8; i++) {
                out.write(DIGITS);
                for (int at = 0; at < DIGITS.length; at += 2) {
                    wanted.add(new String(DIGITS, at, 2, US_ASCII));
                }
            }
            crew.join();
            read.close();
            var got = new ArrayList<>(read.stream().toList());
            Collections.sort(got);
            Collections.sort(wanted);
            assertEquals(wanted, got);
        }
    }
}
