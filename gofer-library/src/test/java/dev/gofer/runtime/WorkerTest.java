package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose turn it is on one worker: counted in tasks, on the thread of the test. */
class WorkerTest {
    private static final int FAIR_SHARE = 32; // as Worker has it
    private static final int LOOK_AROUND = 61;

    private final Scheduler scheduler = new Scheduler(0); // so nobody else runs its tasks
    private final Worker worker = new Worker(scheduler, 0);
    private final List<String> ran = new ArrayList<>();

    /** One of two who wake each other for ever. */
    private final class Talker implements Runnable {
        private final String name;
        private final Talker other;

        Talker(String name) {
            this.name = name;
            this.other = new Talker(name, this);
        }

        private Talker(String name, Talker other) {
            this.name = name;
            this.other = other;
        }

        @Override
        public void run() {
            ran.add(name);
            worker.runNext(other);
        }
    }

    /** One who lets others run again and again, and notes the longest time he waited, in tasks. */
    private final class Yielder implements Runnable {
        private int last;
        private int longest;
        private int turns;

        @Override
        public void run() {
            longest = Math.max(longest, ran.size() - last);
            last = ran.size();
            turns++;
            assertTrue(worker.add(this));
        }
    }

    @Test
    void whoIsQueuedBehindTwoWhoTalkWaitsForAFairShare() {
        var yielder = new Yielder();
        worker.runNext(new Talker("a"));
        assertTrue(worker.add(yielder));
        for (int i = 0; i < 10_000; i++) {
            assertTrue(worker.runOne());
        }
        assertEquals(FAIR_SHARE, yielder.longest);
        assertEquals(10_000, ran.size() + yielder.turns);
    }

    @Test
    void amongManyPairsEachTurnOfTheQueueBringsOneFairShareAtMost() {
        int pairs = 20;
        var yielder = new Yielder();
        assertTrue(worker.add(yielder));
        for (int i = 0; i < pairs; i++) {
            assertTrue(worker.add(new Talker("pair " + i)));
        }
        for (int i = 0; i < 100_000; i++) {
            assertTrue(worker.runOne());
        }
        assertTrue(yielder.longest <= pairs * (FAIR_SHARE + 1), () -> yielder.longest + " tasks without a turn");
        for (int i = 0; i < pairs; i++) {
            var name = "pair " + i;
            long turns = ran.stream().filter(name::equals).count();
            assertTrue(turns >= 100_000 / pairs / 2, () -> name + " had " + turns + " turns");
        }
    }

    @Test
    void whoComesFromOutsideWaitsUntilTheNextLookAround() {
        worker.runNext(new Talker("a"));
        for (int i = 0; i < 1_000; i++) {
            assertTrue(worker.runOne());
            if (i % 7 == 0) {
                int before = ran.size();
                var waited = new ArrayList<Integer>();
                scheduler.giveAway(() -> waited.add(ran.size() - before));
                for (int j = 0; j <= LOOK_AROUND && waited.isEmpty(); j++) {
                    assertTrue(worker.runOne());
                }
                assertEquals(1, waited.size(), "not within " + LOOK_AROUND + " tasks");
            }
        }
    }

    @Test
    void whoIsToldToFoldKeepsItsTasksIfNobodyElseIsAtWork() {
        worker.runNext(() -> ran.add("first"));
        worker.runNext(() -> ran.add("second"));
        worker.signal(Worker.FOLD);
        assertTrue(worker.runOne()); // gives the rest away, and goes on, since it is the last
        assertTrue(worker.runOne());
        assertEquals(List.of("second", "first"), ran);
    }

    @Test
    void whoGoesIdleLeavesNobodyAllowedInItsPlace() {
        scheduler.allow(1);
        assertTrue(scheduler.countIn());
        scheduler.allow(1); // these two: as the monitor does, just when the worker's long task has ended
        worker.setStuck();
        assertTrue(worker.goIdle());
        assertEquals(1, scheduler.allowed());
        assertEquals(0, scheduler.running());
        assertFalse(worker.isStuck());
    }

    @Test
    void theLastAtWorkDoesNotFold() {
        scheduler.allow(2);
        assertTrue(scheduler.countIn());
        assertTrue(scheduler.countIn());
        assertTrue(scheduler.countOutUnlessLast());
        assertFalse(scheduler.countOutUnlessLast());
        assertEquals(1, scheduler.running());
    }

    @Test
    void whoGathersTakesAllThatIsForAll() {
        worker.runNext(() -> ran.add("mine"));
        for (int i = 0; i < 300; i++) { // more than a ring holds
            var name = "" + i;
            scheduler.giveAway(() -> ran.add(name));
        }
        worker.signal(Worker.GATHER);
        assertTrue(worker.runOne()); // one that is for all: it looks there at first
        assertEquals(256 + 1, worker.queued());
        for (int i = 0; i < 300; i++) {
            assertTrue(worker.runOne());
        }
        assertEquals(301, ran.size());
        assertEquals(301, ran.stream().distinct().count());
    }

    @Test
    void whoIsQueuedByAnotherWorkerThanBeforeCrosses() {
        var other = new Worker(scheduler, 1);
        Runnable task = () -> {};
        Runnable second = () -> {};
        worker.noteWaker(task);
        worker.noteWaker(task);
        other.noteWaker(second); // for the first time
        assertEquals(0, worker.crossings() + other.crossings());
        other.noteWaker(task);
        worker.noteWaker(task);
        assertEquals(1, other.crossings());
        assertEquals(1, worker.crossings());
        scheduler.forgetWakers();
        other.noteWaker(task);
        assertEquals(1, other.crossings());
    }

    @Test
    void whoIsPreparedIsSeenByNobodyBeforeTheBatchEnds() {
        var thief = new Worker(scheduler, 1);
        Runnable first = () -> ran.add("first");
        Runnable second = () -> ran.add("second");
        assertTrue(worker.prepare(first));
        assertTrue(worker.prepare(second));
        assertEquals(0, worker.queued());
        assertNull(worker.stealInto(thief));

        assertTrue(worker.addPrepared());
        assertFalse(worker.addPrepared());
        assertEquals(2, worker.queued());
        assertSame(first, worker.stealInto(thief));
        assertTrue(worker.runOne());
        assertEquals(List.of("second"), ran);
    }

    @Test
    void aBatchEndsWhereTheRingIsFull() {
        assertTrue(worker.add(() -> ran.add("before")));
        int room = 255;
        for (int i = 0; i < room; i++) {
            var name = "" + i;
            assertTrue(worker.prepare(() -> ran.add(name)));
        }
        assertFalse(worker.prepare(() -> ran.add("too many")));
        assertTrue(worker.addPrepared());
        assertFalse(worker.add(() -> ran.add("too many")));
        for (int i = 0; i <= room; i++) {
            assertTrue(worker.runOne());
        }
        assertFalse(worker.runOne());
        assertEquals(room + 1, ran.size());
        assertEquals("254", ran.getLast());
    }

    @Test
    void whatWasPreparedWhenAStackOverflowedIsNotLost() {
        assertTrue(worker.add(() -> {
            assertTrue(worker.prepare(() -> ran.add("prepared")));
            throw new StackOverflowError();
        }));
        assertTrue(worker.runOne());
        assertEquals(1, worker.queued());
        assertTrue(worker.add(() -> ran.add("later")));
        assertTrue(worker.runOne());
        assertTrue(worker.runOne());
        assertEquals(List.of("prepared", "later"), ran);
    }
}
