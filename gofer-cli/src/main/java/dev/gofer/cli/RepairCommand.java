package dev.gofer.cli;

import dev.gofer.fetch.archive.ArchiveRepair;
import dev.gofer.fetch.archive.ArchiveVerifier;
import dev.gofer.fetch.archive.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gofer repair}. */
@Command(
        name = "repair",
        header = "Makes a whole archive of what is left of a damaged one.",
        description = {
            "Finds the entries of a ZIP by their own headers, without its directory, and keeps those whose CRC is right; of a tar, those that are there "
                    + "to the last byte. What a killed run has left (FILE.part) is read with its journal. The damaged file is only read.",
            "",
            "Examples:",
            "  gofer repair images.zip",
            "  gofer repair images.zip.part -o images.zip"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every entry that was found is in the new archive; or there was nothing to repair",
            "1:some are not; the new archive is whole, without them",
            "2:wrong usage",
            "3:the damaged archive cannot be read",
            "4:the new one cannot be written",
            "5:no whole entry was found, and nothing was written"
        })
final class RepairCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The damaged ZIP or tar, or the part that a killed run has left.")
    private Path file = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The new archive. Default: the name with -repaired before its extension")
    private @Nullable Path output;

    @Option(
            names = {"-f", "--force"},
            description = "Replace an archive of that name, once the new one is whole.")
    private boolean force;

    @Option(
            names = "--in-place",
            description = "Replace the damaged archive itself by the new one, once that is whole.")
    private boolean inPlace;

    @Override
    public Integer call() {
        if (inPlace && output != null) throw usage("--in-place names the output already: leave out -o");
        var err = spec.commandLine().getErr();
        try {
            var from = damaged();
            if (!isPart(from) && ArchiveVerifier.verify(from).isWhole()) {
                spec.commandLine().getOut().println(from + ": whole, there is nothing to repair");
                return ExitCode.OK;
            }
            var to = inPlace ? from : output == null ? usual(from) : output;
            if (!inPlace && Files.exists(to) && Files.isSameFile(from, to))
                throw usage("the output is the damaged archive itself: to replace it, say --in-place");
            return tell(from, ArchiveRepair.repair(from, to, force || inPlace));
        } catch (NoSuchFileException e) {
            err.println("gofer: no such archive: " + file);
            return ExitCode.INPUT;
        } catch (OutputException e) {
            err.println("gofer: " + Text.printable(String.valueOf(e.getMessage())));
            return ExitCode.OUTPUT;
        } catch (IOException e) {
            err.println("gofer: cannot read " + file + ": " + e.getMessage());
            return ExitCode.INPUT;
        }
    }

    /** The file; or the part of that name, where the archive never came about. */
    private Path damaged() throws NoSuchFileException {
        if (Files.isDirectory(file)) throw usage(file + " is a folder: its files are as they are");
        if (Files.exists(file)) return file;
        var part = file.resolveSibling(file.getFileName() + ".part");
        if (!Files.exists(part)) throw new NoSuchFileException(file.toString());
        return part;
    }

    private static boolean isPart(Path file) {
        return file.toString().endsWith(".part");
    }

    private static Path usual(Path from) {
        var name = String.valueOf(from.getFileName());
        if (isPart(from)) name = name.substring(0, name.length() - ".part".length());
        var dot = name.lastIndexOf('.');
        var stem = dot > 0 ? name.substring(0, dot) : name;
        return from.resolveSibling(stem + "-repaired" + (dot > 0 ? name.substring(dot) : ""));
    }

    private int tell(Path from, ArchiveRepair.Report report) {
        var out = spec.commandLine().getOut();
        var result = report.result();
        out.println(
                result == null
                        ? from + ": no whole entry was found, so nothing was written"
                        : Report.archive(result, report.entries(), report.bytes()));
        if (report.lostCount() > 0) out.println("left out of " + from + ":");
        for (var one : report.lost()) out.println("  " + one);
        var more = report.lostCount() - report.lost().size();
        if (more > 0) out.println("  … and " + Units.count(more) + " more");
        if (report.skippedBytes() > 0)
            out.println(Units.count(report.skippedBytes(), "byte") + " belong to no whole entry");
        if (report.missing() > 0)
            out.println(Units.count(report.missing()) + " of the entries that the journal tells of were not found");
        if (result == null) return ExitCode.ALL_FAILED;
        return report.lostCount() > 0 || report.missing() > 0 ? ExitCode.SOME_FAILED : ExitCode.OK;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
