package dev.gofer.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.junit.Bubble;
import dev.gofer.junit.Schedules;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/testing.md} without goroutines; {@link TestingPageTest} runs them. */
class PlainJava {
    @Test
    @Schedules(value = 1_000, seed = 1)
    void countsEachWord() {
        var counts = new WordCounts();
        try (var executor = Executors.newFixedThreadPool(2)) {
            executor.execute(() -> counts.add("go"));
            executor.execute(() -> counts.add("go"));
        }
        assertEquals(2, counts.of("go"));
    }

    /** Asks again after a pause that doubles. */
    static String askUntilItAnswers(CompletableFuture<String> server) throws InterruptedException {
        for (var pause = Duration.ofSeconds(1); ; pause = pause.multipliedBy(2)) {
            if (server.isDone()) {
                return server.join();
            }
            Thread.sleep(pause);
        }
    }

    @Test
    @Bubble
    void asksAgainUntilItAnswers() throws InterruptedException {
        var server = new CompletableFuture<String>().completeOnTimeout("hello", 1, TimeUnit.HOURS);
        var begun = Instant.now();
        assertEquals("hello", askUntilItAnswers(server));
        assertEquals(Duration.ofSeconds(4095), Duration.between(begun, Instant.now())); // 1 + 2 + 4 + … + 2048
    }

    @Test
    @Bubble
    void givesUpAfterThirtySeconds() {
        var begun = System.nanoTime();
        var answer = new CompletableFuture<String>().orTimeout(30, TimeUnit.SECONDS);
        var e = assertThrows(ExecutionException.class, answer::get);
        assertTrue(e.getCause() instanceof TimeoutException);
        assertEquals(Duration.ofSeconds(30).toNanos(), System.nanoTime() - begun);
    }

    @Test
    @Bubble
    void flushesEveryMinute() throws InterruptedException {
        var flushed = new int[1];
        try (var timer = Executors.newSingleThreadScheduledExecutor()) {
            var flushing = timer.scheduleAtFixedRate(() -> flushed[0]++, 1, 1, TimeUnit.MINUTES);
            Thread.sleep(Duration.ofMinutes(90).plusSeconds(1));
            flushing.cancel(false);
        }
        assertEquals(90, flushed[0]);
    }

    private static void hold(Object first, Object second) {
        synchronized (first) {
            synchronized (second) {
                // both are ours
            }
        }
    }

    @Test
    @Schedules(value = 1_000, seed = 1)
    void takesBothLocks() throws InterruptedException {
        var left = new Object();
        var right = new Object();
        var one = Thread.ofVirtual().start(() -> hold(left, right));
        var other = Thread.ofVirtual().start(() -> hold(right, left));
        one.join();
        other.join();
    }
}
