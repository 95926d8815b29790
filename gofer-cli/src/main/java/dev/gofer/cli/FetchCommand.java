package dev.gofer.cli;

import dev.gofer.fetch.FetchOptions;
import dev.gofer.fetch.InputException;
import dev.gofer.fetch.Retry;
import dev.gofer.fetch.UrlList;
import dev.gofer.fetch.http.TransportOptions;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code gofer fetch}. */
@Command(
        name = "fetch",
        header = "Fetches URLs, many at once, into one ZIP archive.",
        description = {
            "The archive appears under its name only when it is whole; an interrupted run goes on where it ended when the same command is given again.",
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        customSynopsis = {"gofer fetch [OPTIONS] URL...", "       gofer fetch [OPTIONS] -i LIST"},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOther options:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all URLs were fetched",
            "1:some failed; the archive holds the others and is whole",
            "2:wrong usage",
            "3:the list cannot be read or is empty",
            "4:the archive cannot be written; what was committed is kept for the next run",
            "5:all failed; no archive was written",
            "130, 143:interrupted by Ctrl-C or SIGTERM; the same command goes on from there"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  gofer fetch -o images.zip https://example.com/a.jpg https://example.com/b.jpg",
            "  gofer fetch -o images.zip -i urls.txt --retry 2 --max-time 1m",
            "  grep -o 'https://[^\"]*\\.jpg' page.html | gofer fetch -o images.zip",
            "",
            "A list has one URL a line; after a tab may follow the name of its entry. Lines that begin with # are skipped. It may be "
                    + "compressed with gzip.",
            "Sizes: 500K, 10M, 2G (steps of 1024). Times: 500ms, 30s, 5m, 2h."
        })
