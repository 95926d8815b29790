package dev.gofer;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * One event in the future: it brings the time on its channel, or starts a task. Go: {@code time.Timer}.
 *
 * {@snippet class="dev.gofer.Snippets" region="timer" :
 * var idle = new GoTimer(patience);
 * while (select(onReceive(requests, this::serve), onReceive(idle.channel())) == 0) {
 *     idle.reset(patience);
 * }
 * }
 *
 * <p>A timer that is no longer referred to needs no {@link #stop}, unless it has a task. Whoever sets a timer does so before the time is received, and
 * before its task begins: a happens-before edge.
 */
public final class GoTimer {
    private final ReceiveChan<Instant> channel;
    private final Alarm alarm;

    private GoTimer(ReceiveChan<Instant> channel, Alarm alarm) {
        this.channel = channel;
        this.alarm = alarm;
    }

    private GoTimer(TimerChan channel) {
        this(channel, channel);
    }

    /**
     * Makes a timer that brings the time on its {@link #channel}. Go: {@code time.NewTimer(d)}.
     *
     * @param delay from now; zero or negative: at once
     */
    public GoTimer(Duration delay) {
        this(TimerChan.once(delay));
    }

    /**
     * Makes a timer that starts {@code task} in a goroutine of its own. Go: {@code time.AfterFunc(d, f)}.
     *
     * @param delay from now; zero or negative: at once
     * @param task what to run then
     * @return the timer, by which the task can be called off
     */
    public static GoTimer afterFunc(Duration delay, Task task) {
        return new GoTimer(Chan.nil(), new DelayedTask(delay, Objects.requireNonNull(task)));
    }

    /**
     * The channel on which the time comes: the one at which the timer was due, however late it is received. Go: {@code t.C}.
     *
     * @return the same at each call; {@link Chan#nil} for a timer with a task
     */
    public ReceiveChan<Instant> channel() {
        return channel;
    }

    /**
     * Stops the timer: what it has not brought yet, it will not bring. Go: {@code t.Stop()}.
     *
     * <p>Does not close the channel, and does not wait for the task.
     *
     * @return whether this call has prevented the event; false: its value was received or its task was started before, or it was stopped
     */
    public boolean stop() {
        return alarm.stop();
    }

    /**
     * Sets the timer anew; nothing of its former setting will come any more. Go: {@code t.Reset(d)}.
     *
     * <p>A task that was started before may still be running when the timer starts it again.
     *
     * @param delay from now; zero or negative: at once
     * @return whether it was active: false when its value was received or its task was started before, or it was stopped
     */
    public boolean reset(Duration delay) {
        return alarm.reset(delay);
    }

    /** Its state, for people. */
    @Override
    public String toString() {
        return "GoTimer (" + alarm + ")";
    }
}
