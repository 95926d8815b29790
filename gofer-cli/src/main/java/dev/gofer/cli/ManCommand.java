package dev.gofer.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gofer man}: the manual page of a command, made from its options, so that it never lags behind them. */
@Command(
        name = "man",
        header = "Prints a manual page, to be read with man or to be installed.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  gofer man fetch | man -l -", "  gofer man fetch > ~/.local/share/man/man1/gofer-fetch.1"})
final class ManCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMMAND",
            description = "fetch, plan and so on; without one, gofer's own page.")
    private @Nullable String command;

    @Override
    public Integer call() {
        var root = spec.root();
        var page = root;
        if (command != null) {
            var found = root.subcommands().get(command);
            if (found == null)
                throw new ParameterException(
                        spec.commandLine(),
                        "no command " + command + "; there are "
                                + String.join(", ", root.subcommands().keySet()));
            page = found.getCommandSpec();
        }
        spec.commandLine().getOut().print(page(page));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    /** The page in the language of man(7). */
    private static String page(CommandSpec command) {
        var usage = command.usageMessage();
        var name = command.qualifiedName("-");
        var page = new StringBuilder(".TH \"" + name.toUpperCase(Locale.ROOT) + "\" \"1\" \"\" \"Gofer\"\n");
        var header = usage.header().length > 0 ? usage.header() : usage.description();
        section(page, "NAME", name + " - " + line(header[0]).replaceFirst("\\.$", ""));
        section(page, "SYNOPSIS");
        var synopsis = usage.customSynopsis();
        if (synopsis.length == 0)
            synopsis = new String[] {command.qualifiedName() + " [OPTIONS] " + arguments(command)};
        for (var form : synopsis) page.append(roff(line(form).strip())).append("\n.br\n");
        section(page, "DESCRIPTION");
        verbatim(page, usage.description());
        if (!command.subcommands().isEmpty()) {
            section(page, "COMMANDS");
            for (var sub : command.subcommands().values()) {
                var spec = sub.getCommandSpec();
                item(page, spec.qualifiedName(), spec.usageMessage().header());
            }
        }
        section(page, "ARGUMENTS AND OPTIONS");
        for (var parameter : command.positionalParameters())
            item(page, parameter.paramLabel(), parameter.description());
        var grouped = new HashSet<OptionSpec>();
        for (var group : command.argGroups()) {
            page.append(".SS \"")
                    .append(roff(line(group.heading()).replace(":", "").strip()))
                    .append("\"\n");
            for (var option : group.allOptionsNested()) option(page, option, grouped);
        }
        if (!grouped.isEmpty()) page.append(".SS \"General\"\n");
        for (var option : command.options()) if (!grouped.contains(option)) option(page, option, grouped);
        if (!usage.exitCodeList().isEmpty()) section(page, "EXIT STATUS");
        usage.exitCodeList().forEach((code, meaning) -> item(page, code, new String[] {meaning}));
        if (usage.footer().length > 0) {
            section(page, line(usage.footerHeading()).replace(":", "").strip().toUpperCase(Locale.ROOT));
            verbatim(page, usage.footer());
        }
        return page.toString();
    }

    private static String arguments(CommandSpec command) {
        var labels = new ArrayList<String>();
        for (var parameter : command.positionalParameters()) labels.add(parameter.paramLabel());
        if (!command.subcommands().isEmpty()) labels.add("COMMAND");
        return String.join(" ", labels);
    }

    private static void option(StringBuilder page, OptionSpec option, Set<OptionSpec> done) {
        done.add(option);
        var label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
        var value = option.defaultValueString();
        var description = new ArrayList<String>();
        for (var text : option.description())
            description.add(text.replace("${DEFAULT-VALUE}", value == null ? "" : value));
        item(page, String.join(", ", List.of(option.names())) + label, description.toArray(String[]::new));
    }

    private static void section(StringBuilder page, String title, String... lines) {
        page.append(".SH \"").append(title).append("\"\n");
        for (var line : lines) page.append(roff(line)).append('\n');
    }

    private static void item(StringBuilder page, String term, String[] lines) {
        page.append(".TP\n\\fB").append(roff(term)).append("\\fR\n");
        for (var line : lines) page.append(roff(line(line))).append('\n');
    }

    /** Lines as they stand where they are indented, which are examples; others run together. */
    private static void verbatim(StringBuilder page, String[] lines) {
        for (var raw : lines) {
            var line = line(raw);
            if (line.startsWith("  ")) page.append(".nf\n").append(roff(line)).append("\n.fi\n");
            else page.append(line.isEmpty() ? ".PP" : roff(line)).append('\n');
        }
    }

    /** A text of picocli's as it is shown: without its escapes and colours. */
    private static String line(@Nullable String text) {
        return text == null ? "" : Ansi.OFF.string(text.replace("%n", " ").replace("%%", "%"));
    }

    /** A line that roff takes for text. */
    private static String roff(String text) {
        var plain = text.replace("\\", "\\e").replace("-", "\\-");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
