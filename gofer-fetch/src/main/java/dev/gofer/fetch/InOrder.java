package dev.gofer.fetch;

import dev.gofer.Chan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings results into the order of the list. What comes before its turn waits: its body in memory or in the spool, as the one budget of all bodies
 * allows.
 */
final class InOrder {
    /* (1) A line takes a place in ahead before it is fetched and leaves it in its turn, so no more than AHEAD results wait.
     * (2) Places are taken in the order of the list: the line whose turn it is always has one, so the run always goes on. */
    private static final int AHEAD = 16 * 1024;

    /** A place for each line that is read and has not had its turn. */
    final Chan<Boolean> ahead = new Chan<>(AHEAD);

    private final Map<Integer, Result> waiting = new HashMap<>();
    private int next;

    void add(Result result) {
        waiting.put(result.index(), result);
    }

    /** The result whose turn it is, if it has come. */
    @Nullable
    Result poll() {
        var turn = waiting.remove(next);
        if (turn == null) return null;
        next++;
        ahead.tryReceive(); // (1)
        return turn;
    }

    /** Whatever still waits, when its turn will not come any more. */
    List<Result> lost() {
        var lost = List.copyOf(waiting.values());
        waiting.clear();
        return lost;
    }
}
