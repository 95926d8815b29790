package dev.gofer.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Options that are not on the command line: first those of the configuration file, then those of the environment. Whatever is given again later
 * counts, but for options that may be given several times: those add up.
 *
 * <p>A line of the file is {@code key = value}, where the key is the long name of an option of {@code gofer fetch}; the key alone stands for
 * {@code key = true}. Lines that begin with {@code #} are comments. In the environment {@code --max-time} is {@code GOFER_MAX_TIME}.
 */
final class Config {
    private static final Set<String> COMMANDS = Set.of("fetch", "plan"); // that are configured
    private static final Set<String> NOT_HERE = Set.of("--help", "--version", "--config");
    private static final Set<String> OTHERS =
            Set.of("GOFER_OPTS", "GOFER_CONFIG", "GOFER_JDK_PLACES", "GOFER_TRAINING"); // the launcher's

    private final CommandLine command;
    private final Map<String, String> environment;
    private final Map<String, OptionSpec> known = new LinkedHashMap<>(); // by long name, of gofer fetch
    private final CommandLine trial = new CommandLine(new FetchCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    private final List<String> options = new ArrayList<>();

    private Config(CommandLine command, Map<String, String> environment) {
        this.command = command;
        this.environment = environment;
        for (var option : trial.getCommandSpec().options())
            if (!NOT_HERE.contains(option.longestName())) known.put(option.longestName(), option);
    }

    /**
     * The arguments with those of the file and the environment before them.
     *
     * @throws ParameterException the file cannot be read, or something in it or in the environment means nothing; the message says where
     */
    static String[] before(String[] args, CommandLine gofer, Map<String, String> environment) {
        if (args.length == 0 || !COMMANDS.contains(args[0])) return args;
        var all = Arrays.asList(args);
        if (all.contains("--help") || all.contains("-h")) return args; // help helps, whatever is wrong
        var named = named(all);
        if (named == null) named = environment.get("GOFER_CONFIG");
        var usual = usual(environment);
        var file = named != null ? Path.of(named) : usual != null && Files.exists(usual) ? usual : null;
        if (file == null && environment.keySet().stream().noneMatch(Config::isOurs)) return args; // mostly
        var config = new Config(Objects.requireNonNull(gofer.getSubcommands().get(args[0])), environment);
        if (file != null) config.readFile(file);
        config.readEnvironment();
        var result = new ArrayList<>(config.options);
        result.addFirst(args[0]);
        result.addAll(all.subList(1, args.length));
        return result.toArray(String[]::new);
    }

    /** What {@code --config} on the command line says. */
    private static @Nullable String named(List<String> args) {
        for (var i = 0; i < args.size() && !args.get(i).equals("--"); i++) {
            var arg = args.get(i);
            if (arg.startsWith("--config=")) return arg.substring("--config=".length());
            if ((arg.equals("--config") || arg.equals("-K")) && i + 1 < args.size()) return args.get(i + 1);
        }
        return null;
    }

    private static @Nullable Path usual(Map<String, String> environment) {
        var folder = environment.get("XDG_CONFIG_HOME");
        if (folder != null && !folder.isEmpty()) return Path.of(folder, "gofer", "config");
        var home = environment.get("HOME");
        return home == null || home.isEmpty() ? null : Path.of(home, ".config", "gofer", "config");
    }

    private void readFile(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw wrong("no such configuration file: " + file);
        } catch (CharacterCodingException e) {
            throw wrong("the configuration file " + file + " is not UTF-8 text");
        } catch (IOException e) {
            throw wrong("cannot read the configuration file " + file
                    + (Files.isDirectory(file) ? ": it is a folder" : ": " + e.getMessage()));
        }
        for (var number = 1; number <= lines.size(); number++) {
            var line = lines.get(number - 1).replace("\uFEFF", "").strip();
            if (line.isEmpty() || line.startsWith("#")) continue;
            var where = file + ":" + number + ": ";
            if (line.startsWith("[")) throw wrong(where + "there are no sections: write key = value lines only");
            var equals = line.indexOf('=');
            var key = (equals < 0 ? line : line.substring(0, equals)).strip();
            var name = key.startsWith("--") ? key : "--" + key;
            var option = known.get(name);
            if (option == null) throw wrong(where + "no option is called " + key + didYouMean(name));
            if (equals < 0 && option.arity().max() > 0)
                throw wrong(where + key + " needs a value: write " + key + " = " + option.paramLabel());
            add(
                    where,
                    option,
                    equals < 0 ? "true" : unquoted(line.substring(equals + 1).strip()));
        }
    }

    /** Without the quotes around it, which a value may have and need not. */
    private static String unquoted(String value) {
        var quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private String didYouMean(String name) {
        var meant = Typo.meant(name, known.keySet());
        return meant == null
                ? ": the keys are the long options of gofer fetch, see gofer fetch --help"
                : ". Did you mean " + meant.substring(2) + "?";
    }

    private void readEnvironment() {
        for (var variable : new TreeMap<>(environment).entrySet()) {
            if (!isOurs(variable.getKey())) continue;
            var name = option(variable.getKey());
            var option = known.get(name);
            if (option != null) add(variable.getKey() + ": ", option, variable.getValue());
            else if (Typo.meant(name, known.keySet()) != null) // what is far from all of ours may be another program's
            throw wrong(variable.getKey() + " means nothing. Did you mean "
                    + variable(String.valueOf(Typo.meant(name, known.keySet()))) + "?");
        }
    }

    private static boolean isOurs(String variable) {
        return variable.startsWith("GOFER_") && !OTHERS.contains(variable);
    }

    private static String option(String variable) {
        return "--"
                + variable.substring("GOFER_".length()).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String variable(String option) {
        return "GOFER_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Tries the option alone first, so that what is wrong with it is told with the place where it stands. */
    private void add(String where, OptionSpec option, String value) {
        if (value.isEmpty()) return;
        var text = option.longestName() + "=" + value;
        try {
            trial.parseArgs(text);
        } catch (ParameterException e) {
            throw wrong(where + Main.message(e));
        }
        var here = command.getCommandSpec().findOption(option.longestName());
        if (here != null) options.add(text); // gofer plan has some of them only
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command, message);
    }
}
