package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.Once;
import dev.gofer.OnceValue;
import dev.gofer.Rule;
import dev.gofer.WaitGroup;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code src/sync/example_test.go}. */
@Timeout(60)
class SyncExamplesTest {
    private static final Set<String> URLS = Set.of("one", "two", "three");

    @Test
    @Rule(29)
    void exampleWaitGroup() {
        var fetched = ConcurrentHashMap.<String>newKeySet();
        var group = new WaitGroup();
        for (var url : URLS) {
            group.go(() -> fetched.add(url));
        }
        group.await();
        assertEquals(URLS, fetched);
    }

    @Test
    @Rule(28)
    void exampleWaitGroup_addAndDone() {
        var fetched = ConcurrentHashMap.<String>newKeySet();
        var group = new WaitGroup();
        for (var url : URLS) {
            group.add(1);
            Go.go(() -> {
                try {
                    fetched.add(url);
                } finally {
                    group.done();
                }
            });
        }
        group.await();
        assertEquals(URLS, fetched);
    }

    @Test
    @Rule(33)
    void exampleOnce() {
        try (var crew = new Crew()) {
            var once = new Once();
            var runs = new AtomicInteger();
            for (int i = 0; i < 10; i++) {
                crew.go(() -> once.run(runs::incrementAndGet));
            }
            crew.join();
            assertEquals(1, runs.get());
        }
    }

    @Test
    @Rule(34)
    void exampleOnceValue() {
        try (var crew = new Crew()) {
            var runs = new AtomicInteger();
            var sum = new OnceValue<>(() -> {
                runs.incrementAndGet();
                int total = 0;
                for (int i = 0; i < 1_000; i++) {
                    total += i;
                }
                return total;
            });
            for (int i = 0; i < 10; i++) {
                crew.go(() -> assertEquals(499_500, sum.get()));
            }
            crew.join();
            assertEquals(1, runs.get());
        }
    }

    @Test
    @Rule(34)
    void exampleOnceValues() {
        record Values(String text, int length) {}
        try (var crew = new Crew()) {
            var both = new OnceValue<>(() -> new Values("read once", 9));
            var first = both.get();
            for (int i = 0; i < 10; i++) {
                crew.go(() -> assertSame(first, both.get()));
            }
            crew.join();
            assertEquals(new Values("read once", 9), first);
        }
    }
}
