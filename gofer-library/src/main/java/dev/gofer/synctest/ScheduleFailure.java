package dev.gofer.synctest;

/**
 * Thrown by {@link Schedules} where a task failed: says which schedule it was, how to run it again, and step by step what happened. Its cause is what the
 * task threw.
 */
public final class ScheduleFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    /** As {@link #schedule()}. */
    private final String schedule;

    /** As {@link #shortest()}. */
    private final String shortest;

    ScheduleFailure(String message, String schedule, String shortest, Throwable cause) {
        super(message, cause);
        this.schedule = schedule;
        this.shortest = shortest;
    }

    /** {@return the schedule that failed, for {@link Schedules#replay}} */
    public String schedule() {
        return schedule;
    }

    /** {@return a schedule as short as could be found that fails in the same way, for {@link Schedules#replay}} */
    public String shortest() {
        return shortest;
    }
}
