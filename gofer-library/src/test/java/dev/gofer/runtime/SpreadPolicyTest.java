package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.runtime.SpreadPolicy.Advice;
import org.junit.jupiter.api.Test;

/** What the policy makes of programs of which we know how much they do with how many workers: in simulated time. */
class SpreadPolicyTest {
    private static final long STEP = 50_000; // nanoseconds between two looks
    private static final long SECOND = 1_000_000_000;

    /** A machine with a program on it. */
    private static final class Machine {
        final SpreadPolicy policy = new SpreadPolicy();
        final int allowed;
        double[] rates; // tasks per microsecond, by number of workers
        double crossingsPerTask; // with more than one
        boolean isQueued = true;
        boolean mayNarrow = true;
        boolean collapses; // one more finds nothing
        long now = 7 * SECOND;
        int running = 1;
        int widened;
        int narrowed;
        long wide; // nanoseconds with more than one

        private double tasks;
        private double crossings;

        Machine(int allowed, double... rates) {
            this.allowed = allowed;
            this.rates = rates;
        }

        void run(long nanos) {
            for (long end = now + nanos; now < end; now += STEP) {
                double done = rates[Math.max(running, 1) - 1] * STEP / 1_000;
                tasks += done;
                wide += running > 1 ? STEP : 0;
                if (policy.isWatching() && running > 1) {
                    crossings += done * crossingsPerTask;
                }
                switch (policy.look(now, running, allowed, (long) tasks, (long) crossings, isQueued, mayNarrow)) {
                    case NONE -> running = collapses ? 1 : running;
                    case WIDEN -> {
                        widened++;
                        running++;
                    }
                    case NARROW -> {
                        narrowed++;
                        running--;
                    }
                }
                assertTrue(running >= 1 && running <= allowed, () -> running + " workers");
            }
        }

        /** Part of the time with more than one, over {@code nanos}. */
        double wideShare(long nanos) {
            long before = wide;
            run(nanos);
            return (double) (wide - before) / nanos;
        }
    }

    @Test
    void goroutinesWithNothingInCommonAreSpreadSoonAndStaySo() {
        var machine = new Machine(2, 5, 10);
        machine.run(5_000_000);
        assertEquals(2, machine.running);
        assertTrue(machine.policy.isSpread());
        double share = machine.wideShare(SECOND);
        assertTrue(share > 0.98, () -> share + " of the time");
    }

    @Test
    void goroutinesThatDoLessOnTwoAreLeftTogetherAndTriedRarely() {
        var machine = new Machine(2, 5, 4);
        machine.run(SECOND / 2);
        int tries = machine.widened;
        double share = machine.wideShare(SECOND);
        assertEquals(1, machine.running);
        assertFalse(machine.policy.isSpread());
        assertTrue(share < 0.02, () -> share + " of the time");
        assertTrue(machine.widened - tries >= 5, "it goes on trying");
    }

    @Test
    void aGainThatIsNoMoreThanNoiseIsNone() {
        var machine = new Machine(2, 5, 5.4);
        double share = machine.wideShare(SECOND);
        assertTrue(share < 0.05, () -> share + " of the time");
    }

    @Test
    void whoWakesOthersFromAnotherWorkerBelongsToThem() {
        var machine = new Machine(2, 5, 10); // more tasks, since the buffer between them is never full
        machine.crossingsPerTask = 0.5;
        double share = machine.wideShare(SECOND);
        assertEquals(1, machine.running);
        assertTrue(share < 0.05, () -> share + " of the time");
        machine.crossingsPerTask = 0.05; // now and then
        machine.run(SECOND / 5);
        assertEquals(2, machine.running);
    }

    @Test
    void nothingIsTriedWhileNobodyIsQueuedForLong() {
        var machine = new Machine(2, 5, 10);
        for (int i = 0; i < 100; i++) {
            machine.isQueued = false;
            machine.run(STEP);
            machine.isQueued = true;
            machine.run(2 * STEP);
        }
        assertEquals(0, machine.widened);
    }

