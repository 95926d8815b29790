package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.go;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.ReceiveChan;
import dev.gofer.Rule;
import dev.gofer.SendChan;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: the programs right in {@code test} in which goroutines and channels have a part, but for those in {@link TestProgramsTest}. */
@Timeout(60)
class GoroutineProgramsTest {
    /** All numbers without a prime factor above 5, by three goroutines that multiply. */
    @Test
    void program235() {
        try (var crew = new Crew()) {
            var factors = new long[] {2, 3, 5};
            var ins = new ArrayList<Chan<Long>>();
            var outs = new ArrayList<Chan<Long>>();
            for (long factor : factors) {
                var in = new Chan<Long>(100);
                var out = new Chan<Long>(100);
                ins.add(in);
                outs.add(out);
                crew.go(() -> {
                    for (long x : in) {
                        out.send(factor * x);
                    }
                });
            }
            var found = new ArrayList<Long>();
            var smallest = new long[] {1, 1, 1};
            long x = 1;
            while (found.size() < 99) {
                for (var in : ins) {
                    in.send(x);
                }
                for (int i = 0; i < factors.length; i++) {
                    if (smallest[i] == x) {
                        smallest[i] = next(outs.get(i));
                    }
                }
                x = Arrays.stream(smallest).min().orElseThrow();
                found.add(x);
            }
            ins.forEach(SendChan::close);
            crew.join();
            assertEquals(ugly(99), found);
        }
    }

    private static List<Long> ugly(int count) {
        var numbers = new ArrayList<Long>();
        for (long n = 2; numbers.size() < count; n++) {
            long rest = n;
            for (int factor : new int[] {2, 3, 5}) {
                while (rest % factor == 0) {
                    rest /= factor;
                }
            }
            if (rest == 1) {
                numbers.add(n);
            }
        }
        return numbers;
    }

    /** Closures that a goroutine runs see and change the variables of their own. */
    @Test
    void closure() {
        try (var crew = new Crew()) {
            var out = new Chan<Integer>();
            crew.go(() -> {
                var i = new AtomicInteger(1);
                Runnable inner = () -> out.send(i.get());
                Runnable outer = () -> {
                    out.send(i.getAndSet(4));
                    inner.run();
                };
                outer.run();
            });
            assertEquals(List.of(1, 4), List.of(next(out), next(out)));
            var a = accumulator(0);
            var b = accumulator(1);
            crew.go(() -> {
                out.send(a.applyAsInt(2));
                out.send(b.applyAsInt(3));
                out.send(a.applyAsInt(4));
                out.send(b.applyAsInt(5));
            });
            assertEquals(List.of(2, 4, 6, 9), List.of(next(out), next(out), next(out), next(out)));
            crew.join();
        }
    }

    private static IntUnaryOperator accumulator(int start) {
        var sum = new AtomicInteger(start);
        return sum::addAndGet;
    }

