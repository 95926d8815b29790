package dev.gofer.synctest;

import dev.gofer.runtime.Bubble;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The clock of a bubble; see {@link Synctest#clock}. */
final class BubbleClock extends Clock {
    private final Bubble bubble;
    private final ZoneId zone;

    BubbleClock(Bubble bubble) {
        this(bubble, ZoneOffset.UTC);
    }

    private BubbleClock(Bubble bubble, ZoneId zone) {
        this.bubble = bubble;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new BubbleClock(bubble, other);
    }

    @Override
    public Instant instant() {
        return bubble.instant();
    }

    @Override
    public String toString() {
        return "clock of a bubble (" + instant() + ")";
    }
}
