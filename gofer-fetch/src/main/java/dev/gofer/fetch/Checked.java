package dev.gofer.fetch;

import dev.gofer.fetch.archive.Body;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Holds one body against the checksum that its line gives, if it gives any, while the body comes. */
final class Checked {
    private final @Nullable Checksum expected;
    private final @Nullable MessageDigest digest;

    Checked(@Nullable Checksum expected) {
        this.expected = expected;
        this.digest = expected == null ? null : expected.digest();
    }

    /** The stream to read the body from. */
    InputStream over(InputStream in) {
        return digest == null ? in : new DigestInputStream(in, digest);
    }

    /** What is wrong with the body that was read, or null. */
    @Nullable
    String problem(Body body) {
        if (expected == null) return null;
        return expected.mismatch(digest == null ? body.sha256() : digest.digest());
    }
}
