package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a {@link Go#main} program ends; each in a JVM of its own. */
class ProgramTest {
    @Test
    @Rule(19)
    void mainReturnsAndItsGoroutinesAreKilled() throws Exception {
        assertEnds(0, "main ends\n", "", "returns");
    }

    @Test
    void mainReturnsAndOtherThreadsDoNotKeepTheProgramAlive() throws Exception {
        assertEnds(0, "main ends\n", "", "platform thread lives on");
    }

    @Test
    @Rule(20)
    void uncaughtExceptionInMainIsAPanic() throws Exception {
        var child = Child.run(Programs.class, "panic in main");
        assertEquals(2, child.exit());
        assertEquals("deferred\n", child.out());
        assertTrue(
                child.err().startsWith("panic: java.lang.IllegalStateException: boom\n\ngoroutine 1 [running]:\n\tat "),
                child.err());
        assertTrue(child.err().contains("caused by: java.io.IOException: disk\n"), child.err());
        assertFalse(child.err().contains("created by"), child.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"panic in goroutine", "panic while main returns", "panic in a task of a WaitGroup"})
    @Rule({19, 20})
    void uncaughtExceptionInAnyGoroutineIsAPanic(String program) throws Exception {
        var child = Child.run(Programs.class, program);
        assertEquals(2, child.exit());
        assertEquals("", child.out());
        assertTrue(child.err().startsWith("panic: java.io.IOException: boom\n\ngoroutine "), child.err());
        assertTrue(child.err().contains("created by dev.gofer.Programs in goroutine 1\n"), child.err());
    }

    @Test
    void panicOfMisuseHasGosWords() throws Exception {
        var child = Child.run(Programs.class, "close of closed");
        assertEquals(2, child.exit());
        assertTrue(child.err().startsWith("panic: close of closed channel"), child.err());
    }

    @Test
    void aCaughtMisuseEndsNothing() throws Exception {
        assertEnds(0, "close of nil channel: make one with new Chan<>()\n", "", "recovered");
    }

    @Test
    void stackOverflowIsAPanic() throws Exception {
        var child = Child.run(Programs.class, "stack overflow");
        assertEquals(2, child.exit());
        assertTrue(child.err().startsWith("panic: java.lang.StackOverflowError"), child.err());
    }

    @Test
    @Rule(27)
    void tracebackComesFromTheEnvironment() throws Exception {
        var child = Child.run(Map.of("GOTRACEBACK", "none"), List.of(), Programs.class, "panic in goroutine");
        assertEquals("panic: java.io.IOException: boom\n", child.err());
        child = Child.run(Map.of("GOTRACEBACK", "none"), List.of(), Programs.class, "deadlock: receive");
        assertEquals("fatal error: all goroutines are asleep - deadlock!\n", child.err());
        child = Child.run(Map.of("GOTRACEBACK", "all"), List.of(), Programs.class, "panic in goroutine");
        assertTrue(child.err().contains("\n\ngoroutine 1 [select (no cases)]:\n"), child.err());
        assertFalse(child.err().contains("dev.gofer.runtime."), child.err());
        assertFalse(child.err().contains("\"gofer-watch\""), child.err());
    }

    @Test
    @Rule(27)
    void tracebackSystemTellsOfTheRuntimeAndOfAllThreads() throws Exception {
        var child = Child.run(Programs.class, "traceback system");
        assertAll(
                () -> assertEquals(2, child.exit()),
                () -> assertTrue(child.err().contains("\tat dev.gofer.runtime.Goroutine.run("), child.err()),
                () -> assertTrue(child.err().contains(" \"gofer-watch\" ["), child.err()));
    }

    @Test
    @Rule(27)
    void theProgramCannotLowerTheTraceback() throws Exception {
        var child = Child.run(Map.of("GOTRACEBACK", "all"), List.of(), Programs.class, "traceback none");
        assertTrue(child.err().contains("\n\ngoroutine 1 [select (no cases)]:\n"), child.err());
        child = Child.run(Programs.class, "traceback none"); // without the variable it is single, which counts, too
        assertEquals(1, headers(child.err()), child.err());
    }

    @Test
    @Rule(27)
    void aPanicTellsOfItsGoroutineOnly() throws Exception {
        var child = Child.run(Programs.class, "panic in goroutine");
        assertEquals(1, headers(child.err()), child.err());
    }

    @Test
    @Rule(27)
    void aPanicThatTellsOfAllTellsOfItsGoroutineOnce() throws Exception {
        var child = Child.run(Map.of("GOTRACEBACK", "all"), List.of(), Programs.class, "panic in goroutine");
        assertEquals(2, headers(child.err()), child.err());
    }

    private static long headers(String report) {
        return report.lines()
                .filter(line -> line.matches("goroutine \\d+ \\[.*\\]:"))
                .count();
    }

    @Test
    @Rule(27)
    void tracebackCrashEndsWithAnAbort() throws Exception {
        var child = Child.run(Programs.class, "traceback crash");
        assertEquals(134, child.exit());
        assertTrue(child.err().startsWith("panic: java.io.IOException: boom\n\ngoroutine "), child.err());
    }

    @Test
    @Rule(20)
    void aMessageOfSeveralLinesCannotPassForTheReport() throws Exception {
        var child = Child.run(Programs.class, "panic of several lines");
        assertTrue(
                child.err()
                        .startsWith(
                                "panic: java.io.IOException: one\n\tgoroutine 7 [running]:\n\tthree\n\ngoroutine 1 [running]:\n"),
                child.err());
    }

    @Test
    @Rule(27)
    void withCreationSitesADumpHasTheLineOfTheGoStatement() throws Exception {
        var child = Child.run(List.of("-Dgofer.creationsites=true"), Programs.class, "dump");
        assertTrue(
                child.out()
                        .matches(
                                "(?s).*\ncreated by dev\\.gofer\\.Programs\\.lambda\\S+ in goroutine 1\n\tat \\S*dev\\.gofer\\.Programs\\.\\S+\\(Programs\\.java:\\d+\\)\n.*"),
                child.out());
    }

    @Test
    void aRunningProgramIsDumpedForJcmd() throws Exception {
        var child = Child.run(List.of("-XX:+EnableDynamicAgentLoading"), Programs.class, "dump for jcmd");
        assertAll(
                () -> assertEquals(0, child.exit(), child.err()),
                () -> assertTrue(child.out().contains("goroutine 1 ["), child.out()),
                () -> assertTrue(child.out().contains(" [chan send]:\n\tat dev.gofer.Chan.send("), child.out()));
    }

    @Test
    @Rule(25)
    void gomaxprocsComesFromTheEnvironmentAndIsChangedAtRunTime() throws Exception {
        var child = Child.run(Map.of("GOMAXPROCS", "3"), List.of(), Programs.class, "gomaxprocs");
        assertEquals("3 3 1 5 " + Runtime.getRuntime().availableProcessors() + "\n", child.out());
    }

    @ParameterizedTest
    @Rule(25)
    @ValueSource(strings = {"0", "-2", "two", "", "99999999999"})
    void gomaxprocsThatIsNoNumberAboveZeroIsNone(String value) throws Exception {
        var child = Child.run(Map.of("GOMAXPROCS", value), List.of(), Programs.class, "gomaxprocs");
        int all = Runtime.getRuntime().availableProcessors();
        assertEquals(all + " " + all + " 1 5 " + all + "\n", child.out());
    }

    @Test
    void whoKeepsTheOnlyProcessorIsNamedOnceAndTheProgramGoesOn() throws Exception {
        var options = List.of("-Dgofer.watchdog=1", "-Dgofer.scheduler=jdk"); // with our own, nobody has to wait for it
        var child = Child.run(Map.of("GOMAXPROCS", "1"), options, Programs.class, "hog");
        assertAll(
                () -> assertEquals("the other\n", child.out()),
                () -> assertTrue(
                        child.err()
                                .matches(
                                        "gofer: goroutine 1 has kept a processor for 1 s while others wait for one, at .*Programs.*\n"),
                        child.err()),
                () -> assertEquals(0, child.exit()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"full heap: a queue", "full heap: a foreign thread"})
    void aFullHeapEndsTheProgram(String program) throws Exception {
        var child = Child.run(List.of("-Xmx24m"), Programs.class, program);
        assertEquals(2, child.exit());
        assertTrue(
                child.err().contains("fatal error: out of memory: the heap is full")
                        || child.err().contains("panic: java.lang.OutOfMemoryError: Java heap space\n"),
                child.err());
    }

    @Test
    void aProgramHasOneMain() throws Exception {
        var child = Child.run(Programs.class, "second main");
        assertEquals(2, child.exit());
        assertTrue(child.err().startsWith("panic: Go.main was called before"), child.err());
    }

    @Test
    void fatalPrintsItsMessageAndExitsWithOne() throws Exception {
        assertEnds(1, "", "no such list: urls.txt\n", "fatal");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"receive:chan receive", "select:select", "two goroutines:chan receive", "stopped ticker:select"})
    @Rule({21, 27})
    void deadlockIsReportedWithItsReason(String nameAndReason) throws Exception {
        var parts = nameAndReason.split(":", 2);
        var child = Child.run(Programs.class, "deadlock: " + parts[0]);
        assertEquals(2, child.exit());
        assertEquals("", child.out());
        assertTrue(
                child.err().startsWith("fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 ["),
                child.err());
        assertTrue(child.err().contains("[" + parts[1] + "]:\n\tat dev.gofer."), child.err());
        assertTrue(child.err().contains("dev.gofer.Programs."), child.err());
    }

    @Test
    void deadlockIsProvenByCollectionWhereAForeignThreadLives() throws Exception {
        var child = Child.run(Programs.class, "deadlock: with a foreign thread");
        assertEquals(2, child.exit());
        assertTrue(child.err().contains("all goroutines are asleep - deadlock!"), child.err());
    }

    @Test
    @Rule(21)
    void aTimerThatIsSetForbidsTheReport() throws Exception {
        assertEnds(0, "woken\n", "", "no deadlock: timers wake main");
    }

    @Test
    @Rule({22, 23})
    void afterGoexitOfMainTheOthersGoOnUntilNoneIsLeft() throws Exception {
        assertEnds(
                2,
                "deferred\nthe last goroutine\n",
                "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n",
                "goexit in main");
    }

    @Test
    @Rule(22)
    void afterGoexitOfMainSleepersAreADeadlock() throws Exception {
        var child = Child.run(Programs.class, "goexit in main, others asleep");
        assertEquals(2, child.exit());
        assertTrue(
                child.err().startsWith("fatal error: all goroutines are asleep - deadlock!\n\ngoroutine "),
                child.err());
    }

    @Test
    void afterGoexitOfMainAnotherGoroutineMayEndTheProgram() throws Exception {
        assertEnds(7, "", "", "goexit in main, another ends the program");
    }

    @Test
    @Rule(22)
    void afterGoexitOfMainAPanicIsAPanic() throws Exception {
        var child = Child.run(Programs.class, "panic after goexit");
        assertEquals(2, child.exit());
        assertTrue(child.err().startsWith("panic: java.lang.IllegalStateException: boom"), child.err());
    }

    @Test
    @Rule(27)
    void dumpShowsEachGoroutineWithItsReason() throws Exception {
        var child = Child.run(Programs.class, "dump");
        assertAll(
                () -> assertEquals(0, child.exit()),
                () -> assertTrue(child.out().startsWith("goroutine 1 [running]:\n"), child.out()),
                () -> assertTrue(child.out().contains(" [chan send]:\n\tat dev.gofer.Chan.send("), child.out()),
                () -> assertTrue(
                        child.out().contains("\ncreated by dev.gofer.Programs in goroutine 1\n"), child.out()));
    }

    private static void assertEnds(int exit, String out, String err, String program) throws Exception {
        var child = Child.run(Programs.class, program);
        assertAll(
                () -> assertEquals(
                        out.lines().sorted().toList(),
                        child.out().lines().sorted().toList()),
                () -> assertEquals(err, child.err()),
                () -> assertEquals(exit, child.exit()));
    }

    @Test
    void anExceptionThatCannotBeToldEndsTheProgramToo() throws Exception {
        var child = Child.run(Programs.class, "telling what it died of fails");
        assertEquals(2, child.exit());
        assertTrue(
                child.err()
                        .startsWith(
                                "panic: dev.gofer.Programs$1 (panic while printing it: java.lang.AssertionError)\n\ngoroutine 1 [running]:\n\tat "),
                child.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"telling what it died of never ends", "telling what it died of is fatal"})
    void anExceptionThatNeverEndsToTellEndsTheProgramToo(String program) throws Exception {
        var child = Child.run(Programs.class, program);
        assertEquals(2, child.exit());
        assertTrue(child.err().startsWith("panic: dev.gofer.Programs$"), child.err());
        assertTrue(child.err().contains("\n\ngoroutine 1 [running]:\n\tat dev.gofer.Programs."), child.err());
    }

    @Test
    void anExceptionThatExitsWhenItIsToldHasItsWill() throws Exception {
        assertEquals(
                7, Child.run(Programs.class, "telling what it died of exits").exit());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "panic while another writes",
                "panic without streams",
                "all processors are taken when a goroutine panics",
                "panic in a hook's goroutine",
                "panic in a hook's goroutine when another exits",
                "a hook waits for a goroutine that dies"
            })
    void aPanicIsToldWhateverStandsInItsWay(String program) throws Exception {
        var child = Child.run(Programs.class, program);
        assertEquals(2, child.exit());
        assertTrue(child.err().startsWith("panic: java.io.IOException: boom\n\ngoroutine "), child.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "main returns while another writes",
                "main returns without streams",
                "main returns with a stream that throws"
            })
    void mainReturnsWhateverStandsInItsWay(String program) throws Exception {
        assertEnds(0, "", "", program);
    }

    @ParameterizedTest
    @ValueSource(strings = {"all processors are taken when main returns", "a goroutine dies while hooks run"})
    void hooksRunWhateverGoroutinesDo(String program) throws Exception {
        assertEnds(0, "hook\n", "", program);
    }

    /** In Go it would die of SIGPIPE. Here it is for the program to ask: see from-go.md, P7. */
    @Test
    void aProgramWhoseOutputNobodyReadsGoesOnAndCanTell() throws Exception {
        var child = Child.runUnread(Programs.class, "nobody reads");
        assertEquals("nobody reads\n", child.err());
        assertEquals(0, child.exit());
    }

    @Test
    void aMessageGoesToTheDescriptorWhenTheStreamIsStuck() throws Exception {
        assertEnds(1, "", "no such list\n", "fatal with a standard error stream that is stuck");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fatal in a hook", "fatal in a hook when another exits"})
    void fatalEndsTheProgramWhileHooksRun(String program) throws Exception {
        assertEnds(1, "", "cannot clean up\n", program);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deadlock while another thread writes",
                "deadlock in a hook",
                "deadlock in a hook when another exits"
            })
    void aDeadlockIsToldWhateverStandsInItsWay(String program) throws Exception {
        var child = Child.run(Programs.class, program);
        assertEquals(2, child.exit());
        assertTrue(child.err().startsWith("fatal error: all goroutines are asleep - deadlock!\n"), child.err());
    }
}
