package dev.gofer.cli;

import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.Line;
import dev.gofer.fetch.Outcome;
import dev.gofer.fetch.http.FetchException;
import java.time.Duration;
import java.util.List;

/** Passes each event on to several listeners, in their order. */
record AllEvents(List<FetchEvents> listeners) implements FetchEvents {
    @Override
    public void listed(Line line) {
        for (var listener : listeners) listener.listed(line);
    }

    @Override
    public void listEnded(long lines) {
        for (var listener : listeners) listener.listEnded(lines);
    }

    @Override
    public void started(Line.Entry line, int attempt) {
        for (var listener : listeners) listener.started(line, attempt);
    }

    @Override
    public void received(Line.Entry line, int bytes) {
        for (var listener : listeners) listener.received(line, bytes);
    }

    @Override
    public void ended(Line.Entry line) {
        for (var listener : listeners) listener.ended(line);
    }

    @Override
    public void retrying(Line.Entry line, FetchException why, Duration delay) {
        for (var listener : listeners) listener.retrying(line, why, delay);
    }

    @Override
    public void paused(String host, FetchException why, Duration delay) {
        for (var listener : listeners) listener.paused(host, why, delay);
    }

    @Override
    public void finished(Outcome outcome) {
        for (var listener : listeners) listener.finished(outcome);
    }
}
