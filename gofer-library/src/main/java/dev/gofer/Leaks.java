package dev.gofer;

import dev.gofer.runtime.Garbage;
import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Registry;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Finds the goroutines that sleep for ever, when asked to. Go: the {@code goroutineleak} profile. */
final class Leaks {
    /* The proof is the garbage collector's, and it takes what it proves to be lost: so what is to be told of a goroutine is written down
     * before. Those that sleep in `select()` are not asked about in a program: they do so on purpose, and what they hold is to stay. At the end of
     * a test nothing is to stay. */
    private Leaks() {}

    /** See {@link Go#deadlocked}. */
    static String report() {
        return report(false);
    }

    /** The same; {@code evenOnPurpose}: those that sleep in {@code select()} and that nobody could interrupt, too. */
    static String report(boolean evenOnPurpose) {
        try {
            var _ = Garbage.find(sleepers(evenOnPurpose));
        } catch (Garbage.BlindException e) {
            throw new IllegalStateException(
                    "this JVM does not let go of a virtual thread that nobody reaches, so no leak can be proven:"
                            + " start it with -Djdk.trackAllThreads=false, and without -XX:+DisableExplicitGC",
                    e);
        }
        return Registry.goroutines().stream() // also those that were found before
                .sorted(Comparator.comparingLong(Goroutine::number))
                .map(Goroutine::lastWords)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("\n"));
    }

    /** Those who could be lost, and what to tell of them. */
    private static Map<Goroutine, String> sleepers(boolean evenOnPurpose) {
        var goroutines = Registry.goroutines();
        var sleeps = Sleepers.of(goroutines);
        var lastWords = new HashMap<Goroutine, String>();
        for (var goroutine : goroutines) {
            var thread = goroutine.thread();
            if (thread != null
                    && thread.getState() == Thread.State.WAITING
                    && (evenOnPurpose || Park.blocker(thread) != Forever.SELECT_NO_CASES)) {
                var sleep = sleeps.get(thread);
                var reason = sleep == null ? "waiting" : sleep.reason();
                var stack = lastWords.size() < Dump.MOST_STACKS ? thread.getStackTrace() : new StackTraceElement[0];
                if (sleep != null || !Sleepers.waitsForTheCollector(thread)) {
                    lastWords.put(goroutine, Dump.leaked(goroutine, reason, List.of(stack)));
                }
            }
        }
        return lastWords;
    }
}
