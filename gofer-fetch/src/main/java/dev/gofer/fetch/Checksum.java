package dev.gofer.fetch;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a body must hash to. SHA-256 is computed of every body anyway; SHA-1 and MD5 are weak against forgers, and computed only for
 * a line that gives one.
 *
 * @param algorithm what it was made with
 * @param hex its digits, in lower case
 */
public record Checksum(Algorithm algorithm, String hex) {
    /** The algorithms that are known. */
    public enum Algorithm {
        /** 64 digits. */
        SHA256("SHA-256", 64),
        /** 40 digits. */
        SHA1("SHA-1", 40),
        /** 32 digits. */
        MD5("MD5", 32);

        private final String javaName;
        private final int digits;

        Algorithm(String javaName, int digits) {
            this.javaName = javaName;
            this.digits = digits;
        }
    }

    /** Checks the digits. */
    public Checksum {
        if (!hex.matches("[0-9a-f]{" + algorithm.digits + "}")) throw new IllegalArgumentException(problem(hex));
    }

    /** {@code 9f86d0…}, {@code sha256:9f86d0…} or {@code sha-256=9f86d0…}, in either case; null where the text is none of these. */
    static @Nullable Checksum parse(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        var colon = Math.max(lower.indexOf(':'), lower.indexOf('='));
        var hex = lower.substring(colon + 1).strip();
        var named = colon < 0 ? "" : lower.substring(0, colon).strip().replace("-", "");
        if (!hex.matches("[0-9a-f]*")) return null;
        return Arrays.stream(Algorithm.values())
                .filter(known -> known.digits == hex.length())
                .filter(known ->
                        named.isEmpty() || known.name().toLowerCase(Locale.ROOT).equals(named))
                .map(known -> new Checksum(known, hex))
                .findFirst()
                .orElse(null);
    }

    static String problem(String text) {
        return "not a checksum: \"" + text + "\"; write 64 hexadecimal digits for SHA-256, 40 for SHA-1, 32 for MD5";
    }

    /** A digest to feed the body to; null for SHA-256, which is known of every body. */
    @Nullable
    MessageDigest digest() {
        if (algorithm == Algorithm.SHA256) return null;
        try {
            return MessageDigest.getInstance(algorithm.javaName);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm.javaName, e);
        }
    }

    /** What is wrong with a body of this hash, or null. */
    @Nullable
    String mismatch(byte[] hash) {
        var found = HexFormat.of().formatHex(hash);
        if (found.equals(hex)) return null;
        return "its " + algorithm.javaName + " is " + found + ", not " + hex;
    }
}
