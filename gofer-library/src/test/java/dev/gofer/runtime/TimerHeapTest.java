package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A heap of timers beside a map that is searched. */
class TimerHeapTest {
    private static final int MOST = 600;

    private final TimerHeap heap = new TimerHeap();
    private final List<Integer> taken = new ArrayList<>();
    private final List<TimerHeap.Entry> entries = new ArrayList<>();
    private final Map<Integer, Long> dues = new HashMap<>(); // of those that are set

    /** Instants wrap around: whatever the origin of the clock is, the order is the same. */
    @ParameterizedTest
    @ValueSource(longs = {0, -50_000, Long.MAX_VALUE - 50_000, Long.MIN_VALUE})
    void setsResetsStopsAndTakesInAnyOrderAsAMapDoes(long origin) {
        var random = new Random(origin);
        for (int i = 0; i < MOST; i++) {
            int number = i;
            entries.add(new TimerHeap.Entry(heap, () -> taken.add(number)));
        }
        for (int step = 0; step < 40_000; step++) {
            int number = random.nextInt(step / 10_000 % 2 == 0 ? MOST : 20); // full, and nearly empty
            switch (random.nextInt(5)) {
                case 0, 1, 2 -> {
                    long due = origin + random.nextInt(100_000);
                    assertEquals(dues.containsKey(number), heap.set(entries.get(number), due));
                    dues.put(number, due);
                }
                case 3 ->
                    assertEquals(
                            dues.remove(number) != null, entries.get(number).stop());
                default -> takeFirst(origin);
            }
            assertEquals(dues.size(), heap.pending());
        }
        while (!dues.isEmpty()) {
            takeFirst(origin);
        }
        assertEquals(Time.NEVER, heap.earliest());
    }

    private void takeFirst(long origin) {
        var first = dues.values().stream().mapToLong(due -> due - origin).min();
        if (first.isEmpty()) {
            assertEquals(Time.NEVER, heap.earliest());
            assertNull(heap.takeDue(origin + 200_000));
            return;
        }
        long due = origin + first.getAsLong();
        assertEquals(due, heap.earliest());
        assertNull(heap.takeDue(due - 1));
        var action = heap.takeDue(due);
        assertNotNull(action);
        action.run();
        int number = taken.removeLast();
        assertEquals(due, dues.remove(number));
        assertFalse(entries.get(number).stop(), "it has begun");
        assertEquals(dues.size() + 1, heap.pending(), "it runs");
        heap.over();
    }

    @Test
    void oneThatRunsCanBeSetAgain() {
        var entry = new TimerHeap.Entry(heap, () -> {});
        heap.set(entry, 1);
        assertNotNull(heap.takeDue(1));
        assertFalse(heap.set(entry, 2));
        assertEquals(2, heap.pending());
        heap.over();
        assertEquals(1, heap.pending());
        assertTrue(entry.stop());
        assertEquals(0, heap.pending());
        assertEquals(2, heap.added());
    }
}
