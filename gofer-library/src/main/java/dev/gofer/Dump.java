package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Registry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Goroutines as text, in the form of Go's tracebacks. */
final class Dump {
    static final int MOST_STACKS = 10_000; // a stack takes 70 µs to read and a few hundred bytes to print

    private Dump() {}

    /** All goroutines, main first; stacks for the first {@value #MOST_STACKS} only. */
    static String all() {
        var goroutines = Registry.goroutines();
        goroutines.sort(Comparator.comparingLong(Goroutine::number));
        var sleeps = Sleepers.of(goroutines);
        var text = new StringBuilder();
        int stacks = 0;
        for (var goroutine : goroutines) {
            var thread = goroutine.thread();
            if (thread != null) {
                var stack = stacks++ < MOST_STACKS ? thread.getStackTrace() : new StackTraceElement[0];
                append(text, goroutine, state(thread, sleeps, stack), List.of(stack));
                text.append('\n');
            } else {
                var words = goroutine.lastWords();
                text.append(words == null ? "" : words + "\n");
            }
        }
        if (stacks > MOST_STACKS) {
            text.append("stacks of ").append(stacks - MOST_STACKS).append(" goroutines left out\n");
        }
        return text.toString();
    }

    /** One goroutine that is asleep and will stay so. */
    static String leaked(Goroutine goroutine, String reason, List<StackTraceElement> stack) {
        var text = new StringBuilder();
        append(text, goroutine, reason + " (leaked)", stack);
        return text.toString();
    }

    /** The goroutine that died of {@code exception}, in the form of Go's panic message. */
    static String panic(Goroutine goroutine, Throwable exception) {
        var text = new StringBuilder("panic: ").append(words(exception)).append("\n\n");
        append(text, goroutine, "running", List.of(exception.getStackTrace()));
        Set<Throwable> told = Collections.newSetFromMap(new IdentityHashMap<>()); // causes may go in circles
        told.add(exception);
        for (var cause = exception.getCause(); cause != null && told.add(cause); cause = cause.getCause()) {
            text.append("caused by: ").append(describe(cause)).append('\n');
            frames(List.of(cause.getStackTrace()))
                    .forEach(frame -> text.append("\tat ").append(frame).append('\n'));
        }
        for (var suppressed : exception.getSuppressed()) {
            text.append("suppressed: ").append(describe(suppressed)).append('\n');
        }
        return text.toString();
    }

    /** A misuse has Go's words for its message; for other exceptions the class tells as much as the message. */
    private static String words(Throwable exception) {
        return exception instanceof MisuseException misuse ? String.valueOf(misuse.getMessage()) : describe(exception);
    }

    /** {@code exception} in its own words; they are the user's code, and may fail themselves. */
    private static String describe(Throwable exception) {
        try {
            return exception.toString();
        } catch (RuntimeException | StackOverflowError e) {
            return exception.getClass().getName() + " (panic while printing it: "
                    + e.getClass().getName() + ")";
        }
    }

    private static void append(StringBuilder text, Goroutine goroutine, String state, List<StackTraceElement> stack) {
        text.append(goroutine).append(" [").append(state).append("]:\n");
        frames(stack).forEach(frame -> text.append("\tat ").append(frame).append('\n'));
        if (goroutine.number() != 1) {
            text.append("created by ")
                    .append(site(goroutine))
                    .append(" in goroutine ")
                    .append(goroutine.parent())
                    .append('\n');
        }
    }

    private static String state(Thread thread, Map<Thread, Sleepers.Sleep> sleeps, StackTraceElement[] stack) {
        var sleep = sleeps.get(thread);
        if (sleep != null) {
            return sleep.reason();
        }
        return switch (thread.getState()) {
            case NEW, RUNNABLE -> thread == Thread.currentThread() ? "running" : "runnable";
            case BLOCKED -> "monitor enter";
            case WAITING, TIMED_WAITING -> isInputOutput(stack) ? "IO wait" : "waiting";
            case TERMINATED -> "dead";
        };
    }

    private static boolean isInputOutput(StackTraceElement[] stack) {
        return Arrays.stream(stack).anyMatch(frame -> frame.getClassName().startsWith("sun.nio.ch."));
    }

    /** Without the frames that are in every stack and tell nothing. */
    private static List<StackTraceElement> frames(List<StackTraceElement> stack) {
        var told = new ArrayList<StackTraceElement>(stack.size());
        for (var frame : stack) {
            var name = frame.getClassName();
            boolean silent = name.startsWith("java.lang.VirtualThread")
                    || name.startsWith("java.lang.System$")
                    || name.equals("dev.gofer.Program")
                    || name.startsWith("jdk.internal.vm.")
                    || name.startsWith("dev.gofer.runtime.")
                    || name.equals("java.util.concurrent.locks.LockSupport")
                    || (name.equals("dev.gofer.Go") && frame.getMethodName().startsWith("lambda$"));
            if (!silent) {
                told.add(frame);
            }
        }
        return told;
    }

    /** The class in which the goroutine's task was written. */
    private static String site(Goroutine goroutine) {
        var name = goroutine.site().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }
}
