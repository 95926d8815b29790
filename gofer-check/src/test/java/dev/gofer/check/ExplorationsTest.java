package dev.gofer.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.gofer.synctest.Schedules;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class ExplorationsTest {
    private static final int SCHEDULES = 500; // scripts/explore runs many more
    private static final long SEED = 1;

    static List<Exploration> explorations() {
        return Exploration.all();
    }

    @ParameterizedTest
    @MethodSource("explorations")
    void holds(Exploration exploration) {
        assertDoesNotThrow(() -> Schedules.explore(SCHEDULES, SEED, exploration.task()));
    }
}
