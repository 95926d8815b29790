package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Registry;
import dev.gofer.runtime.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Goroutines as text, in the form of Go's tracebacks. */
final class Dump {
    /* A dump stops nobody: it reads one goroutine after the other, each as it is at that moment, and writes it before it reads the next. So
     * what it holds at a time is a reference and a reason for each goroutine, and one stack. */
    static final int MOST_STACKS = 10_000; // in one String, a few hundred bytes each
    private static final int MOST_STATES =
            1_000; // of primitives, remembered: to count who waits takes time in proportion to it

    private final Appendable out;
    private final int level; // as Traceback.stacks
    private final int mostStacks;
    private final IdentityHashMap<Object, String> states = new IdentityHashMap<>(); // what primitives say of themselves

    private Dump(Appendable out, int level, int mostStacks) {
        this.out = out;
        this.level = level;
        this.mostStacks = mostStacks;
    }

    /** All goroutines, main first; stacks for the first {@value #MOST_STACKS} only. */
    static String all() {
        return inMemory(1, List.of());
    }

    /** Writes all goroutines, main first, with their stacks. */
    static void all(Appendable out) throws IOException {
        new Dump(out, 1, Integer.MAX_VALUE).goroutines(null);
    }

    /** What is to be told of a deadlock: of all goroutines, whatever they are, and of {@code others} that sleep like them; or nothing. */
    static String deadlock(Collection<Thread> others) {
        int level = Traceback.current().stacks();
        return level == 0 ? "" : "\n" + inMemory(level, level == 1 ? others : List.of());
    }

    /** Writes Go's panic message, and what else the program was asked to tell, of {@code goroutine} that died. */
    static void panic(Appendable out, Goroutine goroutine, Obituary obituary) throws IOException {
        var traceback = Traceback.current();
        out.append("panic: ").append(obituary.words()).append('\n');
        if (traceback.stacks() == 0) {
            return;
        }
        out.append('\n');
        var dump = new Dump(out, traceback.stacks(), Integer.MAX_VALUE);
        dump.append(goroutine, "running", obituary.stack(), null);
        for (var cause : obituary.causes()) {
            out.append("caused by: ").append(cause.words()).append('\n');
            dump.append(cause.stack());
        }
        for (var suppressed : obituary.suppressed()) {
            out.append("suppressed: ").append(suppressed).append('\n');
        }
        if (traceback.all()) {
            out.append('\n');
            dump.goroutines(goroutine);
            dump.threads();
        }
    }

    /** One goroutine that is asleep and will stay so. */
    static String leaked(Goroutine goroutine, String reason, List<StackTraceElement> stack) {
        var text = new StringBuilder();
        try {
            new Dump(text, 1, MOST_STACKS).append(goroutine, reason + " (leaked)", stack, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never: a StringBuilder
        }
        return text.toString();
    }

    private static String inMemory(int level, Collection<Thread> others) {
        var text = new StringBuilder();
        try {
            var dump = new Dump(text, level, MOST_STACKS);
            dump.goroutines(null);
            for (var other : others) {
                dump.append(other, List.of(other.getStackTrace()));
            }
            dump.threads();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never: a StringBuilder
        }
        return text.toString();
    }

    private void goroutines(@Nullable Goroutine except) throws IOException {
        var goroutines = Registry.goroutines();
        goroutines.sort(Comparator.comparingLong(Goroutine::number));
        var sleeps = Sleepers.of(goroutines);
        long now = Time.now();
        Sleepers.stamp(goroutines, now);
        int stacks = 0;
        for (var goroutine : goroutines) {
            var thread = goroutine.thread();
            if (thread == null) {
                var words = goroutine.lastWords();
                out.append(words == null ? "" : words + "\n");
            }
            if (thread == null || goroutine == except) {
                continue;
            }
            var stack = stacks++ < mostStacks ? thread.getStackTrace() : new StackTraceElement[0];
            var sleep = sleeps.get(thread);
            append(goroutine, state(thread, sleep, stack, now), List.of(stack), Park.blocker(thread));
            out.append('\n');
        }
        if (stacks > mostStacks) {
            out.append("stacks of " + (stacks - mostStacks) + " goroutines left out\n");
        }
    }

    /** The threads that are no goroutines, where they are wanted. */
    private void threads() throws IOException {
        if (level < 2) {
            return;
        }
        for (var entry : Thread.getAllStackTraces().entrySet()) { // platform threads only
            append(entry.getKey(), List.of(entry.getValue()));
        }
    }

    private void append(Thread thread, List<StackTraceElement> stack) throws IOException {
        var sleep = Sleepers.ofThreads(List.of(thread)).get(thread);
        var state = sleep == null ? thread.getState().toString().toLowerCase(Locale.ROOT) : sleep.reason();
        out.append("thread " + thread.threadId() + " \"" + thread.getName() + "\" [" + state + "]:\n");
        append(stack);
        out.append('\n');
    }

    private void append(Goroutine goroutine, String state, List<StackTraceElement> stack, @Nullable Object blocker)
            throws IOException {
        out.append(goroutine.toString()).append(" [").append(state).append("]:\n");
        append(stack);
        if (blocker != null && blocker != Park.SLEEPING && !(blocker instanceof Forever)) {
            out.append("\twaiting on ").append(state(blocker)).append('\n');
        }
        if (goroutine.number() != 1) {
            out.append("created by " + name(goroutine.site()) + " in goroutine " + goroutine.parent() + "\n");
            if (goroutine.site() instanceof StackTraceElement frame) {
                out.append("\tat ").append(frame.toString()).append('\n');
            }
        }
    }

    private void append(List<StackTraceElement> stack) throws IOException {
        for (var frame : level < 2 ? told(stack) : stack) {
            out.append("\tat ").append(frame.toString()).append('\n');
        }
    }

    /** What {@code blocker} says of itself; of what is not ours, class and hash, as the JDK's tools have them: it might say anything. */
    private String state(Object blocker) {
        if (!blocker.getClass().getPackageName().equals("dev.gofer")) {
            return blocker.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(blocker));
        }
        if (states.size() >= MOST_STATES) {
            states.clear();
        }
        return states.computeIfAbsent(blocker, Object::toString);
    }

    private static String state(Thread thread, Sleepers.@Nullable Sleep sleep, StackTraceElement[] stack, long now) {
        if (sleep != null) {
            long minutes = Sleepers.minutes(sleep, now);
            return minutes < 1 ? sleep.reason() : sleep.reason() + ", " + minutes + " minutes";
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
    private static List<StackTraceElement> told(List<StackTraceElement> stack) {
        var told = new ArrayList<StackTraceElement>(stack.size());
        for (var frame : stack) {
            var name = frame.getClassName();
            boolean silent = name.startsWith("java.lang.VirtualThread")
                    || name.startsWith("java.lang.System$")
                    || name.equals("dev.gofer.Program")
                    || name.equals("dev.gofer.ProgramEnd")
                    || name.startsWith("jdk.internal.vm.")
                    || name.startsWith("dev.gofer.runtime.")
                    || name.equals("java.util.concurrent.locks.LockSupport")
                    || name.equals("dev.gofer.Bodies")
                    || (name.equals("dev.gofer.Go") && frame.getMethodName().startsWith("lambda$"));
            if (!silent) {
                told.add(frame);
            }
        }
        return told;
    }

    /** The method that started the goroutine, or the class in which its task was written. */
    static String name(Object site) {
        if (site instanceof StackTraceElement frame) {
            return frame.getClassName() + "." + frame.getMethodName();
        }
        var name = ((Class<?>) site).getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }
}
