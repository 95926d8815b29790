package dev.gofer.leaks;

import dev.gofer.Task;
import java.util.List;

/**
 * A program with a known bug that leaves goroutines asleep for ever.
 *
 * <p>A leak is written as {@code Type.method [reason]}: the method with which the goroutine began, and on what it sleeps.
 *
 * @param name Go's name of it
 * @param program starts the goroutines and returns
 * @param copies how often to run it before the goroutines are looked at: the more, the more interleavings
 * @param always the leaks that must be found
 * @param sometimes the leaks that depend on who comes first; nothing beside {@code always} and these may be found
 */
public record Bug(String name, Task program, int copies, List<String> always, List<String> sometimes) {
    /** A bug that shows whoever comes first. */
    static Bug always(String name, Task program, String... leaks) {
        return new Bug(name, program, 1, List.of(leaks), List.of());
    }

    /** A bug that shows in some interleavings. */
    static Bug sometimes(String name, int copies, Task program, String... leaks) {
        return new Bug(name, program, copies, List.of(), List.of(leaks));
    }
}
