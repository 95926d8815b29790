package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.Misuse;
import dev.gofer.Rule;
import dev.gofer.WaitGroup;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code src/sync/waitgroup_test.go}, and the WaitGroup examples of {@code src/sync/example_test.go}. */
@Timeout(60)
class WaitgroupTest {
    @Test
    void testWaitGroup() {
        var arrived = new WaitGroup();
        var released = new WaitGroup();
        for (int round = 0; round < 8; round++) { // the same two, again and again
            var left = new Chan<Integer>(16);
            arrived.add(16);
            released.add(16);
            try (var crew = new Crew()) {
                for (int i = 0; i < 16; i++) {
                    crew.go(() -> {
                        arrived.done();
                        released.await();
                        left.send(1);
                    });
                }
                arrived.await();
                for (int i = 0; i < 16; i++) {
                    assertNull(left.tryReceive());
                    released.done();
                }
                crew.join();
            }
            assertEquals(16, left.len());
        }
    }

    @Test
    @Rule(28)
    void testWaitGroupMisuse() {
        var group = new WaitGroup();
        group.add(1);
        group.done();
        Misuse.expect("sync: negative WaitGroup counter", group::done);
    }

    @Test
    void testWaitGroupRace() {
        for (int round = 0; round < 1_000; round++) {
            var group = new WaitGroup();
            var count = new AtomicInteger();
            for (int i = 0; i < 2; i++) {
                group.add(1);
                Go.go(() -> {
                    count.incrementAndGet();
                    group.done();
                });
            }
            group.await();
            assertEquals(2, count.get());
        }
    }

    @Test
    @Rule(29)
    void testWaitGroupGo() {
        var group = new WaitGroup();
        int[] count = new int[1]; // not volatile: the return of await must be enough to see it
        group.go(() -> count[0]++);
        group.await();
        assertEquals(1, count[0]);
    }
}
