package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a test expects where a program breaks the rules. */
public final class Misuse {
    private Misuse() {}

    /** {@code operation} must throw a {@link MisuseException} that begins with {@code words}, which are Go's, and goes on with advice. */
    public static void expect(String words, Task operation) {
        check(words, assertThrows(MisuseException.class, operation::run));
    }

    /** {@code thrown} must begin with {@code words} and go on with advice. */
    public static void check(String words, Throwable thrown) {
        var message = String.valueOf(thrown.getMessage());
        assertTrue(message.startsWith(words + ": "), message);
    }
}
