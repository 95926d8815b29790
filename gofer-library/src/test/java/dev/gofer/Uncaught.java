package dev.gofer;

import java.util.function.Consumer;

/** What goroutines do not catch, given to a test. */
public final class Uncaught {
    private Uncaught() {}

    /** Runs {@code body}; meanwhile {@code handler} gets every exception that no thread caught. */
    public static void during(Consumer<Throwable> handler, Runnable body) {
        var before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, exception) -> handler.accept(exception));
        try {
            body.run();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }
}
