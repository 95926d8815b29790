package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Chan;
import dev.gofer.Cond;
import dev.gofer.Crew;
import dev.gofer.MisuseException;
import dev.gofer.Mutex;
import dev.gofer.ReceiveChan;
import dev.gofer.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: the programs of {@code test/fixedbugs} that select. */
@Timeout(60)
class FixedbugsSelectTest {
    private @Nullable Chan<Integer> field = new Chan<>();
    private int number;

    @Test
    void bug078() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            crew.go(() -> channel.send(1));
            assertEquals(0, select(onReceive(channel))); // one case is a select, too: it waits
            crew.join();
        }
    }

    @Test
    @Rule(13)
    void bug225() {
        var channel = new Chan<Boolean>(1);
        assertEquals(1, select(onReceive(channel), otherwise()));
        channel.send(true);
        assertEquals(0, select(onReceive(channel), otherwise()));
    }

    @Test
    void bug312() {
        var channel = new Chan<Integer>(1);
        channel.send(1);
        var received = new ArrayList<@Nullable Object>();
        select(onReceive(channel, received::add)); // into something wider
        assertEquals(List.of(1), received);
    }

    @Test
    @Rule(11)
    void bug320() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(1);
            var never = new Chan<Integer>();
            for (int i = 0; i < 10; i++) {
                int value = 0x12345678 + i * 0x1020304;
                channel.send(value);
                int chosen = select(
                        onReceive(channel, got -> crew.go(() -> assertEquals(Integer.valueOf(value), got))),
                        onSend(never, 1));
                assertEquals(0, chosen);
            }
            crew.join();
        }
    }

    @Test
    @Rule(16)
    void bug347() {
        var closed = new Chan<Integer>();
        closed.close();
        var thrown = assertThrows(MisuseException.class, () -> selects(closed));
        var names = Arrays.stream(thrown.getStackTrace()).map(StackTraceElement::getMethodName);
        assertTrue(names.anyMatch("selects"::equals), "the trace tells whose select it was");
    }

    private static void selects(Chan<Integer> channel) {
        select(onReceive(new Chan<Integer>()), onSend(channel, 1));
    }

    /** All forms of a receive that tells whether there was a value. */
    @Test
    @Rule(4)
    void issue16870() {
        var channel = new Chan<Integer>(1);
        var idle = new Chan<Integer>();
        channel.send(42);
        assertEquals(42, channel.receive());
        for (int form = 0; form < 3; form++) {
            channel.send(42);
            assertEquals(42, receivedBySelect(form, channel, idle));
        }
        channel.close();
        assertNull(channel.receive());
        for (int form = 0; form < 3; form++) {
            assertNull(receivedBySelect(form, channel, idle));
        }
    }

    private static @Nullable Integer receivedBySelect(int form, Chan<Integer> channel, Chan<Integer> idle) {
        var item = onReceive(channel);
        int chosen = switch (form) {
            case 0 -> select(item);
            case 1 -> select(item, otherwise());
            default -> select(item, onReceive(idle));
        };
        assertEquals(0, chosen);
        return item.value();
    }

    /** What the expressions of a later case do to the variables does not change the earlier ones. */
    @Test
    @Rule(11)
    void issue43111() {
        for (boolean sends : new boolean[] {false, true}) {
            field = new Chan<>(1);
            number = 42;
            var before = field;
            if (sends) {
                assertEquals(0, select(onSend(field, number), onSend(Chan.nil(), value(this::forgetsTheChannel))));
                assertEquals(42, before.receive());
            } else {
                var item = onReceive(field);
                assertEquals(0, select(item, onSend(Chan.nil(), value(this::closesTheChannel))));
                assertNull(item.value());
            }
            assertNull(field);
        }
    }

    private static int value(IntSupplier supplier) {
        return supplier.getAsInt();
    }

    private int closesTheChannel() {
        if (field != null) {
            field.close();
        }
        return forgetsTheChannel();
    }

    private int forgetsTheChannel() {
        field = null;
        number = 0;
        return 0;
    }

    @Test
    @Rule(11)
    void issue4313() {
        var channel = new Chan<Integer>(1);
        number = 0;
        assertEquals(0, select(onSend(channel, number), onReceive(setsTheNumber())));
        assertEquals(0, channel.receive());
        assertEquals(42, number);
    }

    private Chan<Boolean> setsTheNumber() {
        number = 42;
        return new Chan<>();
    }

    @Test
    void issue48289() {
        var channel = new Chan<Integer>(1);
        var seen = new ArrayList<IntSupplier>();
        for (int i = 0; i < 2; i++) {
            channel.send(i);
            select(onReceive(channel, got -> seen.add(() -> got))); // each round has a variable of its own
        }
        assertEquals(0, seen.get(0).getAsInt());
        assertEquals(1, seen.get(1).getAsInt());
    }

    @Test
    void issue59680() {
        try (var crew = new Crew()) {
            var stop = new Chan<Void>();
            var ticks = new AtomicInteger();
            crew.go(() -> {
                var stopped = onReceive(stop);
                while (select(stopped, onTimeout(Duration.ofNanos(1_000))) == 1) {
                    ticks.incrementAndGet();
                }
            });
            Asleep.until(() -> ticks.get() >= 3);
            stop.close();
            crew.join();
        }
    }

    @Test
    void issue67190() {
        var channel = new Chan<Integer>();
        ReceiveChan<Integer> receiveOnly = channel;
        Object[] both = {channel, receiveOnly};
        assertEquals(both[0], both[1], "the receiving side of a channel is the channel");
        assertFalse(channel.equals(new Chan<Integer>()));
    }

    @Test
    @Rule(11)
    @SuppressWarnings("NullAway") // the null is the test
    void issue8336() {
        @Nullable FixedbugsSelectTest nobody = null;
        var evaluated = new AtomicInteger();
        assertThrows(NullPointerException.class, () -> select(onReceive(nobody.field), onReceive(counts(evaluated))));
        assertEquals(0, evaluated.get(), "the first case failed, so the second was not looked at");
    }

    private static Chan<Integer> counts(AtomicInteger counter) {
        counter.incrementAndGet();
        return new Chan<>();
    }

    @Test
    @Rule({4, 13})
    void issue8347() {
        var channel = new Chan<Boolean>(1);
        for (int i = 0; i < 12; i++) {
            var item = onReceive(channel);
            int chosen = select(item, otherwise());
            assertEquals(i <= 10 ? 1 : 0, chosen);
            assertNull(item.value());
            if (i == 10) {
                channel.close();
            }
        }
    }

    /** Selects with the same channel in many cases, beside waits of another kind: none is left behind. */
    @Test
    @Rule({14, 17})
    void issue9110() {
        try (var crew = new Crew()) {
            for (int round = 0; round < 20; round++) {
                var channel = new Chan<Integer>();
                for (int i = 0; i < 10; i++) {
                    crew.go(() -> select(onReceive(channel), onReceive(channel), onReceive(channel)));
                }
                Asleep.untilReceiving(channel, 30);
                var mutex = new Mutex();
                var cond = new Cond(mutex);
                crew.go(() -> {
                    mutex.lock();
                    cond.await();
                    mutex.unlock();
                });
                Asleep.until(cond, "1 waiting");
                channel.close();
                cond.broadcast();
                crew.join();
                assertEquals(0, Asleep.sleepers(channel));
                assertEquals("Cond (0 waiting)", cond.toString());
            }
        }
    }

    @Test
    @Rule(4)
    void bug234() {
        var channel = new Chan<Integer>(1);
        channel.send(100);
        assertEquals(100, next(channel));
        channel.close();
        assertNull(channel.receive());
    }
}
