package dev.gofer;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;
import static java.lang.invoke.MethodHandles.lookup;

import dev.gofer.runtime.Bubble;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.WaitQueue;
import dev.gofer.runtime.Waiter;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A channel: goroutines send values into it, others receive them, and both wait for each other. Go: {@code chan T}.
 *
 * {@snippet class="dev.gofer.Snippets" region="chan" :
 * var squares = new Chan<Integer>();
 * go(() -> {
 *     for (int i = 1; i <= 3; i++) {
 *         squares.send(i * i);
 *     }
 *     squares.close();
 * });
 * for (int square : squares) {
 *     System.out.println(square);
 * }
 * }
 *
 * <p>An unbuffered channel hands each value from a sender to a receiver that is there; a buffered one lets senders run ahead by as many
 * values as it has room for. Those who wait are served in the order in which they came. Any thread may use a channel, goroutine or not.
 *
 * @param <T> what travels through the channel; never null
 */
public final class Chan<T> implements SendChan<T>, ReceiveChan<T> {
    /* A ring of values, a queue of those who wait to send, a queue of those who wait to receive, and one lock over all three.
     *
     * (1) Where values are in the buffer, no receiver waits; where there is room, no sender waits.
     * (2) So an operation that finds its counterpart waiting deals with it directly, and one that finds neither waits itself.
     *     Both queues hold open waits only when the same select waits to send and to receive here.
     * (3) A closed channel has no waiters: close wakes them all, and nobody waits afterwards.
     * (4) Who is taken from a queue has had his wait fulfilled: `item` and `ok` are filled before the lock is released.
     * (5) What does not wait looks without the lock first, and says "not possible" when it has seen that: first that there is nothing to receive
     *     (nobody to send to), then that the channel is not closed, so that both were true at the first look. For that, `count` and the heads
     *     of the queues pass through no value in between that is not true of the channel, and `closed` is written before close empties
     *     the queues. The fence before it keeps the look behind what the same thread did to another channel, whose lock it released with
     *     no fence: or two goroutines could each send to one channel and find the other's empty.
     * (6) Closed and drained is for ever. So who sees that, `closed` first, needs no lock to receive nothing, and all who look at the channel of a
     *     context that has ended share its cache line instead of taking it from each other.
     *
     * The nil channel has no room at all, and nobody queues up in it: so those who wait there never meet. */
    private static final VarHandle COUNT = fieldVarHandle(lookup(), "count", VarHandle.class, Chan.class, int.class);
    private static final int NO_ROOM = -1;
    private static final int ROOM_AT_ONCE = 1_024; // values; a larger buffer grows as it fills
    private static final Chan<?> NIL =
            new Chan<>(NO_ROOM, new Object[0]).moveTo(null); // not to the bubble that needs it first

    private final SpinLock lock = new SpinLock(); // guards all below
    private final WaitQueue senders = new WaitQueue();
    private final WaitQueue receivers = new WaitQueue();
    private @Nullable Object[] buffer; // a ring: `count` values from `head` on; no longer than `capacity`
    private final int capacity; // of the buffer; NO_ROOM in the nil channel
    private int head;
    private int count; // read without the lock through COUNT
    private volatile boolean closed; // read without the lock, too

    /** Makes an unbuffered channel. Go: {@code make(chan T)}. */
    public Chan() {
        this(0, new Object[0]);
    }

