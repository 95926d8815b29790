package dev.gofer.junit;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Test classes that {@link ExtensionsTest} runs; by their names Surefire does not take them for tests. */
final class Samples {
    private Samples() {}

    /** Tests that pass, and one that is in a deadlock. */
    @Bubble
    static class InBubbles {
        @Test
        void sleepsForADay() {
            var start = Synctest.clock().instant();
            Go.sleep(Duration.ofDays(1));
            assertEquals(
                    Duration.ofDays(1), Duration.between(start, Synctest.clock().instant()));
        }

        @RepeatedTest(2)
        void isInABubbleEachTime() {
            assertTrue(Synctest.isInBubble());
        }

        @Test
        void holdsPlainVirtualThreads() throws InterruptedException {
            var latch = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                Thread.ofVirtual().start(() -> {
                    Go.sleep(Duration.ofHours(1));
                    latch.countDown();
                });
            }
            latch.await();
            assertEquals(3_600_000, Synctest.clock().millis() - 946_684_800_000L);
        }

        @Test
        void isInADeadlock() {
            new Chan<Integer>().receive();
        }
    }

    /** One test that fails with some schedules, one that passes with all. */
    static class WithSchedules {
        static int runs;

        @Test
        @Schedules(value = 500, seed = 1)
        void losesAnUpdate() {
            var count = new int[1];
            var mu = new Mutex();
            var wg = new WaitGroup();
            for (int i = 0; i < 2; i++) {
                wg.go(() -> {
                    mu.lock();
                    int before = count[0];
                    mu.unlock();
                    mu.lock();
                    count[0] = before + 1;
                    mu.unlock();
                });
            }
            wg.await();
            assertEquals(2, count[0]);
        }

        @Test
        @Schedules(50)
        void passes() {
            runs++;
        }
    }

    /** One test that leaks, and two that do not. */
    @NoLeaks
    static class Leaks {
        private static final Chan<Integer> KEPT = new Chan<>();

        @Test
        void leaks() {
            var sleeper = new AtomicReference<@Nullable Thread>();
            go(() -> {
                sleeper.set(Thread.currentThread());
                new Chan<Integer>().receive();
            });
            while (sleeper.get() == null
                    || Objects.requireNonNull(sleeper.get()).getState() != Thread.State.WAITING) {
                Go.gosched(); // or it would be told of after a later test
            }
        }

        @Test
        void waitsForWhatSomebodyMayDo() {
            go(() -> KEPT.receive());
        }

        @Test
        void leavesNothingBehind() {
            var wg = new WaitGroup();
            wg.go(() -> {});
            wg.await();
        }
    }
}
