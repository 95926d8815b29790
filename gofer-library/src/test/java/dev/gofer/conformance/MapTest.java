package dev.gofer.conformance;

import static dev.gofer.Go.gosched;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Crew;
import dev.gofer.RWMutex;
import dev.gofer.Rule;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code src/sync/map_test.go}. {@code sync.Map} is a {@link ConcurrentHashMap}: this shows which of its methods stand for Go's. */
@Timeout(60)
@Rule(37)
class MapTest {
    /** Does by chance what a {@code sync.Map} can do; tells what came out. */
    private static String operate(Map<String, Integer> map, Random random) {
        var key = "key " + random.nextInt(20);
        int value = random.nextInt(3);
        int other = random.nextInt(3);
        return switch (random.nextInt(9)) {
            case 0 -> "Load " + map.get(key);
            case 1 -> "Store, Swap " + map.put(key, value);
            case 2 -> "LoadOrStore " + map.putIfAbsent(key, value);
            case 3 -> "LoadAndDelete, Delete " + map.remove(key);
            case 4 -> "CompareAndSwap " + map.replace(key, value, other);
            case 5 -> "CompareAndDelete " + map.remove(key, value);
            case 6 -> "Range " + new TreeMap<>(map);
            case 7 -> {
                if (random.nextInt(10) == 0) {
                    map.clear();
                }
                yield "Clear";
            }
            default -> "empty " + map.isEmpty();
        };
    }

    /** One after the other: each operation does what it does on a plain map behind a lock. */
    @Test
    void testMapMatchesRWMutex() {
        for (int seed = 0; seed < 20; seed++) {
            var one = new Random(seed);
            var two = new Random(seed);
            var concurrent = new ConcurrentHashMap<String, Integer>();
            var plain = new HashMap<String, Integer>();
            var mutex = new RWMutex();
            for (int i = 0; i < 1_000; i++) {
                mutex.lock();
                var expected = operate(plain, one);
                mutex.unlock();
                assertEquals(expected, operate(concurrent, two));
            }
            assertEquals(plain, concurrent);
        }
    }

    /** A walk while others store sees each key once, and a value that was stored there. */
    @Test
    void testConcurrentRange() {
        int size = 1 << 8;
        var map = new ConcurrentHashMap<Integer, Integer>();
        for (int i = 1; i <= size; i++) {
            map.put(i, i);
        }
        try (var crew = new Crew()) {
            var over = new AtomicBoolean();
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    for (int round = 1; !over.get(); round++) {
                        for (int key = 1; key <= size; key++) {
                            map.put(key, key * round);
                        }
                        gosched();
                    }
                });
            }
            for (int round = 0; round < 50; round++) {
                var seen = new HashSet<Integer>();
                map.forEach((key, value) -> {
                    assertEquals(0, value % key);
                    assertTrue(seen.add(key), "twice");
                });
                assertEquals(size, seen.size());
            }
            over.set(true);
            crew.join();
        }
    }

    /** What was deleted is not kept. */
    @Test
    void testIssue40999() {
        var map = new ConcurrentHashMap<Object, Object>();
        map.put(0, 0);
        var deleted = new ArrayList<WeakReference<Object>>();
        for (int i = 0; i < 10; i++) {
            deleted.add(storesAndDeletes(map));
        }
        Asleep.until(() -> {
            System.gc();
            return deleted.stream().allMatch(key -> key.get() == null);
        });
        assertEquals(1, map.size());
    }

    private static WeakReference<Object> storesAndDeletes(Map<Object, Object> map) {
        var key = new Object();
        map.put(key, key);
        map.remove(key);
        return new WeakReference<>(key);
    }

    /** Who walks may change the map, and walk through it, in his body. */
    @Test
    void testMapRangeNestedCall() {
        var words = List.of("hello", "world", "gofer");
        var map = new ConcurrentHashMap<Integer, String>();
        for (int i = 0; i < words.size(); i++) {
            map.put(i, words.get(i));
        }
        map.forEach((key, value) -> {
            map.forEach((k, v) -> {
                assertEquals(v, map.putIfAbsent(k, "another"));
                assertEquals(words.get(k), map.get(k));
                assertFalse(map.replace(k, "another", "third"));
            });
            assertEquals(value, map.remove(key));
            assertNull(map.get(key));
            map.put(key, value);
        });
        assertEquals(3, map.size());
        map.keySet().forEach(map::remove);
        assertTrue(map.isEmpty());
    }

    @Test
    void testCompareAndSwap_NonExistingKey() {
        var map = new ConcurrentHashMap<Object, Object>();
        assertFalse(map.replace(map, "old", "new"));
        assertNull(map.get(map));
    }

    @Test
    void testConcurrentClear() {
        var map = new ConcurrentHashMap<Integer, Integer>();
        try (var crew = new Crew()) {
            for (int i = 0; i < 3; i++) {
                int part = i;
                crew.go(() -> {
                    for (int k = 0; k < 1_000; k++) {
                        switch (part) {
                            case 0 -> map.put(k, k);
                            case 1 -> assertValue(k, map.get(k));
                            default -> map.clear();
                        }
                    }
                });
            }
            crew.join();
        }
        map.clear();
        assertEquals(Map.of(), map);
    }

    private static void assertValue(int expected, @Nullable Integer found) {
        assertEquals(expected, Objects.requireNonNullElse(found, expected));
    }
}