    /**
     * Makes a channel with a buffer. Go: {@code make(chan T, n)}.
     *
     * @param capacity the number of values it has room for; 0 for an unbuffered channel. A large one takes memory as it fills
     * @throws IllegalArgumentException when {@code capacity} is negative
     */
    public Chan(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("makechan: size out of range: " + capacity + "; use 0 or more");
        }
        this(capacity, new Object[Math.min(capacity, ROOM_AT_ONCE)]);
    }

    private Chan(int capacity, @Nullable Object[] buffer) {
        this.capacity = capacity;
        this.buffer = buffer;
    }

    /** An unbuffered channel that belongs to {@code bubble}; null for none. */
    static <T> Chan<T> in(@Nullable Bubble bubble) {
        return new Chan<T>().moveTo(bubble);
    }

    private Chan<T> moveTo(@Nullable Bubble bubble) {
        receivers.moveTo(bubble);
        senders.moveTo(bubble);
        return this;
    }

    /**
     * {@return the nil channel} Sending and receiving wait for ever, in a {@code select} it is never ready. Go: {@code var ch chan T}.
     *
     * @param <T> whatever is asked for: nothing ever goes through it
     */
    @SuppressWarnings("unchecked") // no value ever goes through it
    public static <T> Chan<T> nil() {
        return (Chan<T>) NIL;
    }

    @Override
    public void send(T value) {
        requireValue(value);
        if (isNil()) {
            throw Park.forever(Forever.SEND_TO_NIL);
        }
        requireInside("send on");
        Waiter me = null;
        Waiter receiver;
        lock.acquire();
        try {
            receiver = offer(value);
            if (receiver == null) {
                me = new Waiter(value);
                senders.add(me);
            }
        } finally {
            lock.release();
        }
        if (me == null) {
            Park.wake(receiver);
        } else {
            Park.sleep(me, senders, lock, this);
            checkSent(me);
        }
    }

    @Override
    public boolean trySend(T value) {
        requireValue(value);
        requireInside("send on");
        Bubble.step("looks at a Chan");
        VarHandle.fullFence(); // (5)
        if (!looksWritable()) {
            return false;
        }
        Waiter receiver;
        lock.acquire();
        try {
            receiver = offer(value);
        } finally {
            lock.release();
        }
        Park.wake(receiver);
        return receiver != null;
    }

    @Override
    @SuppressWarnings("unchecked") // only send puts values in
    public @Nullable T receive() {
        if (isNil()) {
            throw Park.forever(Forever.RECEIVE_FROM_NIL);
        }
        requireInside("receive on");
        Waiter me = null;
        T value = null;
        Waiter sender;
        lock.acquire();
        try {
            sender = senders.poll();
            if (sender != null || isReadable()) {
                value = take(sender);
            } else {
                me = new Waiter(null);
                receivers.add(me);
            }
        } finally {
            lock.release();
        }
        if (me == null) {
            Park.wake(sender);
            return value;
        }
        Park.sleep(me, receivers, lock, this);
        return (T) me.item;
    }

    @Override
    public @Nullable T tryReceive() {
        requireInside("receive on");
        Bubble.step("looks at a Chan");
        VarHandle.fullFence(); // (5)
        if (looksEmpty()) {
            return null; // open, or closed and drained
        }
        lock.acquire();
        var sender = senders.poll();
        T value = take(sender);
        lock.release();
        Park.wake(sender);
        return value;
    }

    @Override
    public void close() {
        requireInside("close of");
        shut().run();
    }

    /** Closes, and returns what is left to do, without any lock: to wake those who slept here. From outside of its bubble, too. */
    Runnable shut() {
        Waiter receiving;
        Waiter sending;
        lock.acquire();
        try {
            if (closed || isNil()) {
                throw new MisuseException(
                        isNil()
                                ? "close of nil channel: make one with new Chan<>()"
                                : "close of closed channel: let one goroutine close it, once, when it has sent the last value");
            }
            closed = true;
            receiving = receivers.pollAll(); // (3), (4): item stays null
            sending = senders.pollAll(); // (4): ok stays false
        } finally {
            lock.release();
        }
        return () -> {
            Park.wakeAll(receiving);
            Park.wakeAll(sending);
        };
    }

    @Override
    public boolean isClosed() {
        VarHandle.fullFence(); // as in (5)
        return closed;
    }

    @Override
    public int len() {
        VarHandle.fullFence(); // as in (5)
        return (int) COUNT.getAcquire(this);
    }

    @Override
    public int cap() {
        return Math.max(capacity, 0);
    }

    /** What it is and its state, for people: {@code chan@1b2c (len 2, cap 4, 1 waits to send)}. */
    @Override
    public String toString() {
        lock.acquire();
        int sending = senders.size();
        int receiving = receivers.size();
        var state = closed ? ", closed" : "";
        int len = count;
        lock.release();
        return isNil()
                ? "nil chan"
                : "chan@" + Integer.toHexString(System.identityHashCode(this)) + " (len " + len + ", cap " + capacity
                        + (sending > 0 ? ", " + sending + " waiting to send" : "")
                        + (receiving > 0 ? ", " + receiving + " waiting to receive" : "") + state + ")";
    }

    // What select and the dump need; the caller holds the lock, but for isDrained and those that are called looks….

    SpinLock lock() {
        return lock;
    }

    @Nullable
    Bubble bubble() {
        return receivers.bubble();
    }

    boolean isNil() {
        return capacity == NO_ROOM;
    }

    /** Sends if that is possible now. Returns whom to wake, NOBODY where the value went into the buffer; null: not possible. */
    @Nullable
    Waiter offer(T value) {
        if (closed) {
            throw sendOnClosed();
        }
        var receiver = receivers.poll();
        if (receiver != null) {
            receiver.item = value; // (4)
            receiver.ok = true;
            return receiver;
        }
        if (count < capacity) {
            put(value);
            return Waiter.NOBODY;
        }
        return null;
    }

    /** Receives into {@code receive} if that is possible now. Returns whom to wake, NOBODY for none; null: not possible. */
    @Nullable
    Waiter poll(Case.Receive<T> receive) {
        var sender = senders.poll();
        if (sender == null && !isReadable()) {
            return null;
        }
        receive.setValue(take(sender));
        return sender == null ? Waiter.NOBODY : sender;
    }

    void addSender(Waiter me) {
        senders.add(me);
    }

    void addReceiver(Waiter me) {
        receivers.add(me);
    }

    void removeSender(Waiter me) {
        senders.remove(me);
    }

    void removeReceiver(Waiter me) {
        receivers.remove(me);
    }

    /** To be called when a wait to send is over. */
    void checkSent(Waiter me) {
        if (!me.ok) {
            throw sendOnClosed();
        }
    }

    /** Tells {@code visitor} who sleeps here, and why in Go's words. */
    void visitSleepers(BiConsumer<Waiter, String> visitor) {
        lock.acquire();
        senders.forEach(waiter -> visitor.accept(waiter, "chan send"));
        receivers.forEach(waiter -> visitor.accept(waiter, "chan receive"));
        lock.release();
    }

    /** Whether a receive would have returned at once at some moment of the call; for those without the lock. */
    boolean looksReadable() {
        return !looksEmpty() || closed;
    }

    /** Whether all receives from now on find it closed and drained; for those without the lock. */
    boolean isDrained() {
        Bubble.step("looks at a Chan");
        return closed && count == 0; // (6): after the close no value comes in, and no sender waits to bring one
    }

    /** Whether a send would have returned or thrown at once at some moment of the call; for those without the lock. */
    boolean looksWritable() {
        return !looksFull() || closed;
    }

    /** Whether there was nothing to receive at some moment of the call; for those without the lock. */
    private boolean looksEmpty() {
        return (int) COUNT.getAcquire(this) == 0 && (capacity > 0 || senders.wasEmpty()); // (1)
    }

    /** Whether there was neither room nor a receiver at some moment of the call; for those without the lock. */
    private boolean looksFull() {
        return capacity > 0 ? (int) COUNT.getAcquire(this) == capacity : receivers.wasEmpty(); // (1)
    }

    /** A receive would return at once even with no sender waiting. */
    private boolean isReadable() {
        return count > 0 || closed;
    }

    /** Takes the next value; {@code sender} is the first who waits to send, or null. Null: nothing there. */
    @SuppressWarnings("unchecked") // only send puts values in
    private @Nullable T take(@Nullable Waiter sender) {
        var value = sender == null ? null : sender.item;
        if (count > 0) {
            var oldest = buffer[head];
            buffer[head] = value; // a sender waits when the buffer is full: his value goes to its end, which is here
            head = head + 1 == buffer.length ? 0 : head + 1;
            if (sender == null) {
                count--;
            }
            value = oldest;
        }
        if (sender != null) {
            sender.item = null; // (4)
            sender.ok = true;
        }
        return (T) value;
    }

    private void put(Object value) {
        if (count == buffer.length) {
            grow();
        }
        int tail = head + count;
        buffer[tail < buffer.length ? tail : tail - buffer.length] = value;
        count++;
    }

    private void grow() {
        var larger = new Object[(int) Math.min(2L * buffer.length, capacity)];
        System.arraycopy(buffer, head, larger, 0, buffer.length - head);
        System.arraycopy(buffer, 0, larger, buffer.length - head, head);
        buffer = larger;
        head = 0;
    }

    private void requireInside(String operation) {
        if (receivers.isForeign()) {
            throw outside(operation);
        }
    }

    static MisuseException outside(String operation) {
        return new MisuseException(operation + " synctest channel from outside bubble: what is made in a bubble is for"
                + " the bubble's goroutines; make the channel outside, or use it inside only");
    }

    static <T> T requireValue(T value) {
        return Objects.requireNonNull(
                value, "null cannot be sent: on the other end null means that the channel is closed");
    }

    private static MisuseException sendOnClosed() {
        return new MisuseException("send on closed channel: close it only when every sender is done");
    }
}
