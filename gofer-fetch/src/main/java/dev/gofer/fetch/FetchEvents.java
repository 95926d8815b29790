package dev.gofer.fetch;

import dev.gofer.SendChan;
import dev.gofer.fetch.http.FetchException;
import java.time.Duration;
import java.util.Objects;

/**
 * What happens while a {@link Fetch} runs, as it happens: for progress displays and logs. Every method does nothing unless it is
 * overridden. They are called by many goroutines at once and must return soon, since the fetch waits for them.
 */
public interface FetchEvents {
    /** Hears nothing. */
    FetchEvents NONE = new FetchEvents() {};

    /**
     * {@return events that send every outcome into a channel, which they never close} Who stops receiving from it stops the fetch, until its
     * context ends.
     *
     * @param channel where to
     */
    static FetchEvents outcomes(SendChan<Outcome> channel) {
        Objects.requireNonNull(channel);
        return new FetchEvents() {
            @Override
            public void finished(Outcome outcome) {
                channel.send(outcome);
            }
        };
    }

    /**
     * One more line of the list is known; it will have one {@link Outcome}, unless the run is interrupted.
     *
     * @param line which
     */
    default void listed(Line line) {}

    /**
     * The list has ended.
     *
     * @param lines how many {@link #listed} were told
     */
    default void listEnded(long lines) {}

    /**
     * An attempt begins; {@code attempt} counts from 1.
     *
     * @param line which
     * @param attempt counts from 1
     */
    default void started(Line.Entry line, int attempt) {}

    /**
     * Bytes of a body arrived, of an attempt that may yet fail.
     *
     * @param line which
     * @param bytes how many more
     */
    default void received(Line.Entry line, int bytes) {}

    /**
     * An attempt ended, well or badly: the fetch has one live attempt less.
     *
     * @param line which
     */
    default void ended(Line.Entry line) {}

    /**
     * An attempt failed and there will be another one, after {@code delay} or later.
     *
     * @param line which
     * @param why what went wrong
     * @param delay from now on
     */
    default void retrying(Line.Entry line, FetchException why, Duration delay) {}

    /**
     * A host asked for less, or answered no connection: it is left alone for {@code delay}.
     *
     * @param host its name and port
     * @param why what went wrong
     * @param delay from now on
     */
    default void paused(String host, FetchException why, Duration delay) {}

    /**
     * The line's one outcome is known. Called by one thread only, in the order in which the archive is written.
     *
     * @param outcome what became of the line
     */
    default void finished(Outcome outcome) {}
}
