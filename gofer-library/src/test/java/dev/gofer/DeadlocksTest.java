package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The deadlock watch against programs that are no deadlocks, and programs that are. {@code scripts/deadlocks} gives each a JVM of its own. */
class DeadlocksTest {
    /** While main sleeps, the watch is made to look three times; then main is woken. */
    @Test
    void noFalseAlarmWhileSomebodyCanStillWakeMain() throws Exception {
        assertAllPass("near");
    }

    @Test
    void everyDeadlockIsProven() throws Exception {
        assertAllPass("true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a callback of the HTTP client",
                "a shutdown hook that reads a static field",
                "a finalizer",
                "a signal handler that reads a static field",
                "a plain virtual thread",
                "through a static field that a virtual thread reads"
            })
    void inAJvmOfItsOwnTheProgramGoesOn(String name) throws Exception {
        var child = Child.run(Deadlocks.class, "one", "near", name);
        assertEquals("woken\n", child.out(), child::toString);
        assertEquals(0, child.exit(), child::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a channel in a static field",
                "select without cases, after a timer",
                "main has left, after a timer",
                "a platform thread that sleeps"
            })
    void inAJvmOfItsOwnTheProgramEnds(String name) throws Exception {
        var child = Child.run(Deadlocks.class, "one", "true", name);
        assertEquals(2, child.exit(), child::toString);
        assertTrue(child.err().startsWith("fatal error: "), child.err());
        assertTrue(child.err().contains(" - deadlock!\n"), child.err());
    }

    private static void assertAllPass(String kind) throws Exception {
        var child = Child.run(Deadlocks.class, "all", kind);
        var programs = named("to do ", child);
        assertTrue(programs.size() >= 50, child::toString);
        assertEquals(programs, named("ok ", child), child::toString);
        assertEquals(0, child.exit(), child::toString);
    }

    private static List<String> named(String prefix, Child child) {
        return child.out()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }
}
