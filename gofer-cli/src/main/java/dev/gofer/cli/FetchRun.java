package dev.gofer.cli;

import dev.gofer.Context;
import dev.gofer.fetch.Fetch;
import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.FetchOptions;
import dev.gofer.fetch.FetchSummary;
import dev.gofer.fetch.InputException;
import dev.gofer.fetch.OtherListException;
import dev.gofer.fetch.UrlList;
import dev.gofer.fetch.archive.Archive;
import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.OutputException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fetch as a person sees it: progress while it runs, a report at the end, an exit code. */
final class FetchRun {
    private final Terminal terminal;
    private final boolean quiet;
    private final boolean verbose;
    private final Progress.Style style;
    private final Stops.Limits limits;
    private final PrintStream err;

    FetchRun(Terminal terminal, boolean quiet, boolean verbose, Progress.Style style, Stops.Limits limits) {
        this.terminal = terminal;
        this.quiet = quiet;
        this.verbose = verbose && style != Progress.Style.json; // whose events say more
        this.style = style;
        this.limits = limits;
        this.err = terminal.err();
    }

    /** Fetches the list; whatever goes wrong is told, and is the exit code. */
    int run(
            UrlList list,
            Collection<Path> inputs,
            FetchOptions options,
            @Nullable Path manifestFile,
            Integrity integrity) {
        var report = new Report();
        try (var interrupts = new Interrupts(this::say);
                var stops = new Stops(interrupts.context(), limits);
                var manifest = manifest(manifestFile, inputs, options)) {
            FetchSummary summary;
            long retries;
            try (var progress = new Progress(style, terminal)) {
                interrupts.enough().afterFunc(progress::finishing);
                var listeners = new ArrayList<FetchEvents>(List.of(progress, report, stops, integrity));
                if (manifest != null) listeners.add(manifest);
                if (verbose) listeners.add(new Verbose(terminal, style == Progress.Style.bar));
                summary = fetch(stops.context(), interrupts.enough(), list, options, new AllEvents(listeners));
                retries = progress.retries();
            }
            int code = tell(summary, stops.reason(), retries, report, options);
            var goesOn = summary.interrupted() && summary.archive() == null;
            if (manifest != null && !goesOn) manifest.finish(); // else the next run writes it
            if (interrupts.exitCode() != 0 && summary.interrupted()) return interrupts.exitCode();
            return summary.interrupted() ? code : integrity.exitCode(code, err);
        } catch (InputException e) {
            return fail(e, ExitCode.INPUT, report, options);
        } catch (UncheckedIOException | IOException e) {
            return fail(e, ExitCode.OUTPUT, report, options);
        }
    }

    private static FetchSummary fetch(
            Context ctx, Context enough, UrlList list, FetchOptions options, FetchEvents events)
            throws InputException, IOException {
        if (!isStream(options)) return Fetch.run(ctx, enough, list, options, events);
        var spool = spool();
        try {
            // Not closed: it is the process's own.
            return Fetch.stream(
                    ctx, enough, list, options, events, new FileOutputStream(FileDescriptor.out).getChannel(), spool);
        } finally {
            Files.deleteIfExists(spool);
        }
    }

    private static Path spool() throws IOException {
        var temporary = temporary();
        if (!Files.isDirectory(temporary))
            throw new IOException(
                    "there is no folder " + temporary + " for files that do not fit into memory: set TMPDIR to one");
        try {
            return Files.createTempDirectory(temporary, "gofer-");
        } catch (AccessDeniedException e) {
            throw new IOException(temporary + " may not be written to: set TMPDIR to a folder that may", e);
        }
    }

    /** Where temporary files belong: Java knows nothing of TMPDIR. */
    private static Path temporary() {
        var named = System.getenv("TMPDIR");
        return Path.of(named == null || named.isEmpty() ? System.getProperty("java.io.tmpdir", "/tmp") : named);
    }

    private static boolean isStream(FetchOptions options) {
        return options.output().equals(FetchCommand.STANDARD_OUTPUT);
    }

