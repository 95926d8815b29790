package dev.gofer.testing;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.WaitGroup;
import dev.gofer.junit.Bubble;
import dev.gofer.junit.NoLeaks;
import dev.gofer.junit.Schedules;
import dev.gofer.synctest.Synctest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/testing.md} with goroutines; {@link TestingPageTest} runs them. */
class WithGoroutines {
    @Test
    @Bubble
    void aSlowAnswerIsGivenUp() {
        var answer = new Chan<String>();
        go(() -> {
            Go.sleep(Duration.ofHours(1));
            answer.send("too late");
        });
        assertEquals(1, select(onReceive(answer), onTimeout(Duration.ofSeconds(5))));
        assertEquals(5_000, Synctest.clock().millis() - 946_684_800_000L); // a bubble begins in the year 2000
        assertEquals("too late", answer.receive()); // or its sender would wait for ever
    }

    @Test
    @Schedules(value = 1_000, seed = 1)
    void everyWorkerReports() {
        var results = new Chan<Integer>(1);
        var wg = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            int mine = i;
            wg.go(() -> results.send(mine));
        }
        go(() -> {
            wg.await();
            results.close();
        });
        var all = new ArrayList<Integer>();
        for (int result : results) {
            all.add(result);
        }
        assertEquals(List.of(0, 1, 2), all.stream().sorted().toList());
    }

    @Test
    @Schedules(value = 10_000, seed = 1)
    void theChannelOfAnEndedContextIsClosed() {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        go(ctx::done);
        go(() -> assertTrue(ctx.done().isClosed()));
    }

    /** The first answer of two; who is second waits for a receiver that never comes. */
    static @Nullable String fastest(String... servers) {
        var answers = new Chan<String>();
        for (var server : servers) {
            go(() -> answers.send(server));
        }
        return answers.receive();
    }

    @Test
    @NoLeaks
    void asksTwoServers() {
        fastest("here", "there");
    }
}
