package dev.gofer;

import static dev.gofer.Crew.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupts of those who wait at a channel. */
@Timeout(60)
class ChanInterruptTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void anInterruptedSendLeavesNothing(int capacity) {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(capacity);
            fill(channel);
            var sender = crew.go(() -> channel.send(99)).asleep();
            sender.interrupt();
            assertInstanceOf(CancellationException.class, sender.failure());
            assertTrue(sender.endedInterrupted());
            assertEquals(0, Asleep.sleepers(channel));
            channel.close();
            assertEquals(range(capacity), drained(channel));
        }
    }

    @Test
    void anInterruptedReceiveLeavesNothing() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(1);
            var receiver = crew.go(channel::receive).asleep();
            receiver.interrupt();
            assertInstanceOf(CancellationException.class, receiver.failure());
            assertTrue(receiver.endedInterrupted());
            assertEquals(0, Asleep.sleepers(channel));
            channel.send(1); // nobody swallows it
            assertEquals(1, channel.len());
        }
    }

    @Test
    void whatNeedsNoWaitingIsDoneInSpiteOfAnInterrupt() {
        try (var crew = new Crew()) {
            crew.go(() -> {
                var channel = new Chan<Integer>(1);
                Thread.currentThread().interrupt();
                channel.send(1);
                assertEquals(1, channel.receive());
                assertThrows(CancellationException.class, channel::receive);
                channel.close();
                assertNull(channel.receive());
                assertTrue(Thread.currentThread().isInterrupted());
            });
            crew.join();
        }
    }

    @Test
    void anInterruptThatRacesWithAReceiverDeliversOrThrowsNeverBoth() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 3_000; i++) {
                var channel = new Chan<Integer>();
                var sender = crew.go(() -> channel.send(1)).asleep();
                var interrupter = crew.go(sender::interrupt);
                if (i % 2 == 0) { // either may have the longer way
                    assertNull(interrupter.failure());
                }
                var got = channel.tryReceive();
                assertEquals(got == null, sender.failure() != null);
                assertEquals(0, Asleep.sleepers(channel));
            }
        }
    }

    @Test
    void anInterruptThatRacesWithASenderDeliversOrThrowsNeverBoth() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 3_000; i++) {
                var channel = new Chan<Integer>();
                var receiver = crew.go(() -> assertEquals(1, next(channel))).asleep();
                var interrupter = crew.go(receiver::interrupt);
                if (i % 2 == 0) {
                    assertNull(interrupter.failure());
                }
                boolean sent = channel.trySend(1);
                assertEquals(sent, receiver.failure() == null, String.valueOf(receiver.failure()));
                assertEquals(0, Asleep.sleepers(channel));
            }
        }
    }

    // Helpers

    private static void fill(Chan<Integer> channel) {
        for (int i = 0; i < channel.cap(); i++) {
            channel.send(i);
        }
    }

    private static List<Integer> drained(ReceiveChan<Integer> channel) {
        var values = new ArrayList<Integer>();
        channel.forEach(values::add);
        return values;
    }

    private static List<Integer> range(int end) {
        var values = new ArrayList<Integer>();
        for (int i = 0; i < end; i++) {
            values.add(i);
        }
        return values;
    }
}
