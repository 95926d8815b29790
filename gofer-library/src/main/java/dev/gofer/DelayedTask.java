package dev.gofer;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Time;
import java.time.Duration;

/** A task that a goroutine runs when the time has come. Go: {@code goFunc} in {@code time/sleep.go}. */
final class DelayedTask implements Alarm {
    /* What is due at once is started at once, by the caller: the clock's thread would be asked only to pass it on. Not so in a bubble, where it is an event like
     * others. */
    private final Task task;
    private final Time.Timer timer;

    DelayedTask(Duration delay, Task task) {
        this.task = task;
        this.timer = Time.timer(this::start);
        set(delay);
    }

    @Override
    public boolean stop() {
        requireInside("stop");
        return timer.stop();
    }

    @Override
    public boolean reset(Duration delay) {
        requireInside("reset");
        return set(delay);
    }

    private boolean set(Duration delay) {
        if (delay.isPositive() || Bubble.current() != null) {
            return timer.reset(delay);
        }
        boolean wasSet = timer.stop();
        start();
        return wasSet;
    }

    private void requireInside(String operation) {
        if (timer.isForeign()) {
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
