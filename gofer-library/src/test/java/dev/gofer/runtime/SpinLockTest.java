package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Crew;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpinLockTest {
    @Test
    @SuppressWarnings("ThreadPriorityCheck") // see below
    void oneAtATime() {
        var lock = new SpinLock();
        var count = new int[1]; // plain memory, guarded by the lock
        try (var crew = new Crew()) {
            for (int i = 0; i < 8; i++) {
                crew.go(() -> {
                    for (int k = 0; k < 5_000; k++) {
                        lock.acquire();
                        count[0]++;
                        if (k % 64 == 0) {
                            Thread.yield(); // no holder does that: here it makes the others wait longer
                        }
                        lock.release();
                    }
                });
            }
            crew.join();
        }
        assertEquals(40_000, count[0]);
    }

    @Test
    void theOrderOfLocksIsTotalAndStays() {
        var locks = new ArrayList<SpinLock>();
        for (int i = 0; i < 100; i++) {
            locks.add(new SpinLock());
        }
        Collections.shuffle(locks, new Random(1));
        Collections.sort(locks);
        for (int i = 1; i < locks.size(); i++) {
            assertTrue(locks.get(i - 1).compareTo(locks.get(i)) < 0);
            assertNotEquals(locks.get(i - 1), locks.get(i));
        }
        assertEquals(0, locks.getFirst().compareTo(locks.getFirst()));
    }

    @Test
    void theOrderIsTheSameForAllWhoAskAtTheSameTime() {
        for (int round = 0; round < 500; round++) {
            var a = new SpinLock();
            var b = new SpinLock();
            var answers = new int[2];
            try (var crew = new Crew()) {
                crew.go(() -> answers[0] = a.compareTo(b));
                crew.go(() -> answers[1] = b.compareTo(a));
                crew.join();
            }
            assertEquals(answers[0], -answers[1]);
        }
    }
}
