package dev.gofer.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is known of the three standard streams: is a person at the other end, how wide is the window, are colours welcome. */
record Terminal(
        PrintStream out,
        PrintStream err,
        boolean inIsTerminal,
        boolean errIsTerminal,
        boolean colour,
        boolean unicode) {
    /** The launcher knows which of the streams 0, 1 and 2 are terminals and says so; Java cannot tell. Without it, none is. */
    static Terminal of(Map<String, String> environment) {
        var terminals = System.getProperty("gofer.terminals", "");
        var err = terminals.contains("2") && !"dumb".equals(environment.get("TERM"));
        var colour = err && environment.getOrDefault("NO_COLOR", "").isEmpty();
        var unicode = Charset.forName(System.getProperty("stderr.encoding", "US-ASCII"))
                .equals(StandardCharsets.UTF_8);
        return new Terminal(System.out, System.err, terminals.contains("0"), err, colour, unicode);
    }

    /** Whether a person would see what goes to standard output. */
    static boolean outIsTerminal() {
        return System.getProperty("gofer.terminals", "").contains("1");
    }

    /** Columns of the window at this moment; 80 where nobody knows. Takes some milliseconds: it asks {@code stty}. */
    static int columns() {
        try {
            var stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var answer = stty.inputReader()) {
                var line = answer.readLine();
                stty.waitFor(1, TimeUnit.SECONDS);
                var columns = line == null ? 0 : Integer.parseInt(line.substring(line.indexOf(' ') + 1));
                return columns > 0 ? columns : 80;
            }
        } catch (IOException | NumberFormatException e) {
            return 80;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 80;
        }
    }

    String red(String text) {
        return paint("31", text);
    }

    String green(String text) {
        return paint("32", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[m" : text;
    }
}
