package dev.gofer.junit;

import dev.gofer.Go;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Looks for leaks after each test; see {@link NoLeaks}. Not for callers: it is public for JUnit, which finds it by itself where it is told to look for extensions. Found
 * so, it does nothing unless {@code gofer.noleaks} is set.
 */
public final class NoLeaksExtension implements AfterEachCallback {
    /** For JUnit. */
    public NoLeaksExtension() {}

    /** The first lines of those that were told of already: once found, a leak is in all later reports. Guarded by itself. */
    private static final Set<String> TOLD = new HashSet<>();

    @Override
    public void afterEach(ExtensionContext context) {
        if (!isAskedFor(context)) {
            return;
        }
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

    private static boolean isAskedFor(ExtensionContext context) {
        return context.getConfigurationParameter("gofer.noleaks")
                        .map(Boolean::parseBoolean)
                        .orElse(false)
                || context.getTestMethod().map(NoLeaksExtension::isAnnotated).orElse(false)
                || isAnnotated(context.getRequiredTestClass())
                || context.getEnclosingTestClasses().stream().anyMatch(NoLeaksExtension::isAnnotated);
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        return AnnotationSupport.isAnnotated(element, NoLeaks.class);
    }
}
