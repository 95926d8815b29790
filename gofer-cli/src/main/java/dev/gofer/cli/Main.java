package dev.gofer.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code gofer} command. */
@Command(
        name = "gofer",
        header = "Fetches many URLs at once and packs them into one archive.",
        description = {
            "Examples:",
            "  gofer demo",
            "  gofer fetch -o images.zip https://example.com/a.jpg https://example.com/b.jpg",
            "  gofer fetch -o images.zip -i urls.txt",
            "  gofer verify images.zip"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        footer = "'gofer COMMAND --help' tells every option and every exit code.")
public final class Main implements Runnable {
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        var versionOnly = args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"));
        if (versionOnly) System.out.println(new Version().getVersion()[0]); // without waking the option parser
        Exit.now(versionOnly ? ExitCode.OK : run(args));
    }

    private static Map<String, Supplier<Object>> commands() {
        var commands = new LinkedHashMap<String, Supplier<Object>>();
        commands.put("fetch", FetchCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("report", ReportCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("repair", RepairCommand::new);
        commands.put("demo", DemoCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("man", ManCommand::new);
        return commands;
    }

    static int run(String... args) {
        return run(commandLine(args), System.getenv(), args);
    }

    static int run(CommandLine gofer, Map<String, String> environment, String... args) {
        String[] all;
        try {
            all = Config.before(args, gofer, environment);
        } catch (ParameterException e) {
            return wrongUsage(e, args);
        }
        return gofer.execute(all);
    }

    /** What understands these arguments. The options of commands that they do not name are not looked at: that would take a while. */
    static CommandLine commandLine(String... args) {
        var gofer = new CommandLine(new Main());
        var named = args.length == 0 ? null : COMMANDS.get(args[0]);
        if (named == null || args[0].equals("completion") || args[0].equals("man"))
            COMMANDS.forEach((name, command) -> gofer.addSubcommand(name, command.get()));
        else gofer.addSubcommand(args[0], named.get());
        return gofer.setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setOverwrittenOptionsAllowed(true) // the configuration is given first
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler(Main::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? fetch, plan, report, verify, repair or demo");
    }

    /** One line that says what is wrong, where possible what was meant, and where to read more: never the whole help. */
    private static int wrongUsage(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        var command = e.getCommandLine().getCommandSpec();
        if (e instanceof UnmatchedArgumentException unmatched && command.parent() == null) {
            var word = unmatched.getUnmatched().getFirst();
            var what = word.startsWith("-") ? "option" : "command";
            err.println("gofer: no " + what + " is called " + Text.printable(word));
        } else {
            err.println("gofer: " + Text.printable(message(e)));
        }
        var meant = e instanceof UnmatchedArgumentException unmatched ? meant(unmatched, command) : null;
        if (meant != null) err.println("Did you mean " + Text.printable(meant) + "?");
        err.println("'" + command.qualifiedName() + " --help' tells more.");
        return ExitCode.USAGE;
    }

    private static @Nullable String meant(UnmatchedArgumentException e, CommandSpec command) {
        var word = e.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            var name = word.replaceFirst("=.*", "");
            return Typo.meant(name, command.optionsMap().keySet());
        }
        if (command.parent() != null) return null;
        if (word.contains("://")) return "gofer fetch " + word;
        if (Lists.isFile(word)) return word.endsWith(".zip") ? "gofer verify " + word : "gofer fetch -i " + word;
        return Typo.meant(word, COMMANDS.keySet());
    }

    /** Picocli's message in the words of a person who does not program. */
    static String message(ParameterException e) {
        return String.valueOf(e.getMessage())
                .replace("Invalid value for option '", "'")
                .replace("is not an int", "is not a whole number")
                .replace("(case-insensitive) but was", "but got");
    }

    /** What no command expected: a bug. Says so, with all that helps to find it. */
    private static int failed(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
        commandLine.getErr().println("gofer: a bug in gofer, please report it with these lines:");
        e.printStackTrace(commandLine.getErr());
        return 70; // EX_SOFTWARE
    }
}
