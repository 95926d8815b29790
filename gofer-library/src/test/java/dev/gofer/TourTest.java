package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tour and the examples that the documentation shows print what they say they print. */
class TourTest {
    private static final Pattern PRINTS = Pattern.compile("// prints: (.*)");

    @Test
    void eachStopOfTheTourPrintsWhatItsCommentSays() throws IOException, InterruptedException {
        assertPrints(promised("Tour") + "main ends\n", Tour.class);
    }

    @Test
    void theExamplesOfTheClassesWork() throws IOException, InterruptedException {
        assertPrints(promised("Snippets"), Snippets.class);
    }

    private static String promised(String program) throws IOException {
        var source = Files.readString(Path.of("src/test/java/dev/gofer/" + program + ".java"));
        return PRINTS.matcher(source)
                .results()
                .map((MatchResult found) -> found.group(1) + "\n")
                .collect(Collectors.joining());
    }

    private static void assertPrints(String expected, Class<?> program) throws IOException, InterruptedException {
        var child = Child.run(program);
        assertEquals(expected, child.out());
        assertEquals("", child.err());
        assertEquals(0, child.exit());
    }
}
