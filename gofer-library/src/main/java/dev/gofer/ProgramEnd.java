package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.HouseThread;
import dev.gofer.runtime.Time;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How a {@link Go#main} program ends, and any that calls {@link Go#fatal}. */
final class ProgramEnd {
    /* (1) Who is first decides how the program ends; everybody else who wants to end it waits for ever. So a panic that is being printed is not
     *     cut short because main returns meanwhile.
     * (2) A platform thread does it, the ender: goroutines that compute may keep all processors for themselves.
     * (3) What is the user's may fail or get stuck, and is LastWords then: an exception's words, System.out, System.err. What could not be said there
     *     goes straight to the file descriptor.
     * (4) The JVM's shutdown hooks run, and exit comes back to nobody: who calls it while they run waits until they are done. So whoever of the hooks' own
     *     panics or calls fatal, ends the JVM at once, without the rest of them. Theirs are threads that were not there before, the goroutines that these
     *     started, and whatever is younger than the end.
     *     What goroutines of before do is of no account, as main has returned; unless hooks wait for what never comes (DeadlockWatch).
     * (5) In a full heap whatever allocates may fail, and each failure takes the collector a few tenths of a second. So a reserve is let go
     *     first. What fails nevertheless is said in words that were made beforehand, straight to the file descriptor; and hooks may never end, so the
     *     heap watch halts the JVM a little later. */
    private static final int FATAL = 1;
    private static final int PANIC = 2;
    private static final int ABORTED = 134; // what a shell says of SIGABRT
    private static final long TIME_TO_EXIT = 3_000_000_000L; // nanoseconds, in a full heap
    private static final long MOST_RESERVE = 1 << 20; // bytes
    private static final long PAUSE = 25; // milliseconds, between two looks at the hooks
    private static final int LOOKS = 8; // at an exit that waits for another one

    /** What those are parked on who wanted to end the program, too: (1). */
    static final Object OVER = new Object() {
        @Override
        public String toString() {
            return "the end of the program";
        }
    };

    private static final FileOutputStream STANDARD_ERROR = new FileOutputStream(FileDescriptor.err);
    private static final byte[] OUT_OF_MEMORY = ("fatal error: out of memory: the heap is full, all "
                    + Math.ceilDiv(Runtime.getRuntime().maxMemory(), 1 << 20) + " MB of it (java -Xmx sets its size)\n")
            .getBytes(StandardCharsets.UTF_8);

    private static final AtomicReference<@Nullable Verdict> FIRST = new AtomicReference<>();
    private static final AtomicReference<@Nullable Verdict> OF_THE_HOOKS =
            new AtomicReference<>(); // the first, after FIRST
    private static final AtomicReference<@Nullable Verdict> UNHEARD = new AtomicReference<>(); // the first of others
    private static final Verdict FULL = new Verdict(PANIC, ProgramEnd::sayOutOfMemory, false, List.of()); // (5)
    private static volatile @Nullable Thread ender; // waits for FIRST; null: who is first makes one
    private static volatile long begin =
            Long.MAX_VALUE; // threads with a greater number were made when the end had begun
    private static volatile boolean isPrepared;

    @SuppressWarnings("UnusedVariable") // it is there to be let go
    private static volatile byte @Nullable [] reserve; // (5)

    private static volatile long haltAt = Time.NEVER; // an instant of Time; see (5)

    /** An end: the exit code, what to say before, whether a hook may want it, and the platform threads that lived before. */
    private record Verdict(int code, Words words, boolean ofTheHooks, List<Thread> living) {}

    /** What a program says in the end. */
    private interface Words {
        void say();
    }

    /** Prints to a stream. */
    private interface Printer {
        void printTo(PrintStream out) throws IOException;
    }

    private ProgramEnd() {}

    /** Makes ready for the end of a program; {@code caller}, which started it, will {@link #await} it. */
    static void prepare(Thread caller) {
        if (caller.isVirtual()) { // (2)
            ender = new HouseThread("gofer-end", ProgramEnd::perform);
            ender.start();
        } else {
            ender = caller;
        }
        // A hook that does nothing else; and it loads the classes that halting needs: (5).
        Runtime.getRuntime().addShutdownHook(new HouseThread("gofer-hook", ProgramEnd::begin));
        isPrepared = true;
        haltIfOverdue();
        say(new byte[0]);
        // What the end calls first is linked now, which takes memory: neither of the two does anything.
        FIRST.compareAndSet(FULL, FULL);
        FIRST.compareAndExchange(FULL, FULL);
        reserve = new byte[(int) Math.min(MOST_RESERVE, Runtime.getRuntime().maxMemory() / 128)];
    }

    /** Waits for the end of the program, and does not come back. */
    static void await() {
        if (Thread.currentThread() == ender) {
            perform();
        }
        stop();
    }

    /** Whether hooks run, or are about to. */
    static boolean hasBegun() {
        return begin != Long.MAX_VALUE;
    }

    /** Main has returned. */
    static void mainReturned() {
        end(0, () -> flush(LastWords.Patience.WHILE_IT_WRITES));
    }

    /** See {@link Go#fatal}. */
    static RuntimeException fatal(String message) {
        end(FATAL, () -> {
            flush(LastWords.Patience.WHILE_IT_WRITES);
            print(out -> out.print(message + "\n"));
        });
        throw new AssertionError("exit returned");
    }

    /** Nobody caught {@code exception}. */
    static void panic(Goroutine goroutine, Throwable exception) {
        if (exception instanceof OutOfMemoryError) {
            hurry();
        }
        try {
            var starter = livingThreads().stream()
                    .filter(thread -> thread.threadId() == goroutine.parent())
                    .findAny();
            end(PANIC, starter.orElse(Thread.currentThread()), () -> {
                var obituary = Obituary.of(exception);
                flush(LastWords.Patience.SHORT);
                print(out -> Dump.panic(out, goroutine, obituary));
            });
        } catch (OutOfMemoryError e) { // (5)
            outOfMemory();
            stop();
        }
    }

    /** Goroutines can never go on, nor can hooks, if they run. */
    static void deadlock(String report) {
        Words words = () -> {
            flush(LastWords.Patience.SHORT);
            print(out -> out.print(report));
        };
        var first = FIRST.get();
        if (first != null) { // (4)
            var unheard = UNHEARD.get(); // the hooks wait for somebody who died
            late(
                    first.code != 0
                            ? new Verdict(first.code, () -> {}, true, List.of())
                            : unheard != null ? unheard : new Verdict(PANIC, words, true, List.of()));
        }
        end(PANIC, words);
    }

    /** The heap is full; unless somebody ends the program already, who then has to be quick. */
    static void outOfMemory() {
        hurry();
        if (FIRST.compareAndSet(null, FULL)) {
            sayOutOfMemory();
            Runtime.getRuntime().halt(PANIC); // hooks would need memory
        }
    }

    /** Halts the JVM when its end in a full heap takes too long. */
    static void haltIfOverdue() {
        long at = haltAt;
        if (at != Time.NEVER && Time.now() - at >= 0) {
            sayOutOfMemory(); // maybe for the second time: who ends the program may have been stopped before
            Runtime.getRuntime().halt(PANIC);
        }
    }

    /** How many hooks of ours are registered and have not begun. */
    static int hooks() {
        return isPrepared && !hasBegun() ? 1 : 0;
    }

    private static void end(int code, Words words) {
        end(code, Thread.currentThread(), words);
    }

    /** Ends the program because of {@code culprit}; does not come back. */
    private static void end(int code, Thread culprit, Words words) {
        if (LastWords.isSpoken()) {
            throw new IllegalStateException("the program is about to end");
        }
        boolean mayBeAHook = !culprit.isVirtual() || culprit.threadId() > begin;
        var verdict = new Verdict(code, words, mayBeAHook, livingThreads());
        var first = FIRST.compareAndExchange(null, verdict); // (1)
        if (first == null) {
            begin();
            wakeEnder();
        } else if (!mayBeAHook || first.living.stream().anyMatch(thread -> thread == culprit)) {
            UNHEARD.compareAndSet(null, verdict);
        } else {
            late(verdict);
        }
        stop();
    }

    /** (4); does not come back. */
    private static void late(Verdict verdict) {
        if (OF_THE_HOOKS.compareAndSet(null, verdict)) {
            LockSupport.unpark(ender);
        }
        stop();
    }

    private static void stop() {
        while (true) {
            LockSupport.park(OVER);
            Thread.interrupted(); // or it would not park again
        }
    }

    private static List<Thread> livingThreads() {
        try {
            return Outside.platformThreads();
        } catch (OutOfMemoryError e) {
            return List.of();
        }
    }

    private static synchronized void begin() {
        if (!hasBegun()) {
            begin = Thread.ofVirtual().unstarted(() -> {}).threadId();
        }
    }

    private static void wakeEnder() {
        if (ender == null) { // fatal, in a program that is not Go.main's
            ender = new HouseThread("gofer-end", ProgramEnd::perform);
            ender.start();
        }
        LockSupport.unpark(ender);
    }

    /** (2) */
    private static void perform() {
        try {
            end();
        } catch (OutOfMemoryError
                | LinkageError e) { // (5); who performs must not die, or the JVM would exit without a word
            sayOutOfMemory();
            Runtime.getRuntime().halt(PANIC);
        }
    }

    private static void end() {
        Verdict verdict;
        while ((verdict = FIRST.get()) == null) {
            LockSupport.park();
            Thread.interrupted(); // or it would not park again
        }
        say(verdict);
        if (verdict.code == PANIC && Traceback.current().crash()) {
            abort();
        }
        int code = verdict.code;
        Thread exit;
        try {
            exit = new HouseThread("gofer-exit", () -> exit(code));
            exit.start();
        } catch (OutOfMemoryError e) {
            exit(code);
            return;
        }
        int looks = 0;
        while (true) { // (4)
            LockSupport.parkNanos(PAUSE * 1_000_000);
            Thread.interrupted(); // or it would not park again
            var late = OF_THE_HOOKS.get();
            if (late != null) {
                say(late);
                Runtime.getRuntime().halt(late.code);
            }
            try {
                looks = waitsForAnotherExit(exit) ? looks + 1 : 0;
            } catch (OutOfMemoryError e) {
                outOfMemory();
            }
            if (looks >= LOOKS && verdict.ofTheHooks) {
                Runtime.getRuntime().halt(code);
            }
        }
    }

    /** Whether {@code exit} stands before the JVM's lock, since hooks run that somebody else has started. */
    private static boolean waitsForAnotherExit(Thread exit) {
        if (exit.getState() != Thread.State.BLOCKED) {
            return false;
        }
        var stack = exit.getStackTrace();
        return stack.length > 0 && stack[0].getClassName().equals("java.lang.Shutdown");
    }

    private static void exit(int code) {
        try {
            System.exit(code);
        } catch (OutOfMemoryError e) {
            Runtime.getRuntime().halt(code);
        }
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
        reserve = null; // (5)
        if (haltAt == Time.NEVER) {
            haltAt = Time.now() + TIME_TO_EXIT;
        }
    }

    private static void say(Verdict verdict) {
        try {
            verdict.words.say();
        } catch (OutOfMemoryError
                | LinkageError e) { // a class that could not be initialized for lack of memory is a LinkageError later
            sayOutOfMemory(); // (5)
        }
    }

    private static void flush(LastWords.Patience patience) {
        LastWords.run(() -> System.out.flush(), patience);
    }

    /** (3) */
    private static void print(Printer printer) {
        boolean isPrinted = LastWords.run(
                () -> {
                    printer.printTo(System.err);
                    System.err.flush();
                },
                LastWords.Patience.WHILE_IT_WRITES);
        if (!isPrinted) {
            var charset = Charset.forName(System.getProperty("stderr.encoding", "UTF-8"), StandardCharsets.UTF_8);
            var out = new PrintStream(STANDARD_ERROR, false, charset);
            try {
                printer.printTo(out);
                out.flush();
            } catch (IOException e) {
                // a PrintStream throws none
            }
        }
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
