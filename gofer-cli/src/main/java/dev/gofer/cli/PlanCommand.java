package dev.gofer.cli;

import dev.gofer.fetch.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gofer plan}. */
@Command(
        name = "plan",
        header = "Reads a list as gofer fetch would, and fetches nothing.",
        description =
                "Tells how many URLs there are on which servers, which lines are no URLs, and what the first entries would be called.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        customSynopsis = {"gofer plan [OPTIONS] URL...", "       gofer plan [OPTIONS] -i LIST"},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every line is a URL",
            "1:some lines are none",
            "2:wrong usage",
            "3:the list cannot be read or is empty"
        })
final class PlanCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "URL", description = "Without any, and without -i: standard input.")
    private List<String> urls = List.of();

    @Option(
            names = {"-i", "--input"},
            paramLabel = "LIST",
            description = "A file of URLs, plain or gzip'd, or - for standard input. May be given several times.")
    private List<String> inputs = List.of();

    @Option(
            names = {"-K", "--config"},
            paramLabel = "FILE",
            description = "Read options from here, in place of ~/.config/gofer/config: see gofer fetch.")
    @Nullable
    Path config; // Config has read it by the time this is set

    @ArgGroup(validate = false, heading = "%nWhat is in the list:%n")
    private FetchFlags.Columns columns = new FetchFlags.Columns();

    @Override
    public Integer call() {
        try (var list = new Lists(spec, Terminal.of(System.getenv()), columns).open(urls, inputs)) {
            return new Plan(columns.template, !columns.noDedupe)
                    .run(list, spec.commandLine().getOut());
        } catch (InputException e) {
            spec.commandLine().getErr().println("gofer: " + Text.printable(String.valueOf(e.getMessage())));
            return ExitCode.INPUT;
        }
    }
}
