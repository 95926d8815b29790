package dev.gofer.bench;

import java.io.IOException;
import java.util.OptionalDouble;

/** One column of the table, ready to run one row. */
interface Contestant extends AutoCloseable {
    /** Why a row has no figure although there is a benchmark. */
    final class FailedException extends Exception {
        private static final long serialVersionUID = 1;

        FailedException(String message) {
            super(message);
        }
    }

    /** Its column. */
    String name();

    /** Gets up to speed: at most {@code millis}. */
    void warmUp(Row row, int millis) throws IOException, InterruptedException, FailedException;

    /** One measurement, of about {@code millis}; empty: there is no such benchmark here. */
    OptionalDouble measure(Row row, int millis) throws IOException, InterruptedException, FailedException;

    @Override
    void close();
}