    private int tell(
            FetchSummary summary, Stops.@Nullable Reason stopped, long retries, Report report, FetchOptions options) {
        if (style == Progress.Style.json) {
            err.println(json(summary));
        } else {
            for (var line : report.failures(terminal, terminal.errIsTerminal() ? Terminal.columns() : 160))
                err.println(line);
            if (!quiet || summary.interrupted()) err.println("gofer: " + Report.totals(summary, retries));
            if (summary.interrupted() && isStream(options)) {
                err.println("gofer: " + (stopped == null ? "interrupted" : stopped.text) + "; "
                        + (summary.archive() == null
                                ? "nothing had been fetched yet"
                                : "the archive is whole, with the " + Units.count(summary.entries(), "file")
                                        + " that came"));
            } else if (summary.interrupted() && summary.archive() == null) {
                err.println("gofer: " + (stopped == null ? "interrupted" : stopped.text) + "; " + leftOver(options));
            } else if (summary.archive() == null) {
                err.println("gofer: " + terminal.red("nothing could be fetched") + ", so no archive was written");
            } else if (!quiet || summary.interrupted()) {
                if (summary.interrupted())
                    err.println("gofer: interrupted: the archive is whole, and holds what was fetched until then");
                err.println("gofer: "
                        + terminal.green(Report.archive(summary.archive(), summary.entries(), summary.size())));
            }
        }
        if (summary.interrupted() && stopped != null) return stopped.exitCode;
        if (summary.interrupted()) return ExitCode.INTERRUPTED;
        if (summary.archive() == null) return ExitCode.ALL_FAILED;
        var allowed = limits.allowed().allows(summary.failed(), summary.entries() + summary.failed());
        return allowed ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private int fail(Exception e, int code, Report report, FetchOptions options) {
        err.println("gofer: " + terminal.red(Text.printable(String.valueOf(e.getMessage()))));
        var unfinished = !isStream(options) && Archive.isUnfinished(options.output());
        if (isStream(options)) {
            if (report.hasBegun()) err.println("gofer: what went to standard output is not a whole archive");
        } else if (report.hasBegun() && unfinished && !(e instanceof OtherListException))
            err.println("gofer: " + leftOver(options));
        else if (unfinished && !isBusy(e)) err.println("gofer: to throw away what that run has left: --resume=never");
        else if (e instanceof OutputException
                && Files.isRegularFile(options.output(), LinkOption.NOFOLLOW_LINKS)
                && !options.overwrite()) err.println("gofer: -f replaces it, once the new archive is whole");
        else if (e instanceof OutputException
                && options.format() == ArchiveFormat.FOLDER
                && Files.isDirectory(options.output())
                && !options.overwrite())
            err.println("gofer: -f adds to what is there, and replaces files of the same name");
        return code;
    }

    private static @Nullable Manifest manifest(@Nullable Path file, Collection<Path> inputs, FetchOptions options)
            throws IOException {
        if (file == null) return null;
        var taken = new ArrayList<>(inputs);
        for (var suffix : isStream(options) ? List.<String>of() : List.of("", ".part", ".gofer")) {
            taken.add(Path.of(options.output() + suffix));
        }
        return new Manifest(file, options.overwrite(), taken);
    }

    /** Another run is at work: what is there is not a left-over. */
    private static boolean isBusy(Exception e) {
        return String.valueOf(e.getMessage()).startsWith("another run");
    }

    private static String leftOver(FetchOptions options) {
        return Archive.isUnfinished(options.output())
                ? "what was fetched is kept beside " + options.output() + ": the same command goes on from there"
                : "nothing had been fetched yet";
    }

    private void say(Interrupts.Step step) {
        if (quiet || style == Progress.Style.json) return;
        err.println(
                switch (step) {
                    case SEAL ->
                        "\ngofer: stopping; what is under way is finished, then the archive is closed with what there is\n"
                                + "gofer: Ctrl-C again stops at once: then the same command goes on later";
                    case STOP -> "\ngofer: stopping";
                });
    }

    private static String json(FetchSummary summary) {
        var archive = summary.archive();
        return Json.object()
                .put("event", "summary")
                .put("archive", archive == null ? null : archive.toString())
                .put("stored", summary.stored())
                .put("kept", summary.kept())
                .put("failed", summary.failed())
                .put("duplicates", summary.duplicates())
                .put("bytes", summary.bytes())
                .put("interrupted", summary.interrupted())
                .put("seconds", summary.time().toMillis() / 1e3)
                .toString();
    }
}
