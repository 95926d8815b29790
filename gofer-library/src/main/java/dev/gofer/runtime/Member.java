package dev.gofer.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A goroutine or other virtual thread in a {@link Bubble}. */
public final class Member {
    /* All but turn is written by who has the baton (Bubble), and by the thread before it starts. */

    /** What a member does. */
    enum Status {
        /** Runs, or may run when it is chosen. */
        READY,
        /** Sleeps, and only another member or the bubble's clock can wake it. */
        DURABLE,
        /** Sleeps, and somebody outside may wake it. */
        OUTSIDE,
        /** Has ended. */
        OVER
    }

    // Values of turn; see BatonCarrier
    static final int WAITS = 0; // for its turn
    static final int MINE = 1; // runs
    static final int INSIDE = 2; // runs, and is in the bubble's own code
    static final int AWAY = 3; // was given its turn, and waits for something that the bubble does not know

    final Bubble bubble;
    final Thread thread;
    final @Nullable Runnable continuation; // what lets it run on, where the JVM is opened
    final AtomicInteger turn = new AtomicInteger(WAITS);
    private final int number;

    Status status = Status.READY;
    boolean isSleepKnown; // it sleeps by way of Park
    boolean isSleepDurable; // and that sleep is durable
    boolean isAway; // it waits for something that the bubble does not know; where the JVM is not opened
    boolean permit; // to pass the next park; where the JVM is not opened
    Bubble.@Nullable Event alarm; // ends its sleep
    String operation = "starts"; // what it does next

    @Nullable
    StackTraceElement place; // where, if somebody keeps a record

    Member(Bubble bubble, Thread thread, @Nullable Runnable continuation, int number) {
        this.bubble = bubble;
        this.thread = thread;
        this.continuation = continuation;
        this.number = number;
    }

    BatonCarrier carrier() {
        return (BatonCarrier) bubble.carrier();
    }

    /** Its number in the bubble: 1 for the first goroutine, and so on. */
    public int number() {
        return number;
    }

    /** What it does next, in a few words. */
    public String operation() {
        return operation;
    }

    /** Where it does that; null unless the bubble keeps a record. */
    public @Nullable StackTraceElement place() {
        return place;
    }

    @Override
    public String toString() {
        return "goroutine " + number;
    }
}
