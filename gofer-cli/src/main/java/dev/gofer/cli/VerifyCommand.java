package dev.gofer.cli;

import dev.gofer.fetch.archive.ArchiveVerifier;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gofer verify}. */
@Command(
        name = "verify",
        header = "Checks ZIP archives.",
        description = "Reads every byte of the archives and tells whether they are whole and safe to extract.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every archive is whole",
            "1:an archive has a fault",
            "2:wrong usage",
            "3:an archive cannot be read"
        })
final class VerifyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "The archives.")
    private List<Path> files = List.of();

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var code = ExitCode.OK;
        for (var file : files) {
            try {
                var report = ArchiveVerifier.verify(file);
                var size = Units.count(report.entries())
                        + (report.entries() == 1 ? " entry, " : " entries, ")
                        + Units.size(report.bytes());
                if (report.isWhole()) {
                    out.println(file + ": whole, " + size);
                    continue;
                }
                code = Math.max(code, ExitCode.SOME_FAILED);
                out.println(file + ": " + Units.count(report.problemCount(), "fault") + ", " + size + " read");
                for (var problem : report.problems()) out.println("  " + problem);
                var more = report.problemCount() - report.problems().size();
                if (more > 0) out.println("  … and " + Units.count(more) + " more");
            } catch (NoSuchFileException e) {
                err.println("gofer: no such archive: " + file);
                code = ExitCode.INPUT;
            } catch (IOException e) {
                err.println("gofer: cannot read " + file + ": " + e.getMessage());
                code = ExitCode.INPUT;
            }
        }
        return code;
    }
}
