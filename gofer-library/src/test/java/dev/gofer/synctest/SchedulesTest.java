package dev.gofer.synctest;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.Task;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SchedulesTest {
    /** Reads and writes under the lock, but lets go of it in between. */
    private static void loseAnUpdate() {
        var count = new int[1];
        var mu = new Mutex();
        var wg = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            wg.go(() -> {
                mu.lock();
                int before = count[0];
                mu.unlock();
                mu.lock();
                count[0] = before + 1;
                mu.unlock();
            });
        }
        wg.await();
        assertEquals(2, count[0]);
    }

    private static ScheduleFailure failureOf(Task task) {
        return assertThrows(ScheduleFailure.class, () -> Schedules.explore(10_000, 1, task));
    }

    private static void readBesideAWriter() {
        var mu = new RWMutex();
        var wg = new WaitGroup();
        for (int i = 0; i < 4; i++) {
            wg.go(() -> {
                mu.rlock();
                mu.runlock();
            });
        }
        wg.go(() -> {
            mu.lock();
            mu.unlock();
        });
        wg.await();
    }

    @Test
    void theSameSeedMakesTheSameChoicesWhateverTheMachineDoes() {
        var choices =
                Schedules.explore(1_000, 42, SchedulesTest::readBesideAWriter).choices();
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    choices,
                    Schedules.explore(1_000, 42, SchedulesTest::readBesideAWriter)
                            .choices());
        }
    }

    @Test
    void theExampleFails() {
        assertThrows(ScheduleFailure.class, SynctestSnippets::explore);
    }

    @Test
    void aFailureIsReplayedEachTime() {
        var failure = failureOf(SchedulesTest::loseAnUpdate);
        for (int i = 0; i < 100; i++) {
            var again = assertThrows(
                    ScheduleFailure.class, () -> Schedules.replay(failure.schedule(), SchedulesTest::loseAnUpdate));
            assertInstanceOf(AssertionError.class, again.getCause());
            assertThrows(
                    ScheduleFailure.class, () -> Schedules.replay(failure.shortest(), SchedulesTest::loseAnUpdate));
        }
    }

    @Test
    void theShortestScheduleHasFewChanges() {
        var shortest = failureOf(SchedulesTest::loseAnUpdate).shortest();
        long changes = java.util.Arrays.stream(
                        shortest.substring("choices/".length()).split(","))
                .filter(word -> !word.endsWith("z"))
                .count();
        assertTrue(changes <= 2, shortest); // one goroutine is stopped between its two steps, and goes on later
    }

    @Test
    void aFailureTellsItsSteps() {
        var message = String.valueOf(failureOf(SchedulesTest::loseAnUpdate).getMessage());
        assertTrue(message.contains("goroutine 2 Mutex.lock: "), message);
        assertTrue(message.contains("Schedules.replay(\"choices/"), message);
        assertTrue(message.contains("expected: <2> but was: <1>"), message);
    }

    @Test
    void theSameSeedTriesTheSameSchedules() {
        var first = new ArrayList<String>();
        var second = new ArrayList<String>();
        var other = new ArrayList<String>();
        Schedules.explore(50, 7, () -> race(first));
        Schedules.explore(50, 7, () -> race(second));
        Schedules.explore(50, 8, () -> race(other));
        assertEquals(first, second);
        assertNotEquals(first, other);
    }

    /** Three goroutines send; whose value comes first, and which of two channels a select takes, is noted. */
    private static void race(List<String> outcomes) {
        var a = new Chan<Integer>(1);
        var b = new Chan<Integer>(1);
        go(() -> a.send(1));
        go(() -> b.send(2));
        var fromA = onReceive(a);
        var fromB = onReceive(b);
        outcomes.add(select(fromA, fromB) + "" + select(fromA, fromB));
        a.trySend(0);
        b.trySend(0);
    }

    @Test
    void everyOrderIsTried() {
        var orders = new HashSet<String>();
        Schedules.explore(1_000, 3, () -> {
            var order = new StringBuilder();
            var wg = new WaitGroup();
            for (var name : new String[] {"a", "b", "c"}) {
                wg.go(() -> order.append(name));
            }
            wg.await();
            orders.add(order.toString());
        });
        assertEquals(6, orders.size(), orders.toString());
    }

    @Test
    void aDeadlockIsAFailure() {
        var failure = failureOf(() -> {
            var first = new Mutex();
            var second = new Mutex();
            go(() -> lockBoth(first, second));
            go(() -> lockBoth(second, first));
        });
        assertInstanceOf(DeadlockError.class, failure.getCause());
    }

    private static void lockBoth(Mutex one, Mutex other) {
        one.lock();
        other.lock();
        other.unlock();
        one.unlock();
    }

    @Test
    void whoWaitsInALoopIsNotAloneForEver() {
        Schedules.explore(200, 5, () -> {
            var done = new boolean[1];
            go(() -> done[0] = true);
            while (!done[0]) {
                Go.gosched();
            }
        });
    }

    @Test
    void timeIsVirtualInASchedule() {
        Schedules.explore(100, 5, () -> {
            var start = Synctest.clock().instant();
            Go.sleep(Duration.ofDays(1));
            assertEquals(
                    Duration.ofDays(1), Duration.between(start, Synctest.clock().instant()));
        });
    }

    @Test
    void whatIsNoScheduleIsSaid() {
        assertThrows(IllegalArgumentException.class, () -> Schedules.replay("random/", () -> {}));
        assertThrows(IllegalArgumentException.class, () -> Schedules.replay("chance/1", () -> {}));
        assertThrows(IllegalArgumentException.class, () -> Schedules.replay("pct/2", () -> {}));
        assertDoesNotThrow(() -> Schedules.replay("choices/", () -> {}));
        assertDoesNotThrow(() -> Schedules.replay("choices/3z,1", () -> {}));
    }
}
