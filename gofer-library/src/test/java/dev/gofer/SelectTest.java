package dev.gofer;

import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static dev.gofer.Go.selectInOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A select: what it evaluates, and what it chooses. */
@Timeout(60)
class SelectTest {
    private static final Duration HOUR = Duration.ofHours(1);

    // What a select evaluates

    @Test
    @Rule(11)
    void channelsAndValuesAreEvaluatedOnceInOrderEvenThoseNotChosen() {
        var order = new ArrayList<String>();
        var ready = closed();
        for (int i = 0; i < 10; i++) {
            order.clear();
            int index = select(
                    onSend(log(order, "1", new Chan<Integer>()), log(order, "2", 7)),
                    onReceive(log(order, "3", Chan.<Integer>nil())),
                    onReceive(log(order, "4", ready)),
                    onSend(log(order, "5", Chan.<Integer>nil()), log(order, "6", 8)),
                    onReceive(log(order, "7", new Chan<Integer>())));
            assertEquals(2, index);
            assertEquals(List.of("1", "2", "3", "4", "5", "6", "7"), order);
        }
    }

    @Test
    void theBodyOfTheChosenCaseRunsOnceAndNoOther() {
        var runs = new ArrayList<String>();
        var channel = new Chan<Integer>(1);
        var never = new Chan<Integer>();
        select(onSend(channel, 1, () -> runs.add("sent")), onReceive(never, value -> runs.add("never")));
        assertEquals(1, channel.len());
        select(onReceive(channel, value -> runs.add("got " + value)), onSend(never, 2, () -> runs.add("never")));
        select(onReceive(channel, value -> runs.add("never")), otherwise(() -> runs.add("otherwise")));
        channel.close();
        select(onReceive(channel, value -> runs.add("got " + value)));
        assertEquals(List.of("sent", "got 1", "otherwise", "got null"), runs);
    }

    @Test
    void whenABodyThrowsItsOperationIsDone() {
        var channel = new Chan<Integer>(1);
        assertThrows(
                ArithmeticException.class,
                () -> select(onSend(channel, 1, () -> {
                    throw new ArithmeticException();
                })));
        assertEquals(1, channel.len());
        assertThrows(
                ArithmeticException.class,
                () -> select(onReceive(channel, value -> {
                    throw new ArithmeticException();
                })));
        assertEquals(0, channel.len());
    }

    @Test
    void aBodyMaySelectOnTheSameChannels() {
        var channel = new Chan<Integer>(2);
        var got = new ArrayList<Integer>();
        select(onSend(channel, 1, () -> select(onSend(channel, 2, () -> select(onReceive(channel, got::add))))));
        assertEquals(List.of(1), got);
        assertEquals(1, channel.len());
    }

    @Test
    void valueIsWhatTheCaseReceivedLast() {
        var channel = new Chan<Integer>(3);
        var item = onReceive(channel);
        assertNull(item.value());
        channel.send(1);
        channel.send(2);
        select(item);
        assertEquals(1, item.value());
        select(item); // a case may be used again
        assertEquals(2, item.value());
        channel.close();
        select(item);
        assertNull(item.value());
    }

    @Test
    void theIndexIsThatOfTheCaseInTheCall() {
        var ready = closed();
        for (int position = 0; position < 6; position++) {
            var cases = new Case[6];
            for (int i = 0; i < cases.length; i++) {
                cases[i] = switch (i % 3) {
                    case 0 -> onReceive(new Chan<Integer>());
                    case 1 -> onSend(new Chan<Integer>(), 1);
                    default -> otherwise().when(false);
                };
            }
            cases[position] = onReceive(ready);
            assertEquals(position, select(cases));
            assertEquals(position, selectInOrder(cases));
            cases[position] = otherwise();
            assertEquals(position, select(cases));
        }
    }

