package dev.gofer;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.Waiter;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One case of a {@code select}: an operation to wait for, and what to do when it is this one that goes ahead. Made by the {@code on…} methods
 * of {@link Go}. Go: {@code case v := <-ch:}.
 *
 * <p>A case takes part in one {@code select} at a time.
 */
public abstract sealed class Case {
    private boolean enabled = true;

    private Case() {}

    /**
     * Takes part only if {@code condition} holds, as seen now. Go's programs set the channel to nil for that.
     *
     * @param condition whether this case takes part
     * @return this case
     */
    public Case when(boolean condition) {
        enabled = condition;
        return this;
    }

    final boolean isEnabled() {
        return enabled;
    }

    /** Runs the body, once {@code select} has chosen this case and its operation is done. */
    abstract void runBody();

    /** A case that sends or receives. The caller of {@code attempt}, {@code enqueue} and {@code dequeue} holds the channel's lock. */
    abstract static sealed class Operation extends Case {
        private @Nullable Waiter waiter; // while its select sleeps; written by that

        /** Its wait while its select sleeps, always the same; null when that does not. */
        final @Nullable Waiter waiter() {
            return waiter;
        }

        final void setWaiter(@Nullable Waiter waiter) {
            this.waiter = waiter;
        }

        /** Whether it could ever go ahead. */
        abstract boolean isPossible();

        abstract SpinLock lock();

        /** The bubble that its channel belongs to; null for none. */
        abstract @Nullable Bubble bubble();

        /** What its wait brings: the value to send. */
        abstract @Nullable Object item();

        /**
         * Whether {@link #attempt} might have done something at some moment of the call; for those without the lock. Where it says no, that was
         * true of one instant.
         */
        abstract boolean looksReady();

        /** The same as {@link #attempt}, for those without the lock. */
        @Nullable
        Waiter attemptAlone() {
            var lock = lock();
            lock.acquire();
            try {
                return attempt();
            } finally {
                lock.release();
            }
        }

        /** Does the operation if that is possible now. Returns whom to wake; null: not possible. */
        abstract @Nullable Waiter attempt();

        abstract void enqueue(Waiter me);

        abstract void dequeue(Waiter me);

        /** The timer it waits for; null when it waits for somebody else. */
        @Nullable
        TimerChan timer() {
            return null;
        }

        /** Takes over what the fulfilled wait brought; throws where a send met a close. */
        abstract void complete(Waiter me);
    }

    /**
     * A case that receives.
     *
     * @param <T> what travels through the channel
     */
    public static final class Receive<T> extends Operation {
        /* What it receives from is one of the two; both are null where the case is impossible. No switch over the channel's type: the JVM makes a
         * class at run time for each of those, and calls it on every turn. */
        private final @Nullable Chan<T> channel;
        private final @Nullable TimerChan timer;
        private final @Nullable Consumer<? super @Nullable T> body;
        private @Nullable T value;

        Receive(@Nullable ReceiveChan<T> channel, @Nullable Consumer<? super @Nullable T> body) {
            this.timer = channel instanceof TimerChan it ? it : null;
            this.channel = channel instanceof Chan<T> it ? it : null;
            this.body = body;
        }

        /** {@return what was received when {@code select} last chose this case; null when the channel was closed and drained} */
        public @Nullable T value() {
            return value;
        }

        void setValue(@Nullable T value) {
            this.value = value;
        }

        @Override
        public Receive<T> when(boolean condition) {
            super.when(condition);
            return this;
        }

        @Override
        boolean isPossible() {
            return isEnabled() && (timer != null || (channel != null && !channel.isNil()));
        }

        @Override
        SpinLock lock() {
            return timer != null ? timer.lock() : channel().lock();
        }

        @Override
        @Nullable
        Bubble bubble() {
            return timer != null ? timer.bubble() : channel().bubble();
        }

        @Override
        @Nullable
        Object item() {
            return null;
        }

        @Override
        boolean looksReady() {
            return timer != null ? timer.looksDue() : channel().looksReadable();
        }

        @Override
        @Nullable
        Waiter attempt() {
            return timer != null ? attempt(timer) : channel().poll(this);
        }

        @Override
        @Nullable
        Waiter attemptAlone() {
            if (channel != null && channel.isDrained()) {
                value = null;
                return Waiter.NOBODY;
            }
            return super.attemptAlone();
        }

        private @Nullable Waiter attempt(TimerChan timer) {
            var me = new Waiter(null);
            if (!timer.poll(me)) {
                return null;
            }
            complete(me);
            return Waiter.NOBODY;
        }

        @Override
        void enqueue(Waiter me) {
            if (timer != null) {
                timer.addReceiver(me);
            } else {
                channel().addReceiver(me);
            }
        }

        @Override
        void dequeue(Waiter me) {
            if (timer != null) {
                timer.removeReceiver(me);
            } else {
                channel().removeReceiver(me);
            }
        }

        @Override
        @SuppressWarnings("unchecked") // the channel is a ReceiveChan<T>
        void complete(Waiter me) {
            value = (T) me.item;
        }

        @Override
        void runBody() {
            if (body != null) {
                body.accept(value);
            }
        }

        @Override
        @Nullable
        TimerChan timer() {
            return timer;
        }

        private Chan<T> channel() {
            return Objects.requireNonNull(channel, "an impossible case takes no part");
        }
    }

    /**
     * A case that sends.
     *
     * @param <T> what travels through the channel
     */
    public static final class Send<T> extends Operation {
        private final @Nullable Chan<T> channel;
        private final T value;
        private final @Nullable Runnable body;

        Send(@Nullable SendChan<T> channel, T value, @Nullable Runnable body) {
            this.channel = (Chan<T>) channel; // the only one there is
            this.value = Chan.requireValue(value);
            this.body = body;
        }

        @Override
        public Send<T> when(boolean condition) {
            super.when(condition);
            return this;
        }

        @Override
        boolean isPossible() {
            return isEnabled() && channel != null && !channel.isNil();
        }

        @Override
        SpinLock lock() {
            return channel().lock();
        }

        @Override
        @Nullable
        Bubble bubble() {
            return channel().bubble();
        }

        @Override
        Object item() {
            return value;
        }

        @Override
        boolean looksReady() {
            return channel().looksWritable();
        }

        @Override
        @Nullable
        Waiter attempt() {
            return channel().offer(value);
        }

        @Override
        void enqueue(Waiter me) {
            channel().addSender(me);
        }

        @Override
        void dequeue(Waiter me) {
            channel().removeSender(me);
        }

        @Override
        void complete(Waiter me) {
            channel().checkSent(me);
        }

        @Override
        void runBody() {
            if (body != null) {
                body.run();
            }
        }

        private Chan<T> channel() {
            return Objects.requireNonNull(channel, "an impossible case takes no part");
        }
    }

    /** The case that is chosen when no other is ready. Go: {@code default:}. */
    public static final class Otherwise extends Case {
        private final @Nullable Runnable body;

        Otherwise(@Nullable Runnable body) {
            this.body = body;
        }

        @Override
        public Otherwise when(boolean condition) {
            super.when(condition);
            return this;
        }

        @Override
        void runBody() {
            if (body != null) {
                body.run();
            }
        }
    }
}
