package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Time;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A program in Go's manner: it begins and ends with its main goroutine, and dies of any uncaught exception or of a deadlock. */
final class Program {
    /* (1) Whoever sets `ENDING` first decides how the program ends; everybody else who wants to end it waits for ever. So a panic that is
     *     being printed is not cut short because main returns meanwhile.
     * (2) In a full heap whatever allocates may fail. Then words that were made beforehand go straight to the file descriptor.
     * (3) Shutdown hooks run, but in a full heap they may never end. So the heap watch halts the JVM a little later. */
    private static final int FATAL = 1;
    private static final int PANIC = 2;
    private static final int ABORTED = 134; // what a shell says of SIGABRT
    private static final long TIME_TO_EXIT = 3_000_000_000L; // nanoseconds, in a full heap
    private static final Runtime.Version SOUND = Runtime.Version.parse("25.0.3");

    private static final AtomicBoolean STARTED = new AtomicBoolean();
    private static final AtomicBoolean ENDING = new AtomicBoolean();
    private static final FileOutputStream STANDARD_ERROR = new FileOutputStream(FileDescriptor.err);
    private static final byte[] OUT_OF_MEMORY = ("fatal error: out of memory: the heap is full, all "
                    + Math.ceilDiv(Runtime.getRuntime().maxMemory(), 1 << 20) + " MB of it (java -Xmx sets its size)\n")
            .getBytes(StandardCharsets.UTF_8);
    private static volatile long haltAt = Time.NEVER; // an instant of Time; see (3)

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
        loadWhatHaltingNeeds();
        Watch.start();
        Gomaxprocs.readEnvironment();
        Goroutine.setUncaughtHandler(Program::panic);
        if (Thread.getDefaultUncaughtExceptionHandler() == null) {
            Thread.setDefaultUncaughtExceptionHandler(Program::threadDied);
        }
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
        claimEnd();
        print(report);
        die();
    }

    /** Ends the program because its heap is full, unless somebody ends it already, who then has to be quick. */
    static void outOfMemory() {
        hurry();
        if (ENDING.compareAndSet(false, true)) {
            sayOutOfMemory();
            Runtime.getRuntime().halt(PANIC); // hooks would need memory
        }
    }

    /** Halts the JVM when its end in a full heap takes too long. */
    static void haltIfOverdue() {
        long at = haltAt;
        if (at != Time.NEVER && Time.now() - at >= 0) {
            sayOutOfMemory(); // perhaps for the second time: who ends the program may have been stopped before he said
            // anything
            Runtime.getRuntime().halt(PANIC);
        }
    }

    private static void panic(Goroutine goroutine, Throwable exception) {
        claimEnd();
        try {
            if (exception instanceof OutOfMemoryError) {
                hurry();
            }
            System.out.flush();
            Dump.panic(System.err, goroutine, exception);
            System.err.flush();
        } catch (OutOfMemoryError e) {
            sayOutOfMemory(); // (2)
        } catch (
                Throwable
                        e) { // the exception's own code, or a stream of the user's: the program has to end all the same
            say("fatal error: panic while printing panic value of "
                    + exception.getClass().getName() + "\n");
        }
        die();
    }

    /** A thread that is no goroutine died: as in any Java program, but for a full heap, which ends this one whoever finds it full. */
    private static void threadDied(Thread thread, Throwable exception) {
        try {
            System.err.print("Exception in thread \"" + thread.getName() + "\" ");
            exception.printStackTrace();
        } finally {
            if (exception instanceof OutOfMemoryError) {
                outOfMemory();
            }
        }
    }

    private static void end(int code, String lastWords) {
        claimEnd();
        print(lastWords);
        exit(code);
    }

    /** Comes back when nobody else ends the program. */
    private static void claimEnd() {
        if (!ENDING.compareAndSet(false, true)) {
            while (true) {
                LockSupport.park();
            }
        }
    }

    private static void print(String lastWords) {
        System.out.flush();
        System.err.print(lastWords);
        System.err.flush();
    }

    private static void exit(int code) {
        try {
            System.exit(code);
        } catch (OutOfMemoryError e) {
            Runtime.getRuntime().halt(code);
        }
    }

    /** Classes that are loaded for the first time need memory: (2). */
    private static void loadWhatHaltingNeeds() {
        var hook = new Thread(() -> {});
        Runtime.getRuntime().addShutdownHook(hook);
        Runtime.getRuntime().removeShutdownHook(hook);
        haltIfOverdue();
    }

    /** Ends the program after a panic or deadlock: with exit code 2, or with an abort where that was asked for. */
    private static void die() {
        if (Traceback.current().crash()) {
            abort();
        }
        exit(PANIC);
    }

    /** Dies of SIGABRT: then the system writes a core file, if it is set up to. Where there are no signals: exits as if. */
    private static void abort() {
        try {
            var pid = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("kill", "-ABRT", pid).inheritIO().start().waitFor();
        } catch (IOException e) {
            // no such command
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ABORTED);
    }

    private static void hurry() {
        if (haltAt == Time.NEVER) {
            haltAt = Time.now() + TIME_TO_EXIT;
        }
    }

    private static void say(String words) {
        say(words.getBytes(StandardCharsets.UTF_8));
    }

    private static void sayOutOfMemory() {
        say(OUT_OF_MEMORY);
    }

    private static void say(byte[] words) {
        try {
            STANDARD_ERROR.write(words);
        } catch (IOException e) {
            // closed: the exit code says it
        }
    }
}
