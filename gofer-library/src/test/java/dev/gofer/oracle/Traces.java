package dev.gofer.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a program printed, put back into the traces of its goroutines. */
final class Traces {
    private static final Pattern PANIC = Pattern.compile("panic: (?:[\\w.$]+(?:Exception|Error): )?(.*)");
    private static final String REPANICKED = " [recovered, repanicked]"; // Go's wg.Go catches a panic and passes it on

    private final List<List<String>> traces = new ArrayList<>();

    Traces(int goroutines) {
        for (int i = 0; i < goroutines; i++) {
            traces.add(new ArrayList<>());
        }
    }

    /** Adds a line, of a goroutine's number and a fact. */
    void add(String line) {
        int space = line.indexOf(' ');
        traces.get(Integer.parseInt(line.substring(0, space))).add(line.substring(space + 1));
    }

    String outcome(String end) {
        return Facts.outcome(
                end, traces.stream().map(trace -> String.join(" ", trace)).toList());
    }

    /** How a process ended, by its exit code and what it printed to the error stream, be it Go's or a JVM. */
    static String end(int exit, String error) {
        if (exit == 0) {
            return Facts.OK;
        }
        var first = error.lines().findFirst().orElse("");
        var panic = PANIC.matcher(first.replace(REPANICKED, ""));
        if (exit == 2 && panic.matches()) {
            return Facts.endOf(panic.group(1));
        }
        if (exit == 2 && first.startsWith("fatal error: ")) {
            return Facts.fatal(first.substring("fatal error: ".length()));
        }
        return "exit " + exit + ": " + error;
    }
}