final class FetchCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "URL",
            description =
                    "What to fetch: http or https. Without any, and without -i, the list is read from standard input.")
    private List<String> urls = List.of();

    @ArgGroup(validate = false, heading = "%nInput and output:%n", order = 1)
    private Paths files = new Paths();

    @ArgGroup(validate = false, heading = "%nHow much at once:%n", order = 2)
    private Speed speed = new Speed();

    @ArgGroup(validate = false, heading = "%nHow long, how large, how often:%n", order = 3)
    private Limits limits = new Limits();

    @ArgGroup(validate = false, heading = "%nRequests:%n", order = 4)
    private Requests requests = new Requests();

    @ArgGroup(validate = false, heading = "%nWhat is shown:%n", order = 5)
    private Shown shown = new Shown();

    /** Input and output. */
    static final class Paths {
        @Option(
                names = {"-i", "--input"},
                paramLabel = "LIST",
                description = "A file with one URL a line, or - for standard input. May be given several times.")
        List<String> inputs = List.of();

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                defaultValue = "fetch.zip",
                description = "The archive. Default: ${DEFAULT-VALUE}")
        String output = "fetch.zip";

        @Option(
                names = {"-f", "--force"},
                description = "Replace an archive of that name, once the new one is whole.")
        boolean force;

        @Option(
                names = "--resume",
                paramLabel = "auto|never",
                defaultValue = "auto",
                description =
                        "What to do where an interrupted run has left its work: go on from there, or throw it away. Default: ${DEFAULT-VALUE}")
        Leftover resume = Leftover.auto;

        @Option(
                names = "--manifest",
                paramLabel = "FILE",
                description = "Write what became of each URL here, as JSON, a line for each.")
        @Nullable
        Path manifest;
    }

    /** How much at once. */
    static final class Speed {
        @Option(
                names = {"-j", "--concurrency"},
                paramLabel = "N",
                description = "URLs at the same time. Default: 64 for each processor, 512 at most")
        @Nullable
        Integer concurrency;

        @Option(
                names = "--per-host",
                paramLabel = "N",
                defaultValue = "6",
                description = "URLs of one server at the same time. Default: ${DEFAULT-VALUE}")
        int perHost = 6;
    }

    /** How long, how large, how often. */
    static final class Limits {
        @Option(
                names = "--retry",
                paramLabel = "N",
                defaultValue = "4",
                description = "How often to try again what may well succeed. Default: ${DEFAULT-VALUE}")
        int retry = 4;

        @Option(
                names = "--retry-delay",
                paramLabel = "TIME",
                defaultValue = "1s",
                converter = Times.class,
                description =
                        "The longest wait before the first of these; it doubles each time, up to a minute. Default: ${DEFAULT-VALUE}")
        Duration retryDelay = Duration.ofSeconds(1);

        @Option(
                names = "--connect-timeout",
                paramLabel = "TIME",
                defaultValue = "10s",
                converter = Times.class,
                description = "For a connection to stand. Default: ${DEFAULT-VALUE}")
        Duration connectTimeout = Duration.ofSeconds(10);

        @Option(
                names = "--stall-timeout",
                paramLabel = "TIME",
                defaultValue = "30s",
                converter = Times.class,
                description =
                        "How long a server may send nothing, or less than 1 KiB a second. Default: ${DEFAULT-VALUE}")
        Duration stallTimeout = Duration.ofSeconds(30);

        @Option(
                names = "--max-time",
                paramLabel = "TIME",
                converter = Times.class,
                description = "For one URL in all. Default: 5m, longer for large files")
        @Nullable
        Duration maxTime;

        @Option(
                names = "--max-filesize",
                paramLabel = "SIZE",
                converter = Sizes.class,
                description = "The largest file to take. Default: none; 1G where the server does not say the size")
        @Nullable
        Long maxFilesize;

        @Option(
                names = "--max-redirs",
                paramLabel = "N",
                defaultValue = "10",
                description = "Redirects to follow for one URL. Default: ${DEFAULT-VALUE}")
        int maxRedirs = 10;
    }

    /** Requests. */
    static final class Requests {
        @Option(
                names = {"-H", "--header"},
                paramLabel = "'NAME: VALUE'",
                description = "A header for each request. May be given several times.")
        List<String> headers = List.of();

        @Option(
                names = "--user-agent",
                paramLabel = "TEXT",
                description = "Who to say that is asking. Default: gofer and its version")
        @Nullable
        String userAgent;

        @Option(
                names = "--cacert",
                paramLabel = "FILE",
                description = "Certificates (PEM) to trust in place of the system's.")
        @Nullable
        Path cacert;

        @Option(
                names = "--allow-private",
                description =
                        "Let a list name addresses that are not public, such as this machine or the local network.")
        boolean allowPrivate;
    }

    /** What is shown. */
    static final class Shown {
        @Option(
                names = {"-q", "--quiet"},
                description = "Show nothing but failures.")
        boolean quiet;

        @Option(
                names = "--progress",
                paramLabel = "auto|bar|plain|json|none",
                defaultValue = "auto",
                description =
                        "How to show progress. auto: a bar on a terminal, plain lines elsewhere. Default: ${DEFAULT-VALUE}")
        Shape progress = Shape.auto;
    }

    /** {@link FetchOptions.Resume}, as it is written. */
    enum Leftover {
        auto,
        never
    }

    /** {@link Progress.Style}, or whichever suits. */
    enum Shape {
        auto,
        bar,
        plain,
        json,
        none
    }

    @Override
    public Integer call() {
        var terminal = Terminal.of(System.getenv());
        var options = options();
        var run = new FetchRun(terminal, shown.quiet, style(terminal));
        try (var list = list(terminal)) {
            return run.run(list, inputs(), options, files.manifest);
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
        return files.inputs.stream()
                .filter(input -> !input.equals("-"))
                .map(this::path)
                .toList();
    }

    private UrlList list(Terminal terminal) throws InputException {
        for (var url : urls) {
            if (url.equals("-")) throw usage("- is not a URL: to read a list from standard input, write -i -");
            if (isFile(url)) throw usage(url + " is a file, not a URL: to fetch the URLs in it, write -i " + url);
        }
        var lists = new ArrayList<UrlList>();
        if (!urls.isEmpty()) lists.add(UrlList.typed(urls));
        for (var input : files.inputs) {
            lists.add(input.equals("-") ? standardInput(terminal) : UrlList.open(path(input)));
        }
        if (lists.isEmpty()) {
            if (terminal.inIsTerminal()) throw usage("nothing to fetch: name URLs, or a list of them with -i");
            lists.add(standardInput(terminal));
        }
        return lists.size() == 1 ? lists.getFirst() : UrlList.concat(lists);
    }

    private UrlList standardInput(Terminal terminal) throws InputException {
        if (terminal.inIsTerminal()) terminal.err().println("gofer: type URLs, one a line; Ctrl-D ends the list");
        return UrlList.read("standard input", System.in);
    }

    private boolean isFile(String text) {
        try {
            return !text.contains("://") && Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw usage("no valid file name: " + text);
        }
    }

    private FetchOptions options() {
        var name = files.output.toLowerCase(Locale.ROOT);
        if (name.equals("-")) throw usage("the archive cannot go to standard output: name a file with -o");
        if (name.matches(".*\\.(tar|tgz|txz|7z|rar)(\\.[a-z0-9]+)?"))
            throw usage("gofer writes ZIP archives: name one, such as -o fetch.zip");
        if (limits.retryDelay.isZero()) limits.retryDelay = Duration.ofMillis(1);
        try {
            var usual = FetchOptions.to(path(files.output));
            return usual.toBuilder()
                    .overwrite(files.force)
                    .resume(files.resume == Leftover.never ? FetchOptions.Resume.NEVER : FetchOptions.Resume.AUTO)
                    .concurrency(Objects.requireNonNullElse(speed.concurrency, usual.concurrency()))
                    .perHost(speed.perHost)
                    .retry(new Retry(
                            limits.retry,
                            limits.retryDelay,
                            usual.retry().cap(),
                            usual.retry().longestWish()))
                    .allowPrivate(requests.allowPrivate)
                    .http(http(usual.http().toBuilder()))
                    .build();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private TransportOptions http(TransportOptions.Builder http) {
        var headers = new LinkedHashMap<String, String>();
        for (var header : requests.headers) {
            var colon = header.indexOf(':');
            if (colon < 1) throw usage("'" + header + "' is not a header: write -H 'Name: value'");
            headers.put(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        var cacert = requests.cacert;
        if (cacert != null && !Files.isReadable(cacert)) throw usage("no such file with certificates: " + cacert);
        http.headers(headers)
                .connectTimeout(limits.connectTimeout)
                .stallTimeout(limits.stallTimeout)
                .maxTime(limits.maxTime)
                .maxRedirects(limits.maxRedirs)
                .caFile(cacert);
        if (limits.maxFilesize != null) http.maxBytes(limits.maxFilesize).maxUndeclaredBytes(limits.maxFilesize);
        if (requests.userAgent != null) http.userAgent(requests.userAgent);
        return http.build();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Reads {@link Units#duration}. */
    static final class Times implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Units.duration(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads {@link Units#bytes}. */
    static final class Sizes implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return Units.bytes(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
