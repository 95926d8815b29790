package dev.gofer;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.after;
import static dev.gofer.Go.onDone;
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

import dev.gofer.runtime.Park;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SelectTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofNanos(1_000);

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
            channels.forEach(SelectTest::assertIdle);
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

    // Interrupts

    @Test
    void anInterruptedSelectLeavesNothing() {
        try (var crew = new Crew()) {
            var a = new Chan<Integer>();
            var b = new Chan<Integer>();
            var timer = after(HOUR);
            var member = crew.go(() -> select(onReceive(a), onSend(b, 1), onReceive(timer), onReceive(a)));
            Asleep.untilSending(b, 1);
            member.interrupt();
            assertInstanceOf(CancellationException.class, member.failure());
            assertTrue(member.endedInterrupted());
            assertIdle(a, b);
            assertFalse(a.trySend(1));
            assertNull(b.tryReceive());
        }
    }

    @Test
    void aSelectThatNeedsNotWaitIsDoneInSpiteOfAnInterrupt() {
        try (var crew = new Crew()) {
            crew.go(() -> {
                Thread.currentThread().interrupt();
                assertEquals(0, select(onReceive(closed())));
                assertEquals(1, select(onReceive(new Chan<>()), otherwise()));
                assertEquals(0, select(onTimeout(Duration.ZERO)));
                assertThrows(CancellationException.class, () -> select(onTimeout(HOUR)));
                assertThrows(CancellationException.class, () -> select(onReceive(new Chan<>())));
                assertTrue(Thread.currentThread().isInterrupted());
            });
            crew.join();
        }
    }

    @Test
    void anInterruptThatRacesWithAnOperationDeliversOrThrowsNeverBoth() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 2_000; i++) {
                var in = new Chan<Integer>();
                var out = new Chan<Integer>();
                var got = new AtomicReference<@Nullable Integer>();
                var member = crew.go(() -> select(onReceive(in, got::set), onSend(out, 2)));
                Asleep.untilSending(out, 1);
                var interrupter = crew.go(member::interrupt);
                if (i % 4 < 2) {
                    assertNull(interrupter.failure());
                }
                boolean sent = i % 2 == 0 && in.trySend(1);
                var received = i % 2 == 1 ? out.tryReceive() : null;
                assertEquals(sent || received != null, member.failure() == null);
                assertEquals(sent, got.get() != null);
                assertIdle(in, out);
            }
        }
    }

    @Test
    void anInterruptThatIsBeingTakenLeavesNothingForASenderToFind() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 20; i++) {
                var in = new Chan<Integer>();
                var got = new AtomicReference<@Nullable Integer>();
                var member = crew.go(() -> select(onReceive(in, got::set)));
                Asleep.until(member.thread());
                in.lock().acquire(); // its way out ends here for now
                member.interrupt();
                for (int k = 0; k < 5 * i; k++) {
                    Go.gosched();
                }
                var receiver = in.offer(1);
                in.lock().release();
                Park.wake(receiver);
                assertEquals(receiver != null, member.failure() == null);
                assertEquals(receiver != null, got.get() != null);
                assertIdle(in);
            }
        }
    }

    // Timers

    @Test
    void aTimeoutOfNothingIsReadyAtOnce() {
        for (var delay : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(-100_000))) {
            var timeout = onTimeout(delay);
            assertEquals(0, select(timeout, otherwise()));
            assertNotNull(timeout.value());
        }
    }

    @Test
    void aTimeoutEndsASelectThatSleeps() {
        var idle = new Chan<Integer>();
        var runs = new AtomicInteger();
        for (int i = 0; i < 200; i++) {
            assertEquals(
                    1,
                    select(
                            onReceive(idle),
                            onTimeout(MOMENT.multipliedBy(i), runs::incrementAndGet),
                            onSend(idle, 1),
                            onTimeout(HOUR)));
        }
        assertEquals(200, runs.get());
        assertIdle(idle);
    }

    @Test
    void aTimeoutThatIsFarAwayDoesNotDisturb() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            crew.go(() -> {
                for (int i = 0; i < 1_000; i++) {
                    channel.send(i);
                }
            });
            for (int i = 0; i < 1_000; i++) {
                assertEquals(
                        0,
                        select(onReceive(channel), onTimeout(i % 2 == 0 ? HOUR : Duration.ofSeconds(Long.MAX_VALUE))));
            }
            crew.join();
        }
    }

    @Test
    void theTimeComesOnce() {
        var timer = after(MOMENT);
        assertNotNull(timer.receive());
        assertNull(timer.tryReceive());
        assertEquals(1, select(onReceive(timer), otherwise()));
        assertFalse(timer.isClosed());
        assertEquals(0, timer.len() + timer.cap());
    }

    @Test
    void ofSeveralWhoWaitForATimerOneGetsTheTime() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 100; i++) {
                var timer = after(Duration.ofNanos(i * 2_000L));
                var got = new AtomicInteger();
                var stop = new Chan<Void>();
                for (int k = 0; k < 2; k++) {
                    crew.go(() -> select(onReceive(timer, time -> got.incrementAndGet()), onReceive(stop)));
                }
                Asleep.until(() -> got.get() > 0);
                stop.close();
                crew.join();
                assertEquals(1, got.get());
            }
        }
    }

    @Test
    void aTimerThatRacesWithASendFiresOrReceivesNeverBoth() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 1_000; i++) {
                var channel = new Chan<Integer>();
                var fired = new AtomicInteger(-1);
                int delay = i;
                crew.go(() -> fired.set(select(onReceive(channel), onTimeout(Duration.ofNanos(delay * 50L)))));
                boolean sent = false;
                while (fired.get() < 0 && !sent) {
                    sent = channel.trySend(1);
                    Go.gosched();
                }
                crew.join();
                assertEquals(sent ? 0 : 1, fired.get());
                assertIdle(channel);
            }
        }
    }

    // Futures and contexts

    @Test
    void aFutureIsACase() {
        var idle = onReceive(new Chan<Integer>());
        assertEquals(1, select(idle, onDone(CompletableFuture.completedFuture("x"))));
        assertEquals(1, select(idle, onDone(CompletableFuture.failedFuture(new ArithmeticException()))));
        assertEquals(1, select(onDone(new CompletableFuture<String>()), otherwise()));
        var got = new AtomicReference<@Nullable String>();
        select(idle, onDone(CompletableFuture.completedFuture("x"), got::set));
        assertEquals("x", got.get());
        var runs = new AtomicInteger();
        select(idle, onDone(CompletableFuture.failedFuture(new ArithmeticException()), runs::incrementAndGet));
        assertEquals(1, runs.get());
        var failed = CompletableFuture.<String>failedFuture(new ArithmeticException());
        var thrown = assertThrows(CompletionException.class, () -> select(onDone(failed, got::set)));
        assertInstanceOf(ArithmeticException.class, thrown.getCause());
    }

    @Test
    void aFutureWakesEverySelectThatWaitsForIt() {
        try (var crew = new Crew()) {
            var future = new CompletableFuture<Integer>();
            var idle = new Chan<Integer>();
            var sum = new AtomicInteger();
            for (int i = 0; i < 10; i++) {
                crew.go(() -> select(onReceive(idle), onDone(future, sum::addAndGet)));
            }
            Asleep.untilReceiving(idle, 10);
            future.complete(7);
            crew.join();
            assertEquals(70, sum.get());
            assertIdle(idle);
        }
    }

    @Test
    void manySelectsOnAFutureThatDoesNotCompleteLeaveNothing() {
        var future = new CompletableFuture<Integer>();
        var ready = closed();
        for (int i = 0; i < 10_000; i++) {
            assertEquals(0, select(onReceive(ready), onDone(future)));
        }
        assertEquals(1, future.getNumberOfDependents());
    }

    @Test
    void aContextIsACase() {
        try (var crew = new Crew();
                var ctx = Context.background().withCancel()) {
            var idle = new Chan<Integer>();
            var runs = new AtomicInteger();
            assertEquals(2, select(onReceive(idle), onDone(ctx), otherwise()));
            assertEquals(1, select(onDone(Context.background()), otherwise()));
            crew.go(() -> assertEquals(1, select(onReceive(idle), onDone(ctx, runs::incrementAndGet))));
            Asleep.untilReceiving(idle, 1);
            ctx.cancel();
            crew.join();
            assertEquals(1, runs.get());
            assertEquals(0, select(onDone(ctx), otherwise()));
            assertIdle(idle);
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

    private static int notNull(@Nullable Integer value) {
        return Objects.requireNonNull(value);
    }

    private static void assertIdle(Chan<?>... channels) {
        for (var channel : channels) {
            assertEquals(0, Asleep.sleepers(channel), channel::toString);
        }
    }
}
