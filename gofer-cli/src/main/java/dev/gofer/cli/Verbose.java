package dev.gofer.cli;

import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.Outcome;
import dev.gofer.fetch.http.FetchException;
import java.time.Duration;

/** Tells each outcome, retry and pause as it happens, a line for each: {@code --verbose}. */
final class Verbose implements FetchEvents {
    private final Terminal terminal;
    private final String before; // clears the bar, which is drawn again soon

    /** {@code bar}: there is a line of progress that is redrawn in place. */
    Verbose(Terminal terminal, boolean bar) {
        this.terminal = terminal;
        this.before = bar ? "\r\033[K" : "";
    }

    @Override
    public void retrying(Line.Entry line, FetchException why, Duration delay) {
        say("again " + (delay.isZero() ? "when its server may be asked" : "in " + Units.time(delay)) + ": "
                + line.text() + ": " + why.getMessage());
    }

    @Override
    public void paused(String host, FetchException why, Duration delay) {
        say("waits " + Units.time(delay) + ": " + host + ": " + why.getMessage());
    }

    @Override
    public void finished(Outcome outcome) {
        say(
                switch (outcome) {
                    case Outcome.Stored stored -> {
                        var led = stored.url().equals(stored.line().text()) ? "" : ", from " + stored.url();
                        yield "stored " + stored.name() + ": " + stored.line().text() + led + ", "
                                + Units.size(stored.size());
                    }
                    case Outcome.Kept kept ->
                        "kept " + kept.name() + ": " + kept.line().text();
                    case Outcome.Duplicate twin ->
                        "the same as URL " + (twin.first() + 1) + " of the list: "
                                + twin.line().text();
                    case Outcome.Failed failed ->
                        "failed, " + failed.reason() + ": " + failed.line().text() + ": " + failed.message();
                });
    }

    private void say(String text) {
        terminal.err().println(before + Text.printable(text));
    }
}
