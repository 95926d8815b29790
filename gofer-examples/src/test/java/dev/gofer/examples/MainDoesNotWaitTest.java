package dev.gofer.examples;

import org.junit.jupiter.api.Test;

class MainDoesNotWaitTest {
    @Test
    void theProgramEndsWithMainAndItsGoroutinesAreKilledWithoutCleaningUp() throws Exception {
        Program.run(MainDoesNotWait.class).assertPrinted("main: done");
    }
}
