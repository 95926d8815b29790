package dev.gofer.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gofer completion}: made from the options themselves, so that it never lags behind them. */
@Command(
        name = "completion",
        header = "Prints what makes a shell complete gofer's commands and options.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bash:  source <(gofer completion bash)       (in ~/.bashrc)",
            "  zsh:   source <(gofer completion zsh)        (in ~/.zshrc)",
            "  fish:  gofer completion fish | source        (in config.fish)"
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
    private Shell shell = Shell.bash;

    /** The shells that are known. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Override
    public Integer call() {
        var gofer = spec.root().commandLine();
        spec.commandLine()
                .getOut()
                .print(
                        switch (shell) {
                            case bash, zsh -> AutoComplete.bash("gofer", gofer); // zsh reads it, too
                            case fish -> fish(gofer);
                        });
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private static String fish(CommandLine gofer) {
        var script = new StringBuilder("# fish completion for gofer\n");
        for (var command : gofer.getSubcommands().values()) {
            var spec = command.getCommandSpec();
            line(
                    script,
                    "__fish_use_subcommand",
                    " -f -a " + spec.name(),
                    first(spec.usageMessage().header()));
            for (var option : spec.options())
                line(script, "__fish_seen_subcommand_from " + spec.name(), flags(option), first(option.description()));
        }
        for (var option : gofer.getCommandSpec().options())
            line(script, "__fish_use_subcommand", flags(option), first(option.description()));
        return script.toString();
    }

    private static void line(StringBuilder script, String when, String what, String description) {
        script.append("complete -c gofer -n '").append(when).append('\'').append(what);
        script.append(" -d '")
                .append(description.replace("\\", "\\\\").replace("'", "\\'"))
                .append("'\n");
    }

    private static String flags(OptionSpec option) {
        var flags = new StringBuilder();
        for (var name : option.names())
            flags.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        if (option.arity().max() == 0) return flags.toString();
        var values = option.completionCandidates();
        if (values == null) return flags + " -r";
        return flags + " -x -a '" + String.join(" ", values) + "'";
    }

    /** The first sentence: all that there is room for. */
    private static String first(String[] text) {
        if (text.length == 0) return "";
        var plain = text[0].replace("%%", "%");
        var end = plain.indexOf(". ");
        return end < 0 ? plain.replaceFirst("\\.$", "") : plain.substring(0, end);
    }
}