    // Chance and order

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    @Rule(12)
    void ofSeveralReadyCasesAllAreEquallyLikely(int ready) {
        int trials = 10_000 * ready;
        var counts = new int[ready];
        var cases = new Case[ready];
        for (int i = 0; i < ready; i++) {
            cases[i] = onReceive(closed());
        }
        for (int i = 0; i < trials; i++) {
            counts[select(cases)]++;
        }
        for (int count : counts) { // the standard deviation is less than 100
            assertEquals(10_000, count, 1_500, () -> "counts " + Arrays.toString(counts));
        }
    }

    @Test
    @Rule(12)
    void chanceDoesNotFavourSendsOrReceives() {
        var channel = new Chan<Integer>(2); // of two places one is taken: both are ready
        channel.send(0);
        int sends = 0;
        for (int i = 0; i < 10_000; i++) {
            if (select(onSend(channel, i), onReceive(channel)) == 0) {
                sends++;
                assertNotNull(channel.tryReceive());
            } else {
                channel.send(i);
            }
        }
        assertEquals(5_000, sends, 1_000);
    }

    @Test
    void inOrderTheFirstThatIsReadyIsChosen() {
        var idle = new Chan<Integer>();
        for (int i = 0; i < 500; i++) {
            var room = new Chan<Integer>(1);
            var full = new Chan<Integer>(1);
            full.send(1);
            assertEquals(1, selectInOrder(onReceive(idle), onReceive(full), onSend(room, 1), onReceive(closed())));
            assertEquals(1, selectInOrder(onReceive(full), onSend(room, 1), otherwise()));
            assertEquals(0, selectInOrder(onReceive(room), onSend(full, 1)));
        }
    }

    @Test
    void orderDoesNotChangeWhoWakesASelectThatSleeps() {
        try (var crew = new Crew()) {
            var first = new Chan<Integer>();
            var second = new Chan<Integer>();
            var index = new AtomicInteger(-1);
            crew.go(() -> index.set(selectInOrder(onReceive(first), onReceive(second))));
            Asleep.untilReceiving(second, 1);
            second.send(1);
            crew.join();
            assertEquals(1, index.get());
            assertIdle(first, second);
        }
    }

    // Otherwise, and nothing at all

    @Test
    @Rule(13)
    void otherwiseIsChosenOnlyIfNothingIsReady() {
        var channel = new Chan<Integer>(1);
        for (int i = 0; i < 1_000; i++) {
            assertEquals(0, select(otherwise(), onReceive(channel)));
            assertEquals(1, select(otherwise(), onSend(channel, i)));
            assertEquals(0, select(otherwise(), onSend(channel, i)));
            assertEquals(1, select(otherwise(), onReceive(channel)));
        }
        assertEquals(0, select(otherwise()));
    }

    @Test
    @Rule(13)
    void aSelectWithoutCasesSleepsForEver() {
        try (var crew = new Crew()) {
            var sleepers = List.of(
                    crew.go(() -> select()),
                    crew.go(() -> selectInOrder()),
                    crew.go(() -> select(onReceive(null), onSend((Chan<Integer>) null, 1))),
                    crew.go(() -> select(onReceive(Chan.nil()), onSend(Chan.<Integer>nil(), 1))),
                    crew.go(() ->
                            select(onReceive(closed()).when(false), otherwise().when(false))));
            for (var sleeper : sleepers) {
                sleeper.asleep().interrupt();
                assertInstanceOf(CancellationException.class, sleeper.failure());
                assertTrue(sleeper.endedInterrupted());
            }
        }
    }

    @Test
    @Rule(13)
    void oneOtherwiseIsEnough() {
        var thrown = assertThrows(
                MisuseException.class, () -> select(otherwise(), onReceive(closed()), otherwise(() -> {})));
        assertTrue(String.valueOf(thrown.getMessage()).startsWith("multiple defaults in select"), thrown::toString);
        assertEquals(1, select(otherwise().when(false), otherwise()));
    }

