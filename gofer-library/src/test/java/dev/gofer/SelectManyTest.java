package dev.gofer;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Selects that meet each other, and channels that are in many of them. */
@Timeout(60)
class SelectManyTest {
    // One channel in many cases

    @Test
    @Rule(14)
    void aSelectDoesNotMeetItself() {
        try (var crew = new Crew()) {
            var channel = new Chan<String>();
            var results = new Chan<String>(2);
            for (var name : List.of("a", "b")) {
                crew.go(() -> select(
                        onSend(channel, name, () -> results.send(name + " sent")),
                        onReceive(channel, got -> results.send(name + " got " + got))));
                if (name.equals("a")) {
                    Asleep.untilReceiving(channel, 1);
                    Asleep.untilSending(channel, 1);
                    assertEquals(0, results.len());
                }
            }
            crew.join();
            var both = List.of(next(results), next(results)).stream().sorted().toList();
            assertTrue(
                    both.equals(List.of("a got b", "b sent")) || both.equals(List.of("a sent", "b got a")),
                    both::toString);
            assertIdle(channel);
        }
    }

    @Test
    @Rule(14)
    void aChannelMayBeInManyCases() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var cases = new AtomicInteger();
            for (int i = 0; i < 100; i++) {
                crew.go(() -> cases.getAndAdd(1 << select(onReceive(channel), onReceive(channel), onReceive(channel))));
                Asleep.untilReceiving(channel, 3);
                channel.send(i);
                Asleep.untilReceiving(channel, 0); // the two that lost are gone as well
            }
            crew.join();
            var full = new Chan<Integer>(1);
            for (int i = 0; i < 100; i++) {
                select(onSend(full, i), onSend(full, i), onSend(full, i));
                assertEquals(1, full.len());
                assertEquals(i, full.tryReceive());
            }
        }
    }

    // Exactly one

    @Test
    @Rule(15)
    void exactlyOneCaseFiresUnderContention() {
        try (var crew = new Crew()) {
            var channels = List.of(new Chan<Integer>(), new Chan<Integer>(), new Chan<Integer>(1));
            int values = 6_000;
            var received = new AtomicInteger();
            var sum = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                int sender = i;
                crew.go(() -> {
                    for (int k = sender; k < values; k += 3) {
                        select(onSend(channels.get(0), k), onSend(channels.get(1), k), onSend(channels.get(2), k));
                    }
                });
                crew.go(() -> {
                    for (int k = 0; k < values / 3; k++) {
                        select(
                                onReceive(channels.get(2), value -> sum.addAndGet(notNull(value))),
                                onReceive(channels.get(0), value -> sum.addAndGet(notNull(value))),
                                onReceive(channels.get(1), value -> sum.addAndGet(notNull(value))));
                        received.incrementAndGet();
                    }
                });
            }
            crew.join();
            assertEquals(values, received.get());
            assertEquals(values * (values - 1) / 2, sum.get());
            channels.forEach(SelectManyTest::assertIdle);
        }
    }

    @Test
    @Rule(15)
    void selectsOverTheSameChannelsInAnyOrderDoNotBlockEachOther() {
        try (var crew = new Crew()) {
            var a = new Chan<Integer>(1);
            var b = new Chan<Integer>(1);
            for (int i = 0; i < 4; i++) {
                boolean turned = i % 2 == 0;
                crew.go(() -> {
                    for (int k = 0; k < 3_000; k++) {
                        if (turned) {
                            select(onSend(a, k), onReceive(b), otherwise());
                        } else {
                            select(onReceive(b), onSend(b, k), onReceive(a), onSend(a, k), otherwise());
                        }
                    }
                });
            }
            crew.join();
            assertIdle(a, b);
        }
    }

    // Closed channels

    @Test
    @Rule(16)
    void aSendOnAClosedChannelIsReadyAndThrows() {
        var runs = new AtomicInteger();
        var thrown = assertThrows(
                MisuseException.class,
                () -> select(
                        onReceive(new Chan<Integer>()),
                        onSend(closed(), 1, runs::incrementAndGet),
                        otherwise(runs::incrementAndGet)));
        assertTrue(String.valueOf(thrown.getMessage()).startsWith("send on closed channel"), thrown::toString);
        assertEquals(0, runs.get());
    }

    @Test
    @Rule({5, 16})
    void closeWakesSelectsThatSendAndThatReceive() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var other = new Chan<Integer>();
            var sender = crew.go(() -> select(onReceive(other), onSend(channel, 1)));
            Asleep.untilSending(channel, 1);
            channel.close();
            assertInstanceOf(MisuseException.class, sender.failure());

            var ready = new Chan<Integer>();
            var receiver = crew.go(() -> {
                var item = onReceive(ready);
                assertEquals(1, select(onSend(other, 1), item));
                assertNull(item.value());
            });
            Asleep.untilReceiving(ready, 1);
            ready.close();
            assertNull(receiver.failure());
            assertIdle(channel, other, ready);
        }
    }

    // Nothing is left behind

    @Test
    @Rule(17)
    void selectsLeaveNothingInAChannelThatIsNeverReady() {
        try (var crew = new Crew()) {
            var busy = new Chan<Integer>();
            var idle = new Chan<Integer>();
            crew.go(() -> {
                for (int i = 0; i < 20_000; i++) {
                    busy.send(i);
                }
            });
            for (int i = 0; i < 20_000; i++) {
                assertEquals(1, select(onReceive(idle), onReceive(busy), onSend(idle, 1)));
            }
            crew.join();
            assertIdle(busy, idle);
        }
    }

    @Test
    @Rule(17)
    void aClaimedWaitOfASelectThatHasNotWokenYetIsPassedOver() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 1_000; i++) {
                var a = new Chan<Integer>();
                var b = new Chan<Integer>();
                var once = crew.go(() -> select(onReceive(a), onReceive(b)));
                Asleep.untilReceiving(b, 1);
                assertTrue(a.trySend(1));
                assertFalse(b.trySend(2)); // the receiver may still be in b's queue, but its wait is over
                assertNull(once.failure());
                assertIdle(a, b);
            }
        }
    }

    // Helpers

    private static Chan<Integer> closed() {
        var channel = new Chan<Integer>();
        channel.close();
        return channel;
    }

    private static int notNull(@Nullable Integer value) {
        return Objects.requireNonNull(value);
    }

    private static void assertIdle(Chan<?>... channels) {
        for (var channel : channels) {
            assertEquals(0, Asleep.sleepers(channel), channel::toString);
        }
    }
}
