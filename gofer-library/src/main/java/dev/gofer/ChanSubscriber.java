package dev.gofer;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Sends what a publisher brings into a channel; see {@link SendChan#subscriber}. The numbers with § are the rules of Reactive Streams. */
final class ChanSubscriber<T> implements Flow.Subscriber<T> {
    /* (1) arrived has room for all that was asked for and is not sent yet: so onNext never waits (§2.2).
     * (2) Only the goroutine asks and cancels, one after the other (§2.7), and only while the publisher has not ended (§2.3, §2.4); but who finds
     *     that it is over, or was subscribed before, cancels the new subscription (§2.5).
     * (3) The subscription is cancelled by whoever takes it out of `subscribed`: so it is never left to itself, even if it comes when the
     *     goroutine is over. */
    private final SendChan<T> channel;
    private final Context.Cancellable ctx;
    private final int ahead;
    private final Chan<T> arrived;
    private final Chan<Flow.Subscription> subscribed = new Chan<>(1);
    private final AtomicBoolean isSubscribed = new AtomicBoolean();
    private final AtomicBoolean hasEnded = new AtomicBoolean(); // no value will come; arrived is closed
    private volatile boolean isOver; // written by the goroutine, last
    private @Nullable Throwable failure; // written before arrived is closed
    private volatile boolean mustCancel; // the publisher breaks the rules; written before arrived is closed

    private ChanSubscriber(SendChan<T> channel, Context.Cancellable ctx) {
        this.channel = channel;
        this.ctx = ctx;
        this.ahead = Math.max(1, channel.cap());
        this.arrived = new Chan<>(ahead);
    }

    static <T> ChanSubscriber<T> start(SendChan<T> channel, Context.Cancellable ctx) {
        var subscriber = new ChanSubscriber<>(channel, ctx);
        Go.go(ctx, subscriber::run);
        return subscriber;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        Objects.requireNonNull(subscription);
        if (!isSubscribed.compareAndSet(false, true)) {
            subscription.cancel(); // (2)
            return;
        }
        subscribed.send(subscription); // there is room
        if (isOver) {
            cancel(subscribed.tryReceive()); // (3)
        }
    }

    @Override
    public void onNext(T value) {
        Objects.requireNonNull(value);
        if (!hasEnded.get() && !arrived.trySend(value)) {
            end(new IllegalStateException("§1.1: the publisher brings more values than were asked for"), true);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        end(Objects.requireNonNull(thrown), false);
    }

    @Override
    public void onComplete() {
        end(null, false);
    }

    private void end(@Nullable Throwable thrown, boolean cancels) {
        if (hasEnded.compareAndSet(false, true)) {
            failure = thrown;
            mustCancel = cancels;
            arrived.close();
        }
    }

    private void run() {
        Flow.Subscription source = null;
        try {
            source = Objects.requireNonNull(subscribed.receive());
            source.request(ahead);
            for (var value : arrived) {
                if (ctx.err() != null) {
                    return;
                }
                channel.send(value);
                source.request(1);
            }
            if (failure != null) {
                ctx.cancel(failure);
            }
        } catch (RuntimeException | Error e) { // interrupted; or a bug: somebody else has closed the channel, say
            ctx.cancel(e);
            throw e;
        } finally {
            isOver = true;
            cancel(source == null ? subscribed.tryReceive() : source);
            if (!channel.isClosed()) {
                channel.close();
            }
        }
    }

    private void cancel(Flow.@Nullable Subscription subscription) {
        if (subscription != null && (mustCancel || !hasEnded.get())) { // (2)
            subscription.cancel();
        }
    }
}