    @Test
    @Rule(3)
    void aNilOrNullChannelIsNeverReady() {
        var channel = new Chan<Integer>(1);
        for (int i = 0; i < 200; i++) {
            assertEquals(
                    2,
                    select(
                            onReceive(Chan.<Integer>nil()),
                            onSend(Chan.nil(), 1),
                            onSend(channel, 1),
                            onReceive((ReceiveChan<Integer>) null),
                            onSend((SendChan<Integer>) null, 1)));
            assertEquals(1, select(onReceive(Chan.<Integer>nil()), onReceive(channel), onReceive(null)));
        }
        assertEquals(1, select(onReceive(null), otherwise()));
    }

    @Test
    @Rule(3)
    void nobodyMeetsInTheNilChannel() {
        try (var crew = new Crew()) {
            Chan<Integer> nil = Chan.nil();
            var idle = new Chan<Integer>();
            for (int i = 0; i < 2; i++) {
                crew.go(() -> select(onSend(nil, 1), onReceive(idle)));
                crew.go(() -> select(onReceive(nil), onReceive(idle)));
            }
            Asleep.untilReceiving(idle, 4);
            assertNull(nil.tryReceive());
            assertFalse(nil.trySend(2));
            assertEquals(1, select(onSend(nil, 3), otherwise()));
            assertEquals(1, select(onReceive(nil), otherwise()));
            assertIdle(nil);
            idle.close();
            crew.join();
        }
    }

    @Test
    void aCaseThatIsSwitchedOffIsNeverReady() {
        var ready = onReceive(closed());
        var send = onSend(new Chan<Integer>(10), 1);
        for (int i = 0; i < 100; i++) {
            assertEquals(2, select(ready.when(false), send.when(false), otherwise()));
            assertEquals(0, select(ready.when(true), send, otherwise()));
        }
        assertEquals(1, select(ready.when(false), send.when(true), otherwise().when(false)));
    }

    @Test
    @Rule(9)
    void otherwiseMeansThatAtOneInstantNothingWasReady() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 2_000; i++) {
                var a = new Chan<Integer>(1);
                var b = new Chan<Integer>(1);
                a.send(1);
                var looker = crew.go(() -> assertNotEquals(2, select(onReceive(a), onReceive(b), otherwise())));
                b.send(1); // before a's goes: one of the two is ready at every instant
                var _ = a.tryReceive();
                assertNull(looker.failure());
            }
        }
    }

    // Sizes

    @Test
    void aSelectMayHaveThousandsOfCases() {
        try (var crew = new Crew()) {
            var channels = new ArrayList<Chan<Integer>>();
            var cases = new Case[3_000];
            for (int i = 0; i < cases.length; i++) {
                channels.add(new Chan<>());
                cases[i] = onReceive(channels.get(i));
            }
            for (int i : new int[] {0, 1_234, 2_999}) {
                crew.go(() -> assertEquals(i, select(cases)));
                Asleep.untilReceiving(channels.getLast(), 1);
                channels.get(i).send(i);
                crew.join();
            }
            channels.forEach(SelectTest::assertIdle);
        }
    }

    @Test
    void aThreadThatIsNoGoroutineMaySelect() throws InterruptedException {
        var channel = new Chan<Integer>();
        var index = new AtomicInteger(-1);
        var thread = Thread.ofPlatform().start(() -> index.set(select(onTimeout(HOUR), onReceive(channel))));
        Asleep.untilReceiving(channel, 1);
        channel.send(1);
        thread.join();
        assertEquals(1, index.get());
    }

    @Test
    void theMethodsOfACaseGiveTheCaseItself() {
        var receive = onReceive(new Chan<Integer>());
        var send = onSend(new Chan<Integer>(), 1);
        var last = otherwise();
        assertSame(receive, receive.when(true));
        assertSame(send, send.when(true));
        assertSame(last, last.when(true));
    }

    // Helpers

    private static <T> T log(List<String> order, String name, T result) {
        order.add(name);
        return result;
    }

    private static Chan<Integer> closed() {
        var channel = new Chan<Integer>();
        channel.close();
        return channel;
    }

    private static void assertIdle(Chan<?>... channels) {
        for (var channel : channels) {
            assertEquals(0, Asleep.sleepers(channel), channel::toString);
        }
    }
}
