package dev.gofer.conformance;

import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.MisuseException;
import dev.gofer.Rule;
import dev.gofer.Task;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code test/chan/select3.go}: which operations block for ever, which never do, which panic. */
@Timeout(60)
class Select3Test {
    private final Chan<Integer> nil = Chan.nil();
    private final Chan<Integer> idle = new Chan<>();
    private final Chan<Integer> closed = new Chan<>();

    Select3Test() {
        closed.close();
    }

    @Test
    @Rule(3)
    void nilChannelsBlock() {
        assertBlocks(() -> nil.send(7));
        assertBlocks(nil::receive);
        assertBlocks(() -> select(onReceive(nil)));
        assertBlocks(() -> select(onSend(nil, 7)));
        assertBlocks(() -> select(onReceive(nil), onSend(nil, 7)));
        assertEquals(1, select(onReceive(nil), otherwise()));
        assertEquals(1, select(onSend(nil, 7), otherwise()));
    }

    @Test
    @Rule({4, 16})
    void closedChannelsDoNotBlock() {
        for (int i = 0; i < 10; i++) {
            assertNull(closed.receive());
            var item = onReceive(closed);
            assertEquals(0, select(item));
            assertNull(item.value());
        }
        assertThrows(MisuseException.class, () -> closed.send(7));
        assertThrows(MisuseException.class, () -> select(onSend(closed, 7)));
    }

    @Test
    @Rule(13)
    void whatIsNotReadyBlocks() {
        assertBlocks(idle::receive);
        assertBlocks(() -> idle.send(7));
        assertBlocks(() -> select());
        assertBlocks(() -> select(onReceive(idle)));
        assertBlocks(() -> select(onSend(idle, 7)));
        assertBlocks(() -> select(onReceive(idle), onReceive(nil)));
    }

    @Test
    @Rule(13)
    void whatIsReadyOrHasADefaultDoesNotBlock() {
        assertEquals(0, select(otherwise()));
        var channel = new Chan<Integer>(1);
        channel.send(6);
        assertEquals(1, select(onSend(channel, 7), otherwise()));
        assertEquals(0, select(onReceive(channel), otherwise()));
        assertEquals(0, select(onSend(channel, 7), otherwise()));
    }

    @Test
    @Rule(14)
    void aSelectThatSeesItselfBlocks() {
        assertBlocks(() -> select(onSend(idle, 1), onReceive(idle)));
    }

    private static void assertBlocks(Task task) {
        try (var crew = new Crew()) {
            var member = crew.go(task).asleep();
            member.interrupt();
            assertInstanceOf(CancellationException.class, member.failure());
        }
    }
}
