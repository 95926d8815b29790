package dev.gofer.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What {@code docs/testing.md} says of its examples is so, down to what it shows of their failures. That its code is theirs, the tests of gofer-examples
 * see.
 */
@Timeout(300)
class TestingPageTest {
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Path PAGE = Path.of("../docs/testing.md");

    /** The messages of all tests; the empty text for one that passed. */
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
                            result.getThrowable()
                                    .map(e -> String.valueOf(e.getMessage()))
                                    .orElse(""));
                }
            }
        });
        return results;
    }

    private static String message(Map<String, String> results, String test) {
        return Objects.requireNonNull(results.get(test), test);
    }

    /** The page has {@code text} in one of its blocks. Only numbers, as of goroutines and lines, may differ where {@code anyNumber}. */
    private static void assertShown(String text, boolean anyNumber) throws IOException {
        var shown = "```console\n" + text.strip() + "\n```";
        var page = Files.readString(PAGE);
        if (anyNumber) {
            shown = NUMBER.matcher(shown).replaceAll("N");
            page = NUMBER.matcher(page).replaceAll("N");
        }
        assertTrue(page.contains(shown), "not on the page:\n" + shown);
    }

    private static String steps(String message) {
        return message.substring(message.indexOf("run it again"));
    }

    @Test
    void plainJavaIsAsThePageSays() throws IOException {
        var results = run(PlainJava.class);
        for (var test : new String[] {"asksAgainUntilItAnswers", "givesUpAfterThirtySeconds", "flushesEveryMinute"}) {
            assertEquals("", results.get(test), test);
        }
        assertShown(message(results, "countsEachWord"), false);
        var deadlock = message(results, "takesBothLocks");
        assertTrue(deadlock.contains("DeadlockError: deadlock: all goroutines in bubble are blocked"), deadlock);
        assertShown(steps(deadlock), false);
        assertEquals(5, results.size());
    }

    @Test
    void theGoroutinesAreAsThePageSays() throws IOException {
        var results = run(WithGoroutines.class);
        assertEquals("", results.get("aSlowAnswerIsGivenUp"));
        assertEquals("", results.get("everyWorkerReports"));
        assertEquals("", results.get("theChannelOfAnEndedContextIsClosed")); // since it was mended
        assertShown(message(results, "asksTwoServers"), true);
        assertEquals(4, results.size());
    }

    /** What the page says to write is what this module's own tests run with. */
    @Test
    void theOptionsOfThePageAreOurs() throws IOException {
        var page = Files.readString(PAGE);
        var options = page.substring(page.indexOf("<argLine>") + "<argLine>".length(), page.indexOf("</argLine>"));
        assertTrue(Files.readString(Path.of("pom.xml")).contains(options), options);
        for (var option : options.split(" ", -1)) {
            assertTrue(page.contains("\"" + option + "\""), option); // for Gradle
        }
    }

    /** Each example again: the schedule that the page names replays. */
    @Test
    void theScheduleOfThePageFailsAgain() {
        System.setProperty("gofer.schedule", "choices/6z,1");
        try {
            assertTrue(message(run(PlainJava.class), "countsEachWord").contains("expected: <2> but was: <1>"));
        } finally {
            System.clearProperty("gofer.schedule");
        }
    }
}
