package dev.gofer.cli;

import dev.gofer.fetch.InputException;
import dev.gofer.fetch.archive.ArchiveVerifier;
import dev.gofer.fetch.archive.Expected;
import dev.gofer.fetch.archive.ShardName;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gofer verify}. */
@Command(
        name = "verify",
        header = "Checks ZIP and tar archives, shards of them, and folders.",
        description = {
            "Reads every byte and tells whether the archives are whole and safe to extract; with the manifest of their run, also whether each entry "
                    + "is what was fetched. A tar has no checksums of its own: only a manifest tells of its content.",
            "",
            "Examples:",
            "  gofer verify images.zip",
            "  gofer verify --manifest images.jsonl images.zip",
            "  gofer verify 'shards-%%05d.tar'"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every archive is whole",
            "2:wrong usage",
            "3:an archive or the manifest cannot be read",
            "6:an archive has a fault, or the manifest is not of its run"
        })
final class VerifyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "The archives or folders. A name with a place for a number, such as shards-%%05d.zip, is all of these shards.")
    private List<Path> files = List.of();

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description =
                    "What --manifest of gofer fetch wrote: each of its entries must be there, with its size and SHA-256. It knows an archive by its name.")
    private @Nullable Path manifest;

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        var code = ExitCode.OK;
        for (var file : expanded()) {
            try {
                var known = manifest == null ? null : known(manifest, file);
                var report = ArchiveVerifier.verify(file, known == null ? new Expected() : known.entries);
                tell(report, known != null && known.isKnown);
                if (known != null && !known.isKnown) err.println("gofer: " + Text.printable(known.complaint()));
                if (!report.isWhole() || (known != null && !known.isKnown)) code = Math.max(code, ExitCode.INTEGRITY);
            } catch (NoSuchFileException e) {
                err.println("gofer: no such archive: " + file);
                code = Math.max(code, ExitCode.INPUT);
            } catch (InputException e) {
                err.println("gofer: " + Text.printable(String.valueOf(e.getMessage())));
                return ExitCode.INPUT;
            } catch (IOException e) {
                err.println("gofer: cannot read " + file + ": " + e.getMessage());
                code = Math.max(code, ExitCode.INPUT);
            }
        }
        return code;
    }

    private List<Path> expanded() {
        var all = new ArrayList<Path>();
        for (var file : files) {
            if (!ShardName.isPattern(file)) {
                all.add(file);
                continue;
            }
            try {
                var shards = ShardName.existing(file);
                if (shards.isEmpty())
                    throw new ParameterException(spec.commandLine(), "no shards of that name: " + file);
                all.addAll(shards);
            } catch (IOException e) {
                throw new ParameterException(spec.commandLine(), "cannot look for " + file + ": " + e.getMessage());
            }
        }
        return all;
    }

    /** What a manifest says of one archive; it is read once for each, so that memory does not grow with the number of shards. */
    private static Known known(Path manifest, Path archive) throws InputException {
        var known =
                new Known(String.valueOf(archive.toAbsolutePath().normalize().getFileName()));
        try (var reader = new ManifestReader(manifest)) {
            for (ManifestReader.Entry line; (line = reader.next()) != null; ) {
                if (!known.isOf(line.archive()) || line.sha256().isEmpty()) continue;
                try {
                    var size = line.size().isEmpty() ? -1 : Long.parseLong(line.size());
                    known.entries.add(line.name(), size, HexFormat.of().parseHex(line.sha256()));
                } catch (IllegalArgumentException e) {
                    throw new InputException(manifest + ": a line of " + line.url() + " has no valid size or SHA-256");
                }
            }
        }
        return known;
    }

    private void tell(ArchiveVerifier.Report report, boolean isCompared) {
        var out = spec.commandLine().getOut();
        var size = Units.count(report.entries())
                + (report.entries() == 1 ? " entry, " : " entries, ")
                + Units.size(report.bytes());
        var compared = isCompared ? "; " + Units.count(report.compared()) + " as the manifest says" : "";
        if (report.isWhole()) {
            out.println(report.archive() + ": whole, " + size + compared);
            return;
        }
        out.println(report.archive() + ": " + Units.count(report.problemCount(), "fault") + ", " + size + " read");
        for (var problem : report.problems()) out.println("  " + problem);
        var more = report.problemCount() - report.problems().size();
        if (more > 0) out.println("  … and " + Units.count(more) + " more");
    }

    /** What a manifest says of the archive called {@code name}: nothing, where it is of another run or the archive was renamed. */
    private static final class Known {
        private static final int NAMED = 3; // of the others: shards may be thousands
        private static final String ANY_NAME =
                FetchCommand.STANDARD_OUTPUT.toString(); // a shell named it, out of our sight
        final Expected entries = new Expected();
        final Set<String> others = new TreeSet<>();
        final String name;
        boolean isKnown;

        Known(String name) {
            this.name = name;
        }

        /** Whether a line is of this archive; {@code archive} is empty where a line is of none. */
        boolean isOf(String archive) {
            var isOf = archive.equals(name) || archive.equals(ANY_NAME);
            if (isOf) isKnown = true;
            else if (!archive.isEmpty() && others.size() <= NAMED) others.add(archive);
            return isOf;
        }

        String complaint() {
            var told = others.isEmpty()
                    ? "none"
                    : others.stream().limit(NAMED).collect(Collectors.joining(", "))
                            + (others.size() > NAMED ? " and others" : "");
            return "the manifest knows no archive called " + name + "; it tells of " + told;
        }
    }
}
