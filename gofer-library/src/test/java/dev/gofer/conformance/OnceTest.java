package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.gofer.Crew;
import dev.gofer.Once;
import dev.gofer.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code src/sync/once_test.go}. */
@Timeout(60)
class OnceTest {
    @Test
    @Rule(33)
    void testOnce() {
        for (int round = 0; round < 1_000; round++) {
            var once = new Once();
            int[] runs = new int[1]; // not volatile: the return of run must be enough to see it
            try (var crew = new Crew()) {
                for (int i = 0; i < 4; i++) {
                    crew.go(() -> {
                        once.run(() -> runs[0]++);
                        assertEquals(1, runs[0]);
                    });
                }
                crew.join();
            }
            assertEquals(1, runs[0]);
        }
    }

    @Test
    @Rule(33)
    void testOncePanic() {
        var once = new Once();
        assertThrows(
                IllegalStateException.class,
                () -> once.run(() -> {
                    throw new IllegalStateException("planned");
                }));
        once.run(() -> fail("ran twice"));
    }
}
