package dev.gofer.fetch.http;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One request on an HTTP/2 connection, and its answer as it comes. */
final class Http2Stream implements Body.Source, AutoCloseable {
    /* The lock guards all fields below it. The connection's reader puts in what comes, the attempt's goroutine takes it out.
     * (1) What waits here is never more than the window: the server may send no more before it is told that some was read.
     * (2) Over is for ever: the last byte came, or it failed, or it was closed. */
    private final Attempt attempt;
    private final Thread owner = Thread.currentThread();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private int position; // in the first chunk
    private int here; // bytes in all chunks
    private long declared = -1; // what is still to come, where the head told
    private long allowance; // bytes that the server may still send
    private long window;
    private long unsaid; // bytes that were read since the server was told
    private @Nullable Head head;
    private int interim;
    private boolean heard;
    private boolean ended; // (2) by the server
    private boolean closed; // (2) by us
    private @Nullable FetchException failure; // (2)
    private boolean lingers; // the attempt is done with it, the server is not
    private boolean refused; // the failure is of a kind that lets the request be sent again at once

    private @Nullable Http2Connection connection; // once it is open
    private int id;

    Http2Stream(Attempt attempt, int window) {
        this.attempt = attempt;
        this.window = window;
        this.allowance = window;
    }

    int id() {
        return id;
    }

    /** Before anything of it is sent. */
    void opened(Http2Connection on, int number) {
        lock.lock();
        try {
            connection = on;
            id = number;
        } finally {
            lock.unlock();
        }
    }

    // --- the connection's reader ---

    /** Takes a head; false where it must not come. */
    boolean receiveHead(Head fresh, boolean last) {
        lock.lock();
        try {
            if (isOver()) return true;
            heard = true;
            int status = fresh.status();
            if (status < 200) return status != 101 && !last && ++interim <= 8;
            head = fresh;
            declared = fresh.length() >= 0 ? fresh.length() : -1;
            if (last) return end();
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean hasHead() {
        lock.lock();
        try {
            return head != null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what follows a body, of which nothing is used; false where it must not come. */
    boolean receiveTrailers(boolean last) {
        lock.lock();
        try {
            return isOver() || (last && end());
        } finally {
            lock.unlock();
        }
    }

    private boolean end() {
        if (declared > 0) {
            fail(new FetchException(Reason.CUT_SHORT, "the server ended it " + declared + " bytes early"), false);
        } else {
            ended = true;
            changed.signal();
        }
        return true;
    }

    /** What becomes of a piece of a body. */
    enum Taken {
        YES,
        /** Nobody wants it any more. */
        NOT_WANTED,
        /** The server must not send it. */
        WRONG
    }

    /** Takes a piece of the body; {@code padded} is how much of the window it used. */
    Taken receiveData(byte[] bytes, int padded, boolean last) {
        lock.lock();
        try {
            if (isOver()) return Taken.NOT_WANTED;
            allowance -= padded;
            boolean tooMuch = declared >= 0 && bytes.length > declared;
            if (head == null || allowance < 0 || tooMuch) return Taken.WRONG;
            if (declared >= 0) declared -= bytes.length;
            if (bytes.length > 0) {
                chunks.add(bytes);
                here += bytes.length;
                changed.signal();
            }
            unsaid += padded - bytes.length;
            if (last) end();
            return Taken.YES;
        } finally {
            lock.unlock();
        }
    }

    /** Ends it badly; {@code again}: the server did nothing for it, so that it may be sent again at once. */
    void fail(FetchException why, boolean again) {
        lock.lock();
        try {
            if (isOver()) return;
            failure = why;
            refused = again && head == null;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean heard() {
        lock.lock();
        try {
            return heard;
        } finally {
            lock.unlock();
        }
    }

    // --- the attempt's goroutine ---

    /** The head of the answer; null where the request may be sent again on another connection. */
    @Nullable
    Head awaitHead() throws FetchException {
        lock.lock();
        try {
            while (head == null && failure == null && !closed) await();
            if (head != null) return head;
            if (refused && !closed) return null;
            throw failed();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws FetchException {
        int n;
        int update = 0;
        lock.lock();
        try {
            while (here == 0 && !isOver()) await();
            if (here == 0) {
                if (ended && !closed) return -1;
                throw failed();
            }
            n = take(target, offset, length);
            unsaid += n;
            if (unsaid >= window / 2 && !isOver()) {
                update = (int) unsaid;
                allowance += unsaid;
                unsaid = 0;
            }
        } finally {
            lock.unlock();
        }
        if (update > 0) send(update);
        return n;
    }

    private int take(byte[] target, int offset, int length) {
        int n = 0;
        while (n < length && here > 0) {
            byte[] first = chunks.getFirst();
            int part = Math.min(length - n, first.length - position);
            System.arraycopy(first, position, target, offset + n, part);
            n += part;
            here -= part;
            position += part;
            if (position == first.length) {
                chunks.removeFirst();
                position = 0;
            }
        }
        attempt.afterRead(n);
        return n;
    }

    @SuppressWarnings("WaitNotInLoop") // each caller is the loop
    private void await() throws FetchException {
        attempt.beforeRead();
        try {
            changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw attempt.explain(new IOException(e));
        } finally {
            attempt.afterRead(0);
        }
    }

    private FetchException failed() {
        if (closed || attempt.isEnded()) return attempt.explain(new IOException("the stream was closed"));
        return failure != null ? failure : new FetchException(Reason.RESET, "the stream was closed");
    }

    /** Lets the server send so much more at a time than it may from the begin on. */
    void widen(int bytes) {
        lock.lock();
        try {
            if (isOver()) return;
            window += bytes;
            allowance += bytes;
        } finally {
            lock.unlock();
        }
        send(bytes);
    }

    private void send(int update) {
        var on = connection;
        if (on != null) on.send(Frame.number(Frame.WINDOW_UPDATE, id, update));
    }

    @Override
    public int length() {
        lock.lock();
        try {
            return here;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void skip(int bytes) {
        lock.lock();
        try {
            take(new byte[bytes], 0, bytes);
        } finally {
            lock.unlock();
        }
    }

    /** Lets the server say in its own time that nothing follows a body that is whole; false where nothing more will come anyway. */
    boolean linger() {
        lock.lock();
        try {
            lingers = !isOver();
            return lingers;
        } finally {
            lock.unlock();
        }
    }

    /** Whether what {@link #linger} waits for has come. */
    boolean hasLingered() {
        lock.lock();
        try {
            return lingers && isOver();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the server has said all it had to. */
    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private boolean isOver() {
        return ended || closed || failure != null;
    }

    // --- others ---

    /** Wakes the attempt's goroutine, whatever it waits for; the connection goes on, unless that goroutine is stuck in a write. */
    @Override
    public void close() {
        Http2Connection on;
        lock.lock();
        try {
            closed = true;
            changed.signal();
            on = connection;
        } finally {
            lock.unlock();
        }
        if (on != null) on.givenUp(owner);
    }
}
