package dev.gofer;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What an exception tells of itself, as far as it does: its methods are the user's code, and may throw or never come back. */
final class Obituary {
    /* Filled bit by bit, on another thread; what is there when the time is over, counts. */
    private volatile String words;
    private volatile List<StackTraceElement> stack = List.of();
    private final Queue<Cause> causes = new ConcurrentLinkedQueue<>();
    private final Queue<String> suppressed = new ConcurrentLinkedQueue<>();

    /** A cause, in its own words. */
    record Cause(String words, List<StackTraceElement> stack) {}

    private Obituary(Throwable exception) {
        words = exception.getClass().getName() + " (which does not come to an end when it is printed)";
    }

    /** Of {@code exception}, which {@code System.exit} may overtake: asking it takes a while at most. */
    static Obituary of(Throwable exception) {
        var obituary = new Obituary(exception);
        LastWords.run(() -> obituary.ask(exception), LastWords.Patience.SHORT);
        return obituary;
    }

    private void ask(Throwable exception) {
        stack = List.of(exception.getStackTrace());
        words = exception instanceof MisuseException misuse // it has Go's words; of others the class tells as much
                ? indented(String.valueOf(misuse.getMessage()))
                : describe(exception);
        Set<Throwable> asked = Collections.newSetFromMap(new IdentityHashMap<>()); // causes may go in circles
        asked.add(exception);
        for (var cause = exception.getCause(); cause != null && asked.add(cause); cause = cause.getCause()) {
            causes.add(new Cause(describe(cause), List.of(cause.getStackTrace())));
        }
        for (var other : exception.getSuppressed()) {
            suppressed.add(describe(other));
        }
    }

    private static String describe(Throwable exception) {
        try {
            return indented(String.valueOf(exception.toString()));
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            return exception.getClass().getName() + " (panic while printing it: "
                    + e.getClass().getName() + ")";
        }
    }

    /** As Go: so that no line of a message can be taken for one of the report. */
    private static String indented(String message) {
        return message.replace("\n", "\n\t");
    }

    String words() {
        return words;
    }

    List<StackTraceElement> stack() {
        return stack;
    }

    Queue<Cause> causes() {
        return causes;
    }

    Queue<String> suppressed() {
        return suppressed;
    }
}
