package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Case;
import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Go: {@code test/chancap.go}, {@code chanlinear.go}, {@code ken/chan.go} and {@code ken/chan1.go}. */
@Timeout(60)
class TestProgramsTest {
    private static final int VALUES = 75; // in each of ken/chan.go's channels

    @Test
    @Rule(10)
    void chancap() {
        var channel = new Chan<Integer>(10);
        assertEquals("0 10", channel.len() + " " + channel.cap());
        for (int i = 0; i < 3; i++) {
            channel.send(i);
        }
        assertEquals("3 10", channel.len() + " " + channel.cap());
        var unbuffered = new Chan<Integer>();
        assertEquals("0 0", unbuffered.len() + " " + unbuffered.cap());
        var refused = assertThrows(IllegalArgumentException.class, () -> new Chan<Integer>(-1));
        assertTrue(String.valueOf(refused.getMessage()).contains("makechan: size out of range"));
    }

    /** Each wake-up takes a wait out of the middle of a long queue: if that took a walk through it, this would not end in time. */
    @Test
    @Rule(17)
    void chanlinear() {
        int waiters = 5_000;
        int messages = 3;
        try (var crew = new Crew()) {
            var common = new Chan<Boolean>();
            var own = new ArrayList<Chan<Boolean>>();
            for (int i = 0; i < waiters; i++) {
                var mine = new Chan<Boolean>();
                own.add(mine);
                crew.go(() -> {
                    for (int k = 0; k < messages; k++) {
                        assertEquals(1, select(onReceive(common), onReceive(mine)));
                    }
                });
            }
            for (int k = 0; k < messages; k++) {
                for (var each : own) {
                    each.send(true);
                }
            }
            crew.join();
            assertEquals(0, Asleep.sleepers(common));
        }
    }

    /** Sends and receives, plain and in selects, in every pairing, each value in its turn. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 100})
    @Rule({8, 15})
    void kenChan(int capacity) {
        for (int pairing = 0; pairing < 4; pairing++) {
            boolean selectSends = (pairing & 1) != 0;
            boolean selectReceives = (pairing & 2) != 0;
            try (var crew = new Crew()) {
                var channels = IntStream.range(0, 4)
                        .mapToObj(i -> new Chan<Integer>(capacity))
                        .toList();
                var sent = new AtomicIntegerArray(4);
                var received = new AtomicIntegerArray(4);
                if (selectSends) {
                    crew.go(() -> oneSelect(channels, sent, true));
                }
                if (selectReceives) {
                    crew.go(() -> oneSelect(channels, received, false));
                }
                for (int i = 0; i < 4; i++) {
                    int lane = i;
                    if (!selectSends) {
                        crew.go(() -> {
                            while (sent.get(lane) < VALUES) {
                                channels.get(lane).send(sent.getAndIncrement(lane));
                                gosched();
                            }
                        });
                    }
                    if (!selectReceives) {
                        crew.go(() -> {
                            while (received.get(lane) < VALUES) {
                                assertEquals(received.getAndIncrement(lane), next(channels.get(lane)));
                                gosched();
                            }
                        });
                    }
                }
                crew.join();
                for (int i = 0; i < 4; i++) {
                    assertEquals(VALUES, sent.get(i));
                    assertEquals(VALUES, received.get(i));
                    assertEquals(0, channels.get(i).len() + Asleep.sleepers(channels.get(i)));
                }
            }
        }
    }

    private static void oneSelect(List<Chan<Integer>> channels, AtomicIntegerArray done, boolean sends) {
        var cases = new Case[channels.size()];
        for (int left = VALUES * channels.size(); left > 0; left--) {
            for (int i = 0; i < cases.length; i++) {
                int lane = i;
                var channel = done.get(i) < VALUES ? channels.get(i) : null; // nil: this lane is done
                cases[i] = sends
                        ? onSend(channel, done.get(i))
                        : onReceive(channel, value -> assertEquals(Integer.valueOf(done.get(lane)), value));
            }
            done.incrementAndGet(select(cases));
        }
    }

    @Test
    void kenChan1() {
        int values = 1_000;
        var marks = new AtomicIntegerArray(values);
        var got = new AtomicInteger();
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(2);
            for (int i = 0; i < 10; i++) {
                crew.go(() -> {
                    while (true) {
                        var value = onReceive(channel);
                        select(value);
                        if (value.value() == null) {
                            return;
                        }
                        assertTrue(marks.compareAndSet(value.value(), 1, 2)); // once
                        got.incrementAndGet();
                    }
                });
            }
            for (int i = 0; i < values; i++) {
                assertTrue(marks.compareAndSet(i, 0, 1));
                channel.send(i);
            }
            channel.close();
            crew.join();
            assertEquals(values, got.get());
        }
    }
}
