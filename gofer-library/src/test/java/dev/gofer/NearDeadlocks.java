package dev.gofer;

import dev.gofer.Deadlocks.Near;
import java.util.ArrayList;
import java.util.List;

/** Programs whose goroutines all sleep, and in which somebody can still wake one: none of them is a deadlock. */
final class NearDeadlocks {
    private NearDeadlocks() {}

    static List<Near> all() {
        var all = new ArrayList<Near>();
        all.addAll(NearByTime.all());
        all.addAll(NearByThreads.all());
        all.addAll(NearByReach.all());
        all.addAll(NearByInput.all());
        all.addAll(NearByTheJvm.all());
        return all;
    }
}
