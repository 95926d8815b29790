package dev.gofer.fetch.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketImpl;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BufferedSocketTest {
    /** A socket that hands out bytes, at most so many a read, and counts the reads. */
    private static final class Script extends Socket {
        private final InputStream in;
        private final int most;
        private int reads;
        private boolean closed;

        Script(byte[] bytes, int most) throws IOException {
            super((SocketImpl) null);
            this.in = new ByteArrayInputStream(bytes);
            this.most = most;
        }

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() {
                    throw new AssertionError("byte for byte");
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    reads++;
                    return in.read(target, offset, Math.min(length, most));
                }
            };
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static byte[] random(Random dice, int length) {
        var bytes = new byte[length];
        dice.nextBytes(bytes);
        return bytes;
    }

    @Test
    void theHeadOfARecordAndTheRecordAreOneRead() throws IOException {
        var record = random(new Random(1), 5 + 16_384);
        try (var under = new Script(record, Integer.MAX_VALUE);
                var socket = new BufferedSocket(under)) {
            var in = socket.getInputStream();
            assertArrayEquals(Arrays.copyOf(record, 5), in.readNBytes(5));
            assertArrayEquals(Arrays.copyOfRange(record, 5, record.length), in.readNBytes(16_384));
            assertEquals(1, under.reads);
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[100]));
        }
    }

    @Test
    void everyByteComesOnceAndInOrderHoweverItIsAskedFor() throws IOException {
        for (var seed = 0; seed < 200; seed++) {
            var dice = new Random(seed);
            var bytes = random(dice, dice.nextInt(200_000));
            try (var under = new Script(bytes, 1 + dice.nextInt(60_000));
                    var socket = new BufferedSocket(under)) {
                var in = socket.getInputStream();
                var got = new ByteArrayOutputStream();
                while (true) {
                    if (dice.nextInt(4) == 0) {
                        var one = in.read();
                        if (one < 0) break;
                        got.write(one);
                    } else {
                        var piece = new byte[1 + dice.nextInt(80_000)];
                        var n = in.read(piece, 0, piece.length);
                        if (n < 0) break;
                        assertTrue(n > 0);
                        got.write(piece, 0, n);
                    }
                }
                assertArrayEquals(bytes, got.toByteArray(), "seed " + seed);
            }
        }
    }

    @Test
    void closingItClosesTheOther() throws IOException {
        try (var under = new Script(new byte[0], 1)) {
            new BufferedSocket(under).close();
            assertTrue(under.closed);
        }
    }
}
