package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sees that every rule of Go's semantics for channels, select and goroutines has a test that says so. */
class RulesTest {
    private static final int LAST = 51;

    /** In short; the number is what {@link Rule} names. */
    private static final Map<Integer, String> RULES = Map.ofEntries(
            Map.entry(1, "send on a closed channel panics, also for a sender that was blocked already"),
            Map.entry(2, "closing twice panics; closing nil panics"),
            Map.entry(3, "a nil channel blocks for ever; in select it is never ready"),
            Map.entry(4, "a closed channel gives its buffer in order, then ok=false for ever"),
            Map.entry(5, "close wakes all receivers and makes all blocked senders panic"),
            Map.entry(6, "range ends when the channel is closed and drained"),
            Map.entry(7, "the memory model of send, receive and close"),
            Map.entry(8, "blocked senders and receivers are served first come, first served"),
            Map.entry(9, "non-blocking operations are exact"),
            Map.entry(10, "a negative size panics, a large one costs nothing; cap and len of nil are 0"),
            Map.entry(11, "channels and values of a select are evaluated once, in order"),
            Map.entry(12, "of several ready cases all are equally likely"),
            Map.entry(13, "default only if nothing is ready; an empty select blocks for ever"),
            Map.entry(14, "a channel may be in many cases; a select does not meet itself"),
            Map.entry(15, "exactly one case fires; losers leave nothing behind"),
            Map.entry(16, "a send case on a closed channel is ready and panics"),
            Map.entry(17, "repeated selects do not grow memory; a discarded value completes the case"),
            Map.entry(18, "the arguments of go are evaluated in the caller, now"),
            Map.entry(19, "main returning ends the process with 0; but a panic that is being printed is waited for"),
            Map.entry(20, "a panic that nobody recovers ends the process with 2, in Go's words"),
            Map.entry(21, "a deadlock is reported and ends the process with 2; never while a timer is set"),
            Map.entry(22, "after Goexit in main the others go on; when none is left, that is a deadlock"),
            Map.entry(23, "Goexit runs the deferred functions, is no panic, ends only that goroutine"),
            Map.entry(24, "unlock of an unlocked mutex is misuse"),
            Map.entry(25, "GOMAXPROCS returns the number before; less than 1 only asks"),
            Map.entry(26, "Gosched yields without blocking; NumGoroutine counts the goroutines that exist"),
            Map.entry(27, "a dump's headers tell number and reason"),
            Map.entry(28, "WaitGroup: a negative counter, an add that races with a wait, an early reuse panic"),
            Map.entry(29, "WaitGroup.Go: done on return and on Goexit, not before the crash on a panic"),
            Map.entry(30, "Mutex: not reentrant, not owned; who waits long starves, and is handed it"),
            Map.entry(31, "TryLock fails while somebody starves; where it fails it orders nothing"),
            Map.entry(32, "RWMutex: a waiting writer blocks new readers; no upgrade; RLocker"),
            Map.entry(
                    33, "Once: a panic counts as done; who calls returns when it is done; a recursive call deadlocks"),
            Map.entry(34, "OnceFunc, OnceValue: the same panic at each call; f is released"),
            Map.entry(35, "Cond.Wait never wakes spuriously; signals are served in order"),
            Map.entry(37, "Map: its operations; Range is no snapshot"),
            Map.entry(38, "errgroup: the first error wins and cancels; limits"),
            Map.entry(39, "semaphore: in order, with a context; singleflight: shared results, Forget, panics"),
            Map.entry(40, "Done is the same channel each time; Err is null until then, and the same for ever"),
            Map.entry(41, "cancel has ended all below when it returns; the first cause wins"),
            Map.entry(42, "an earlier deadline stays; a past one is an end; cancel stops the timer"),
            Map.entry(43, "AfterFunc runs once, in a goroutine; stop tells whether it prevented that"),
            Map.entry(44, "WithoutCancel keeps the values; a nil key panics"),
            Map.entry(45, "timer channels are never stale; len and cap are 0; unreferenced timers are garbage"),
            Map.entry(46, "Stop and Reset tell whether the timer was active"),
            Map.entry(47, "a ticker's interval is positive; slow receivers lose ticks; Stop does not close"),
            Map.entry(48, "a goroutine that nobody can wake is named as leaked, with its stack"),
            Map.entry(49, "a bubble has its own clock, from 2000 on, which moves when all are durably blocked"),
            Map.entry(50, "what is a durable block: channels of the bubble, Cond, WaitGroup, sleep; no others"),
            Map.entry(51, "what is of a bubble is not for outside; a deadlock in it is told; bubbles do not nest"));

    /** Where design and decisions say otherwise. */
    private static final Map<Integer, String> EXCEPTIONS =
            Map.of(36, "there is no sync.Pool: short-lived objects are cheap on the JVM");

    @Test
    void everyRuleHasATest() throws IOException, URISyntaxException, ClassNotFoundException {
        var tests = new TreeMap<Integer, List<String>>();
        for (var type : testClasses()) {
            for (var method : type.getDeclaredMethods()) {
                add(tests, method.getAnnotation(Rule.class), type.getSimpleName() + "." + method.getName());
            }
            add(tests, type.getAnnotation(Rule.class), type.getSimpleName());
        }
        var missing = new TreeMap<>(RULES);
        missing.keySet().removeAll(tests.keySet());
        assertEquals(Map.of(), missing, "rules without a test");
        tests.keySet().removeAll(RULES.keySet());
        assertEquals(Map.of(), tests, "tests of a rule that is not in the list");
    }

    @Test
    void everyRuleIsInTheListOrAnException() {
        var left = new ArrayList<Integer>();
        for (int number = 1; number <= LAST; number++) {
            if (RULES.containsKey(number) == EXCEPTIONS.containsKey(number)) {
                left.add(number);
            }
        }
        assertEquals(List.of(), left);
    }

    private static void add(Map<Integer, List<String>> tests, @Nullable Rule rule, String name) {
        if (rule != null) {
            for (int number : rule.value()) {
                tests.computeIfAbsent(number, n -> new ArrayList<>()).add(name);
            }
        }
    }

    private static List<Class<?>> testClasses() throws IOException, URISyntaxException, ClassNotFoundException {
        var here = Objects.requireNonNull(RulesTest.class.getResource("RulesTest.class"));
        var root = Objects.requireNonNull(Path.of(here.toURI()).getParent());
        var names = new ArrayList<String>();
        try (var files = Files.walk(root)) {
            files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith("Test.class"))
                    .forEach(name -> names.add(name.substring(0, name.length() - ".class".length())));
        }
        var classes = new ArrayList<Class<?>>();
        for (var name : names) {
            classes.add(Class.forName("dev.gofer." + name.replace('/', '.'), false, RulesTest.class.getClassLoader()));
        }
        return classes;
    }
}
