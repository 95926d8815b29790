package dev.gofer.conformance;

import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gofer.Case;
import dev.gofer.Chan;
import dev.gofer.MisuseException;
import dev.gofer.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code test/closedchan.go}: every form of every operation on a closed channel. */
@Timeout(60)
class ClosedchanTest {
    private final Chan<Integer> dummy = new Chan<>();

    @Test
    @Rule({1, 4, 16})
    void unbuffered() {
        assertClosed(closed());
    }

    @Test
    @Rule({1, 4, 16})
    void buffered() {
        for (int form = 0; form < 5; form++) { // the ways to receive what is left
            var channel = closed(1, 2);
            assertEquals(1, receives(channel).get(form).get());
            assertEquals(1, channel.len());
            assertEquals(2, receives(channel).get(form).get());
            assertClosed(channel);
        }
    }

    @Test
    @Rule(2)
    void closeOfNilAndCloseTwice() {
        var channel = closed();
        assertThrows(MisuseException.class, channel::close);
        assertThrows(MisuseException.class, Chan.nil()::close);
    }

    private void assertClosed(Chan<Integer> channel) {
        for (int i = 0; i < 3; i++) {
            for (var receive : receives(channel)) {
                assertNull(receive.get());
            }
            for (var send : sends(channel)) {
                assertThrows(MisuseException.class, send::run);
                assertEquals(0, channel.len()); // the value is gone
                assertFalse(receives(channel).stream().anyMatch(receive -> receive.get() != null));
            }
        }
    }

    private List<Supplier<@Nullable Integer>> receives(Chan<Integer> channel) {
        return List.of(
                channel::receive,
                channel::tryReceive,
                () -> selected(onReceive(channel)),
                () -> selected(onReceive(channel), otherwise()),
                () -> selected(onReceive(channel), onReceive(dummy)));
    }

    private static @Nullable Integer selected(Case.Receive<Integer> item, Case... others) {
        var cases = new ArrayList<Case>(List.of(others));
        cases.add(item);
        assertEquals(others.length, select(cases.toArray(Case[]::new)));
        return item.value();
    }

    private List<Runnable> sends(Chan<Integer> channel) {
        return List.of(
                () -> channel.send(1),
                () -> channel.trySend(1),
                () -> select(onSend(channel, 1)),
                () -> select(otherwise(), onSend(channel, 1)),
                () -> select(onReceive(dummy), onSend(channel, 1)));
    }

    private static Chan<Integer> closed(int... values) {
        var channel = new Chan<Integer>(values.length);
        for (int value : values) {
            channel.send(value);
        }
        channel.close();
        return channel;
    }
}
