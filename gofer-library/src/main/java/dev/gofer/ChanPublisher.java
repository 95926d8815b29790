package dev.gofer;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The values of a channel for subscribers; see {@link ReceiveChan#publisher}. The numbers with § are the rules of Reactive Streams. */
record ChanPublisher<T>(ReceiveChan<T> channel, Context ctx) implements Flow.Publisher<T> {
    /* (1) All signals to a subscriber come from one goroutine (§1.3), which nothing but its stack refers to: when it ends, nothing holds the
     *     subscriber (§3.13).
     * (2) Nobody interrupts that goroutine: it runs the subscriber's code. It learns of everything in one select.
     * (3) A value is received only where one was asked for (§1.1), and is handed over before the next select. */
    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber);
        Go.go(() -> serve(subscriber));
    }

    private void serve(Flow.Subscriber<? super T> subscriber) {
        var demand = new Demand();
        subscriber.onSubscribe(demand);
        while (!demand.isCancelled.get()) {
            if (demand.isIllegal) {
                subscriber.onError(new IllegalArgumentException("§3.9: request at least one value"));
                return;
            }
            boolean isAsked = demand.asked.get() > 0;
            if (!isAsked && channel.isClosed() && channel.len() == 0) {
                subscriber.onComplete();
                return;
            }
            var next = Go.onReceive(channel).when(isAsked);
            int chosen;
            try {
                chosen = Go.selectInOrder( // what ends the subscription goes first
                        Go.onReceive(demand.cancelled), Go.onDone(ctx), Go.onReceive(demand.changed), next);
            } catch (CancellationException e) { // the subscriber has left the interrupt flag set
                subscriber.onError(e);
                return;
            }
            if (chosen == 1) {
                subscriber.onError(Contexts.ended(ctx));
                return;
            }
            if (chosen == 3) {
                var value = next.value();
                if (value == null) {
                    subscriber.onComplete();
                    return;
                }
                demand.asked.decrementAndGet();
                subscriber.onNext(value); // (3)
            }
        }
    }

    /** What a subscriber asks for. */
    private static final class Demand implements Flow.Subscription {
        final AtomicLong asked = new AtomicLong(); // and not served yet; stops at the greatest number (§3.17)
        final AtomicBoolean isCancelled = new AtomicBoolean();
        volatile boolean isIllegal; // written by request
        final Chan<Void> cancelled = new Chan<>(); // closed with isCancelled
        final Chan<Boolean> changed =
                new Chan<>(1); // holds a value if asked or isIllegal has changed since it was looked at

        @Override
        public void request(long n) {
            if (n > 0) {
                asked.accumulateAndGet(n, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
            } else {
                isIllegal = true;
            }
            changed.trySend(true);
        }

        @Override
        public void cancel() {
            if (isCancelled.compareAndSet(false, true)) {
                cancelled.close();
            }
        }
    }
}
