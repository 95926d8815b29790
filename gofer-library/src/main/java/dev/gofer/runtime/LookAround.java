package dev.gofer.runtime;

/** How long a worker without tasks looks for some at the others before it sleeps: as long as that pays. */
final class LookAround {
    /* To look takes the processor from others, to sleep and be woken takes some 10 µs of it and longer until a task runs. So a look that found something after
     * a while, or would have, makes the next one twice as long, and one in vain half as long: what succeeds less often than it fails is soon over.
     * A program whose goroutines wait for sockets or for time has its workers sleep at once.
     * Time is passed in. Used by one worker. */
    static final long LONGEST = 15_000; // nanoseconds, as all of these
    private static final long SHORTEST = 1_000;

    private long nanos = LONGEST;

    /** How long to look; 0 means once. */
    long nanos() {
        return nanos;
    }

    /** A task came while it looked. */
    void paid() {
        nanos = Math.clamp(2 * nanos, SHORTEST, LONGEST);
    }

    /** No task came while it looked. */
    void wasInVain() {
        nanos = nanos / 2 < SHORTEST ? 0 : nanos / 2;
    }

    /** It was woken for a task {@code slept} after it had gone to sleep. */
    void woken(long slept) {
        if (slept < LONGEST) {
            paid(); // it would have
        }
    }
}