    @Test
    void nothingIsTriedWhereNoMoreAreAllowed() {
        var machine = new Machine(1, 5);
        machine.run(SECOND);
        assertEquals(0, machine.widened + machine.narrowed);
    }

    @Test
    void whoFindsNothingToDoEndsTheTry() {
        var machine = new Machine(2, 5, 10);
        machine.collapses = true;
        machine.run(SECOND);
        assertEquals(0, machine.narrowed);
        assertTrue(machine.widened > 5 && machine.widened < 30, () -> machine.widened + " tries");
        assertFalse(machine.policy.isSpread());
    }

    @Test
    void whoWasSpreadByChanceIsBroughtTogetherIfThatIsBetter() {
        var machine = new Machine(2, 5, 4);
        machine.run(SECOND);
        for (int i = 0; i < 20; i++) {
            machine.running = 2; // tasks had to wait, during a collection
            double share = machine.wideShare(SECOND / 10);
            assertTrue(share < 0.05, () -> share + " of the time");
        }
    }

    @Test
    void whoWasSpreadByChanceStaysSoIfThatIsBetter() {
        var machine = new Machine(2, 5, 10);
        machine.running = 2;
        double share = machine.wideShare(SECOND);
        assertTrue(share > 0.95, () -> share + " of the time");
        assertTrue(machine.policy.isSpread(), "tried");
    }

    @Test
    void nobodyIsBroughtTogetherWhoWouldWaitForLong() {
        var machine = new Machine(2, 5, 4);
        machine.running = 2;
        machine.mayNarrow = false;
        machine.run(SECOND);
        assertEquals(0, machine.narrowed);
    }

    @Test
    void afterALullTheyAreSpreadAgainWithoutAComparison() {
        var machine = new Machine(2, 5, 10);
        machine.run(SECOND);
        machine.running = 1;
        machine.isQueued = false;
        machine.run(SECOND / 100);
        machine.isQueued = true;
        machine.run(4 * STEP);
        assertEquals(2, machine.running);
    }

    @Test
    void whoFindsNothingAfterALullIsNotCalledAgainAndAgain() {
        var machine = new Machine(2, 5, 10);
        machine.run(SECOND);
        machine.running = 1;
        machine.collapses = true;
        int tries = machine.widened;
        machine.run(SECOND);
        assertTrue(machine.widened - tries < 30, () -> machine.widened + " tries");
    }

    @Test
    void aProgramThatChangesIsFollowed() {
        var machine = new Machine(2, 5, 10);
        machine.run(SECOND);
        machine.rates = new double[] {5, 4};
        machine.run(SECOND / 5);
        double together = machine.wideShare(SECOND / 5);
        assertTrue(together < 0.05, () -> together + " of the time");
        machine.rates = new double[] {5, 10};
        machine.run(SECOND / 5);
        double apart = machine.wideShare(SECOND / 5);
        assertTrue(apart > 0.9, () -> apart + " of the time");
    }

    @Test
    void manyProcessorsAreTakenOneByOneAsLongAsEachHelps() {
        var machine = new Machine(8, 5, 10, 15, 20, 20, 20, 20, 20);
        machine.run(SECOND / 10);
        assertTrue(machine.running >= 3 && machine.running <= 5, () -> machine.running + " workers");
        long better = machine.narrowed;
        machine.run(SECOND);
        assertTrue(machine.running >= 3 && machine.running <= 5, () -> machine.running + " workers");
        assertTrue(machine.narrowed > better, "fewer are tried, too");
    }

    @Test
    void whatDoesTooLittleIsNotCompared() {
        var machine = new Machine(2, 0.001, 0.002);
        machine.run(SECOND);
        assertEquals(0, machine.widened);
        assertEquals(Advice.NONE, machine.policy.look(machine.now, 1, 2, 0, 0, true, true));
    }
}
