package dev.gofer.cli;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what was meant. */
final class Typo {
    private Typo() {}

    /** The one of the words that differs least from what was written, by two letters or a third of them at most; null where none is near. */
    static @Nullable String meant(String written, Collection<String> words) {
        var most = Math.min(2, Math.max(1, written.length() / 3));
        String best = null;
        for (var word : words) {
            var distance = distance(written, word, most);
            if (distance > most) continue;
            best = word;
            most = distance - 1;
        }
        return best;
    }

    /** Letters to insert, delete, replace, or swap with their neighbour; more than {@code most} where there are more. */
    static int distance(String a, String b, int most) {
        if (Math.abs(a.length() - b.length()) > most) return most + 1;
        var before = new int[b.length() + 1]; // the row before last: for swaps
        var last = new int[b.length() + 1];
        for (var j = 0; j <= b.length(); j++) last[j] = j;
        for (var i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1))
                    row[j] = Math.min(row[j], before[j - 2] + 1);
            }
            before = last;
            last = row;
        }
        return last[b.length()];
    }
}
