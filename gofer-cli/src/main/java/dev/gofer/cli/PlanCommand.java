package dev.gofer.cli;

import dev.gofer.fetch.InputException;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.archive.EntryNames;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private static final int SHOWN = 10;
    private static final int EXAMPLES = 5;
    private static final int MOST_HOSTS = 100_000; // that are counted one by one

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
    private @Nullable Path config; // Config has read it by the time this is set

    @ArgGroup(validate = false, heading = "%nWhat is in the list:%n")
    private FetchFlags.Columns columns = new FetchFlags.Columns();

    private long entries;
    private long bad;
    private long elsewhere; // on servers beyond MOST_HOSTS
    private final Map<String, Long> hosts = new HashMap<>();
    private final List<Line.Malformed> problems = new ArrayList<>();
    private final List<String> first = new ArrayList<>();

    @Override
    public Integer call() {
        try (var list = new Lists(spec, Terminal.of(System.getenv()), columns).open(urls, inputs)) {
            var names = new EntryNames();
            var index = 0;
            for (var line = list.next(); line != null; line = list.next(), index++) {
                switch (line) {
                    case Line.Entry entry -> {
                        if (first.size() < EXAMPLES) first.add(name(names, entry, index));
                        count(entry);
                    }
                    case Line.Malformed none -> {
                        if (bad++ < EXAMPLES) problems.add(none);
                    }
                }
            }
            if (index == 0) throw new InputException("no URL in " + list.name());
        } catch (InputException e) {
            spec.commandLine().getErr().println("gofer: " + Text.printable(String.valueOf(e.getMessage())));
            return ExitCode.INPUT;
        }
        tell();
        return bad == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private String name(EntryNames names, Line.Entry entry, int index) {
        var wish = entry.name();
        if (wish != null) return names.forName(wish);
        var url = URI.create(entry.url().toString());
        var template = columns.template;
        return template == null ? names.forUrl(url) : names.forName(template.expand(url, index, entry.columns()));
    }

    private void count(Line.Entry entry) {
        entries++;
        var host = entry.url().server();
        if (hosts.size() < MOST_HOSTS || hosts.containsKey(host)) hosts.merge(host, 1L, Long::sum);
        else elsewhere++;
    }

    private void tell() {
        var out = spec.commandLine().getOut();
        out.println(Units.count(entries, "URL") + " on " + (elsewhere > 0 ? "more than " : "")
                + Units.count(hosts.size(), "server"));
        hosts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN)
                .forEach(host -> out.println(String.format("%10s  %s", Units.count(host.getValue()), host.getKey())));
        if (hosts.size() > SHOWN)
            out.println("            … and " + Units.count(hosts.size() - SHOWN, "server") + " more");
        if (!first.isEmpty()) out.println("first entries: " + String.join(", ", first));
        if (bad == 0) return;
        out.println(Units.count(bad, "line") + (bad == 1 ? " is no URL" : " are no URLs"));
        for (var problem : problems) {
            out.println("  " + problem.where() + ": " + Text.printable(problem.text()));
            out.println("    " + Text.printable(problem.problem()));
        }
        if (bad > EXAMPLES) out.println("  … and " + Units.count(bad - EXAMPLES) + " more");
    }
}
