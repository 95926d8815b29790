package dev.gofer.cli;

import dev.gofer.fetch.FetchOptions;
import dev.gofer.fetch.InputException;
import dev.gofer.fetch.Retry;
import dev.gofer.fetch.UrlList;
import dev.gofer.fetch.Wanted;
import dev.gofer.fetch.archive.ArchiveFormat;
import dev.gofer.fetch.archive.Compression;
import dev.gofer.fetch.archive.NameTemplate;
import dev.gofer.fetch.archive.Packing;
import dev.gofer.fetch.archive.ShardName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gofer fetch}. */
@Command(
        name = "fetch",
        header = "Fetches URLs, many at once, into a ZIP or tar archive, shards of it, or a folder.",
        description = {
            "The archive appears under its name only when it is whole; an interrupted run goes on where it ended when the same command is given again.",
            "",
            "Examples:",
            "  gofer fetch -o images.zip https://example.com/a.jpg https://example.com/b.jpg",
            "  gofer fetch -o images.zip -i urls.txt --retry 2 --max-time 1m",
            "  gofer fetch -i images.csv.gz --url-col link --checksum-col sha256",
            "  grep -o 'https://[^\"]*\\.jpg' page.html | gofer fetch -o images.zip",
            "  gofer fetch -i urls.txt -o - --format tar | zstd > pages.tar.zst"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        customSynopsis = {"gofer fetch [OPTIONS] URL...", "       gofer fetch [OPTIONS] -i LIST"},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nGeneral:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all URLs were fetched, or failed within --allow-failures",
            "1:some failed; the archive holds the others and is whole; or --fail-fast stopped",
            "2:wrong usage",
            "3:the list cannot be read or is empty",
            "4:the archive cannot be written; what was committed is kept for the next run",
            "5:all failed; no archive was written",
            "6:--verify found a fault in what was written; or with --strict, a file had not its checksum",
            "7:stopped by --deadline or --max-total; the same command goes on from there",
            "130:Ctrl-C, once: the archive is whole and holds what was fetched; twice: the same command goes on from there",
            "129, 143:interrupted by a hang-up or SIGTERM; the same command goes on from there"
        },
        footerHeading = "%nLists, sizes and times:%n",
        footer = {
            "A plain list has one URL a line; after a tab may follow the name of its entry. Lines that begin with # are skipped. CSV, "
                    + "TSV, JSON Lines and a JSON array are read, too; each may be compressed with gzip. So are Parquet tables.",
            "Sizes: 500K, 10M, 2G (steps of 1024). Times: 500ms, 30s, 5m, 2h."
        })
