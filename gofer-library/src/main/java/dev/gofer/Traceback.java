package dev.gofer;

import org.jspecify.annotations.Nullable;

/**
 * How much a dying program tells. Go: {@code GOTRACEBACK} and {@code runtime/debug.SetTraceback}.
 *
 * @param stacks 0: none; 1: without the frames of the runtime; 2 or more: all frames, and the threads that are no goroutines
 * @param all of all goroutines, not only of the one that panicked
 * @param crash end by an abort, for a core file
 */
record Traceback(int stacks, boolean all, boolean crash) {
    private static final Traceback ENVIRONMENT = of(System.getenv("GOTRACEBACK"));
    private static volatile Traceback current = ENVIRONMENT;

    /** The level of that name or number, read as Go reads it: null and the empty string are {@code single}, unknown words as {@code 0}. */
    static Traceback of(@Nullable String level) {
        return switch (level) {
            case null -> new Traceback(1, false, false);
            case "none" -> new Traceback(0, false, false);
            case "", "single" -> new Traceback(1, false, false);
            case "all" -> new Traceback(1, true, false);
            case "system" -> new Traceback(2, true, false);
            case "crash" -> new Traceback(2, true, true);
            default -> new Traceback(number(level), true, false);
        };
    }

    /** The level that counts now. */
    static Traceback current() {
        return current;
    }

    /** Sets the level; what the environment asked for stays. */
    static void set(String level) {
        current = of(level).or(ENVIRONMENT);
    }

    /** What either of the two asks for. */
    Traceback or(Traceback other) {
        return new Traceback(Math.max(stacks, other.stacks), all || other.all, crash || other.crash);
    }

    private static int number(String level) {
        try {
            return Math.max(0, Integer.parseInt(level));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
