package dev.gofer.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(1_200)
class PlantedBugsTest {
    private static final Path SOURCES = Path.of("../gofer-library/src/main/java");
    private static final int SCHEDULES = 20_000;

    static List<Plant> plants() {
        return Plant.all().toList();
    }

    @ParameterizedTest
    @MethodSource("plants")
    void fitsTheSources(Plant plant) throws IOException {
        var source = Files.readString(SOURCES.resolve(plant.path()));
        assertNotEquals(source, plant.in(source));
    }

    @Test
    void namesAreDifferent() {
        assertEquals(
                plants().size(),
                plants().stream().map(Plant::name).collect(Collectors.toSet()).size());
    }

    @Test
    void aPlantThatDoesNotFitIsAnError() {
        var plant = new Plant("test", "Chan", "lock.acquire();", "");
        assertThrows(IllegalStateException.class, () -> plant.in("nothing of the kind"));
        assertThrows(IllegalStateException.class, () -> plant.in("lock.acquire(); lock.acquire();"));
        assertEquals("a  b", plant.in("a lock.acquire(); b"));
    }

    /** {@code scripts/planted-bugs} plants them all. */
    @Test
    void aPlantedBugIsFoundAndReplayed() throws Exception {
        var name = "select: two cases fire";
        var plant = plants().stream().filter(each -> each.name().equals(name)).findFirst();
        var outcome = new PlantedBugs(SOURCES, SCHEDULES, 1).hunt(plant.orElseThrow());
        assertTrue(outcome.isFound(), outcome.toString());
    }

    @Test
    void nothingIsFoundWhereNothingIsPlanted() throws Exception {
        assertEquals(
                "nothing found",
                new PlantedBugs(SOURCES, SCHEDULES, 1).huntInVain().story());
    }
}
