package dev.gofer.runtime;

import java.util.List;

/** Decides what happens next in a {@link Bubble}. Called by one thread at a time. */
public interface Chooser {
    /** Whether the points inside the primitives are steps, too, before each of which another goroutine may run. */
    boolean explores();

    /**
     * The index of the one to run next.
     *
     * @param candidates not empty; only to be read
     * @param goesOn whether the first of them is the one that runs now, and may go on
     */
    int next(List<Member> candidates, boolean goesOn);

    /** A number from 0 to {@code bound} - 1, for a choice that a primitive leaves to chance. */
    int choose(int bound);

    /** {@code member} asks to let others run: it may be waiting for one of them in a loop. */
    void yielded(Member member);
}
