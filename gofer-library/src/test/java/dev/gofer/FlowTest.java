package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel as a publisher, and as a subscriber. The numbers with § are the rules of Reactive Streams. */
@Timeout(60)
class FlowTest {
    private static final Context ROOT = Context.background();

    /** What a subscriber is told, in order: "subscribed", a value, "complete", or what it failed with. */
    private static final class Probe implements Flow.Subscriber<Integer> {
        final Chan<Object> signals = new Chan<>(10_000);
        volatile Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            signals.send("subscribed");
        }

        @Override
        public void onNext(Integer value) {
            signals.send(value);
        }

        @Override
        public void onError(Throwable thrown) {
            signals.send(thrown);
        }

        @Override
        public void onComplete() {
            signals.send("complete");
        }

        Object next() {
            return Crew.next(signals);
        }

        Flow.Subscription subscription() {
            var known = subscription;
            return known == null ? Crew.next(new Chan<Flow.Subscription>()) : known;
        }
    }

    /** A channel of the numbers from 0, open, and somebody who waits to send 0, 1, ... into it. */
    private static Probe subscribed(ReceiveChan<Integer> channel, Context ctx) {
        var probe = new Probe();
        channel.publisher(ctx).subscribe(probe);
        assertEquals("subscribed", probe.next());
        return probe;
    }

    private static Chan<Integer> numbers(int count) {
        var numbers = new Chan<Integer>(count);
        IntStream.range(0, count).forEach(numbers::send);
        return numbers;
    }

    // Publisher

    @Test
    void aValueIsReceivedOnlyWhenOneIsAskedFor() { // §1.1
        var numbers = numbers(10);
        var probe = subscribed(numbers, ROOT);
        probe.subscription().request(2);
        probe.subscription().request(1);
        assertEquals(List.of(0, 1, 2), List.of(probe.next(), probe.next(), probe.next()));
        Asleep.until(() -> Go.dump().contains("ChanPublisher"));
        assertEquals(7, numbers.len());
        assertEquals(3, numbers.receive());
        probe.subscription().request(1);
        assertEquals(4, probe.next());
        probe.subscription().cancel();
    }

    @Test
    void theCloseCompletesAndIsTheLastSignal() { // §1.5, §1.7
        var numbers = numbers(1);
        var probe = subscribed(numbers, ROOT);
        probe.subscription().request(Long.MAX_VALUE);
        probe.subscription().request(Long.MAX_VALUE); // §3.17
        assertEquals(0, probe.next());
        numbers.close();
        assertEquals("complete", probe.next());
        probe.subscription().request(1); // §3.6
        probe.subscription().cancel(); // §3.7
        assertNull(probe.signals.tryReceive());
    }

    @Test
    void aClosedEmptyChannelCompletesUnasked() {
        var numbers = numbers(0);
        numbers.close();
        assertEquals("complete", subscribed(numbers, ROOT).next());
    }

    @Test
    void theCloseAfterTheLastValueAskedForCompletes() {
        var numbers = numbers(2);
        numbers.close();
        var probe = subscribed(numbers, ROOT);
        probe.subscription().request(2);
        assertEquals(List.of(0, 1, "complete"), List.of(probe.next(), probe.next(), probe.next()));
    }

    @Test
    void toAskForNothingIsAnError() { // §3.9
        for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
            var probe = subscribed(numbers(1), ROOT);
            probe.subscription().request(n);
            assertInstanceOf(IllegalArgumentException.class, probe.next());
        }
    }

    @Test
    void nobodySubscribesNull() { // §1.9
        assertThrows(NullPointerException.class, () -> nullSubscriber(numbers(1).publisher(ROOT)));
    }

    @SuppressWarnings("NullAway") // that is the test
    private static void nullSubscriber(Flow.Publisher<Integer> publisher) {
        publisher.subscribe(null);
    }

    @Test
    void cancelEndsTheGoroutineAndLosesNoValue() { // §3.12, §3.13
        var numbers = new Chan<Integer>();
        var probe = subscribed(numbers, ROOT);
        probe.subscription().request(5);
        Asleep.untilReceiving(numbers, 1);
        probe.subscription().cancel();
        probe.subscription().cancel(); // §3.7
        Asleep.untilReceiving(numbers, 0);
        assertNull(probe.signals.tryReceive());
    }

    @Test
    void nothingHoldsASubscriberThatHasCancelled() { // §3.13
        var numbers = new Chan<Integer>();
        var publisher = numbers.publisher(ROOT);
        var subscriptions = new Chan<Flow.Subscription>(1);
        var held = cancelled(publisher, subscriptions);
        Asleep.until(() -> {
            System.gc();
            return held.refersTo(null);
        });
        Crew.next(subscriptions).cancel(); // is still there
    }

    private static WeakReference<Probe> cancelled(
            Flow.Publisher<Integer> publisher, Chan<Flow.Subscription> subscriptions) {
        var probe = new Probe();
        publisher.subscribe(probe);
        assertEquals("subscribed", probe.next());
        probe.subscription().request(1);
        probe.subscription().cancel();
        subscriptions.send(probe.subscription());
        return new WeakReference<>(probe);
    }

    @Test
    void whatWasReceivedIsHandedOverAlsoIfCancelledMeanwhile() throws Exception {
        for (int round = 0; round < 300; round++) {
            var numbers = new Chan<Integer>();
            var probe = subscribed(numbers, ROOT);
            probe.subscription().request(1);
            try (var crew = new Crew()) {
                var sent = new Chan<Boolean>(1);
                crew.go(() -> sent.send(numbers.trySend(7)));
                probe.subscription().cancel();
                crew.join();
                if (Crew.next(sent)) {
                    assertEquals(7, probe.next());
                }
            }
        }
    }

    @Test
    void aSubscriberMayAskAndCancelFromItsOwnSignals() { // §3.3
        var numbers = numbers(50);
        numbers.close();
        var got = new ArrayList<Integer>();
        var over = new WaitGroup();
        over.add(1);
        numbers.publisher(ROOT).subscribe(new Flow.Subscriber<>() {
            private Flow.@Nullable Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                this.subscription = subscription;
                subscription.request(1);
            }

            @Override
            public void onNext(Integer value) {
                got.add(value);
                var mine = subscription;
                if (mine != null) {
                    mine.request(1);
                }
            }

            @Override
            public void onError(Throwable thrown) {
                throw new AssertionError(thrown);
            }

            @Override
            public void onComplete() {
                over.done();
            }
        });
        over.await();
        assertEquals(IntStream.range(0, 50).boxed().toList(), got);
    }

    @Test
    void theEndOfTheContextIsAnErrorAndEndsTheGoroutine() {
        try (var ctx = ROOT.withCancel()) {
            var numbers = new Chan<Integer>();
            var probe = subscribed(numbers, ctx);
            probe.subscription().request(1);
            Asleep.untilReceiving(numbers, 1);
            ctx.cancel();
            assertInstanceOf(CancellationException.class, probe.next());
            assertEquals(0, Asleep.sleepers(numbers));
        }
    }

    @Test
    void subscribersShareTheValues() {
        var numbers = numbers(1_000);
        numbers.close();
        var probes = List.of(subscribed(numbers, ROOT), subscribed(numbers, ROOT));
        probes.forEach(probe -> probe.subscription().request(1_000));
        long sum = 0;
        for (var probe : probes) {
            for (var signal = probe.next(); !signal.equals("complete"); signal = probe.next()) {
                sum += (Integer) signal;
            }
        }
        assertEquals(499_500, sum);
    }

    @Test
    void aSubscriberThatThrowsIsDroppedAndItsExceptionUncaught() { // §2.13
        var uncaught = new Chan<Throwable>(1);
        Uncaught.during(uncaught::trySend, () -> {
            var numbers = numbers(2);
            numbers.publisher(ROOT).subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(2);
                }

                @Override
                public void onNext(Integer value) {
                    throw new IllegalStateException("planted");
                }

                @Override
                public void onError(Throwable thrown) {}

                @Override
                public void onComplete() {}
            });
            assertEquals("planted", Crew.next(uncaught).getMessage());
            assertEquals(1, numbers.len());
        });
    }

    // Subscriber

    /** A subscription that counts. */
    private static final class Asked implements Flow.Subscription {
        final AtomicLong count = new AtomicLong();
        final Chan<Boolean> cancelled = new Chan<>(10);

        @Override
        public void request(long n) {
            count.addAndGet(n);
        }

        @Override
        public void cancel() {
            cancelled.send(true);
        }
    }

    @Test
    void allThatIsPublishedComesThenTheClose() throws Exception {
        for (int room : new int[] {0, 1, 16}) {
            try (var ctx = ROOT.withCancel();
                    var executor = Go.executor();
                    var crew = new Crew()) {
                var channel = new Chan<Integer>(room);
                crew.go(() -> {
                    try (var publisher = new SubmissionPublisher<Integer>(executor, 4)) {
                        publisher.subscribe(channel.subscriber(ctx));
                        IntStream.range(0, 500).forEach(publisher::submit);
                    }
                });
                assertEquals(
                        IntStream.range(0, 500).boxed().toList(),
                        channel.stream().toList());
                assertNull(ctx.err());
                crew.join();
            }
        }
    }

    @Test
    void aChannelIntoAChannel() {
        try (var ctx = ROOT.withCancel()) {
            var from = numbers(500);
            from.close();
            var to = new Chan<Integer>();
            from.publisher(ctx).subscribe(to.subscriber(ctx));
            assertEquals(124_750, to.stream().mapToInt(n -> n).sum());
        }
    }

    @Test
    void itAsksForNoMoreThanItCanHold() { // §2.1
        try (var ctx = ROOT.withCancel()) {
            var channel = new Chan<Integer>();
            var subscriber = channel.subscriber(ctx);
            var asked = new Asked();
            subscriber.onSubscribe(asked);
            for (int n = 1; n < 100; n++) {
                long wanted = n;
                Asleep.until(() -> asked.count.get() == wanted);
                subscriber.onNext(n);
                Asleep.untilSending(channel, 1);
                assertEquals(wanted, asked.count.get());
                assertEquals(n, channel.receive());
            }
            var buffered = new Chan<Integer>(8);
            var others = new Asked();
            buffered.subscriber(ctx).onSubscribe(others);
            Asleep.until(() -> others.count.get() == 8);
        }
    }

    @Test
    void aFailureEndsTheContextAfterTheLastValue() {
        try (var ctx = ROOT.withCancel()) {
            var failure = new IOException("planted");
            var channel = new Chan<Integer>(2);
            var subscriber = channel.subscriber(ctx);
            var asked = new Asked();
            subscriber.onSubscribe(asked);
            Asleep.until(() -> asked.count.get() == 2);
            subscriber.onNext(1);
            subscriber.onError(failure);
            subscriber.onNext(2); // §1.7 broken: nobody hears it
            subscriber.onComplete();
            assertEquals(1, channel.receive());
            assertNull(channel.receive());
            assertSame(failure, ctx.cause());
            assertNull(asked.cancelled.tryReceive()); // §2.4
        }
    }

    @Test
    void theEndOfTheContextCancelsTheSubscriptionAndClosesTheChannel() {
        try (var ctx = ROOT.withCancel()) {
            var channel = new Chan<Integer>();
            var subscriber = channel.subscriber(ctx);
            var asked = new Asked();
            subscriber.onSubscribe(asked);
            Asleep.until(() -> asked.count.get() == 1);
            subscriber.onNext(1);
            Asleep.untilSending(channel, 1);
            ctx.cancel();
            assertTrue(Crew.next(asked.cancelled));
            Asleep.until(channel::isClosed);
            subscriber.onNext(2); // §2.8
            assertNull(channel.receive());
        }
    }

    @Test
    void whoIsSubscribedTooLateIsCancelled() {
        for (int round = 0; round < 200; round++) {
            var ctx = ROOT.withCancel();
            var channel = new Chan<Integer>();
            var subscriber = channel.subscriber(ctx);
            var asked = new Asked();
            try (var crew = new Crew()) {
                crew.go(ctx::cancel);
                subscriber.onSubscribe(asked);
                crew.join();
            }
            assertTrue(Crew.next(asked.cancelled));
            assertNull(channel.receive());
            assertEquals(0, asked.cancelled.len());
        }
    }

    @Test
    void aSecondSubscriptionIsCancelled() { // §2.5
        try (var ctx = ROOT.withCancel()) {
            var subscriber = new Chan<Integer>().subscriber(ctx);
            var first = new Asked();
            var second = new Asked();
            subscriber.onSubscribe(first);
            subscriber.onSubscribe(second);
            assertTrue(Crew.next(second.cancelled));
            Asleep.until(() -> first.count.get() == 1);
            assertEquals(0, second.count.get());
        }
    }

    @Test
    void aPublisherThatBringsTooManyIsCancelled() {
        try (var ctx = ROOT.withCancel()) {
            var channel = new Chan<Integer>();
            var subscriber = channel.subscriber(ctx);
            var asked = new Asked();
            subscriber.onSubscribe(asked);
            for (int n = 0; n < 5; n++) {
                subscriber.onNext(n);
            }
            while (channel.receive() != null) {
                // the first few
            }
            assertTrue(Crew.next(asked.cancelled));
            assertInstanceOf(IllegalStateException.class, ctx.cause());
        }
    }

    @Test
    void nullSignalsAreRefused() { // §2.13
        try (var ctx = ROOT.withCancel()) {
            var subscriber = new Chan<Integer>().subscriber(ctx);
            assertThrows(NullPointerException.class, () -> nullSubscription(subscriber));
            assertThrows(NullPointerException.class, () -> nullValue(subscriber));
            assertThrows(NullPointerException.class, () -> nullError(subscriber));
        }
    }

    @SuppressWarnings("NullAway") // that is the test
    private static void nullSubscription(Flow.Subscriber<Integer> subscriber) {
        subscriber.onSubscribe(null);
    }

    @SuppressWarnings("NullAway") // that is the test
    private static void nullValue(Flow.Subscriber<Integer> subscriber) {
        subscriber.onNext(null);
    }

    @SuppressWarnings("NullAway") // that is the test
    private static void nullError(Flow.Subscriber<Integer> subscriber) {
        subscriber.onError(null);
    }

    @Test
    void aChannelThatSomebodyElseClosesIsAMisuse() {
        var uncaught = new Chan<Throwable>(1);
        Uncaught.during(uncaught::trySend, () -> {
            var ctx = ROOT.withCancel();
            var channel = new Chan<Integer>();
            var subscriber = channel.subscriber(ctx);
            var asked = new Asked();
            subscriber.onSubscribe(asked);
            channel.close();
            subscriber.onNext(1);
            Misuse.check("send on closed channel", Crew.next(uncaught));
            assertTrue(Crew.next(asked.cancelled));
            assertNotNull(ctx.err());
        });
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
