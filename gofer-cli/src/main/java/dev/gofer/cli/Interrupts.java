package dev.gofer.cli;

import dev.gofer.Context;
import dev.gofer.Go;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Turns signals into the ends of two contexts. The first Ctrl-C: it is enough, seal what there is. The second one, SIGTERM and SIGHUP: stop,
 * and keep the work for the next run. One more, or a stop that takes longer than a person or a service manager waits: the process ends at once,
 * which costs no more than kill -9 does.
 */
final class Interrupts implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(4500);
    private static final Map<String, Integer> EXIT_CODES = Map.of("HUP", 129, "INT", 130, "TERM", 143);

    private final Context.Cancellable ctx = Context.background().withCancel();
    private final Context.Cancellable enough = Context.background().withCancel();
    private final Consumer<Step> told;
    private final List<Runnable> undo = new ArrayList<>();
    private volatile int exitCode;

    /** What a signal asked for. */
    enum Step {
        SEAL,
        STOP
    }

    /** From now until close signals count; {@code told} hears of each step. */
    Interrupts(Consumer<Step> told) {
        this.told = told;
        EXIT_CODES.forEach((name, code) -> undo.add(Signals.on(name, () -> on(name, code))));
    }

    /** Its end: stop, and keep the work. */
    Context context() {
        return ctx;
    }

    /** Its end: start nothing more, seal what there is. */
    Context enough() {
        return enough;
    }

    /** The shell's word for the last signal; 0 where none came. */
    int exitCode() {
        return exitCode;
    }

    private synchronized void on(String name, int code) { // signals have a thread each
        exitCode = code;
        if (ctx.err() != null) Runtime.getRuntime().halt(code);
        if (name.equals("INT") && enough.err() == null) {
            enough.cancel();
            told.accept(Step.SEAL);
        } else {
            ctx.cancel();
            told.accept(Step.STOP);
            Thread.ofPlatform().daemon().name("gofer-patience").start(() -> {
                Go.sleep(PATIENCE);
                Runtime.getRuntime().halt(code);
            });
        }
    }

    /** Signals mean again what they meant before. */
    @Override
    public void close() {
        undo.forEach(Runnable::run);
    }
}
