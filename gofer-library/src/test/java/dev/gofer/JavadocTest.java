package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The documentation is complete and without a warning, and its snippets are there. It goes to {@code target/javadoc}. */
class JavadocTest {
    @Test
    void javadocHasNothingToSay() {
        var javadoc = ToolProvider.findFirst("javadoc").orElseThrow();
        var said = new StringWriter();
        var printer = new PrintWriter(said);
        int exit = javadoc.run(
                printer,
                printer,
                "-quiet",
                "-Xdoclint:all",
                "-Werror",
                "--module",
                "dev.gofer",
                "--module-source-path",
                "dev.gofer=" + Path.of("src/main/java"),
                "--module-path",
                libraries(),
                "--snippet-path",
                Path.of("src/test/java").toString(),
                "-d",
                Path.of("target/javadoc").toString());
        assertEquals("", said.toString());
        assertEquals(0, exit);
    }

    /** Every jar that the tests see: the annotations of the module are among them. */
    private static String libraries() {
        var all =
                System.getProperty("jdk.module.path", "") + File.pathSeparator + System.getProperty("java.class.path");
        return String.join(
                File.pathSeparator,
                Arrays.stream(all.split(File.pathSeparator))
                        .filter(path -> path.contains("jspecify"))
                        .toList());
    }
}
