package dev.gofer.fetch;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the {@link Window} knows of one server. Times are by {@link System#nanoTime}. */
final class Host {
    private static final int CALM = 20; // successes after which a host that was slowed down may have one more at once

    final String name;
    final ArrayDeque<Job> queue = new ArrayDeque<>();
    int live;
    boolean isReady; // it is in the window's queue of ready hosts
    int refusals; // rounds of failed connections since the last answer
    int overloads; // answers that asked for less since the last success
    private final int most;
    private int limit;
    private int successes;
    private long pausedAt = System.nanoTime();
    private long pausedUntil = pausedAt;
    private final Pace pace;
    boolean isPaced; // an alarm rings when its pace lets it start something
    private @Nullable GivenUp givenUp;

    /** {@code rate} is in starts a second; 0: no limit. */
    Host(String name, int most, double rate) {
        this.name = name;
        this.most = most;
        this.limit = most;
        this.pace = new Pace(rate, System.nanoTime());
    }

    /** Whether it may start something, now or as soon as its pace lets it. */
    boolean mayStart() {
        return !queue.isEmpty() && live < limit && !isPaused();
    }

    /** How long its pace makes it wait, in nanoseconds. */
    long paceDelay() {
        return pace.delay(System.nanoTime());
    }

    void started() {
        live++;
        pace.started(System.nanoTime());
    }

    boolean isPaused() {
        return pausedUntil - System.nanoTime() > 0;
    }

    /** Whether an attempt was begun after the last pause was: if not, its failure tells what is known already. */
    boolean isNews(Attempted attempted) {
        return attempted.begun() - pausedAt >= 0;
    }

    void pause(Duration delay) {
        pausedAt = System.nanoTime();
        pausedUntil = pausedAt + delay.toNanos();
    }

    /** It answered, whatever the answer. */
    void answered() {
        refusals = 0;
        givenUp = null;
    }

    void succeeded() {
        answered();
        overloads = 0;
        if (limit == most && pace.isUsual()) return;
        if (++successes % CALM != 0) return;
        if (limit < most) limit++;
        pace.speedUp();
    }

    /**
     * It asked for less: half as many at once, and half as often, until it has answered well for a while. Not less often where it wishes for no
     * pause at all: then it bears to be asked at once.
     */
    void slowDown(@Nullable Duration wish) {
        if (wish == null || wish.isPositive()) pace.slowDown(System.nanoTime());
        limit = Math.max(1, limit / 2);
        successes = 0;
    }

    void giveUp(String reason, String message, Duration howLong) {
        givenUp = new GivenUp(reason, message, System.nanoTime() + howLong.toNanos());
    }

    /** Why it is not asked for anything at the moment, or null. */
    @Nullable
    GivenUp givenUp() {
        if (givenUp != null && givenUp.until - System.nanoTime() <= 0) {
            givenUp = null;
            refusals = 0;
            overloads = 0;
        }
        return givenUp;
    }

    /** Nothing is under way, waits, or has to wait: of use is its past at most. */
    boolean isIdle() {
        return live == 0 && queue.isEmpty() && !isPaused() && paceDelay() == 0;
    }

    /** Nothing of it is of use any more: a new one would behave the same. */
    boolean isForgettable() {
        return isIdle()
                && givenUp() == null // a verdict that is over takes the refusals with it
                && refusals == 0
                && overloads == 0
                && limit == most
                && pace.isUsual();
    }

    /** The verdict on a server that was asked often enough. */
    record GivenUp(String reason, String message, long until) {}
}
