package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GOTRACEBACK's words, as Go reads them. */
class TracebackTest {
    @ParameterizedTest
    @Rule(27)
    @CsvSource({
        "none, 0, false, false",
        "'', 1, false, false",
        "single, 1, false, false",
        "all, 1, true, false",
        "system, 2, true, false",
        "crash, 2, true, true",
        "0, 0, true, false",
        "1, 1, true, false",
        "2, 2, true, false",
        "7, 7, true, false",
        "-1, 0, true, false",
        "99999999999, 0, true, false",
        "ALL, 0, true, false",
    })
    void levelsAreThoseOfGo(String level, int stacks, boolean all, boolean crash) {
        assertEquals(new Traceback(stacks, all, crash), Traceback.of(level));
    }

    @org.junit.jupiter.api.Test
    void withoutALevelItIsSingle() {
        assertEquals(Traceback.of("single"), Traceback.of(null));
    }

    @org.junit.jupiter.api.Test
    void theEnvironmentCanOnlyBeRaised() {
        assertEquals(Traceback.of("system"), Traceback.of("none").or(Traceback.of("system")));
        assertEquals(
                Traceback.of("crash"),
                Traceback.of("crash").or(Traceback.of("single").or(Traceback.of("crash"))));
    }
}
