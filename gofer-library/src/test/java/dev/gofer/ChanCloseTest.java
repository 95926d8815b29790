package dev.gofer;

import static dev.gofer.Crew.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A channel that is closed, that is nil, or that somebody iterates over to its end. */
@Timeout(60)
class ChanCloseTest {
    private static final String SEND_ON_CLOSED = "send on closed channel";

    // Close

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    @Rule(1)
    void sendOnAClosedChannelThrows(int capacity) {
        var channel = new Chan<Integer>(capacity);
        channel.close();
        assertMisuse(SEND_ON_CLOSED, () -> channel.send(1));
        assertMisuse(SEND_ON_CLOSED, () -> channel.trySend(1));
        assertEquals(0, channel.len());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    @Rule({1, 5})
    void closeMakesBlockedSendersThrow(int capacity) {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(capacity);
            fill(channel);
            var senders = new ArrayList<Crew.Member>();
            for (int i = 0; i < 4; i++) {
                senders.add(crew.go(() -> channel.send(99)));
            }
            Asleep.untilSending(channel, 4);
            channel.close();
            for (var sender : senders) {
                assertMisuse(SEND_ON_CLOSED, sender.failure());
            }
            for (int i = 0; i < capacity; i++) {
                assertEquals(i, next(channel)); // what was in the buffer stays
            }
            assertNull(channel.receive());
        }
    }

    @Test
    @Rule(2)
    void closeOfAClosedChannelThrows() {
        var channel = new Chan<Integer>();
        channel.close();
        assertMisuse("close of closed channel", channel::close);
        assertTrue(channel.isClosed());
    }

    @Test
    @Rule(2)
    void closeOfTheNilChannelThrows() {
        assertMisuse("close of nil channel", Chan.nil()::close);
        assertFalse(Chan.nil().isClosed());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    @Rule(4)
    void aClosedChannelGivesItsBufferThenNullForEver(int capacity) {
        var channel = new Chan<Integer>(capacity);
        fill(channel);
        channel.close();
        assertEquals(capacity, channel.len());
        for (int i = 0; i < capacity; i++) {
            assertEquals(i, i % 2 == 0 ? channel.receive() : channel.tryReceive());
        }
        for (int i = 0; i < 3; i++) {
            assertNull(channel.receive());
            assertNull(channel.tryReceive());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    @Rule(5)
    void closeWakesEveryReceiver(int capacity) {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(capacity);
            var nulls = new AtomicInteger();
            for (int i = 0; i < 5; i++) {
                crew.go(() -> {
                    assertNull(channel.receive());
                    nulls.incrementAndGet();
                });
            }
            Asleep.untilReceiving(channel, 5);
            channel.close();
            crew.join();
            assertEquals(5, nulls.get());
        }
    }

    // The nil channel

    @Test
    @Rule(3)
    void theNilChannelBlocksForEver() {
        try (var crew = new Crew()) {
            Chan<Integer> nil = Chan.nil();
            var sender = crew.go(() -> nil.send(1)).asleep();
            var receiver = crew.go(nil::receive).asleep();
            assertFalse(nil.trySend(1));
            assertNull(nil.tryReceive());
            sender.interrupt();
            receiver.interrupt();
            assertInstanceOf(CancellationException.class, sender.failure());
            assertInstanceOf(CancellationException.class, receiver.failure());
        }
    }

    @Test
    @Rule(10)
    void theNilChannelHasNoLengthAndNoCapacity() {
        assertEquals(0, Chan.nil().len());
        assertEquals(0, Chan.nil().cap());
        assertEquals("nil chan", Chan.nil().toString());
    }

    // Iteration

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    @Rule(6)
    void forEachEndsWhenTheChannelIsClosedAndDrained(int capacity) {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(capacity);
            crew.go(() -> {
                for (int i = 0; i < 20; i++) {
                    channel.send(i);
                }
                channel.close();
            });
            var got = new ArrayList<Integer>();
            for (int value : channel) {
                got.add(value);
            }
            assertEquals(range(20), got);
            assertFalse(channel.iterator().hasNext());
        }
    }

    @Test
    @Rule(6)
    void anIteratorAsksForAValueOnce() {
        var channel = new Chan<Integer>(2);
        channel.send(1);
        channel.send(2);
        channel.close();
        var values = channel.iterator();
        assertTrue(values.hasNext());
        assertTrue(values.hasNext());
        assertEquals(1, values.next());
        assertEquals(2, values.next()); // without hasNext
        assertFalse(values.hasNext());
        assertFalse(values.hasNext());
        assertThrows(NoSuchElementException.class, values::next);
        assertThrows(UnsupportedOperationException.class, values::remove);
    }

    @Test
    @Rule(6)
    void anIteratorThatIsInterruptedCanGoOn() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var gaveUp = new AtomicInteger();
            var member = crew.go(() -> {
                var values = channel.iterator();
                assertThrows(CancellationException.class, values::hasNext);
                assertTrue(Thread.interrupted());
                gaveUp.set(1);
                assertEquals(7, values.next());
            });
            member.asleep().interrupt();
            Asleep.until(() -> gaveUp.get() == 1);
            channel.send(7);
            crew.join();
        }
    }

    // Helpers

    private static void fill(Chan<Integer> channel) {
        for (int i = 0; i < channel.cap(); i++) {
            channel.send(i);
        }
    }

    private static List<Integer> range(int end) {
        var values = new ArrayList<Integer>();
        for (int i = 0; i < end; i++) {
            values.add(i);
        }
        return values;
    }

    private static void assertMisuse(String words, Executable action) {
        assertMisuse(words, assertThrows(MisuseException.class, action));
    }

    private static void assertMisuse(String words, @Nullable Throwable thrown) {
        var misuse = assertInstanceOf(MisuseException.class, thrown);
        assertTrue(String.valueOf(misuse.getMessage()).startsWith(words), misuse::toString);
    }
}