final class FetchCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** What the archive is called that has no file. */
    static final Path STANDARD_OUTPUT = Path.of("standard output");

    @Parameters(
            arity = "0..*",
            paramLabel = "URL",
            description =
                    "What to fetch: http or https. Without any, and without -i, the list is read from standard input.")
    private List<String> urls = List.of();

    @ArgGroup(validate = false, heading = "%nInput and output:%n", order = 1)
    private FetchFlags.Paths files = new FetchFlags.Paths();

    @ArgGroup(validate = false, heading = "%nWhat is in the list:%n", order = 2)
    private FetchFlags.Columns columns = new FetchFlags.Columns();

    @ArgGroup(validate = false, heading = "%nHow much at once:%n", order = 3)
    private FetchFlags.Speed speed = new FetchFlags.Speed();

    @ArgGroup(validate = false, heading = "%nHow long, how large, how often:%n", order = 4)
    private FetchFlags.Limits limits = new FetchFlags.Limits();

    @ArgGroup(validate = false, heading = "%nWhen to stop, and what counts as failed:%n", order = 5)
    private FetchFlags.End end = new FetchFlags.End();

    @ArgGroup(validate = false, heading = "%nRequests:%n", order = 6)
    private RequestOptions requests = new RequestOptions();

    @ArgGroup(validate = false, heading = "%nWhich answers are taken:%n", order = 7)
    private FetchFlags.Answers answers = new FetchFlags.Answers();

    @ArgGroup(validate = false, heading = "%nWhat is shown:%n", order = 8)
    private FetchFlags.Shown shown = new FetchFlags.Shown();

    /** Without it the JDK takes whatever ends a TLS connection for its good end, and a body that was cut short for whole. Read once, by the JDK's TLS. */
    private static final String GOODBYE = "com.sun.net.ssl.requireCloseNotify";

    @Override
    public Integer call() {
        if (System.getProperty(GOODBYE) == null) System.setProperty(GOODBYE, "true");
        var terminal = Terminal.of(System.getenv());
        var options = withinLimits(options(), terminal);
        checkOutput(options.output());
        if (files.manifest != null && files.manifest.equals(Path.of("-")))
            throw usage("--manifest does not go to standard output: name a file, such as run.jsonl");
        var run = new FetchRun(terminal, shown.quiet, shown.verbose, style(terminal), limits());
        var retry = files.retryFailed;
        if (retry != null && !(urls.isEmpty() && files.inputs.isEmpty()))
            throw usage("--retry-failed takes its URLs from the manifest: name no others");
        try (var list =
                retry != null ? UrlList.failed(retry) : new Lists(spec, terminal, columns).open(urls, files.inputs)) {
            if (shown.dryRun)
                return new Plan(options.names(), options.dedupe())
                        .run(list, spec.commandLine().getOut());
            return run.run(list, inputs(), options, files.manifest, new Integrity(end.verify, end.strict));
        } catch (InputException e) {
            terminal.err().println("gofer: " + Text.printable(String.valueOf(e.getMessage())));
            return ExitCode.INPUT;
        }
    }

    private Progress.Style style(Terminal terminal) {
        return switch (shown.progress) {
            case auto ->
                shown.quiet
                        ? Progress.Style.none
                        : terminal.errIsTerminal() ? Progress.Style.bar : Progress.Style.plain;
            case bar -> Progress.Style.bar;
            case plain -> Progress.Style.plain;
            case json -> Progress.Style.json;
            case none -> Progress.Style.none;
        };
    }

    /** The files that are read. */
    private List<Path> inputs() {
        var inputs = new ArrayList<Path>();
        for (var input : files.inputs) if (!input.equals("-")) inputs.add(Lists.path(spec, input));
        if (files.retryFailed != null) inputs.add(files.retryFailed);
        return inputs;
    }

    /** With -f, a list could become the archive of what it names. */
    private void checkOutput(Path output) {
        for (var input : inputs()) {
            var same = input.toAbsolutePath()
                    .normalize()
                    .equals(output.toAbsolutePath().normalize());
            if (same) throw usage(input + " is the list: name another file with -o");
        }
    }

    private Stops.Limits limits() {
        if (end.failFast && end.allowed.isShare())
            throw usage("--fail-fast needs a number of allowed failures: a share of them is known at the end only");
        return new Stops.Limits(end.deadline, end.maxTotal, end.allowed, end.failFast);
    }

    /** No more at once than the process may have files open: else each URL beyond would fail, and some for good. */
    private FetchOptions withinLimits(FetchOptions options, Terminal terminal) {
        var limit = OpenFiles.limit();
        var most = OpenFiles.atOnce(limit);
        var http = options.http();
        if (options.concurrency() > most && !shown.quiet)
            terminal.err()
                    .println("gofer: only " + limit + " files may be open at once (ulimit -n): " + most
                            + " URLs at a time, not " + options.concurrency());
        return options.toBuilder()
                .concurrency(Math.min(options.concurrency(), most))
                .http(http.toBuilder().maxIdle(Math.min(http.maxIdle(), most)).build())
                .build();
    }

    private FetchOptions options() {
        var name = files.output.toLowerCase(Locale.ROOT);
        if (name.matches(".*\\.(tgz|txz|7z|rar)|.*\\.tar\\..*"))
            throw usage("gofer writes ZIP archives, plain tar archives and folders: name one, such as -o fetch.zip");
        if (limits.retryDelay.isZero()) limits.retryDelay = Duration.ofMillis(1);
        try {
            var usual = FetchOptions.to(output());
            if (name.equals("-")) requireStream();
            var sharded = files.shardItems != null || files.shardBytes != null;
            if (!sharded && ShardName.isPattern(usual.output()))
                throw usage("the name of the output has a place for a number: say --shard-items or --shard-bytes, too");
            var byIndex = sharded && columns.template == null;
            return usual.toBuilder()
                    .format(format(usual.format()))
                    .shardItems(Objects.requireNonNullElse(files.shardItems, Long.MAX_VALUE))
                    .shardBytes(Objects.requireNonNullElse(files.shardBytes, Long.MAX_VALUE))
                    .overwrite(files.force)
                    .resume(files.resume.resume)
                    .concurrency(Objects.requireNonNullElse(speed.concurrency, usual.concurrency()))
                    .perHost(speed.perHost)
                    .retry(new Retry(
                            limits.retry,
                            limits.retryDelay,
                            usual.retry().cap(),
                            usual.retry().longestWish()))
                    .names(byIndex ? NameTemplate.parse("{index:09}{ext}") : columns.template)
                    .packing(packing(usual.output()))
                    .allowPrivate(requests.allowPrivate)
                    .serverNames(columns.contentDisposition)
                    .dedupe(!columns.noDedupe)
                    .memory(Objects.requireNonNullElse(speed.maxMemory, usual.memory()))
                    .hostRate(speed.hostRate)
                    .wanted(new Wanted(
                            answers.acceptTypes, answers.checkType, answers.robots == FlagValues.RobotRules.headers))
                    .http(new RequestFlags(requests, System.getenv())
                            .apply(usual.http().toBuilder())
                            .connectTimeout(limits.connectTimeout)
                            .stallTimeout(limits.stallTimeout)
                            .maxTime(limits.maxTime)
                            .maxRedirects(limits.maxRedirs)
                            .maxRate(speed.limitRate)
                            .maxBytes(Objects.requireNonNullElse(
                                    limits.maxFilesize, usual.http().maxBytes()))
                            .maxUndeclaredBytes(Objects.requireNonNullElse(
                                    limits.maxFilesize, usual.http().maxUndeclaredBytes()))
                            .build())
                    .build();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the archive can go to standard output as the other options want it. */
    private void requireStream() {
        if (Terminal.outIsTerminal())
            throw usage(
                    "a terminal is no place for an archive: send standard output to a file or a program, or name a file with -o");
        if (files.shardItems != null || files.shardBytes != null)
            throw usage("standard output takes one archive: no shards");
        if (end.verify) throw usage("standard output cannot be read back: leave out --verify");
    }

    private Packing packing(Path output) {
        var compression = files.compression != null
                ? files.compression
                : files.deterministic ? Compression.STORE : Compression.AUTO;
        return Packing.DEFAULT
                .withCompression(compression)
                .withOrdered(files.ordered || files.deterministic)
                .withTime(files.deterministic ? fixedTime(System.getenv("SOURCE_DATE_EPOCH")) : null)
                .withCommits(files.fsync.every(), files.fsync.durable())
                .withMinFree(Objects.requireNonNullElseGet(files.minFree, () -> usualMinFree(output)));
    }

    /** What reproducible builds agree on; else the earliest that a ZIP can say. */
    private Instant fixedTime(@Nullable String epoch) {
        if (epoch == null || epoch.isEmpty()) return Instant.parse("1980-01-01T00:00:00Z");
        if (!epoch.matches("[0-9]{1,10}"))
            throw usage("SOURCE_DATE_EPOCH is a number of seconds since 1970, not " + epoch);
        return Instant.ofEpochSecond(Long.parseLong(epoch));
    }

    /** 1 GiB; less on a small disk, which may be there for this one purpose. */
    private static long usualMinFree(Path output) {
        try {
            var folder = output.toAbsolutePath().getParent();
            return folder == null
                    ? 0
                    : Math.min(1L << 30, Files.getFileStore(folder).getTotalSpace() / 20);
        } catch (IOException e) {
            return 0; // there is no such folder, which whoever opens the archive says better
        }
    }

    /**
     * A folder by its whole name, since its state stands beside it, also where it was written as a dot. A link to one, on a larger disk say, is
     * followed.
     */
    private Path output() {
        if (files.output.isEmpty()) throw usage("-o names nothing: say -o fetch.zip, or leave it out");
        if (files.output.equals("-")) return STANDARD_OUTPUT;
        var output = Lists.path(spec, files.output);
        if (!files.output.endsWith("/")) return output;
        var folder = output.toAbsolutePath().normalize();
        if (folder.getFileName() == null)
            throw usage("-o " + files.output + " is the root of the file system: name a folder in it");
        try {
            return Files.isSymbolicLink(folder) ? folder.toRealPath() : folder;
        } catch (IOException e) { // it leads nowhere, which whoever opens the archive says
            return folder;
        }
    }

    private ArchiveFormat format(ArchiveFormat byName) {
        if (files.output.endsWith("/")) {
            if (files.format != null) throw usage("a folder has no --format: leave it out, or name a file with -o");
            return ArchiveFormat.FOLDER;
        }
        if (files.format == null) return byName;
        return switch (files.format) {
            case zip -> ArchiveFormat.ZIP;
            case tar -> ArchiveFormat.TAR;
        };
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
