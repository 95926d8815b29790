package dev.gofer.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests of the library, which are on the class path, each with a look for leaks; {@code scripts/no-leaks} calls it. */
final class LibraryWithoutLeaks {
    private LibraryWithoutLeaks() {}

    /** Argument: which classes, as a regular expression; all without. Exit code 1 if a test fails or leaks. */
    public static void main(String[] classes) {
        var tests = new AtomicInteger();
        var failed = new AtomicInteger();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage("dev.gofer"))
                .filters(
                        ClassNameFilter.includeClassNamePatterns(classes.length == 0 ? ".*Test" : classes[0]),
                        ClassNameFilter.excludeClassNamePatterns("dev\\.gofer\\.(junit|testing)\\..*"))
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter("gofer.noleaks", "true")
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    tests.incrementAndGet();
                }
                result.getThrowable().ifPresent(e -> {
                    failed.incrementAndGet();
                    System.out.println(test.getUniqueId() + "\n" + e);
                });
            }
        });
        System.out.println(tests + " tests, " + failed + " failed or left somebody behind");
        System.exit(failed.get() == 0 && tests.get() > 0 ? 0 : 1);
    }
}
