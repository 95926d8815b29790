package dev.gofer.check;

import dev.gofer.Task;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** What an exploration says has to hold. */
final class Expect {
    private Expect() {}

    /** Throws, with {@code message}, unless {@code condition}. */
    static void that(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    /** Throws unless the two are equal. */
    static void equal(@Nullable Object expected, @Nullable Object actual, String what) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(what + ": expected " + expected + ", got " + actual);
        }
    }

    /** Runs {@code task}, which may be told to give up; whether it was. The interrupt that told it so is taken away. */
    static boolean givingUp(Task task) throws Exception {
        boolean gaveUp = throwing(CancellationException.class, task);
        Thread.interrupted();
        return gaveUp;
    }

    /** Runs {@code task}; whether it threw a {@code type}. */
    static boolean throwing(Class<? extends Throwable> type, Task task) throws Exception {
        try {
            task.run();
            return false;
        } catch (Exception | Error e) {
            if (type.isInstance(e)) {
                return true;
            }
            throw e;
        }
    }
}
