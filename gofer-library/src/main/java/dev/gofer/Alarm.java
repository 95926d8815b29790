package dev.gofer;

import java.time.Duration;

/** Something that happens at a time, and whose time can be changed. */
sealed interface Alarm permits TimerChan, DelayedTask {
    /** Calls it off. Returns whether it was still to come. */
    boolean stop();

    /** Puts it {@code delay} from now. Returns whether it was still to come. */
    boolean reset(Duration delay);
}
