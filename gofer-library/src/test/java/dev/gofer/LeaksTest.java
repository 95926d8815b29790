package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Go#deadlocked}, and programs without {@link Go#main}; each in a JVM of its own. */
class LeaksTest {
    private static final List<String> FORGETFUL = List.of("-Djdk.trackAllThreads=false");

    @Test
    @Rule(48)
    void namesThoseThatNothingCanWake() throws Exception {
        assertEnds(Child.run(FORGETFUL, Leaking.class, "some"));
    }

    @Test
    void namesNobodyWhomSomebodyReaches() throws Exception {
        assertEnds(Child.run(FORGETFUL, Leaking.class, "none"));
    }

    @Test
    void saysSoWhereTheJvmHoldsEveryVirtualThread() throws Exception {
        var child = Child.run(Leaking.class, "blind");
        assertTrue(child.out().contains("start it with -Djdk.trackAllThreads=false"), child::toString);
        assertEquals(0, child.exit(), child::toString);
    }

    @Test
    void saysSoWhereTheJvmDoesNotCollectWhenAsked() throws Exception {
        var child = Child.run(List.of("-Djdk.trackAllThreads=false", "-XX:+DisableExplicitGC"), Leaking.class, "blind");
        assertTrue(child.out().contains("without -XX:+DisableExplicitGC"), child::toString);
        assertEquals(0, child.exit(), child::toString);
    }

    @Test
    void withoutMainNothingIsWatchedAndNothingEndsTheJvm() throws Exception {
        var child = Child.run(Leaking.class, "embedded");
        assertEquals("the end\n", child.out(), child::toString);
        assertTrue(child.err().contains("java.lang.IllegalStateException: on purpose"), child::toString);
        assertEquals(0, child.exit(), child::toString);
    }

    private static void assertEnds(Child child) {
        assertEquals("the end\n", child.out(), child::toString);
        assertEquals(0, child.exit(), child::toString);
    }
}
