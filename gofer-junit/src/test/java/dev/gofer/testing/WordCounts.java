package dev.gofer.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts words. Looks and writes in two steps, each of which is safe; together they are not. */
final class WordCounts {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    void add(String word) {
        int before = counts.getOrDefault(word, 0);
        counts.put(word, before + 1);
    }

    int of(String word) {
        return counts.getOrDefault(word, 0);
    }
}
