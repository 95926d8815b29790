package dev.gofer.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short texts that tell one list from another. */
final class Fingerprint {
    private static final long WHOLE =
            16L << 20; // up to this size the whole file is hashed: that takes some milliseconds
    private static final int END = 1 << 20; // of a larger one, so much from its head and from its tail

    private Fingerprint() {}

    static String of(byte[] text) {
        return HexFormat.of().formatHex(sha256().digest(text), 0, 16);
    }

    /** Of a file's content; of a large one only its size and both ends, and the time it was changed. A pipe has none. */
    static String of(Path file) throws IOException {
        if (!Files.isRegularFile(file)) return "of " + file;
        var hash = sha256();
        var size = Files.size(file);
        if (size <= WHOLE) {
            try (InputStream in = Files.newInputStream(file)) {
                var buffer = new byte[64 * 1024];
                for (int n; (n = in.read(buffer)) > 0; ) hash.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(hash.digest(), 0, 16);
        }
        try (var channel = FileChannel.open(file)) {
            for (long from : new long[] {0, size - END}) {
                var buffer = ByteBuffer.allocate(END);
                while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {}
                hash.update(buffer.flip());
            }
        }
        var changed = Files.getLastModifiedTime(file).toMillis();
        return HexFormat.of().formatHex(hash.digest(), 0, 16) + " " + size + " " + changed;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
