package dev.gofer.cli;

import dev.gofer.fetch.Fetch;
import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.FetchOptions;
import dev.gofer.fetch.FetchSummary;
import dev.gofer.fetch.InputException;
import dev.gofer.fetch.Outcome;
import dev.gofer.fetch.Retry;
import dev.gofer.fetch.UrlList;
import dev.gofer.fetch.archive.ArchiveVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code gofer demo}: the whole job with no server, network or flag needed. */
@Command(
        name = "demo",
        header = "Shows what gofer does: fetches pictures from a server of its own into images.zip.",
        description = {
            "Starts a web server inside this process, on loopback, fetches its " + DemoServer.PICTURES
                    + " pictures into images.zip, and "
                    + "verifies the archive. One picture is slow, one needs a second attempt, and one is missing, on purpose.",
            "An images.zip that is not a demo's stays as it is: the demo then takes images-2.zip, and so on."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it worked, the missing picture included", "1:it did not", "4:the archive cannot be written"})
final class DemoCommand implements Callable<Integer> {
    /** What the names of all demo entries begin with. */
    static final String PREFIX = "gofer-demo-";

    private final Terminal terminal = Terminal.of(System.getenv());

    @Override
    public Integer call() {
        var output = output();
        try (var server = new DemoServer();
                var interrupts = new Interrupts(step -> {})) {
            var urls = server.urls();
            say(Units.count(urls.size()) + " pictures at " + server.address() + ", a server inside this process");
            var watch = new Watch();
            FetchSummary summary;
            long retries;
            try (var progress =
                    new Progress(terminal.errIsTerminal() ? Progress.Style.bar : Progress.Style.none, terminal)) {
                var events = new AllEvents(List.<FetchEvents>of(progress, watch));
                summary = Fetch.run(
                        interrupts.context(), interrupts.enough(), UrlList.typed(urls), options(output), events);
                retries = progress.retries();
            }
            if (summary.interrupted()) return interrupts.exitCode();
            return tell(output, summary, retries, watch);
        } catch (InputException | IOException e) {
            terminal.err().println("gofer: " + terminal.red(Text.printable(String.valueOf(e.getMessage()))));
            return ExitCode.OUTPUT;
        }
    }

    private static FetchOptions options(Path output) {
        return FetchOptions.to(output).toBuilder()
                .overwrite(true)
                .resume(FetchOptions.Resume.NEVER)
                .retry(new Retry(4, Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .build();
    }

    private int tell(Path output, FetchSummary summary, long retries, Watch watch) throws IOException {
        var missing = watch.failed;
        say(terminal.bold(Units.count(summary.stored())) + " pictures, " + Units.size(summary.bytes()) + ", in "
                + Units.time(summary.time()));
        if (retries > 0) say("1 was answered 503 at first and came at the next attempt");
        if (missing != null) say("1 is missing, on purpose: " + missing.line().text() + " (" + missing.reason() + ")");
        if (summary.archive() == null
                || summary.stored() != DemoServer.PICTURES - 1
                || summary.failed() != 1
                || retries == 0) {
            say(terminal.red("that is not what a demo looks like: please report it"));
            return ExitCode.SOME_FAILED;
        }
        var verified = ArchiveVerifier.verify(summary.archive());
        if (!verified.isWhole()) {
            for (var problem : verified.problems()) say(terminal.red(problem));
            return ExitCode.SOME_FAILED;
        }
        say("verified: " + Units.count(verified.entries()) + " entries, every byte read, every checksum right");
        say(terminal.green(output.toAbsolutePath().toString()));
        say("next: gofer fetch -o files.zip https://…   or   gofer fetch --help");
        return ExitCode.OK;
    }

    private void say(String text) {
        terminal.err().println("gofer: " + text);
    }

    /** images.zip here, unless somebody keeps other things under that name: then images-2.zip, and so on. */
    private static Path output() {
        for (var number = 1; ; number++) {
            var path = Path.of(number == 1 ? "images.zip" : "images-" + number + ".zip");
            if (!Files.exists(path) || isDemo(path)) return path;
        }
    }

    private static boolean isDemo(Path path) {
        if (!Files.isRegularFile(path)) return false;
        try (var zip = new ZipFile(path.toFile())) {
            return zip.size() > 0
                    && zip.stream().allMatch(entry -> entry.getName().startsWith(PREFIX));
        } catch (IOException e) {
            return false;
        }
    }

    /** Remembers the failure. */
    private static final class Watch implements FetchEvents {
        private Outcome.@Nullable Failed failed; // the packer's thread writes it, later the main thread reads it

        @Override
        public void finished(Outcome outcome) {
            if (outcome instanceof Outcome.Failed failure) failed = failure;
        }
    }
}
