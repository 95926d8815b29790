package dev.gofer;

import dev.gofer.runtime.Goroutine;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A program in Go's manner: it begins and ends with its main goroutine, and dies of any uncaught exception or of a deadlock. */
final class Program {
    /* Whoever sets `ending` first decides how the program ends; everybody else who wants to end it waits for ever. So a panic that
     * is being printed is not cut short because main returns meanwhile. */
    private static final int FATAL = 1;
    private static final int PANIC = 2;
    private static final Runtime.Version SOUND = Runtime.Version.parse("25.0.3");

    private static final AtomicBoolean STARTED = new AtomicBoolean();
    private static final AtomicBoolean ENDING = new AtomicBoolean();

    private Program() {}

    /** See {@link Go#main}. */
    static void run(Task task) {
        if (!STARTED.compareAndSet(false, true)) {
            throw new MisuseException("Go.main was called before: a program has one main goroutine");
        }
        if (Runtime.version().compareToIgnoreOptional(SOUND) < 0) {
            System.err.println("gofer: this is Java " + Runtime.version().toString()
                    + ", in which virtual threads may stay asleep for ever;" + " use 25.0.3 or later");
        }
        // Without this, the JVM would hold every virtual thread, and no deadlock could be proven. A user's own setting
        // stays.
        if (System.getProperty("jdk.trackAllThreads") == null) {
            System.setProperty("jdk.trackAllThreads", "false");
        }
        Goroutine.warmUp();
        Goroutine.setUncaughtHandler(Program::panic);
        Goroutine.startMain(task, () -> {
            task.run();
            end(0, "");
            return null;
        });
        DeadlockWatch.start(Thread.currentThread());
        while (true) {
            LockSupport.park();
        }
    }

    /** See {@link Go#fatal}. */
    static RuntimeException fatal(String message) {
        end(FATAL, message + "\n");
        throw new AssertionError("exit returned");
    }

    /** Ends the program because goroutines can never go on. */
    static void deadlock(String report) {
        end(PANIC, report);
    }

    private static void panic(Goroutine goroutine, Throwable exception) {
        end(PANIC, Dump.panic(goroutine, exception));
    }

    private static void end(int code, String lastWords) {
        if (!ENDING.compareAndSet(false, true)) {
            while (true) {
                LockSupport.park();
            }
        }
        System.out.flush();
        System.err.print(lastWords);
        System.err.flush();
        System.exit(code);
    }
}
