package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tour, which the documentation of the package shows, prints what it says it prints. */
class TourTest {
    private static final Pattern PRINTS = Pattern.compile("// prints: (.*)");

    @Test
    void eachStopPrintsWhatItsCommentSays() throws IOException, InterruptedException {
        var source = Files.readString(Path.of("src/test/java/dev/gofer/Tour.java"));
        var promised = new StringBuilder();
        PRINTS.matcher(source)
                .results()
                .forEach(each -> promised.append(each.group(1)).append("\n"));
        var child = Child.run(Tour.class);
        assertEquals(promised + "main ends\n", child.out());
        assertEquals("", child.err());
        assertEquals(0, child.exit());
    }
}
