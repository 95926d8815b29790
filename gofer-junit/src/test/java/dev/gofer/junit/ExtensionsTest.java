package dev.gofer.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs {@link Samples} with JUnit, as a build does. */
@Timeout(120)
class ExtensionsTest {
    /** Whether each test passed, as its failure's message. */
    private static Map<String, String> run(Class<?> tests) {
        var results = new TreeMap<String, String>();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    results.put(
                            test.getDisplayName().replace("()", ""),
                            result.getThrowable().map(Throwable::toString).orElse(""));
                }
            }
        });
        return results;
    }

    private static void assertPassed(Map<String, String> results, String... names) {
        for (var name : names) {
            assertEquals("", results.get(name), name);
        }
    }

    private static void assertFailed(Map<String, String> results, String name, String... words) {
        var message = String.valueOf(results.get(name));
        for (var word : words) {
            assertTrue(message.contains(word), message);
        }
    }

    @Test
    void aBubbleHoldsTheTest() {
        var results = run(Samples.InBubbles.class);
        assertPassed(results, "sleepsForADay", "holdsPlainVirtualThreads", "repetition 1 of 2", "repetition 2 of 2");
        assertFailed(results, "isInADeadlock", "deadlock: all goroutines in bubble are blocked", "chan receive");
        assertEquals(5, results.size());
    }

    @Test
    void aTestRunsWithManySchedules() {
        Samples.WithSchedules.runs = 0;
        var results = run(Samples.WithSchedules.class);
        assertPassed(results, "passes");
        assertEquals(50, Samples.WithSchedules.runs);
        assertFailed(results, "losesAnUpdate", "-Dgofer.schedule=", "expected: <2> but was: <1>", "goroutine 2 ");
    }

    @Test
    void aScheduleIsRunAloneWhereThePropertySaysSo() {
        System.setProperty("gofer.schedule", "choices/");
        try {
            Samples.WithSchedules.runs = 0;
            assertPassed(run(Samples.WithSchedules.class), "passes", "losesAnUpdate");
            assertEquals(1, Samples.WithSchedules.runs);
        } finally {
            System.clearProperty("gofer.schedule");
        }
    }

    @Test
    void aLeakFailsTheTest() {
        var results = run(Samples.Leaks.class);
        assertPassed(results, "waitsForWhatSomebodyMayDo", "leavesNothingBehind");
        assertFailed(results, "leaks", "goroutines that nothing can wake: 1", "chan receive (leaked)", "Samples$Leaks");
    }
}
