package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Crew;
import dev.gofer.Mutex;
import dev.gofer.ReceiveChan;
import dev.gofer.Rule;
import dev.gofer.SendChan;
import dev.gofer.WaitGroup;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: the programs of {@code test/typeparam} about channels; most are what one would write for a library of them. */
@Timeout(60)
class TypeparamTest {
    private static final Cleaner CLEANER = Cleaner.create();

    // chans.go

    /** All values until the channel is closed or the context ends. */
    private static <T> List<T> readAll(Context ctx, ReceiveChan<T> channel) {
        var all = new ArrayList<T>();
        while (true) {
            var item = onReceive(channel);
            if (select(onDone(ctx), item) == 0 || item.value() == null) {
                return all;
            }
            all.add(item.value());
        }
    }

    @Test
    void testReadAll() {
        var channel = new Chan<Integer>();
        try (var crew = new Crew()) {
            crew.go(() -> sendAll(channel, 4, 2, 5));
            assertEquals(List.of(4, 2, 5), readAll(Context.background(), channel));
            crew.join();
        }
    }

    private static void sendAll(SendChan<Integer> channel, int... values) {
        for (int value : values) {
            channel.send(value);
        }
        channel.close();
    }

    /** A channel that was closed is set to null: it takes no part in the select any more. */
    private static <T> void merge(Context ctx, ReceiveChan<T> a, ReceiveChan<T> b, SendChan<T> merged) {
        @Nullable ReceiveChan<T> first = a;
        @Nullable ReceiveChan<T> second = b;
        while (first != null || second != null) {
            var fromFirst = onReceive(first);
            var fromSecond = onReceive(second);
            T value;
            switch (select(onDone(ctx), fromFirst, fromSecond)) {
                case 1 -> {
                    value = fromFirst.value();
                    first = value == null ? null : first;
                }
                case 2 -> {
                    value = fromSecond.value();
                    second = value == null ? null : second;
                }
                default -> {
                    return;
                }
            }
            if (value != null) {
                merged.send(value);
            }
        }
    }

    @Test
    @Rule({3, 4})
    void testMerge() {
        try (var crew = new Crew()) {
            var odd = new Chan<Integer>();
            var even = new Chan<Integer>();
            var merged = new Chan<Integer>();
            crew.go(() -> sendAll(odd, 1, 3, 5));
            crew.go(() -> sendAll(even, 2, 4, 6));
            crew.go(() -> {
                merge(Context.background(), odd, even, merged);
                merged.close();
            });
            var got = readAll(Context.background(), merged);
            assertEquals(
                    List.of(1, 3, 5),
                    got.stream().filter(value -> value % 2 == 1).toList());
            assertEquals(
                    List.of(2, 4, 6),
                    got.stream().filter(value -> value % 2 == 0).toList());
            crew.join();
        }
    }

    private static <T> void filter(Context ctx, ReceiveChan<T> in, Predicate<T> wanted, SendChan<T> out) {
        var item = onReceive(in);
        while (select(onDone(ctx), item) == 1 && item.value() != null) {
            if (wanted.test(item.value())) {
                out.send(item.value());
            }
        }
        out.close();
    }

    @Test
    void testFilter() {
        try (var crew = new Crew()) {
            var all = new Chan<Integer>();
            var even = new Chan<Integer>();
            crew.go(() -> sendAll(all, 1, 2, 3));
            crew.go(() -> filter(Context.background(), all, value -> value % 2 == 0, even));
            assertEquals(List.of(2), readAll(Context.background(), even));
            crew.join();
        }
    }

    @Test
    void testSink() {
        try (var crew = new Crew();
                var ctx = Context.background().withCancel()) {
            var sink = new Chan<Integer>();
            crew.go(() -> readAll(ctx, sink));
            for (int i = 0; i < 3; i++) {
                sink.send(i);
            }
            ctx.cancel();
            crew.join();
            assertFalse(sink.trySend(3), "nobody is left to take it");
        }
    }

    /** A value that one goroutine has at a time: a channel with room for one. */
    private static final class Exclusive<T> {
        private final Chan<T> place = new Chan<>(1);

        Exclusive(T value) {
            place.send(value);
        }

        T acquire() {
            return next(place);
        }

        @Nullable
        T tryAcquire() {
            return place.tryReceive();
        }

