package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.go;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Case;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Crew;
import dev.gofer.ReceiveChan;
import dev.gofer.Rule;
import dev.gofer.SendChan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code test/chan/*.go}, a method per file, but for the larger ones, which have a class of their own. */
@Timeout(60)
class TestChanTest {
    @Test
    @Rule(15)
    void doubleselect() {
        int values = 20_000;
        try (var crew = new Crew()) {
            var lanes = IntStream.range(0, 4).mapToObj(i -> new Chan<Integer>()).toList();
            var merged = new Chan<Integer>();
            var done = new Chan<Integer>();
            crew.go(() -> {
                for (int i = 0; i < values; i++) {
                    int value = i;
                    select(lanes.stream().map(lane -> onSend(lane, value)).toArray(Case[]::new));
                }
                lanes.forEach(Chan::close);
            });
            for (var lane : lanes) {
                crew.go(() -> {
                    for (int value : lane) {
                        merged.send(value);
                    }
                    done.send(1);
                });
            }
            crew.go(() -> {
                lanes.forEach(lane -> next(done));
                merged.close();
            });
            var seen = new BitSet();
            for (int value : merged) { // on one lane all come in order; a value on two lanes would come twice
                assertFalse(seen.get(value));
                seen.set(value);
            }
            assertEquals(values, seen.cardinality());
            crew.join();
        }
    }

    @Test
    @Rule(8)
    void fifo_asynchronous() {
        var channel = new Chan<Integer>(10);
        for (int i = 0; i < 10; i++) {
            channel.send(i);
        }
        for (int i = 0; i < 10; i++) {
            assertEquals(i, next(channel));
        }
    }

    @Test
    @Rule(8)
    void fifo_synchronous() {
        try (var crew = new Crew()) {
            var values = new Chan<Integer>();
            var first = new Chan<Integer>();
            var turn = first;
            for (int i = 0; i < 100; i++) {
                var mine = turn;
                var following = new Chan<Integer>();
                int expected = i;
                crew.go(() -> {
                    next(mine);
                    assertEquals(expected, next(values));
                    following.send(1);
                });
                turn = following;
            }
            first.send(0);
            for (int i = 0; i < 100; i++) {
                values.send(i);
            }
            next(turn);
            crew.join();
        }
    }

    @Test
    void goroutines() {
        int length = 100_000;
        var leftmost = new Chan<Integer>();
        var left = leftmost;
        for (int i = 0; i < length; i++) {
            var to = left;
            var from = new Chan<Integer>();
            go(() -> to.send(next(from) + 1));
            left = from;
        }
        var rightmost = left;
        go(() -> rightmost.send(0));
        assertEquals(length, next(leftmost));
    }

    @Test
    @Rule(9)
    void nonblock() {
        for (int capacity = 0; capacity < 2; capacity++) {
            nonblock(capacity, 123, 234);
            nonblock(capacity, 123_456L, 234_567L);
            nonblock(capacity, true, false);
            nonblock(capacity, "hello", "hello again");
            nonblock(capacity, List.of(1, 2), List.of());
        }
    }

    private static <T> void nonblock(int capacity, T sent, T received) {
        try (var crew = new Crew()) {
            var channel = new Chan<T>(capacity);
            var strobe = new Chan<Integer>();
            var item = onReceive(channel);
            assertEquals(1, select(item, otherwise()));

            crew.go(() -> {
                assertEquals(sent, next(channel));
                strobe.send(1);
            });
            while (select(onSend(channel, sent), otherwise()) == 1) {
                gosched();
            }
            next(strobe);

            crew.go(() -> {
                channel.send(received);
                strobe.send(2);
            });
            if (capacity > 0) {
                assertEquals(2, next(strobe)); // it did not wait for a receiver
            }
            while (select(item, otherwise()) == 1) {
                gosched();
            }
            assertEquals(received, item.value());
            if (capacity == 0) {
                assertEquals(2, next(strobe));
            }
            crew.join();
        }
    }

    @Test
    @Rule({3, 11})
    void select_evaluatesValuesEachTimeAndLeavesNilChannelsOut() {
        var a = new Chan<Integer>(1);
        var b = new Chan<Integer>(1);
        var calls = new int[1];
        assertEquals(2, sendAll(a, b, calls));
        assertEquals(0b11, next(a) | next(b));
        assertEquals(1, sendAll(a, null, calls));
        assertEquals(10, calls[0]); // two for each of the five selects, chosen or not
    }

