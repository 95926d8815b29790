package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.runtime.Goroutine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is said to keep a processor; scheduler and clock are made up. */
class ProcessorWatchTest {
    private final FakeScheduler scheduler = new FakeScheduler();
    private final List<Goroutine> warnings = new ArrayList<>();
    private final ProcessorWatch watch = new ProcessorWatch(scheduler, Duration.ofSeconds(10), warnings::add);
    private final Goroutine hog = Goroutine.start("a task", () -> null, null);
    private final Goroutine other = Goroutine.start("a task", () -> null, null);
    private long now = Long.MAX_VALUE - 5_000_000_000L; // the clock may wrap round

    @Test
    void namesOnceWhoKeepsAProcessorWhileNobodyIsServed() {
        scheduler.crowded = true;
        scheduler.on.put(hog, "1");
        look(11);
        assertEquals(List.of(), warnings, "nine seconds since it was seen first");
        look(1);
        assertEquals(List.of(hog), warnings);
        look(20);
        assertEquals(List.of(hog), warnings);
    }

    @Test
    void namesItAgainInTheNextEpisode() {
        scheduler.crowded = true;
        scheduler.on.put(hog, "1");
        look(20);
        scheduler.served = true;
        look(1);
        scheduler.served = false;
        look(20);
        assertEquals(List.of(hog, hog), warnings);
    }

    @Test
    void namesWhoeverItIsInTheNextEpisode() {
        scheduler.crowded = true;
        scheduler.on.put(hog, "1");
        look(5);
        scheduler.served = true;
        look(1);
        scheduler.served = false;
        scheduler.on.clear();
        scheduler.on.put(other, "1");
        look(20);
        assertEquals(List.of(other), warnings);
    }

    @Test
    void isSilentWhenNobodyWaits() {
        scheduler.on.put(hog, "1");
        look(60);
        assertEquals(List.of(), warnings);
    }

    @Test
    void isSilentWhenThoseWhoWaitAreServed() {
        scheduler.crowded = true;
        scheduler.on.put(hog, "1");
        for (int i = 0; i < 10; i++) {
            scheduler.served = false;
            look(9);
            scheduler.served = true;
            look(1);
        }
        assertEquals(List.of(), warnings);
    }

    @Test
    void isSilentAboutWhoPausesOrMoves() {
        scheduler.crowded = true;
        scheduler.on.put(hog, "1");
        scheduler.on.put(other, "2");
        look(5);
        scheduler.on.remove(hog);
        look(1);
        scheduler.on.put(hog, "1");
        scheduler.on.put(other, "1");
        look(20);
        assertEquals(List.of(), warnings, "a long queue, but all take their turns");
    }

    @Test
    void whoIsInANativeMethodMayWaitForADisk() {
        var read = new StackTraceElement("java.io.FileInputStream", "readBytes", "FileInputStream.java", -2);
        var loop = new StackTraceElement("Program", "loop", "Program.java", 7);
        assertTrue(ProcessorWatch.Jdk.isInNativeMethod(new StackTraceElement[] {read, loop}));
        assertFalse(ProcessorWatch.Jdk.isInNativeMethod(new StackTraceElement[] {loop, read}));
        assertFalse(ProcessorWatch.Jdk.isInNativeMethod(new StackTraceElement[0]));
    }

    @Test
    void aLimitThatIsNotPositiveIsNone() {
        assertEquals(Duration.ofSeconds(7), Watch.limit(7));
        assertTrue(Watch.limit(0).toDays() > 10_000);
        assertTrue(Watch.limit(-1).toDays() > 10_000);
        assertTrue(Watch.limit(Long.MAX_VALUE).toNanos() > 0, "it has to fit the clock");
    }

    /** Looks once a second. */
    private void look(int seconds) {
        for (int i = 0; i < seconds; i++) {
            watch.look(now);
            now += 1_000_000_000;
        }
    }

    private static final class FakeScheduler implements ProcessorWatch.Scheduler {
        final Map<Goroutine, String> on = new HashMap<>();
        boolean crowded;
        boolean served;

        @Override
        public boolean isCrowded() {
            return crowded;
        }

        @Override
        public ProcessorWatch.Probe probe() {
            return () -> served;
        }

        @Override
        public Map<Goroutine, String> processors() {
            return new HashMap<>(on);
        }

        @Override
        public @Nullable String processor(Goroutine goroutine) {
            return on.get(goroutine);
        }
    }
}
