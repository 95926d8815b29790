package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LookAroundTest {
    private final LookAround lookAround = new LookAround();

    @Test
    void whoLooksInVainAgainAndAgainStopsLooking() {
        lookInVain();
        lookAround.wasInVain();
        lookAround.woken(LookAround.LONGEST); // later than any look
        assertEquals(0, lookAround.nanos());
    }

    @Test
    void whoIsWokenSoonAfterLooksAgain() {
        lookInVain();
        for (int i = 0; i < 5; i++) {
            lookAround.woken(LookAround.LONGEST - 1);
        }
        assertEquals(LookAround.LONGEST, lookAround.nanos());
        lookAround.paid();
        assertEquals(LookAround.LONGEST, lookAround.nanos());
    }

    @Test
    void whatFailsMoreOftenThanItSucceedsEnds() {
        for (int i = 0; i < 60; i++) {
            lookAround.paid();
            lookAround.wasInVain();
            lookAround.wasInVain();
        }
        assertTrue(lookAround.nanos() <= LookAround.LONGEST / 8, () -> lookAround.nanos() + " ns");
    }

    private void lookInVain() {
        for (int i = 0; i < 4; i++) {
            assertTrue(lookAround.nanos() > 0);
            lookAround.wasInVain();
        }
        assertEquals(0, lookAround.nanos());
    }
}