        void release(T value) {
            if (select(onSend(place, value), otherwise()) == 1) {
                throw new IllegalStateException("released without an acquire");
            }
        }
    }

    @Test
    @Rule(7)
    void testExclusive() {
        try (var crew = new Crew()) {
            var exclusive = new Exclusive<>(new int[1]); // plain memory
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    for (int k = 0; k < 1_000; k++) {
                        var box = exclusive.acquire();
                        box[0]++;
                        exclusive.release(box);
                    }
                });
            }
            crew.join();
            assertEquals(2_000, exclusive.acquire()[0]);
        }
    }

    @Test
    void testExclusiveTry() {
        var exclusive = new Exclusive<>("a");
        assertEquals("a", exclusive.tryAcquire());
        var group = new WaitGroup();
        var second = new Chan<Boolean>(1);
        group.go(() -> second.send(exclusive.tryAcquire() == null));
        group.await();
        assertEquals(true, second.receive());
        exclusive.release("b");
        assertThrows(IllegalStateException.class, () -> exclusive.release("c"));
        assertEquals("b", exclusive.tryAcquire());
    }

    /** What receives in {@link #testRanger}; when it is garbage, its sender is told. */
    private static final class Receiver {
        private final ReceiveChan<Integer> values;

        Receiver(ReceiveChan<Integer> values, Chan<Void> gone) {
            this.values = values;
            CLEANER.register(this, gone::close);
        }

        int next() {
            return Crew.next(values);
        }
    }

    @Test
    void testRanger() {
        try (var crew = new Crew()) {
            var values = new Chan<Integer>();
            var gone = new Chan<Void>();
            receivesOneThenIsForgotten(crew, values, gone);
            assertEquals(0, select(onSend(values, 1), onReceive(gone)));
            var chosen = new Chan<Integer>(1);
            crew.go(() -> chosen.send(select(onSend(values, 2), onReceive(gone))));
            while (!gone.isClosed() && !Thread.currentThread().isInterrupted()) {
                System.gc();
            }
            assertEquals(1, chosen.receive(), "nobody receives any more, and the sender knows");
            crew.join();
        }
    }

    private static void receivesOneThenIsForgotten(Crew crew, Chan<Integer> values, Chan<Void> gone) {
        var got = new Chan<Integer>(1);
        var receiver = new Receiver(values, gone);
        go(() -> got.send(receiver.next()));
        crew.go(() -> assertEquals(1, got.receive()));
    }

    // The others

    @Test
    void issue47901() {
        class Channels {
            final Chan<Channels> inside = new Chan<>();
        }
        var channels = new Channels();
        go(() -> channels.inside.send(new Channels()));
        assertNotNull(channels.inside.receive());
    }

    @Test
    void lockable() {
        class Lockable<T> {
            private final Mutex mutex = new Mutex();
            private T value;

            Lockable(T value) {
                this.value = value;
            }

            T get() {
                mutex.lock();
                try {
                    return value;
                } finally {
                    mutex.unlock();
                }
            }

            void set(T next) {
                mutex.lock();
                try {
                    value = next;
                } finally {
                    mutex.unlock();
                }
            }
        }
        var text = new Lockable<>("a");
        assertEquals("a", text.get());
        text.set("b");
        assertEquals("b", text.get());
        var number = new Lockable<>(1);
        number.set(2);
        assertEquals(2, number.get());
    }

    /** A map walked through by a goroutine that sends its entries; who has enough of them says so. */
    @Test
    void orderedmap() {
        try (var crew = new Crew()) {
            var map = new TreeMap<String, Integer>();
            for (var word : List.of("foo", "bar", "baz", "zoo")) {
                map.merge(word, 1, Integer::sum);
            }
            var keys = new Chan<String>();
            var enough = new Chan<Void>();
            crew.go(() -> {
                for (var key : map.keySet()) {
                    if (select(onSend(keys, key), onReceive(enough)) == 1) {
                        return;
                    }
                }
                keys.close();
            });
            assertEquals(List.of("bar", "baz"), List.of(next(keys), next(keys)));
            enough.close();
            crew.join();
            assertNull(keys.tryReceive());
            assertTrue(Objects.requireNonNull(map.get("foo")) == 1);
        }
    }
}
