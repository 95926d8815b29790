package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the options: help, manual pages, completions. */
final class HelpTest {
    @TempDir
    private Path folder;

    private static String run(String... args) {
        var said = new StringWriter();
        var line = Main.commandLine().setErr(new PrintWriter(said, true)).setOut(new PrintWriter(said, true));
        return line.execute(args) + ": " + said;
    }

    private static List<String> commands() {
        return List.copyOf(Main.commandLine().getSubcommands().keySet());
    }

    @Test
    void everyHelpFits80Columns() {
        for (var command : commands()) {
            fits(run(command, "--help"));
        }
        fits(run("--help"));
    }

    /** Picocli adds to a label whatever it knows of an option, unless it is told not to. */
    @Test
    void aHelpShowsLabelsAsTheyAreMeant() {
        for (var command : commands()) {
            var help = run(command, "--help");
            assertTrue(
                    !help.contains("%%") && !help.contains("==") && !help.contains("....") && !help.contains("[,"),
                    help);
        }
        var help = run("fetch", "--help");
        for (var label : List.of(" --allow-failures=N|P% ", " --proto=https,http ", " --accept-type=TYPE,... "))
            assertTrue(help.contains(label), help);
    }

    private static void fits(String help) {
        help.substring("0: ".length()).lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void anExampleIsOneLine() {
        for (var command : commands()) {
            for (var text : Main.commandLine()
                    .getSubcommands()
                    .get(command)
                    .getCommandSpec()
                    .usageMessage()
                    .description()) assertTrue(!text.startsWith("  ") || text.length() <= 80, text);
        }
    }

    @Test
    void theExamplesComeBeforeTheOptions() {
        for (var help : List.of(run("--help"), run("fetch", "--help"))) {
            assertTrue(help.indexOf("Examples:") > 0 && help.indexOf("Examples:") < help.indexOf("--help"), help);
        }
    }

    @Test
    void aManualPageHasEveryOptionAndExitCode() {
        for (var command : commands()) {
            var page = run("man", command);
            assertTrue(page.startsWith("0: .TH \"GOFER-"), page);
            var spec = Main.commandLine().getSubcommands().get(command).getCommandSpec();
            for (var option : spec.options())
                assertTrue(page.contains(option.longestName().replace("-", "\\-")), command + " " + option);
            for (var code : spec.usageMessage().exitCodeList().keySet())
                assertTrue(page.contains("\\fB" + code + "\\fR"), command + " " + code);
            assertTrue(!page.contains("${") && !page.contains("%n"), page);
            page.lines()
                    .filter(line -> line.startsWith("."))
                    .forEach(line -> assertTrue(line.matches("\\.(TH|SH|SS|TP|PP|nf|fi|br)( \".*\")?"), line));
        }
        assertTrue(run("man").contains("gofer fetch"));
        assertTrue(run("man", "fecth").startsWith("2: gofer: no command fecth; there are fetch"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void aCompletionKnowsEveryCommandAndOption(String shell) {
        var script = run("completion", shell);
        assertTrue(script.startsWith("0: #"), script);
        for (var command : commands()) {
            assertTrue(script.contains(command), command);
            for (var option : Main.commandLine()
                    .getSubcommands()
                    .get(command)
                    .getCommandSpec()
                    .options()) {
                var name = option.longestName();
                assertTrue(script.contains(shell.equals("fish") ? "-l " + name.substring(2) : name), name);
            }
        }
    }

    @Test
    void bashTakesItsCompletion() throws IOException, InterruptedException {
        var script = Files.writeString(
                folder.resolve("gofer.bash"), run("completion", "bash").substring(3));
        var program = "source '" + script + "' && COMP_WORDS=(gofer fetch --retry-f) COMP_CWORD=2 && _complete_gofer"
                + " && echo \"${COMPREPLY[@]}\"";
        var process = new ProcessBuilder("bash", "-c", program)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertEquals("--retry-failed", said.strip());
    }
}
