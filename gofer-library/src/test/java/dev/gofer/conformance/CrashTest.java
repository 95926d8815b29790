package dev.gofer.conformance;

import static dev.gofer.Go.go;
import static dev.gofer.Go.goexit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Child;
import dev.gofer.Crew;
import dev.gofer.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Go: {@code src/runtime/crash_test.go}: how a program ends that cannot go on.
 *
 * <p>Each program has a JVM of its own; two run at a time. Where Go tells of several panics, Java tells of the last and of its causes: an
 * exception in a {@code finally} block replaces the one before.
 */
class CrashTest {
    private static final String PANIC = "panic: java.lang.IllegalStateException: ";
    private static final String NO_GOROUTINES = "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n";
    private static final ExecutorService PAIR = Executors.newFixedThreadPool(2);
    private static final Map<String, Future<Child>> ENDS = new HashMap<>();

    @BeforeAll
    static void start() {
        CrashPrograms.all()
                .keySet()
                .forEach(name -> ENDS.put(name, PAIR.submit(() -> Child.run(CrashPrograms.class, name))));
    }

    @AfterAll
    static void end() {
        PAIR.shutdownNow();
    }

    @Test
    void testCrashHandler() {
        try (var crew = new Crew()) {
            crash();
            for (int i = 0; i < 2; i++) {
                crew.go(CrashTest::crash);
            }
            crew.join();
            crash();
        }
    }

    private static void crash() {
        assertThrows(NullPointerException.class, () -> nothing().toString());
    }

    @Test
    void testSimpleDeadlock() throws Exception {
        assertDeadlock("SimpleDeadlock");
    }

    @Test
    void testInitDeadlock() throws Exception {
        assertDeadlock("InitDeadlock");
    }

    /** A goroutine that sleeps in a class initialiser keeps its processor for itself, as a locked one does in Go. */
    @Test
    void testLockedDeadlock2() throws Exception {
        assertDeadlock("LockedDeadlock2");
    }

    @Test
    void testGoexitDeadlock() throws Exception {
        assertEnds("GoexitDeadlock", 2, "", NO_GOROUTINES);
    }

    @Test
    void testGoexitCrash() throws Exception {
        assertEnds("GoexitExit", 2, "", NO_GOROUTINES);
    }

    @Test
    void testGoexitInPanic() throws Exception {
        assertEnds("GoexitInPanic", 2, "", NO_GOROUTINES);
    }

    @Test
    void testPanicAfterGoexit() throws Exception {
        assertEnds("PanicAfterGoexit", 2, "", PANIC + "hello\n\ngoroutine 1 [running]:\n");
    }

    @Test
    void testRecoveredPanicAfterGoexit() throws Exception {
        assertEnds("RecoveredPanicAfterGoexit", 2, "hello\n", NO_GOROUTINES);
    }

    @Test
    void testRecoverBeforePanicAfterGoexit() throws Exception {
        assertEnds("RecoverBeforePanicAfterGoexit", 2, "hello\nouter\n", NO_GOROUTINES);
    }

    @Test
    void testGoexitDefer() {
        var deferred = new Chan<String>();
        go(() -> {
            try {
                goexit();
            } catch (Exception e) { // goexit is none
                deferred.send("caught " + e);
            } finally {
                deferred.send("deferred");
            }
        });
        assertEquals("deferred", Crew.next(deferred));
    }

    @Test
    void testStackOverflow() throws Exception {
        assertEnds("StackOverflow", 2, "", "panic: java.lang.StackOverflowError\n\ngoroutine 1 [running]:\n");
    }

    @Test
    void testRecursivePanic() throws Exception {
        assertEnds("RecursivePanic", 2, "wrap: bad\n", PANIC + "again\n\n");
    }

    @Test
    void testRecursivePanic2() throws Exception {
        assertEnds("RecursivePanic2", 2, "first panic\nsecond panic\n", PANIC + "third panic\n\n");
    }

    @Test
    void testRecursivePanic3() throws Exception {
        assertEnds("RecursivePanic3", 2, "second panic\n", PANIC + "first panic\n\n");
    }

    @Test
    void testRecursivePanic4() throws Exception {
        assertEnds("RecursivePanic4", 2, "", PANIC + "second panic\n\n", "caused by: " + words("first panic"));
    }

    @Test
    void testRecursivePanic5() throws Exception {
        assertEnds("RecursivePanic5", 2, "first panic\nsecond panic\n", PANIC + "third panic\n\n");
    }

    @Test
    void testRepanickedPanic() throws Exception {
        assertEnds("RepanickedPanic", 2, "", PANIC + "message\n\n");
    }

    @Test
    void testRepanickedMiddlePanic() throws Exception {
        assertEnds(
                "RepanickedMiddlePanic",
                2,
                "",
                PANIC + "outer\n\n",
                "caused by: " + words("middle"),
                "caused by: " + words("inner"));
    }

    @Test
    void testPanicTraceback() throws Exception {
        assertEnds("PanicTraceback", 2, "", PANIC + "panic pt1\n\n", "\tat dev.gofer.conformance.CrashPrograms.fail(");
    }

