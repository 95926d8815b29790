package dev.gofer.fetch.http;

import static dev.gofer.Go.go;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A connection that speaks HTTP/2, shared by the requests of one route. What the server sends is read by one goroutine, {@link Http2Reader}. */
final class Http2Connection implements AutoCloseable {
    /* The lock guards all fields below it; it is held for table look-ups, never while something is written or waited for.
     * (1) Streams are opened in the order of their numbers: number and frame are taken under the lock.
     * (2) At most as many streams are open as the server allows. Who finds no room waits for it, in turn, as long as its
     *     attempt's limits let it; the wait is ours, so it does not count for them.
     * (3) Nothing is opened once the connection retires: the server said so (GOAWAY), numbers ran out, or it is dead.
     * (4) Memory: what waits in streams is bounded by their windows. The connection's own window is wide and always refilled
     *     at once, so that a slow reader of one body holds up no other.
     * (5) A body of known length is whole before the server marks its end, if it does so in a frame of its own. A reset then
     *     would count as abuse; so the stream stays, and counts against (2), until the mark comes. */
    static final int STREAM_WINDOW = 64 * 1024;
    static final int CONNECTION_WINDOW = 16 << 20;
    static final int MAX_HEADERS = 64 * 1024;
    private static final int USUAL_STREAMS = 100; // until the server has said how many
    private static final int LAST_ID = Integer.MAX_VALUE - 2;
    private static final long SILENT = 5_000_000_000L;
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Route route;
    private final @Nullable InetAddress address;
    private final Socket raw;
    private final FrameWriter writer;
    private final Http2Reader reader;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Map<Integer, Http2Stream> streams = new HashMap<>();
    private int nextId = 1;
    private int mostStreams = USUAL_STREAMS;
    private boolean emptiesTable; // the next header block has to say that we use none
    private boolean retires; // (3)
    private boolean served; // an answer came
    private int lingering; // streams that only miss their end mark
    private @Nullable FetchException death;
    private long idleSince = System.nanoTime();
    private volatile long heardAt = System.nanoTime();

    Http2Connection(Route route, Dialer.Dialed dialed) throws IOException {
        this.route = route;
        this.address = dialed.address();
        this.raw = dialed.raw();
        this.writer = new FrameWriter(dialed.talk().getOutputStream(), e -> die(broke(e), true));
        this.reader = new Http2Reader(this, dialed.talk().getInputStream());
    }

    /** Greets the server, and starts to read. */
    void start() {
        byte[] settings = Frame.settings(
                Frame.SETTING_ENABLE_PUSH,
                0,
                Frame.SETTING_INITIAL_WINDOW_SIZE,
                STREAM_WINDOW,
                Frame.SETTING_MAX_HEADER_LIST_SIZE,
                2 * MAX_HEADERS);
        byte[] window = Frame.number(Frame.WINDOW_UPDATE, 0, CONNECTION_WINDOW - 65_535);
        var hello = ByteBuffer.allocate(PREFACE.length + settings.length + window.length);
        writer.send(hello.put(PREFACE).put(settings).put(window).array());
        go(reader::run);
    }

    Route route() {
        return route;
    }

    @Nullable
    InetAddress address() {
        return address;
    }

    /** Whether new requests may be sent here. */
    boolean isUsable() {
        lock.lock();
        try {
            return !retires;
        } finally {
            lock.unlock();
        }
    }

    /** Sends a request on a stream of its own; false where that is too late. */
    boolean open(Http2Stream stream, Request request, Attempt attempt) throws FetchException {
        long begun = System.nanoTime();
        boolean writes;
        lock.lock();
        try {
            while (!retires && streams.size() >= mostStreams) {
                if (attempt.isEnded()) throw attempt.explain(new IOException("ended"));
                room.await(100, TimeUnit.MILLISECONDS); // the end of an attempt wakes nobody here
            }
            if (retires) return false;
            int id = nextId;
            nextId += 2;
            if (id >= LAST_ID) retires = true;
            stream.opened(this, id);
            streams.put(id, stream);
            writes = writer.enqueue(frames(id, HeaderBlock.of(request, emptiesTable))); // (1)
            emptiesTable = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw attempt.explain(new IOException(e));
        } finally {
            lock.unlock();
        }
        if (writes) writer.drain();
        attempt.extend(System.nanoTime() - begun); // (2)
        return true;
    }

    /** A request without body: HEADERS, and CONTINUATION where it is long. */
    private static byte[] frames(int id, byte[] block) {
        int count = Math.max(1, (block.length + Frame.MAX_PAYLOAD - 1) / Frame.MAX_PAYLOAD);
        byte[] all = new byte[block.length + count * Frame.HEADER];
        int from = 0;
        int to = 0;
        for (int i = 0; i < count; i++) {
            int length = Math.min(Frame.MAX_PAYLOAD, block.length - from);
            int flags = (i == 0 ? Frame.END_STREAM : 0) | (i == count - 1 ? Frame.END_HEADERS : 0);
            Frame.header(all, to, i == 0 ? Frame.HEADERS : Frame.CONTINUATION, flags, id, length);
            System.arraycopy(block, from, all, to + Frame.HEADER, length);
            from += length;
            to += Frame.HEADER + length;
        }
        return all;
    }

