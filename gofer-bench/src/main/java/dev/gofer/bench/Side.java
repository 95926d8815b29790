package dev.gofer.bench;

import java.util.Map;

/** One of the contestants that run in a JVM. */
public interface Side {
    /** Its benchmarks, by the name of their row; a row that it has no counterpart for is not in there. */
    Map<String, Body> bodies();

    /** Runs {@code work} where its benchmarks are at home, in a goroutine, say; returns when it has ended, or ends the JVM. */
    void run(Work work) throws Exception;

    /** What a side runs. */
    @FunctionalInterface
    interface Work {
        /** Does it. */
        void run() throws Exception;
    }
}