    @Test
    void testDoublePanic() throws Exception {
        assertEnds("DoublePanic", 2, "", PANIC + "YYY\n\n", "suppressed: " + words("XXX"));
    }

    @Test
    void testGoNil() {
        assertThrows(NullPointerException.class, () -> go(nothing()));
    }

    @Test
    void testMainGoroutineID() throws Exception {
        assertEnds("MainGoroutineID", 2, "", PANIC + "test\n\ngoroutine 1 [running]:\n");
    }

    @Test
    void testNoHelperGoroutines() throws Exception {
        var child = assertEnds("NoHelperGoroutines", 2, "", PANIC + "oops\n\ngoroutine 1 [");
        assertEquals(
                1,
                child.err()
                        .lines()
                        .filter(line -> line.startsWith("goroutine "))
                        .count(),
                child::toString);
    }

    /** Our own misuse is one kind of exception; the JVM's own mistakes are exceptions of the JDK. All can be caught as RuntimeException. */
    @Test
    void testRuntimePanicWithRuntimeError() {
        var closed = new Chan<Integer>();
        closed.close();
        var mistakes = List.<Task>of(
                () -> List.of().add(nothing()),
                closed::close,
                () -> closed.send(1),
                () -> Objects.checkIndex(2, 2),
                () -> new Chan<Boolean>(-1).close(),
                () -> Chan.nil().close());
        for (var mistake : mistakes) {
            assertInstanceOf(RuntimeException.class, assertThrows(Throwable.class, mistake::run));
        }
    }

    @Test
    void testNetpollDeadlock() throws Exception {
        assertEnds("NetpollDeadlock", 0, "dialing\nerror\ndone\n", "");
    }

    /** When the talk over the socket is over, it no longer counts as somebody who could wake main. */
    @Test
    void testNetpollWaiters() throws Exception {
        assertEnds("NetpollWaiters", 2, "10\nOK\n", "fatal error: all goroutines are asleep - deadlock!\n");
    }

    @Test
    void testPanicDeadlockGosched() throws Exception {
        assertEnds("GoschedInPanic", 2, "", "panic: dev.gofer.conformance.CrashPrograms$Talking: 3\n\n");
    }

    @Test
    void testPanicDeadlockSyscall() throws Exception {
        assertEnds("SyscallInPanic", 2, "1\n2\n", "panic: dev.gofer.conformance.CrashPrograms$Talking: 3\n\n");
    }

    @Test
    void testPanicLoop() throws Exception {
        assertEnds(
                "PanicLoop",
                2,
                "",
                "panic: dev.gofer.conformance.CrashPrograms$Talking (panic while printing it:"
                        + " java.lang.IllegalStateException)\n\n");
    }

    @Test
    void testPanicWhilePanicking() throws Exception {
        assertEnds(
                "CircularPanic",
                2,
                "",
                "panic: dev.gofer.conformance.CrashPrograms$Circular (panic while printing it:"
                        + " java.lang.StackOverflowError)\n\n");
    }

    @Test
    void testPanicInlined() {
        assertEquals("negate", frame(assertThrows(NullPointerException.class, () -> negate(nothing()))));
    }

    private static int negate(int[] point) {
        return -point[0];
    }

    @Test
    void testPanicRace() throws Exception {
        assertEnds("PanicRace", 2, "", PANIC + "crash\n\n", "CrashPrograms", "created by ");
    }

    @Test
    void testRuntimePanic() throws Exception {
        assertEnds("RuntimePanic", 2, "", "panic: ", "\tat dev.gofer.Chan.<init>(");
    }

    @Test
    void testTracebackRuntimeFunction() throws Exception {
        assertEnds(
                "TracebackRuntimeFunction",
                2,
                "",
                "panic: java.lang.NullPointerException",
                "\tat dev.gofer.Go.select(");
    }

    @Test
    void testTracebackRuntimeMethod() throws Exception {
        assertEnds(
                "TracebackRuntimeMethod",
                2,
                "",
                "panic: java.lang.NullPointerException",
                "\tat dev.gofer.WaitGroup.go(");
    }

    private static void assertDeadlock(String program) throws Exception {
        assertEnds(program, 2, "", "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [");
    }

    /** {@code begin} begins what it says on the error stream; {@code more} is in there in this order. */
    private static Child assertEnds(String program, int exit, String out, String begin, String... more)
            throws Exception {
        var child = Objects.requireNonNull(ENDS.get(program)).get();
        assertEquals(exit, child.exit(), child::toString);
        assertEquals(out, child.out(), child::toString);
        assertTrue(child.err().startsWith(begin), child::toString);
        assertFalse(begin.isEmpty() && !child.err().isEmpty(), child::toString);
        int from = 0;
        for (var words : more) {
            from = child.err().indexOf(words, from);
            assertTrue(from >= 0, () -> Arrays.toString(more) + " in " + child);
        }
        return child;
    }

    private static String words(String message) {
        return "java.lang.IllegalStateException: " + message + "\n";
    }

    private static String frame(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .map(StackTraceElement::getMethodName)
                .filter(name -> !name.contains("$"))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // the mistake that the tests make
    private static <T> T nothing() {
        return null;
    }
}
