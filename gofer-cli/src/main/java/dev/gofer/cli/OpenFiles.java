package dev.gofer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files and sockets the process may have open, and how many URLs at once that allows. */
final class OpenFiles {
    private static final int OWN = 48; // the JVM's and ours: jars, list, journal, what waits for sockets
    private static final int EACH =
            3; // of a URL: a connection, a file beside the archive, and a connection that waits for its next request

    private OpenFiles() {}

    /** The limit, as Linux tells it; elsewhere, and where there is none, {@link Integer#MAX_VALUE}. */
    static int limit() {
        try {
            return limit(Files.readString(Path.of("/proc/self/limits")));
        } catch (IOException | SecurityException e) {
            return Integer.MAX_VALUE;
        }
    }

    static int limit(String limits) {
        for (var line : limits.lines().toList()) {
            if (!line.startsWith("Max open files")) continue;
            var soft = line.substring("Max open files".length()).strip().split(" ", 2)[0];
            return soft.matches("[0-9]{1,9}") ? Integer.parseInt(soft) : Integer.MAX_VALUE;
        }
        return Integer.MAX_VALUE;
    }

    /** URLs at the same time that such a limit bears, 1 at least. */
    static int atOnce(int limit) {
        return Math.max(1, (limit - OWN) / EACH);
    }
}
