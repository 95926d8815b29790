package dev.gofer.bench;

/** One benchmark of one side: does the row's work {@link B#n} times, and checks that it was done. */
@FunctionalInterface
public interface Body {
    /** Runs it; throws when the work came out wrong. */
    void run(B b) throws Exception;
}
