package dev.gofer;

import static dev.gofer.Crew.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
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

@Timeout(60)
class ChanTest {
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

    // Memory

    @Test
    @Rule(7)
    void whatWasWrittenBeforeASendIsSeenAfterTheReceive() {
        try (var crew = new Crew()) {
            for (int capacity = 0; capacity < 3; capacity++) {
                var channel = new Chan<int[]>(capacity);
                crew.go(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        var box = new int[1]; // plain memory
                        box[0] = i;
                        channel.send(box);
                    }
                });
                for (int i = 0; i < 2_000; i++) {
                    assertEquals(i, next(channel)[0]);
                }
            }
            crew.join();
        }
    }

    @Test
    @Rule(7)
    void aReceiveHappensBeforeTheSendThatItMakesRoomForCompletes() {
        for (int capacity = 1; capacity <= 3; capacity++) {
            try (var crew = new Crew()) {
                var room = new Chan<Integer>(capacity);
                var inside = new AtomicInteger();
                var counts = new int
                        [capacity == 1 ? 1 : 0]; // with one place the channel is a lock: plain memory is safe in it
                int places = capacity;
                for (int i = 0; i < 4; i++) {
                    crew.go(() -> {
                        for (int k = 0; k < 1_000; k++) {
                            room.send(k);
                            assertTrue(inside.incrementAndGet() <= places);
                            if (counts.length == 1) {
                                counts[0]++;
                            }
                            inside.decrementAndGet();
                            assertNotNull(room.receive());
                        }
                    });
                }
                crew.join();
                if (counts.length == 1) {
                    assertEquals(4_000, counts[0]);
                }
            }
        }
    }

    @Test
    @Rule(7)
    void anUnbufferedSendCompletesOnlyAfterTheReceiveBegan() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var box = new int[1]; // plain memory
            for (int i = 1; i <= 1_000; i++) {
                int written = i;
                var receiver = crew.go(() -> {
                    box[0] = written;
                    assertEquals(written, next(channel));
                });
                channel.send(i);
                assertEquals(i, box[0]);
                assertNull(receiver.failure());
            }
        }
    }

    @Test
    @Rule(7)
    void whatWasWrittenBeforeACloseIsSeenAfterTheReceiveThatReturnsNull() {
        try (var crew = new Crew()) {
            for (int i = 1; i <= 500; i++) {
                var channel = new Chan<Integer>();
                var box = new int[1]; // plain memory
                int written = i;
                crew.go(() -> {
                    box[0] = written;
                    channel.close();
                });
                assertNull(channel.receive());
                assertEquals(i, box[0]);
            }
        }
    }

    // Order

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    @Rule(8)
    void blockedSendersAreServedInTheOrderInWhichTheyCame(int capacity) {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(capacity);
            fill(channel);
            for (int i = 0; i < 10; i++) {
                int value = capacity + i;
                crew.go(() -> channel.send(value));
                Asleep.untilSending(channel, i + 1);
            }
            for (int i = 0; i < capacity + 10; i++) {
                assertEquals(i, i % 2 == 0 ? channel.receive() : channel.tryReceive());
            }
            crew.join();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    @Rule(8)
    void blockedReceiversAreServedInTheOrderInWhichTheyCame(int capacity) {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(capacity);
            var got = new int[10];
            for (int i = 0; i < 10; i++) {
                int receiver = i;
                crew.go(() -> got[receiver] = next(channel));
                Asleep.untilReceiving(channel, i + 1);
            }
            for (int i = 0; i < 10; i++) {
                channel.send(i);
            }
            crew.join();
            for (int i = 0; i < 10; i++) {
                assertEquals(i, got[i]);
            }
        }
    }

    @Test
    @Rule(8)
    void whoGivesUpLeavesTheOrderOfTheOthersAsItWas() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var senders = new ArrayList<Crew.Member>();
            for (int i = 0; i < 6; i++) {
                int value = i;
                senders.add(crew.go(() -> channel.send(value)));
                Asleep.untilSending(channel, i + 1);
            }
            for (int i : new int[] {0, 3, 5}) { // first, middle, last
                senders.get(i).interrupt();
                assertInstanceOf(CancellationException.class, senders.get(i).failure());
            }
            assertEquals(3, Asleep.sleepers(channel));
            assertEquals(List.of(1, 2, 4), List.of(next(channel), next(channel), next(channel)));
            assertNull(channel.tryReceive());
        }
    }

    // Non-blocking forms

    @Test
    @Rule(9)
    void tryReceiveNeverMissesAValueThatIsThere() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 3_000; i++) {
                var channel = new Chan<Integer>(1);
                channel.send(1);
                var other =
                        crew.go(() -> assertEquals(1, channel.tryReceive())); // a value or a close, at every instant
                if (i % 2 == 0) {
                    channel.close();
                }
                assertNull(other.failure());
            }
        }
    }

    @Test
    @Rule(9)
    void trySendFindsEveryReceiverThatWaits() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            assertFalse(channel.trySend(0));
            for (int i = 0; i < 200; i++) {
                int value = i;
                crew.go(() -> assertEquals(value, next(channel)));
                Asleep.untilReceiving(channel, 1);
                assertTrue(channel.trySend(i));
                assertFalse(channel.trySend(i));
            }
            crew.join();
        }
    }

    @Test
    @Rule(9)
    void tryReceiveFindsEverySenderThatWaits() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            assertNull(channel.tryReceive());
            for (int i = 0; i < 200; i++) {
                int value = i;
                crew.go(() -> channel.send(value));
                Asleep.untilSending(channel, 1);
                assertEquals(i, channel.tryReceive());
                assertNull(channel.tryReceive());
            }
            crew.join();
        }
    }

    @Test
    @Rule(9)
    void withTwoPlacesForTwoSendersTrySendNeverFails() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(2);
            for (int i = 0; i < 2; i++) {
                crew.go(() -> {
                    for (int k = 0; k < 10_000; k++) {
                        assertTrue(channel.trySend(k));
                        assertNotNull(channel.tryReceive()); // of the two values, one at least is there
                    }
                });
            }
            crew.join();
        }
    }

    // Sizes

    @Test
    @Rule(10)
    void aNegativeSizeIsRefused() {
        for (int size : new int[] {-1, Integer.MIN_VALUE}) {
            var thrown = assertThrows(IllegalArgumentException.class, () -> new Chan<Integer>(size));
            assertTrue(String.valueOf(thrown.getMessage()).startsWith("makechan: size out of range"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 17})
    @Rule(10)
    void lenAndCapTellTheBuffer(int capacity) {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(capacity);
            assertEquals(capacity, channel.cap());
            for (int i = 0; i < capacity; i++) {
                assertEquals(i, channel.len());
                channel.send(i);
            }
            crew.go(() -> channel.send(capacity));
            Asleep.untilSending(channel, 1);
            assertEquals(capacity, channel.len()); // who waits does not count
            for (int i = 0; i <= capacity; i++) {
                assertEquals(i, next(channel));
            }
            assertEquals(0, channel.len());
            assertEquals(capacity, channel.cap());
            crew.join();
        }
    }

    @Test
    void theBufferIsARing() {
        var channel = new Chan<Integer>(3);
        int in = 0;
        int out = 0;
        for (int fill : new int[] {3, 1, 2, 3, 0, 3, 2, 1, 3}) { // wraps around at every offset
            while (channel.len() < fill) {
                assertTrue(channel.trySend(in++));
            }
            assertEquals(fill < 3, channel.trySend(in));
            in += fill < 3 ? 1 : 0;
            while (channel.len() > 0) {
                assertEquals(out++, channel.tryReceive());
            }
        }
        assertEquals(in, out);
    }

    @Test
    void theBufferDoesNotHoldWhatWasReceived() {
        var channel = new Chan<Object>(2);
        var garbage = new WeakReference<>(sendAndReceive(channel));
        Asleep.until(() -> {
            System.gc();
            return garbage.get() == null;
        });
        assertEquals(0, channel.len());
    }

    private static Object sendAndReceive(Chan<Object> channel) {
        channel.send(new Object());
        return next(channel);
    }

    // Null

    @Test
    void nullCannotBeSent() {
        var channel = new Chan<Integer>(1);
        for (var target : List.of(channel, Chan.<Integer>nil())) {
            assertThrows(NullPointerException.class, () -> target.send(none()));
            assertThrows(NullPointerException.class, () -> target.trySend(none()));
            assertThrows(NullPointerException.class, () -> Go.onSend(target, none()));
        }
        assertEquals(0, channel.len());
    }

    @SuppressWarnings("NullAway") // what a caller without a null checker does
    private static Integer none() {
        return null;
    }

    // Interrupts

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

    // Words

    @Test
    void toStringTellsTheState() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(2);
            fill(channel);
            crew.go(() -> channel.send(2));
            crew.go(() -> channel.send(3));
            Asleep.untilSending(channel, 2);
            assertTrue(
                    channel.toString().matches("chan@[0-9a-f]+ \\(len 2, cap 2, 2 waiting to send\\)"),
                    channel::toString);
            var empty = new Chan<Integer>();
            crew.go(empty::receive);
            Asleep.untilReceiving(empty, 1);
            assertTrue(empty.toString().endsWith("(len 0, cap 0, 1 waiting to receive)"), empty::toString);
            empty.close();
            assertTrue(empty.toString().endsWith("(len 0, cap 0, closed)"), empty::toString);
        }
    }

    @Test
    void aThreadThatIsNoGoroutineMayUseAChannel() throws InterruptedException {
        var channel = new Chan<Integer>();
        var thread = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 100; i++) {
                channel.send(i);
            }
            channel.close();
        });
        assertEquals(range(100), drained(channel));
        thread.join();
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

    private static void assertMisuse(String words, Executable action) {
        assertMisuse(words, assertThrows(MisuseException.class, action));
    }

    private static void assertMisuse(String words, @Nullable Throwable thrown) {
        var misuse = assertInstanceOf(MisuseException.class, thrown);
        assertTrue(String.valueOf(misuse.getMessage()).startsWith(words), misuse::toString);
    }
}
