package dev.gofer;

import java.time.Duration;
import java.time.Instant;

/**
 * Brings the time again and again, in equal intervals. Go: {@code time.Ticker}.
 *
 * {@snippet class="dev.gofer.Snippets" region="ticker" :
 * try (var ticker = new Ticker(Duration.ofSeconds(1))) {
 *     while (select(onReceive(ticker.channel()), onDone(ctx)) == 0) {
 *         report();
 *     }
 * }
 * }
 *
 * <p>Who receives too slowly misses ticks; they are never made up for. A ticker that is no longer referred to needs no {@link #stop}.
 */
public final class Ticker implements AutoCloseable {
    private final TimerChan channel;

    /**
     * Makes a ticker whose first tick comes after one {@code period}. Go: {@code time.NewTicker(d)}.
     *
     * @param period positive
     * @throws IllegalArgumentException when {@code period} is zero or negative
     */
    public Ticker(Duration period) {
        channel = TimerChan.every(requirePositive(period, "NewTicker"));
    }

    /** {@return the channel on which the ticks come} The same at each call. Go: {@code t.C}. */
    public ReceiveChan<Instant> channel() {
        return channel;
    }

    /** Stops the ticker: no tick comes any more, until {@link #reset}. Does not close the channel. Go: {@code t.Stop()}. */
    public void stop() {
        channel.stop();
    }

    /**
     * Sets the ticker anew: the next tick comes after one {@code period}. Go: {@code t.Reset(d)}.
     *
     * @param period positive
     * @throws IllegalArgumentException when {@code period} is zero or negative
     */
    public void reset(Duration period) {
        channel.resetPeriod(requirePositive(period, "Ticker.Reset"));
    }

    /** Stops. */
    @Override
    public void close() {
        stop();
    }

    private static Duration requirePositive(Duration period, String name) {
        if (!period.isPositive()) {
            throw new IllegalArgumentException(
                    "non-positive interval for " + name + ": " + period + "; use a positive one");
        }
        return period;
    }

    /** Its state, for people. */
    @Override
    public String toString() {
        return "Ticker (" + channel.state() + ")";
    }
}
