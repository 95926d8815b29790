package dev.gofer;

import dev.gofer.runtime.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** A task that a goroutine runs when the time has come. Go: {@code goFunc} in {@code time/sleep.go}. */
final class DelayedTask implements Alarm {
    /* (1) current is the timer that was set last; each reset sets a new one, since a timer runs at most once.
     * (2) Of several who stop the same timer, one hears that it was still to come. Who hears otherwise of a timer that is no longer
     *     current asks the next one: else stop could say "not to come" while a reset has just set it again. */
    private final Task task;
    private final AtomicReference<Time.Timer> current; // (1)

    DelayedTask(Duration delay, Task task) {
        this.task = task;
        this.current = new AtomicReference<>(Time.schedule(delay, this::start));
    }

    @Override
    public boolean stop() {
        requireInside("stop");
        while (true) {
            var timer = current.get();
            if (timer.stop()) {
                return true;
            }
            if (timer == current.get()) {
                return false; // (2)
            }
        }
    }

    @Override
    public boolean reset(Duration delay) {
        requireInside("reset");
        return current.getAndSet(Time.schedule(delay, this::start)).stop();
    }

    private void requireInside(String operation) {
        if (current.get().isForeign()) {
            throw TimerChan.outside(operation);
        }
    }

    private void start() {
        Go.go(task);
    }

    @Override
    public String toString() {
        return "task of " + task.getClass().getName();
    }
}
