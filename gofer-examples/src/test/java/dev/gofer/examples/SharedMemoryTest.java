package dev.gofer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SharedMemoryTest {
    @Test
    void noIncrementUnderTheMutexIsLost() {
        assertEquals(1_000_000, SharedMemory.count(100, 10_000));
    }

    @Test
    void whatWasWrittenBeforeTheCloseIsSeenAfterTheReceive() {
        for (int i = 0; i < 10_000; i++) {
            assertEquals("dear reader", SharedMemory.publish());
        }
    }

    @Test
    void theProgramPrintsBoth() throws Exception {
        Program.run(SharedMemory.class).assertPrinted("counted 100000", "published: dear reader");
    }
}