    private static int sendAll(@Nullable Chan<Integer> a, @Nullable Chan<Integer> b, int[] calls) {
        int sent = 0;
        while (true) {
            int bit = 1 << sent;
            switch (select(onSend(a, counted(bit, calls)), onSend(b, counted(bit, calls)), otherwise())) {
                case 0 -> a = null;
                case 1 -> b = null;
                default -> {
                    return sent;
                }
            }
            sent++;
        }
    }

    private static int counted(int value, int[] calls) {
        calls[0]++;
        return value;
    }

    @Test
    @Rule(17)
    void select2() {
        var busy = new Chan<Integer>();
        var dummy = new Chan<Integer>();
        for (int round = 0; round < 2; round++) {
            try (var crew = new Crew()) {
                crew.go(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        busy.send(1);
                    }
                });
                for (int i = 0; i < 20_000; i++) {
                    assertEquals(0, select(onReceive(busy), onReceive(dummy)));
                }
                crew.join();
            }
            assertEquals(
                    0, Asleep.sleepers(busy) + Asleep.sleepers(dummy)); // what a select leaves, it would leave there
        }
    }

    @Test
    void select4() {
        var ready = new Chan<Integer>(1);
        ready.send(42);
        var got = new ArrayList<@Nullable Integer>();
        select(
                onReceive(new Chan<Integer>(), value -> {
                    throw new AssertionError("the body of a case that was not chosen");
                }),
                onReceive(ready, got::add));
        assertEquals(List.of(42), got);
    }

    @Test
    @Rule(15)
    void select6() {
        for (int round = 0; round < 200; round++) {
            try (var crew = new Crew()) {
                var a = new Chan<Boolean>();
                var b = new Chan<Boolean>();
                var done = new Chan<Boolean>();
                crew.go(() -> next(a));
                Asleep.untilReceiving(a, 1);
                crew.go(
                        () -> { // the last in a's queue, leaves it by way of b, then queues up again
                            assertEquals(1, select(onReceive(a), onReceive(b)));
                            done.send(true);
                            next(a);
                        });
                Asleep.untilReceiving(a, 2);
                b.send(true);
                next(done);
                a.send(true);
                a.send(true);
                crew.join();
            }
        }
    }

    @Test
    @Rule(17)
    void select7() {
        var receivers = List.<Consumer<ReceiveChan<Integer>>>of(
                ReceiveChan::receive,
                channel -> select(onReceive(channel)),
                channel -> select(onReceive(channel), onReceive(new Chan<Integer>())));
        var senders = List.<Consumer<SendChan<Integer>>>of(
                channel -> channel.send(1),
                channel -> select(onSend(channel, 1)),
                channel -> select(onSend(channel, 1), onSend(new Chan<Integer>(), 1)));
        for (var receiver : receivers) { // which throw the value away
            for (var sender : senders) {
                try (var crew = new Crew()) {
                    var channel = new Chan<Integer>();
                    crew.go(() -> receiver.accept(channel));
                    Asleep.untilReceiving(channel, 1);
                    sender.accept(channel);
                    crew.join();
                    crew.go(() -> sender.accept(channel));
                    Asleep.untilSending(channel, 1);
                    receiver.accept(channel);
                    crew.join();
                }
            }
        }
    }

    @Test
    void select8() {
        try (var crew = new Crew()) {
            var fives = new Chan<Integer>();
            crew.go(() -> {
                while (true) {
                    fives.send(5);
                }
            });
            Asleep.untilSending(fives, 1);
            int passed = 0;
            while (passed < 4) {
                var five = onReceive(fives);
                switch (passed) { // break leaves the switch, and nothing else
                    case 0 -> {
                        if (select(five) == 0) {
                            break;
                        }
                        throw new AssertionError();
                    }
                    case 1 -> {
                        if (select(otherwise()) == 0) {
                            break;
                        }
                        throw new AssertionError();
                    }
                    case 2 -> {
                        if (select(five, otherwise()) >= 0) {
                            break;
                        }
                        throw new AssertionError();
                    }
                    default -> {
                        if (select(five, onSend(fives, 10), otherwise()) != 1) { // a sender waits, so none who receives
                            break;
                        }
                        throw new AssertionError();
                    }
                }
                passed++;
            }
            assertEquals(4, passed);
        }
    }

    @Test
    void sendstmt() {
        var channels = new Chan<Chan<Integer>>(1);
        var channel = new Chan<Integer>(1);
        channels.send(channel);
        assertEquals(0, select(onSend(next(channels), 2), otherwise())); // a channel from a channel
        assertEquals(2, next(channel));
        var flags = new Chan<Boolean>(1);
        flags.send(false || channel.len() == 0);
        assertTrue(next(flags));
    }

    @Test
    void sieve1() {
        try (var ctx = Context.background().withCancel()) {
            var primes = new Chan<Integer>();
            go(ctx, () -> {
                var numbers = new Chan<Integer>();
                var source = numbers;
                go(ctx, () -> {
                    for (int i = 2; ; i++) {
                        source.send(i);
                    }
                });
                while (true) {
                    int prime = next(numbers);
                    primes.send(prime);
                    var in = numbers;
                    var out = new Chan<Integer>();
                    go(ctx, () -> {
                        for (int number : in) {
                            if (number % prime != 0) {
                                out.send(number);
                            }
                        }
                    });
                    numbers = out;
                }
            });
            assertPrimes(primes, 100);
        }
    }

    /** A channel and its next value, taken in advance. */
    private record Peeked(int head, Chan<Integer> rest) {
        Peeked next() {
            return new Peeked(Crew.next(rest), rest);
        }
    }

    @Test
    void sieve2() {
        try (var ctx = Context.background().withCancel()) {
            var out = new Chan<Integer>(10);
            var composites = new Chan<Integer>(50);
            var primes = new Chan<Integer>(); // fed back, over a queue without end
            var queued = new Chan<Integer>(10);
            go(ctx, () -> forwardWithoutLimit(primes, queued));
            go(ctx, () -> mergeMultiples(ctx, queued, composites));
            go(ctx, () -> {
                var candidates = odds(ctx, 5, 2);
                out.send(2);
                out.send(3);
                primes.send(3);
                int candidate = next(candidates);
                while (true) {
                    int composite = next(composites);
                    for (; candidate < composite; candidate = next(candidates)) {
                        primes.send(candidate);
                        out.send(candidate);
                    }
                    if (candidate == composite) {
                        candidate = next(candidates);
                    }
                }
            });
            assertPrimes(out, 500);
        }
    }

    /** The odd multiples of the primes that come, without repetition, in ascending order. */
    private static void mergeMultiples(Context ctx, Chan<Integer> primes, Chan<Integer> composites) {
        var heap = new PriorityQueue<Peeked>((a, b) -> Integer.compare(a.head, b.head));
        int last = 0;
        while (true) {
            int prime = next(primes);
            heap.add(new Peeked(prime * prime, odds(ctx, prime * (prime + 2), 2 * prime)));
            int limit = (prime + 2) * (prime + 2); // the multiples of the next prime do not begin before
            while (heap.element().head < limit) {
                var least = heap.remove();
                if (least.head != last) {
                    composites.send(least.head);
                    last = least.head;
                }
                heap.add(least.next());
            }
        }
    }

    private static Chan<Integer> odds(Context ctx, int first, int step) {
        var out = new Chan<Integer>(10);
        go(ctx, () -> {
            for (int n = first; ; n += step) {
                out.send(n);
            }
        });
        return out;
    }

    private static void forwardWithoutLimit(Chan<Integer> in, Chan<Integer> out) {
        var queue = new ArrayDeque<Integer>();
        while (true) {
            var first = queue.isEmpty() ? 0 : queue.element();
            var arrived = onReceive(in);
            if (select(arrived, onSend(out, first).when(!queue.isEmpty())) == 0) {
                queue.add(Objects.requireNonNull(arrived.value()));
            } else {
                queue.remove();
            }
        }
    }

    private static void assertPrimes(Chan<Integer> primes, int count) {
        var expected = IntStream.iterate(2, n -> n + 1)
                .filter(n -> IntStream.rangeClosed(2, (int) Math.sqrt(n)).noneMatch(d -> n % d == 0))
                .limit(count);
        expected.forEach(prime -> assertEquals(prime, next(primes)));
    }

    @Test
    void zerosize() {
        for (int capacity = 0; capacity < 2; capacity++) {
            var channel = new Chan<Void>(capacity); // carries nothing but its close
            assertFalse(channel.isClosed());
            assertNull(channel.tryReceive());
            channel.close();
            assertNull(channel.receive());
        }
        record Nothing() {}
        var signals = new Chan<Nothing>(1);
        signals.send(new Nothing());
        assertEquals(new Nothing(), next(signals));
    }
}
