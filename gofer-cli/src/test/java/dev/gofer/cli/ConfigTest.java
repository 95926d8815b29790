package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    private List<String> before(String... args) {
        return List.of(Config.before(args, Main.commandLine(args), environment));
    }

    private Path write(String text) throws IOException {
        environment.put("XDG_CONFIG_HOME", folder.toString());
        Files.createDirectories(folder.resolve("gofer"));
        return Files.writeString(folder.resolve("gofer/config"), text);
    }

    @Test
    void theFileComesFirstThenTheEnvironmentThenTheCommandLine() throws IOException {
        write("""
                # how I like it
                retry = 2
                --max-time = "5m"
                quiet
                header = A: b = c
                header=C: d
                """);
        environment.put("GOFER_RETRY", "3");
        environment.put("GOFER_OPTS", "-Xmx1g");
        environment.put("GOFER_SOMETHING_ELSE", "of another program");
        assertEquals(
                List.of(
                        "fetch",
                        "--retry=2",
                        "--max-time=5m",
                        "--quiet=true",
                        "--header=A: b = c",
                        "--header=C: d",
                        "--retry=3",
                        "--retry",
                        "4",
                        "http://h/"),
                before("fetch", "--retry", "4", "http://h/"));
        assertEquals(List.of("plan", "http://h/"), before("plan", "http://h/"), "it has none of these");
        assertEquals(List.of("verify", "a.zip"), before("verify", "a.zip"));
        assertEquals(List.of("fetch", "--help"), before("fetch", "--help"));
    }

    @Test
    void whatIsGivenAgainLaterCounts() {
        var command = new FetchCommand();
        var line = new picocli.CommandLine(command).setOverwrittenOptionsAllowed(true);
        line.parseArgs("--retry=2", "--quiet=true", "--retry=3", "--header=A: b", "-H", "C: d", "--quiet=false");
        assertEquals(
                "3",
                line.getParseResult().matchedOption("--retry").stringValues().getLast());
        var headers = line.getParseResult().matchedOption("--header").stringValues();
        assertEquals(List.of("A: b", "C: d"), headers, "these add up");
        Boolean quiet = line.getParseResult().matchedOption("--quiet").getValue();
        assertEquals(false, quiet);
    }

    @Test
    void anotherFileMayBeNamed() throws IOException {
        write("retry = 2");
        var other = Files.writeString(folder.resolve("other"), "retry = 7").toString();
        for (var args : List.of(List.of("--config", other), List.of("--config=" + other), List.of("-K", other))) {
            var all = before("fetch", args.getFirst(), args.getLast());
            assertEquals("--retry=7", all.get(1));
        }
        environment.put("GOFER_CONFIG", other);
        assertEquals("--retry=7", before("fetch").get(1));
    }

    @Test
    void noFileIsFine() {
        assertEquals(List.of("fetch", "x"), before("fetch", "x"));
        environment.put("XDG_CONFIG_HOME", folder.toString());
        assertEquals(List.of("fetch", "x"), before("fetch", "x"));
        assertNull(environment.get("HOME"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            retri = 2           | config:2: no option is called retri. Did you mean retry?
            colour = red        | config:2: no option is called colour: the keys are the long options
            retry               | config:2: retry needs a value: write retry = N
            retry = many        | config:2: '--retry': 'many' is not a whole number
            max-time = 5x       | config:2: '--max-time'
            [example.com]       | config:2: there are no sections
            config = x          | config:2: no option is called config
            """)
    void whatIsWrongIsToldWithItsLine(String line, String message) throws IOException {
        write("# first\n" + line + "\n");
        var said = said("fetch", "http://h/");
        assertTrue(said.startsWith("2: gofer: ") && said.contains(message), said);
        assertTrue(said.lines().count() <= 2, said);
    }

    @Test
    void whatIsWrongInTheEnvironmentIsToldWithItsName() {
        environment.put("GOFER_RETRI", "2");
        assertTrue(said("fetch", "http://h/").contains("GOFER_RETRI means nothing. Did you mean GOFER_RETRY?"));
        environment.clear();
        environment.put("GOFER_MAX_TIME", "soon");
        assertTrue(said("fetch", "http://h/").contains("GOFER_MAX_TIME: '--max-time'"));
    }

    @Test
    void aFileThatCannotBeReadIsTold() throws IOException {
        assertTrue(said("fetch", "--config", "/no/such").contains("no such configuration file: /no/such"));
        assertTrue(said("fetch", "--config", folder.toString()).contains("it is a folder"));
        var binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0});
        assertTrue(said("fetch", "--config", binary.toString()).contains("is not UTF-8 text"));
    }

    private String said(String... args) {
        var said = new StringWriter();
        var gofer = Main.commandLine(args).setErr(new PrintWriter(said, true));
        return Main.run(gofer, environment, args) + ": " + said;
    }

    @ParameterizedTest
    @CsvSource({
        "urls.txt,ursl.txt,1",
        "urls.txt,url.txt,1",
        "urls.txt,urls.tx,1",
        "urls.txt,lists.txt,3",
        "a,a,0",
        "retry,retyr,1"
    })
    void distancesCountEachSlipOnce(String meant, String written, int distance) {
        assertEquals(distance, Math.min(3, Typo.distance(written, meant, 2)));
    }

    @Test
    void onlyWhatIsNearIsMeant() {
        assertEquals("urls.txt", Typo.meant("ursl.txt", List.of("a.zip", "urls.txt", "urls.csv")));
        assertNull(Typo.meant("x", List.of("ab", "abc")));
        assertNull(Typo.meant("pictures.csv", List.of("urls.txt")));
    }
}
