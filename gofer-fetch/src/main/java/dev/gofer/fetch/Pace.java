package dev.gofer.fetch;

/** When the next request to a host may be made, so that there are no more than so many a second. Times are by {@link System#nanoTime}. */
final class Pace {
    /* (1) Two starts are at least a period apart. There is no credit for pauses: a host that was left alone is not rushed at.
     * (2) rate is 0 while there is no limit. One that the host itself brought about never exceeds the one that was given.
     * (3) What a host had when it complained is how fast its last starts came, up to RECENT of them, all since its rate was set. Over a
     *     longer time there are pauses in which nothing was asked for, and a host would pay for them. */
    private static final double SLOWEST = 1.0 / 30; // a second
    private static final int FREE =
            16; // a host's own limit is lifted where it bore so many times what it complained of

    private static final int RECENT = 20;

    private final double given;
    private double rate;
    private double complaint; // the rate at which the host complained last
    private long next;
    private final long[] recent = new long[RECENT]; // (3): when they were, in a ring
    private long starts; // since the rate was set

    /** A pace of {@code given} starts a second; 0: no limit. */
    Pace(double given, long now) {
        this.given = given;
        this.rate = given;
        this.next = now;
    }

    /** How long to wait from now on; 0: not at all. */
    long delay(long now) {
        return rate == 0 ? 0 : Math.max(0, next - now);
    }

    void started(long now) {
        recent[(int) (starts++ % RECENT)] = now;
        if (rate > 0) next = now + (long) (1e9 / rate); // (1)
    }

    /** The host asked for less: half of what it had, as far as that is known. */
    void slowDown(long now) {
        complaint = rate > 0 ? Math.min(rate, had(now)) : had(now);
        rate = Math.max(complaint / 2, SLOWEST);
        if (given > 0) rate = Math.min(rate, given); // (2)
        starts = 0;
    }

    /** (3), a second. */
    private double had(long now) {
        if (starts == 0) return rate;
        int known = (int) Math.min(starts, RECENT);
        long first = recent[(int) ((starts - known) % RECENT)];
        return known / Math.max((now - first) / 1e9, 0.01);
    }

    /** The host has answered well for a while: a quarter more, until it is free again. */
    void speedUp() {
        if (isUsual()) return;
        rate *= 1.25;
        if (given > 0 && rate >= given) rate = given;
        if (given == 0 && rate > FREE * complaint) rate = 0;
        starts = 0;
    }

    boolean isUsual() {
        return rate == given;
    }
}
