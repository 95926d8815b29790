package dev.gofer;

import dev.gofer.runtime.Goroutine;
import java.util.concurrent.atomic.AtomicBoolean;

/** A program in Go's manner: it begins with its main goroutine, and ends as {@link ProgramEnd} has it. */
final class Program {
    private static final Runtime.Version SOUND = Runtime.Version.parse("25.0.3");

    private static final AtomicBoolean STARTED = new AtomicBoolean();

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
        var caller = Thread.currentThread();
        ProgramEnd.prepare(caller);
        Watch.start();
        Gomaxprocs.readEnvironment();
        Goroutine.setUncaughtHandler(ProgramEnd::panic);
        Goroutine.setLostHandler(ProgramEnd::outOfMemory);
        if (Thread.getDefaultUncaughtExceptionHandler() == null) {
            Thread.setDefaultUncaughtExceptionHandler(Program::threadDied);
        }
        Goroutine.startMain(task, () -> {
            task.run();
            ProgramEnd.mainReturned();
            return null;
        });
        DeadlockWatch.start(caller);
        ProgramEnd.await();
    }

    /** A thread that is no goroutine died: as in any Java program, but for a full heap, which ends this one whoever finds it full. */
    private static void threadDied(Thread thread, Throwable exception) {
        try {
            System.err.print("Exception in thread \"" + thread.getName() + "\" ");
            exception.printStackTrace();
        } finally {
            if (exception instanceof OutOfMemoryError) {
                ProgramEnd.outOfMemory();
            }
        }
    }
}
