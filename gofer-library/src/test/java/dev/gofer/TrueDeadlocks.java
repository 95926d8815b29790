package dev.gofer;

import dev.gofer.Deadlocks.Dead;
import java.util.ArrayList;
import java.util.List;

/** Programs that can never go on. */
final class TrueDeadlocks {
    private TrueDeadlocks() {}

    static List<Dead> all() {
        var all = new ArrayList<Dead>();
        all.addAll(DeadByChannels.all());
        all.addAll(DeadByLocks.all());
        all.addAll(DeadInTheEnd.all());
        return all;
    }
}
