package dev.gofer.cli;

import dev.gofer.cli.FlagValues.Format;
import dev.gofer.cli.FlagValues.ListKind;
import dev.gofer.fetch.archive.Compression;
import dev.gofer.fetch.archive.NameTemplate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code gofer fetch}, in the groups in which its help shows them. */
final class FetchFlags {
    private FetchFlags() {}

    /** Input and output. */
    static final class Paths {
        @Option(
                names = {"-i", "--input"},
                paramLabel = "LIST",
                description = "A file of URLs, plain or gzip'd, or - for standard input. May be given several times.")
        List<String> inputs = List.of();

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                defaultValue = "fetch.zip",
                description =
                        "The archive: FILE.zip, FILE.tar, FOLDER/ for plain files, or - for standard output. With shards, a name with a place for their number, "
                                + "such as shards-%%05d.zip. A ZIP that has a million entries goes on in FILE-00001.zip. Default: ${DEFAULT-VALUE}")
        String output = "fetch.zip";

        @Option(
                names = {"-f", "--force"},
                description = "Replace an archive of that name, once the new one is whole.")
        boolean force;

        @Option(
                names = "--format",
                paramLabel = "zip|tar",
                description = "What the archive is. Default: what its name says, else zip")
        @Nullable
        Format format;

        @Option(
                names = "--shard-items",
                paramLabel = "N",
                description =
                        "Begin a new archive after N entries. Each has its name as soon as it is full; they fill as files come, not in the "
                                + "list's order. Names are {index:09}{ext} then, which WebDataset reads, unless --name says otherwise.")
        @Nullable
        Long shardItems;

        @Option(
                names = "--shard-bytes",
                paramLabel = "SIZE",
                converter = FlagValues.Sizes.class,
                description =
                        "Begin a new archive before one is larger than this; a single larger file is alone in its archive.")
        @Nullable
        Long shardBytes;

        @Option(
                names = "--compress",
                paramLabel = "auto|store|0-9",
                converter = FlagValues.Compressions.class,
                description =
                        "How hard to compress a ZIP's entries. auto: not what is compressed already, or gains less than 5%%. Default: auto")
        @Nullable
        Compression compression;

        @Option(
                names = "--ordered",
                description =
                        "Entries stand in the order of the list, not in that of their coming. What comes early waits, beside the output.")
        boolean ordered;

        @Option(
                names = "--deterministic",
                description = {
                    "The same files give the same bytes: --ordered, every time 1980-01-01 or what SOURCE_DATE_EPOCH says, and --compress store "
                            + "unless another is given, which is the same only with the same zlib."
                })
        boolean deterministic;

        @Option(
                names = "--resume",
                paramLabel = "auto|never|force",
                defaultValue = "auto",
                description =
                        "What to do where an interrupted run has left its work: go on from there, or throw it away. force: go on though the "
                                + "list has changed, as long as no line has that was fetched. Default: ${DEFAULT-VALUE}")
        FlagValues.Leftover resume = FlagValues.Leftover.auto;

        @Option(
                names = "--fsync",
                paramLabel = "TIME|never",
                defaultValue = "2s",
                converter = FlagValues.Fsyncs.class,
                description =
                        "How often what came is made safe from a power cut. never: from a kill only, every 2 s. Default: ${DEFAULT-VALUE}")
        FlagValues.Fsync fsync = new FlagValues.Fsync(Duration.ofSeconds(2), true);

        @Option(
                names = "--min-free",
                paramLabel = "SIZE",
                converter = FlagValues.Sizes.class,
                description =
                        "Stop before less than this is free on the disk. Default: 1G, or 5%% of a disk that has less than 20G")
        @Nullable
        Long minFree;

        @Option(
                names = "--manifest",
                paramLabel = "FILE",
                description =
                        "Write what became of each URL here: CSV if FILE ends in .csv, else JSON, a line for each.")
        @Nullable
        Path manifest;

