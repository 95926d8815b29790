package dev.gofer.runtime;

/** Finds out how many workers the goroutines of a {@link Scheduler} that need only moments each are best spread over: by trying. */
final class SpreadPolicy {
    /* Goroutines that could run beside each other are in one worker's queue, and move on. Whether another processor would help cannot be seen from there:
     * it doubles what those do who have nothing to do with each other, and those who talk to each other, or take turns at a cache line,
     * do less on two. So, now and then, one worker more or one fewer is tried for a moment, and the better number stays.
     *
     * (1) A worker more is worth it if there are more tasks per nanosecond with it, by GAIN of what it could bring at best, and if one task
     *     in FEW or less wakes a goroutine that has been woken by another worker before. Neither is enough: a consumer that
     *     has a processor beside his producer is woken for each value, not once for many, so there are more tasks, and less is done; and two who never wake
     *     each other can still be in each other's way.
     * (2) One more is tried only while somebody was queued at each look lately: goroutines that wait for each other leave nobody queued for long.
     * (3) A comparison that changes nothing, or finds too few tasks to compare, doubles the pause until the next one, up to LONGEST_PAUSE; one that
     *     changes something halves it.
     * (4) best is the number that won. Fewer are at work when there is less to do; when there is more again, they come back without a comparison. More
     *     are at work when tasks had to wait (Monitor): their number is taken for the best until the next comparison, which is soon.
     * (5) It is pure: time and counts are passed in, advice comes out. It allocates nothing, so that a full heap does not stop the monitor. */

    /** What to do now. */
    enum Advice {
        /** Nothing. */
        NONE,
        /** Have one more worker take tasks. */
        WIDEN,
        /** Have one worker give its tasks back and rest. */
        NARROW
    }

    private enum Phase {
        STEADY,
        /** Counts tasks at the present number. */
        BEFORE,
        /** One more or fewer has been asked for: who runs where has to become what it will be. */
        SETTLING,
        /** Counts tasks at the other number. */
        AFTER,
        /** Counts who is woken from another worker, at the larger of the two numbers. */
        WATCHING,
        /** One more or fewer has been asked for, and that is all. */
        ENDING
    }

    private static final long SETTLE = 100_000; // nanoseconds, as all of these
    private static final long LONGEST_SETTLE = 1_000_000;
    private static final long WINDOW = 300_000;
    private static final long LONGEST_WINDOW = 3_000_000;
    private static final long SHORTEST_PAUSE = 1_000_000;
    private static final long LONGEST_PAUSE = 100_000_000;
    private static final int FEWEST_TASKS = 50; // in a window
    private static final int QUEUED_LOOKS = 3;
    private static final double GAIN = 0.15;
    private static final int FEW = 8;

    private Phase phase = Phase.STEADY;
    private int best = 1; // what won last, or more: (4)
    private int winner = 1; // what won last
    private boolean isProven; // that more than one is best
    private long pause = SHORTEST_PAUSE;
    private long nextAt = Long.MIN_VALUE;
    private int queuedLooks;

    // The comparison that is under way.
    private int low; // the smaller of its two numbers
    private int wanted; // the number that should be at work now
    private boolean isUpwards; // from low to low + 1
    private long since; // the beginning of a phase
    private long tasksThen;
    private long crossingsThen;
    private double rateBefore;

    /** Has the JVM link what {@link #look} calls, as {@link Worker#link} has it: here each phase is passed through. */
    static void link() {
        var policy = new SpreadPolicy();
        long tasks = 0;
        int running = 1;
        for (long now = 0; now < 20 * LONGEST_WINDOW; now += SETTLE) {
            tasks += (long) running * FEWEST_TASKS;
            var advice = policy.look(now, running, 2, tasks, 0, true, true);
            running += advice == Advice.WIDEN ? 1 : advice == Advice.NARROW ? -1 : 0;
            policy.nextLook(now);
        }
        policy.rest();
    }

    /** Whether a comparison is under way. */
    boolean isBusy() {
        return phase != Phase.STEADY;
    }

    /** How long after {@code now} it wants the next look; not positive: whenever it likes. */
    long nextLook(long now) {
        return switch (phase) {
            case STEADY -> nextAt - now;
            case SETTLING, ENDING -> later(since + SETTLE - now, SETTLE);
            case BEFORE, AFTER, WATCHING -> later(since + WINDOW - now, WINDOW);
        };
    }

    /** Whether it needs to know who is woken from another worker. */
    boolean isWatching() {
        return phase == Phase.WATCHING;
    }

    /** Whether more than one worker have been found to be better than one. */
    boolean isSpread() {
        return isProven && best > 1;
    }

    private static long later(long left, long all) {
        return left > 0 ? left : all / 2; // it has been waited for in vain
    }

    /** Forgets what it was about to compare: nobody has looked for a while. */
    void rest() {
        phase = Phase.STEADY;
        queuedLooks = 0;
    }

