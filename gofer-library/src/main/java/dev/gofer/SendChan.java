package dev.gofer;

import java.util.concurrent.Flow;

/**
 * The sending end of a channel. A method that only sends takes this type, and the compiler keeps it from receiving. Go: {@code chan<- T}.
 *
 * @param <T> what travels through the channel; never null
 */
public sealed interface SendChan<T> permits Chan {
    /**
     * Sends a value; waits until a receiver takes it or the buffer has room.
     *
     * <p>A send happens-before the completion of the receive that gets its value. Go: {@code ch <- v}.
     *
     * @param value what to send; not null
     * @throws NullPointerException when {@code value} is null: a null means "closed" on the other end
     * @throws MisuseException when the channel is closed, be it before or while this send waits
     * @throws java.util.concurrent.CancellationException when the thread is interrupted before the value is sent; the flag stays set
     */
    void send(T value);

    /**
     * Sends a value if that is possible at once. Exact: false only if there was an instant in this call at which no receiver waited and the
     * buffer was full. Go: {@code select { case ch <- v: … default: … }}.
     *
     * @param value what to send; not null
     * @return whether the value was sent
     * @throws NullPointerException when {@code value} is null
     * @throws MisuseException when the channel is closed
     */
    boolean trySend(T value);

    /**
     * Says that no more values will come. Receivers get the values that are in the buffer, then null. Go: {@code close(ch)}.
     *
     * <p>A close happens-before a receive that returns null because of it.
     *
     * @throws MisuseException when the channel is closed already, or is the nil channel
     */
    void close();

    /** {@return whether {@link #close} was called} Another goroutine may close the channel at any time: true stays true, false may be stale. */
    boolean isClosed();

    /** {@return the number of values in the buffer} Go: {@code len(ch)}. */
    int len();

    /** {@return the number of values for which the buffer has room; 0 for an unbuffered channel} Go: {@code cap(ch)}. */
    int cap();

    /**
     * A subscriber that sends into this channel what it gets, then closes the channel. For one publisher.
     *
     * {@snippet class="dev.gofer.Snippets" region="subscriber" :
     * var lines = new Chan<String>(16);
     * publisher.subscribe(lines.subscriber(ctx));
     * for (var line : lines) {
     *     use(line);
     * }
     * if (ctx.err() != null) {
     *     throw new IOException(ctx.cause());
     * }
     * }
     *
     * <p>A goroutine sends; the publisher's threads never wait. As many values as {@link #cap}, one at least, are asked for or not sent yet.
     *
     * @param ctx its end cancels the subscription and closes this channel; values that were not sent are dropped. Who stops receiving early must
     *     end it. If the publisher fails, it is ended, with the failure as its cause, before the channel is closed
     * @return the subscriber
     */
    default Flow.Subscriber<T> subscriber(Context.Cancellable ctx) {
        return ChanSubscriber.start(this, ctx);
    }
}
