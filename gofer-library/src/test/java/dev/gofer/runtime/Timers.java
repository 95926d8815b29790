package dev.gofer.runtime;

/** Looks into the clock. */
public final class Timers {
    private Timers() {}

    /** How many timers are set or run. */
    public static int pending() {
        return Time.pendingActions();
    }
}
