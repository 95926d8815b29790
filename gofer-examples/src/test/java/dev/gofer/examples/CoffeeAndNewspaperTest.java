package dev.gofer.examples;

import org.junit.jupiter.api.Test;

class CoffeeAndNewspaperTest {
    /** In a process of its own: lowering GOMAXPROCS in this one would let cores that are busy already finish first. */
    @Test
    void oneCoreTakesTurnsAndTwoRunAtTheSameInstant() throws Exception {
        Program.run(CoffeeAndNewspaper.class)
                .assertPrinted(
                        "sip 1",
                        "page 1",
                        "sip 2",
                        "page 2",
                        "sip 3",
                        "page 3",
                        "at most 1 at a time",
                        "together on one core: false",
                        "together on two cores: true");
    }
}
