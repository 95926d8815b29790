package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Child;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class JdkThreadsTest {
    @Test
    void theTestRunnerOpensThem() {
        assertTrue(JdkThreads.areOpen());
    }

    @Test
    void aThreadRunsWhereAndWhenItsSchedulerSaysAndSoDoesOneThatItStarts() {
        var queue = new ArrayDeque<Runnable>();
        var steps = new ArrayList<String>();
        Executor scheduler = queue::add;
        JdkThreads.builder(scheduler).start(() -> {
            steps.add("first");
            assertSame(scheduler, JdkThreads.scheduler(Thread.currentThread()));
            Thread.startVirtualThread(() -> steps.add("its child"));
            Park.yieldFairly();
            steps.add("first again");
        });
        assertEquals(List.of(), steps);
        for (Runnable next; (next = queue.poll()) != null; ) {
            next.run();
        }
        assertEquals(List.of("first", "its child", "first again"), steps);
    }

    @Test
    void whereVirtualThreadsAreOfTheOperatingSystemTheJdkRunsGoroutines() throws IOException, InterruptedException {
        var child = Child.run(
                List.of("-XX:+UnlockExperimentalVMOptions", "-XX:-VMContinuations", "-Dgofer.scheduler=own"),
                SwitchTest.PingPong.class,
                "1000");
        assertEquals(0, child.exit(), child::toString);
        assertTrue(child.out().contains("false 499500"), child::toString);
    }
}