    /**
     * To be called again and again.
     *
     * @param now in nanoseconds, of a clock that only grows
     * @param running the number of workers at work
     * @param allowed how many may be
     * @param tasks that were run so far, by all of them
     * @param crossings how often one of them woke a goroutine that another had woken before; counted while {@link #isWatching}
     * @param isQueued whether a task waits anywhere
     * @param mayNarrow whether the tasks would not wait for long if one worker fewer were at work
     */
    Advice look(long now, int running, int allowed, long tasks, long crossings, boolean isQueued, boolean mayNarrow) {
        queuedLooks = isQueued ? queuedLooks + 1 : 0;
        switch (phase) {
            case STEADY -> {
                return steady(now, running, allowed, tasks, crossings, mayNarrow);
            }
            case SETTLING -> {
                if (now - since >= (running == wanted ? SETTLE : LONGEST_SETTLE)) {
                    begin(Phase.AFTER, now, tasks, crossings);
                }
            }
            case ENDING -> {
                if (now - since >= (running == wanted ? SETTLE : LONGEST_SETTLE)) {
                    phase = Phase.STEADY;
                    best = Math.min(best, Math.max(running, 1)); // who came back found nothing: (4)
                }
            }
            case BEFORE, AFTER, WATCHING -> {
                if (running != wanted) {
                    return interrupted(now, running);
                }
                long time = now - since;
                long count = tasks - tasksThen;
                if (time >= WINDOW && count >= FEWEST_TASKS) {
                    return counted((double) count / time, count, now, tasks, crossings);
                }
                if (time > LONGEST_WINDOW) {
                    pause = Math.min(2 * pause, LONGEST_PAUSE); // too little happens to tell: (3)
                    giveUp(now);
                }
            }
        }
        return Advice.NONE;
    }

    private Advice steady(long now, int running, int allowed, long tasks, long crossings, boolean mayNarrow) {
        if (running > best) { // (4)
            best = running;
            isProven = false;
            nextAt = Math.min(nextAt, now + SHORTEST_PAUSE);
        }
        boolean mayWiden = running < allowed && queuedLooks >= QUEUED_LOOKS; // (2)
        if (running < best) {
            return mayWiden ? ask(Phase.ENDING, now, running + 1, Advice.WIDEN) : Advice.NONE; // (4)
        }
        if (now >= nextAt) {
            boolean canGoDown = running > 1 && mayNarrow;
            if (mayWiden && !(canGoDown && isUpwards)) {
                isUpwards = true;
                low = running;
            } else if (canGoDown) {
                isUpwards = false;
                low = running - 1;
            } else {
                return Advice.NONE;
            }
            wanted = running;
            begin(Phase.BEFORE, now, tasks, crossings);
        }
        return Advice.NONE;
    }

    private Advice counted(double rate, long count, long now, long tasks, long crossings) {
        if (phase == Phase.BEFORE) {
            rateBefore = rate;
            if (isUpwards) {
                return ask(Phase.SETTLING, now, low + 1, Advice.WIDEN);
            }
            begin(Phase.WATCHING, now, tasks, crossings);
            return Advice.NONE;
        }
        if (phase == Phase.WATCHING) {
            boolean areTogether = (crossings - crossingsThen) * FEW > count; // (1)
            if (areTogether) {
                return end(now, low, Advice.NARROW);
            }
            if (isUpwards) {
                isProven = true;
                return end(now, low + 1, Advice.NONE);
            }
            return ask(Phase.SETTLING, now, low, Advice.NARROW);
        }
        double narrow = isUpwards ? rateBefore : rate;
        double wide = isUpwards ? rate : rateBefore;
        boolean isWorthIt = wide >= narrow * (1 + GAIN / low); // (1)
        if (!isWorthIt) {
            return end(now, low, isUpwards ? Advice.NARROW : Advice.NONE);
        }
        if (isUpwards) {
            begin(Phase.WATCHING, now, tasks, crossings);
            return Advice.NONE;
        }
        isProven = true;
        return end(now, low + 1, Advice.WIDEN);
    }

    /** Workers have come, because tasks had to wait, or gone, because they found none. */
    private Advice interrupted(long now, int running) {
        if (isUpwards && phase != Phase.BEFORE && running < wanted) {
            return end(now, low, Advice.NONE); // nothing is left for one more, as where all wake each other
        }
        giveUp(now);
        return Advice.NONE;
    }

    private Advice ask(Phase next, long now, int number, Advice advice) {
        wanted = number;
        since = now;
        phase = next;
        return advice;
    }

    private void begin(Phase next, long now, long tasks, long crossings) {
        phase = next;
        since = now;
        tasksThen = tasks;
        crossingsThen = crossings;
    }

    private void giveUp(long now) {
        phase = Phase.STEADY;
        nextAt = now + pause;
    }

    private Advice end(long now, int number, Advice advice) {
        pause = number == winner ? Math.min(2 * pause, LONGEST_PAUSE) : Math.max(pause / 2, SHORTEST_PAUSE); // (3)
        winner = number;
        best = number;
        isProven &= best > 1;
        nextAt = now + pause;
        return ask(advice == Advice.NONE ? Phase.STEADY : Phase.ENDING, now, number, advice);
    }
}