    @Test
    void closure7() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            crew.go(() -> {
                while (select(onReceive(channel), otherwise()) != 0) {
                    Go.gosched();
                }
            });
            channel.close();
            crew.join();
        }
    }

    /** Channels are compared by what they are, not by what is in them. */
    @Test
    void cmp() {
        var one = new Chan<Integer>();
        SendChan<Integer> sendOnly = one;
        ReceiveChan<Integer> receiveOnly = one;
        Object same = one;
        assertEquals(same, sendOnly);
        assertEquals(same, receiveOnly);
        assertNotEquals(one, new Chan<Integer>());
        assertEquals(Chan.<Integer>nil(), Chan.<String>nil());
    }

    /** What a goroutine leaves in its finally blocks does not keep what they used. */
    @Test
    void deferfin() {
        try (var crew = new Crew()) {
            var used = startsOneWithAFinallyBlock(crew);
            crew.join();
            Asleep.until(() -> areCollected(List.of(used)));
        }
    }

    private static WeakReference<StringBuilder> startsOneWithAFinallyBlock(Crew crew) {
        var buffer = new StringBuilder();
        var ended = new Chan<Void>();
        go(() -> {
            try {
                buffer.append("used");
            } finally {
                buffer.append("again");
                ended.close();
            }
        });
        crew.go(ended::receive);
        return new WeakReference<>(buffer);
    }

    private static boolean areCollected(List<? extends WeakReference<?>> references) {
        System.gc();
        return references.stream().allMatch(each -> each.get() == null);
    }

    @Test
    @Rule(18)
    void func5() {
        var out = new Chan<Integer>();
        go(() -> addsInto(1, 2, out));
        assertEquals(3, out.receive());
        IntBinaryOperator add = Integer::sum;
        go(() -> out.send(add.applyAsInt(1, 2)));
        assertEquals(3, out.receive());
        Supplier<IntBinaryOperator> function = () -> add;
        var f = function.get(); // Go evaluates it at the call
        go(() -> out.send(f.applyAsInt(1, 2)));
        assertEquals(3, out.receive());
    }

    private static void addsInto(int a, int b, SendChan<Integer> out) {
        out.send(a + b);
    }

    /** A buffered channel that nobody has any more is collected, with what is in it. */
    @Test
    void gc2() {
        var dropped = new ArrayList<WeakReference<?>>();
        for (int i = 0; i < 100; i++) {
            addDropped(dropped);
        }
        Asleep.until(() -> areCollected(dropped));
    }

    private static void addDropped(List<WeakReference<?>> dropped) {
        var channel = new Chan<Object>(10);
        var value = new Object();
        channel.send(value);
        channel.send(channel); // even itself
        dropped.add(new WeakReference<>(channel));
        dropped.add(new WeakReference<>(value));
    }

    @Test
    @Rule(26)
    void goprint() {
        int before = Go.numGoroutine();
        var printed = new Chan<String>(1);
        go(() -> printed.send("42 true 1.5 world"));
        assertEquals("42 true 1.5 world", printed.receive());
        Asleep.until(() -> Go.numGoroutine() <= before); // it is counted off
    }

    private static final class Initialized {
        static final Chan<Integer> CHANNEL = new Chan<>();
        static final int RECEIVED;

        static {
            Sends.start();
            RECEIVED = next(CHANNEL);
        }
    }

    private static final class Sends {
        static void start() {
            var channel = Initialized.CHANNEL; // read here: the goroutine would wait for the end of the initialization
            go(() -> channel.send(1));
        }
    }

    /** A class is initialized with the help of a goroutine. */
    @Test
    void init1() {
        assertEquals(1, Initialized.RECEIVED);
    }

    @Test
    @Rule({3, 10})
    void nil() {
        Chan<Integer> nil = Chan.nil();
        try (var crew = new Crew()) {
            for (var blocked :
                    List.of(crew.go(() -> nil.send(1)), crew.go(nil::receive), crew.go(nil.iterator()::next))) {
                blocked.asleep().interrupt();
                assertInstanceOf(CancellationException.class, blocked.failure());
            }
        }
        assertEquals(0, nil.len() + nil.cap());
    }

    @Test
    @Rule(6)
    void range() {
        try (var crew = new Crew()) {
            for (int round = 0; round < 2; round++) {
                var letters = new Chan<Character>();
                crew.go(() -> {
                    for (char letter = 'a'; letter <= 'z'; letter++) {
                        letters.send(letter);
                    }
                    letters.close();
                });
                var all = new StringBuilder();
                for (char letter : letters) {
                    all.append(letter);
                }
                assertEquals("abcdefghijklmnopqrstuvwxyz", all.toString());
            }
            crew.join();
        }
    }

    /** In the body of the chosen case, calls are evaluated in order, whatever the form of the select. */
    @Test
    @Rule(11)
    void reorder2() {
        for (int form = 0; form < 4; form++) {
            var log = new ArrayList<String>();
            var channel = new Chan<Integer>(1);
            channel.send(1);
            var receives = onReceive(channel, value -> log.add(note(log, "a") + note(log, "b") + note(log, "c")));
            int chosen = switch (form) {
                case 0 -> select(onSend(channel, 0), onSend(channel, 1), receives);
                case 1 -> select(receives);
                case 2 -> select(otherwise(), onSend(channel, 1), receives);
                default -> select(otherwise(), receives);
            };
            assertEquals(List.of(2, 0, 2, 1).get(form), chosen);
            assertEquals(List.of("a", "b", "c", "abc"), log);
            assertEquals(0, channel.len());
        }
    }

    private static String note(List<String> log, String call) {
        log.add(call);
        return call;
    }

    /** Goroutines started and waited for at every depth of a deep stack. */
    @Test
    void stack() {
        try (var crew = new Crew()) {
            var out = new Chan<Integer>();
            crew.go(() -> startAtEveryDepth(1_000, out));
            crew.join();
        }
    }

    private static void startAtEveryDepth(int depth, Chan<Integer> out) {
        var numbers = new int[20];
        Arrays.fill(numbers, 1);
        go(() -> out.send(Arrays.stream(numbers).sum()));
        assertEquals(20, out.receive());
        if (depth > 0) {
            startAtEveryDepth(depth - 1, out);
        }
        assertEquals(20, Arrays.stream(numbers).sum());
    }

    /** A receive whose value nobody uses is done all the same. */
    @Test
    void struct0() {
        record Nothing() {}
        try (var crew = new Crew()) {
            var channel = new Chan<Object>();
            var received = crew.go(() -> assertInstanceOf(Nothing.class, channel.receive()));
            channel.send(new Nothing());
            crew.join();
            assertTrue(received.isOver());
        }
    }
}