        @Option(
                names = "--retry-failed",
                paramLabel = "MANIFEST",
                description =
                        "Fetch what has failed by this manifest of an earlier run, under the names it would have had. Into an archive of "
                                + "its own: unpacked into one folder, the two are the whole.")
        @Nullable
        Path retryFailed;
    }

    /** What is in the list. */
    static final class Columns {
        @Option(
                names = "--input-format",
                paramLabel = "KIND",
                description =
                        "txt, csv, tsv, jsonl, json or parquet. Default: by the list's suffix, with or without .gz; else txt")
        @Nullable
        ListKind format;

        @Option(
                names = "--url-col",
                paramLabel = "COLUMN",
                description = "The column, or JSON key, with the URLs. Default: url")
        @Nullable
        String url;

        @Option(
                names = "--name-col",
                paramLabel = "COLUMN",
                description = "The one with the names that entries are to have. Default: none")
        @Nullable
        String name;

        @Option(
                names = "--name",
                paramLabel = "TEMPLATE",
                converter = FlagValues.Names.class,
                description = {
                    "What to call entries whose line has no name. {index} counts the list from 0, {index:09} with zeros; {host} {path} {basename} "
                            + "are the URL's, {stem} and {ext} the base name's; {sha256:8} is of the URL; {col:COLUMN} of the list. Default: {basename}, "
                            + "with a short query"
                })
        @Nullable
        NameTemplate template;

        @Option(
                names = "--content-disposition",
                description =
                        "Call what has no name in the list as its server calls it (Content-Disposition), made safe. Of several with one name, the "
                                + "first to come has it.")
        boolean contentDisposition;

        @Option(
                names = "--no-dedupe",
                description =
                        "Fetch also what the list has had already. Default: a line that says the same as an earlier one, its URL and what else "
                                + "it tells, goes with that; nothing is fetched for it, and it has no entry.")
        boolean noDedupe;

        @Option(
                names = "--checksum-col",
                paramLabel = "COLUMN",
                description =
                        "The one with the SHA-256 (or SHA-1, MD5) that each file must have, in hexadecimal. Default: none")
        @Nullable
        String checksum;

        @Option(
                names = "--no-header",
                description = "The first row of a CSV or TSV list is no header: columns are numbers, from 1.")
        boolean noHeader;
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

        @Option(
                names = "--host-rate",
                paramLabel = "N",
                converter = FlagValues.Rates.class,
                description =
                        "Requests to one server, a second (5, 0.5) or a minute (30/m). Default: as many as it takes; fewer "
                                + "after it has answered 429")
        double hostRate;

        @Option(
                names = "--limit-rate",
                paramLabel = "SIZE",
                converter = FlagValues.Sizes.class,
                description = "Bytes a second over all transfers together. Default: no limit")
        long limitRate;

        @Option(
                names = "--max-memory",
                paramLabel = "SIZE",
                converter = FlagValues.Sizes.class,
                description =
                        "Bytes of files that wait in memory for their place in the archive; the others wait beside it. Default: a quarter of the heap")
        @Nullable
        Long maxMemory;
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
                converter = FlagValues.Times.class,
                description =
                        "The longest wait before the first of these; it doubles each time, up to a minute. Default: ${DEFAULT-VALUE}")
        Duration retryDelay = Duration.ofSeconds(1);

        @Option(
                names = "--connect-timeout",
                paramLabel = "TIME",
                defaultValue = "10s",
                converter = FlagValues.Times.class,
                description = "For a connection to stand. Default: ${DEFAULT-VALUE}")
        Duration connectTimeout = Duration.ofSeconds(10);

        @Option(
                names = "--stall-timeout",
                paramLabel = "TIME",
                defaultValue = "30s",
                converter = FlagValues.Times.class,
                description =
                        "How long a server may send nothing, or less than 1 KiB a second. Default: ${DEFAULT-VALUE}")
        Duration stallTimeout = Duration.ofSeconds(30);

        @Option(
                names = "--max-time",
                paramLabel = "TIME",
                converter = FlagValues.Times.class,
                description = "For one URL in all. Default: 5m, longer for large files")
        @Nullable
        Duration maxTime;

        @Option(
                names = "--max-filesize",
                paramLabel = "SIZE",
                converter = FlagValues.Sizes.class,
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

    /** When to stop, and what counts as failed. */
    static final class End {
        @Option(
                names = "--allow-failures",
                paramLabel = "N|P%",
                converter = FlagValues.Failures.class,
                description = "Exit with 0 where no more than N URLs, or P percent of all, have failed. Default: 0")
        AllowedFailures allowed = AllowedFailures.NONE;

        @Option(
                names = "--verify",
                description =
                        "Read the archive back once it is written, and hold each entry against what came. Exit with 6 where they differ.")
        boolean verify;

        @Option(
                names = "--strict",
                description = "Exit with 6 where a file had not its checksum, whatever --allow-failures allows.")
        boolean strict;

        @Option(
                names = "--fail-fast",
                description = "Stop as soon as more have failed than that. The same command goes on from there.")
        boolean failFast;

        @Option(
                names = "--deadline",
                paramLabel = "TIME",
                converter = FlagValues.Times.class,
                description = "Stop after so long, with exit code 7. The same command goes on from there.")
        @Nullable
        Duration deadline;

        @Option(
                names = "--max-total",
                paramLabel = "SIZE",
                converter = FlagValues.Sizes.class,
                description = "The same once so much has come; what is under way has a moment to finish.")
        @Nullable
        Long maxTotal;
    }

    /** Which answers are taken. */
    static final class Answers {
        @Option(
                names = "--accept-type",
                paramLabel = "TYPE,...",
                hideParamSyntax = true,
                split = ",",
                description = "Take files of these media types only, such as image/png or image/*. Default: all")
        List<String> acceptTypes = List.of();

        @Option(
                names = "--check-type",
                description = "Refuse a file whose first bytes are those of another type than its server declares.")
        boolean checkType;

        @Option(
                names = "--robots",
                paramLabel = "headers|off",
                defaultValue = "headers",
                description =
                        "headers: leave out what a list names and its server keeps from robots, by X-Robots-Tag: noai, noimageai, "
                                + "noindex, noimageindex or none. Default: ${DEFAULT-VALUE}")
        FlagValues.RobotRules robots = FlagValues.RobotRules.headers;
    }

    /** What is shown. */
    static final class Shown {
        @Option(
                names = {"-q", "--quiet"},
                description = "Show nothing but failures.")
        boolean quiet;

        @Option(
                names = {"-v", "--verbose"},
                description = "Tell what becomes of each URL as it happens, each retry and each pause.")
        boolean verbose;

        @Option(
                names = "--progress",
                paramLabel = "auto|bar|plain|json|none",
                defaultValue = "auto",
                description =
                        "How to show progress. auto: a bar on a terminal, plain lines elsewhere. Default: ${DEFAULT-VALUE}")
        FlagValues.Shape progress = FlagValues.Shape.auto;

        @Option(
                names = "--dry-run",
                description =
                        "Read the list and tell what would be fetched, as gofer plan does. Nothing is fetched or written.")
        boolean dryRun;

        @Option(
                names = {"-K", "--config"},
                paramLabel = "FILE",
                description =
                        "Read options from here, a line 'name = value' for each, in place of ~/.config/gofer/config. After the file counts the "
                                + "environment (GOFER_MAX_TIME for --max-time), then the command line.")
        @Nullable
        Path config; // Config has read it by the time this is set
    }
}
