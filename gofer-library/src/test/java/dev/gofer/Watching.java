package dev.gofer;

import dev.gofer.runtime.Timers;
import java.util.Objects;

/** Looks into contexts. */
public final class Watching {
    private Watching() {}

    /** How many children, tasks and sleepers are told when {@code ctx} ends. */
    public static int count(Context ctx) {
        return Objects.requireNonNull(Contexts.canceller(ctx), "a context that can end")
                .watchers();
    }

    /** How many timers are set. */
    public static int timers() {
        return Timers.pending();
    }
}
