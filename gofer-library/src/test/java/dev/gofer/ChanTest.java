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
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A channel: order, exactness, sizes. */
@Timeout(60)
class ChanTest {
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

    @ParameterizedTest
    @ValueSource(ints = {1_023, 1_024, 1_025, 3_000, Integer.MAX_VALUE})
    @Rule(10)
    void aLargeBufferGrowsAsItFills(int capacity) {
        for (int start : new int[] {0, 1, 700, 1_023}) {
            var channel = new Chan<Integer>(capacity);
            assertEquals(capacity, channel.cap());
            for (int i = 0; i < start; i++) { // so the ring begins somewhere
                channel.send(i);
                assertEquals(i, channel.receive());
            }
            int sent = 0;
            while (sent < 5_000 && channel.trySend(sent)) {
                sent++;
                assertEquals(sent, channel.len());
            }
            assertEquals(Math.min(capacity, 5_000), sent);
            for (int i = 0; i < sent; i++) {
                assertEquals(i, channel.tryReceive());
            }
            assertNull(channel.tryReceive());
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
}
