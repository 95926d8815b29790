package dev.gofer;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a channel. A method that only receives takes this type, and the compiler keeps it from sending and closing. Go:
 * {@code <-chan T}.
 *
 * <p>It is an {@link Iterable}: {@code for (T v : ch)} receives until the channel is closed and drained. Go: {@code for v := range ch}.
 *
 * @param <T> what travels through the channel; never null
 */
public sealed interface ReceiveChan<T> extends Iterable<T> permits Chan, TimerChan {
    /**
     * Receives a value; waits until there is one. Go: {@code v, ok := <-ch}; null stands for {@code !ok}.
     *
     * <p>The k-th receive from a channel with room for C values happens-before the completion of the (k+C)-th send; so a receive from an
     * unbuffered channel happens-before the completion of the send.
     *
     * <p>Beware of {@code int n = ch.receive()}: a closed channel makes it a {@link NullPointerException}. A {@code for} loop has no null.
     *
     * @return the value; null when the channel is closed and drained
     * @throws java.util.concurrent.CancellationException when the thread is interrupted before a value came; the flag stays set
     */
    @Nullable
    T receive();

    /**
     * Receives a value if there is one. Exact: it fails only if there was an instant in this call at which no value was there. Go: {@code
     * select { case v := <-ch: … default: … }}.
     *
     * @return the value; null when there is none now, or when the channel is closed and drained: {@link #isClosed} tells which
     */
    @Nullable
    T tryReceive();

    /** {@return whether the channel was closed} Values may still be in its buffer. */
    boolean isClosed();

    /** {@return the number of values in the buffer} Go: {@code len(ch)}. */
    int len();

    /** {@return the number of values for which the buffer has room; 0 for an unbuffered channel} Go: {@code cap(ch)}. */
    int cap();

    /**
     * The values to come, up to the close. {@code hasNext} receives: it waits, and what it got is lost unless {@code next} is called. Several
     * iterators, in one goroutine or many, share the values between them.
     */
    @Override
    default Iterator<T> iterator() {
        return new Iterator<>() {
            private @Nullable T received;

            @Override
            public boolean hasNext() {
                if (received == null) {
                    received = receive();
                }
                return received != null;
            }

            @Override
            public T next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("the channel is closed and drained");
                }
                var value = Objects.requireNonNull(received);
                received = null;
                return value;
            }
        };
    }

    /**
     * The values to come, up to the close, in their order. Lazy: nothing is received before a terminal operation asks for it, and {@code
     * limit(n)} leaves what follows in the channel. Several streams share the values between them. Nothing needs to be closed.
     *
     * <p>A parallel stream gives the same result, but receives in one thread: to work in parallel, let several goroutines receive.
     *
     * @return the stream; for one use
     */
    default Stream<T> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    /**
     * The values to come, up to the close, in their order. Does not split: a part would wait for values that another part has.
     *
     * @return the values
     */
    @Override
    default Spliterator<T> spliterator() {
        return new Values<>(this);
    }

    /**
     * The values to come, for code that asks for a {@link Flow.Publisher}. Several subscribers share the values between them.
     *
     * <p>A goroutine serves each subscriber. It receives a value only when the subscriber has asked for one, and hands it over before it sees to
     * anything else: so none is lost when the subscriber cancels. It ends when the subscriber cancels, when the channel is closed and
     * drained ({@code onComplete}), or when {@code ctx} ends ({@code onError}). Of a close that comes while it asks for nothing, a subscriber is
     * told when he asks next.
     *
     * <p>A subscriber that throws breaks the rules of {@link Flow}: it is dropped, and the exception is uncaught.
     *
     * @param ctx its end ends all subscriptions
     * @return the publisher; for any number of subscribers
     */
    default Flow.Publisher<T> publisher(Context ctx) {
        return new ChanPublisher<>(this, Objects.requireNonNull(ctx));
    }
}
