package dev.gofer.synctest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same as {@link SynctestTest}, in bubbles as they are where the JVM is not opened. */
class SynctestByBatonTest extends SynctestTest {
    @BeforeAll
    static void close() {
        System.setProperty("gofer.synctest.closed", "true");
    }

    @AfterAll
    static void open() {
        System.clearProperty("gofer.synctest.closed");
    }
}
