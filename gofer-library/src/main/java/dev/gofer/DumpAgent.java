package dev.gofer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes all goroutines of a running program to a file, for {@code jcmd}; not for callers.
 *
 * <pre>{@code jcmd PID JVMTI.agent_load /path/to/gofer.jar /path/to/goroutines.txt}</pre>
 *
 * <p>Without a file they go to the program's standard error stream. {@code jcmd PID Thread.print} does not know goroutines that wait.
 */
public final class DumpAgent {
    private DumpAgent() {}

    /**
     * What {@code jcmd} has the JVM call, on a thread of its own.
     *
     * @param file where to; null or empty for the standard error stream
     * @throws IOException when that cannot be written
     */
    public static void agentmain(@Nullable String file) throws IOException {
        if (file == null || file.isEmpty()) {
            Dump.all(System.err);
            System.err.flush();
        } else {
            try (var out = Files.newBufferedWriter(Path.of(file))) {
                Dump.all(out);
            }
        }
    }
}
