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
import org.junit.jupiter.api.Test;

/** Sees that every rule of Go's semantics for channels, select and goroutines has a test that says so. */
class RulesTest {
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
            Map.entry(10, "a negative size panics; cap and len of nil are 0"),
            Map.entry(11, "channels and values of a select are evaluated once, in order"),
            Map.entry(12, "of several ready cases all are equally likely"),
            Map.entry(13, "default only if nothing is ready; an empty select blocks for ever"),
            Map.entry(14, "a channel may be in many cases; a select does not meet itself"),
            Map.entry(15, "exactly one case fires; losers leave nothing behind"),
            Map.entry(16, "a send case on a closed channel is ready and panics"),
            Map.entry(17, "repeated selects do not grow memory; a discarded value completes the case"),
            Map.entry(18, "the arguments of go are evaluated in the caller, now"),
            Map.entry(26, "Gosched yields without blocking; NumGoroutine counts the goroutines that exist"));

    @Test
    void everyRuleHasATest() throws IOException, URISyntaxException, ClassNotFoundException {
        var tests = new TreeMap<Integer, List<String>>();
        for (var type : testClasses()) {
            for (var method : type.getDeclaredMethods()) {
                var rule = method.getAnnotation(Rule.class);
                if (rule != null) {
                    for (int number : rule.value()) {
                        tests.computeIfAbsent(number, n -> new ArrayList<>())
                                .add(type.getSimpleName() + "." + method.getName());
                    }
                }
            }
        }
        var missing = new TreeMap<>(RULES);
        missing.keySet().removeAll(tests.keySet());
        assertEquals(Map.of(), missing, "rules without a test");
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
