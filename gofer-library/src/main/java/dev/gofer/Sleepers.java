package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Waiter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/** Who sleeps on which primitive, read from the primitives themselves: a goroutine that falls asleep writes nothing down for it. */
final class Sleepers {
    /**
     * One goroutine's sleep.
     *
     * @param reason in Go's words
     * @param episode the same object as long as this sleep lasts, another one in the next; for one that nothing can end, its reason
     */
    record Sleep(String reason, Object episode) {}

    private Sleepers() {}

    /** The sleeps of those of {@code goroutines} that sleep on a primitive of Gofer now. */
    static Map<Thread, Sleep> of(Collection<Goroutine> goroutines) {
        return ofThreads(goroutines.stream()
                .map(Goroutine::thread)
                .filter(Objects::nonNull)
                .toList());
    }

    /** The sleeps of those of {@code threads} that sleep on a primitive of Gofer now. */
    static Map<Thread, Sleep> ofThreads(Collection<Thread> threads) {
        var sleeps = new HashMap<Thread, Sleep>();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (var thread : threads) {
            var blocker = Park.blocker(thread);
            switch (blocker) {
                case Select select -> sleeps.put(thread, new Sleep("select", select));
                case Forever forever -> sleeps.put(thread, new Sleep(forever.reason, forever));
                case null -> {}
                default -> {
                    if (blocker == Park.SLEEPING) {
                        sleeps.put(
                                thread, new Sleep("sleep", new Object())); // ends by itself: no two looks find the same
                    } else if (blocker == ProgramEnd.OVER) {
                        sleeps.put(thread, new Sleep("waiting", blocker));
                    } else if (seen.add(
                            blocker)) { // one visit tells about all who sleep there; of a select it knows less
                        visit(
                                blocker,
                                (waiter, reason) -> sleeps.putIfAbsent(waiter.owner(), new Sleep(reason, waiter)));
                    }
                }
            }
        }
        return sleeps;
    }

    /**
     * Notes for each of these sleeps that it was seen {@code now}, unless it was seen before. What ages a sleep is this note, not its beginning,
     * which would cost every sleeper a look at the clock: so {@link #minutes} says too little by the time from one call of this to the next.
     */
    static void stamp(Collection<Goroutine> goroutines, long now) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (var goroutine : goroutines) {
            var thread = goroutine.thread();
            var blocker = thread == null ? null : Park.blocker(thread);
            if (blocker instanceof Select select) {
                var waiter = select.firstWaiter();
                if (waiter != null) {
                    waiter.noteSeen(now);
                }
            } else if (blocker != null && seen.add(blocker)) {
                visit(blocker, (waiter, reason) -> waiter.noteSeen(now));
            }
        }
    }

    /** How long {@code sleep} has been seen, in full minutes. */
    static long minutes(Sleep sleep, long now) {
        var waiter = sleep.episode() instanceof Select select ? select.firstWaiter() : sleep.episode();
        return waiter instanceof Waiter it ? it.minutesSeen(now) : 0;
    }

    /**
     * Whether {@code thread} waits for a reference to be cleared. Only what is reachable is told of that: to let go of such a thread, so as to see
     * whether somebody reaches it, would itself keep it from being woken.
     */
    static boolean waitsForTheCollector(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith("java.lang.ref."));
    }

    private static void visit(Object blocker, BiConsumer<Waiter, String> visitor) {
        switch (blocker) {
            case Chan<?> chan -> chan.visitSleepers(visitor);
            case TimerChan timer -> timer.visitSleepers(visitor);
            case WaitGroup group -> group.visitSleepers(visitor);
            case Mutex mutex -> mutex.visitSleepers(visitor);
            case RWMutex mutex -> mutex.visitSleepers(visitor);
            case Cond cond -> cond.visitSleepers(visitor);
            case Weighted semaphore -> semaphore.visitSleepers(visitor);
            default -> {} // not ours: a lock of the JDK, say
        }
    }
}