    /** Sends a short frame of a stream's goroutine. */
    void send(byte[] frame) {
        writer.send(frame);
    }

    /** Forgets a stream whose answer is over, or of no use any more; where only its end mark is missing, once that has come (5). */
    void done(Http2Stream stream, boolean whole) {
        if (whole && stream.linger()) {
            lock.lock();
            try {
                served = true;
                lingering++;
                idleSince = System.nanoTime();
            } finally {
                lock.unlock();
            }
            tidy(stream); // it may have come in between
        } else {
            forget(stream, whole, false);
        }
    }

    /** Called after everything that came for a stream. */
    void tidy(Http2Stream stream) {
        if (stream.hasLingered()) forget(stream, true, true);
    }

    private void forget(Http2Stream stream, boolean whole, boolean lingered) {
        boolean known;
        lock.lock();
        try {
            known = streams.remove(stream.id()) != null;
            if (known && lingered) lingering--;
            if (streams.size() == lingering) idleSince = System.nanoTime();
            served |= whole;
            room.signal();
        } finally {
            lock.unlock();
        }
        if (known && !stream.isEnded()) writer.sendLater(Frame.number(Frame.RST_STREAM, stream.id(), Frame.CANCEL));
        if (!whole && System.nanoTime() - heardAt > SILENT) retire(); // most likely nobody is there
    }

    /** Nothing new is sent here; what is under way goes on. */
    void retire() {
        boolean empty;
        lock.lock();
        try {
            retires = true;
            empty = streams.size() == lingering;
            room.signalAll();
        } finally {
            lock.unlock();
        }
        if (empty) close();
    }

    /** The attempt of this goroutine was ended: if it is stuck in a write, nothing but the end of the connection wakes it. */
    void givenUp(Thread owner) {
        if (writer.isWriting(owner) && writer.isStuck(System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(100))) close();
    }

    /** Closes the connection if it has been of no use for that long; looks after a write that does not end. True: forget it. */
    boolean evict(long now, long idleNanos, long stuckNanos) {
        if (writer.isStuck(now, stuckNanos)) close();
        boolean stale;
        lock.lock();
        try {
            stale = streams.size() == lingering && (retires || now - idleSince >= idleNanos);
            if (stale) retires = true;
        } finally {
            lock.unlock();
        }
        if (stale) close();
        return stale;
    }

    // --- the reader ---

    @Nullable
    Http2Stream stream(int id) {
        lock.lock();
        try {
            return streams.get(id);
        } finally {
            lock.unlock();
        }
    }

    /** Whether we ever opened a stream of this number. */
    boolean wasOpened(int id) {
        lock.lock();
        try {
            return (id & 1) == 1 && id < nextId;
        } finally {
            lock.unlock();
        }
    }

    /** Answers the server, later; false where it seems to read nothing. */
    boolean answer(byte[] frame) {
        return writer.sendLater(frame);
    }

    void heard() {
        heardAt = System.nanoTime();
    }

    void allow(int concurrentStreams) {
        lock.lock();
        try {
            mostStreams = concurrentStreams;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void tableChanged() {
        lock.lock();
        try {
            emptiesTable = true;
        } finally {
            lock.unlock();
        }
    }

    /** The server takes nothing new, and has done nothing for streams above {@code last}. */
    void goAway(int last, int code) {
        List<Http2Stream> untouched = new ArrayList<>();
        lock.lock();
        try {
            retires = true; // in the same moment: what is opened before is told, what comes later is not opened
            for (var stream : streams.values()) if (stream.id() > last) untouched.add(stream);
        } finally {
            lock.unlock();
        }
        var why = new FetchException(Reason.RESET, "the server ended the connection: " + Frame.error(code));
        for (var stream : untouched) stream.fail(why, true);
        retire();
    }

    /** Ends all streams; {@code again}: those that nothing was heard of may be sent again, where the server had answered before. */
    void die(FetchException why, boolean again) {
        List<Http2Stream> all;
        boolean safely;
        lock.lock();
        try {
            if (death != null) return;
            death = why;
            retires = true;
            safely = again && served;
            all = List.copyOf(streams.values());
            room.signalAll();
        } finally {
            lock.unlock();
        }
        for (var stream : all) stream.fail(why, safely && !stream.heard());
        closeSocket();
    }

    FetchException broke(IOException e) {
        return new FetchException(Reason.RESET, "the connection broke: " + Failures.text(e), e);
    }

    @Override
    public void close() {
        die(new FetchException(Reason.RESET, "the connection was closed"), false);
    }

    private void closeSocket() {
        try {
            raw.close();
        } catch (IOException e) {
            // Closed all the same.
        }
    }

    @Override
    public String toString() {
        return "Http2Connection[" + route + "]";
    }
}
