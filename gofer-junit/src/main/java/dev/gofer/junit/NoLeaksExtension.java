package dev.gofer.junit;

import dev.gofer.Go;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Looks for leaks after each test; see {@link NoLeaks}. */
final class NoLeaksExtension implements AfterEachCallback {
    /** The first lines of those that were told of already: once found, a leak is in all later reports. Guarded by itself. */
    private static final Set<String> TOLD = new HashSet<>();

    @Override
    public void afterEach(ExtensionContext context) {
        var leaks = new ArrayList<String>();
        synchronized (TOLD) {
            for (var leak : Go.deadlocked().split("\n\n", -1)) {
                if (!leak.isBlank() && TOLD.add(leak.lines().findFirst().orElse(""))) {
                    leaks.add(leak.strip());
                }
            }
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError(
                    "goroutines that nothing can wake: " + leaks.size() + "\n\n" + String.join("\n\n", leaks) + "\n");
        }
    }
}
