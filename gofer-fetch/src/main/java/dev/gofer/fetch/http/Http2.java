package dev.gofer.fetch.http;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Exchanges by HTTP/2: one connection for each route that speaks it. */
final class Http2 implements AutoCloseable {
    /* (1) Whether a server speaks HTTP/2 is known once a connection stands. Until then one attempt at a time dials a route,
     *     and the others wait to share its connection; when it turns out that the route speaks HTTP/1.1 all go ahead, and
     *     nobody waits there again.
     * (2) A request that the server certainly did not act upon is sent again, on another connection, a few times.
     * (3) Windows are small at first. A body that is long is given a wider one out of a budget that all share, so that what
     *     waits in streams is bounded, too: 64 KiB for each attempt, and the budget. */
    private static final int MOST_ROUTES = 10_000; // that are remembered to speak HTTP/1.1
    private static final int TRIES = 4;
    private static final int WIDER = 448 * 1024; // to 512 KiB: 40 Mbit/s at 100 ms
    private static final int BUDGET = 64; // of these: 28 MiB

    private final long idleNanos;
    private final long stuckNanos;
    private final Map<Route, Http2Connection> connections = new ConcurrentHashMap<>();
    private final Map<Route, CompletableFuture<Boolean>> dialling = new ConcurrentHashMap<>(); // (1)
    private final Set<Route> others = ConcurrentHashMap.newKeySet(); // that speak HTTP/1.1
    private final Semaphore wider = new Semaphore(BUDGET);
    private volatile boolean closed;

    Http2(TransportOptions options) {
        this.idleNanos = Limits.nanos(options.idleTimeout());
        this.stuckNanos = Limits.nanos(options.stallTimeout());
    }

    /** Makes a connection, for which the server is offered HTTP/2. */
    interface Dial {
        Dialer.Dialed dial() throws FetchException;
    }

    /** The exchange over HTTP/2 (2); null where the route has no connection that speaks it. */
    @Nullable
    Exchange shared(Route route, Request request, AddressPolicy policy, Attempt attempt) throws FetchException {
        for (int tries = 0; tries < TRIES; tries++) {
            var connection = connections.get(route);
            if (connection == null) return null;
            if (!connection.isUsable()) {
                connections.remove(route, connection);
                continue;
            }
            var exchange = exchange(connection, request, policy, attempt);
            if (exchange != null) return exchange;
            if (!connection.isUsable()) connections.remove(route, connection);
        }
        throw new FetchException(Reason.RESET, "the server refuses one request after the other");
    }

    /** A new connection that speaks HTTP/1.1; null: one that speaks HTTP/2 may be {@link #shared} now. */
    Dialer.@Nullable Dialed dial(Route route, Dial dial, Attempt attempt) throws FetchException {
        if (others.contains(route)) return sorted(route, dial.dial(), attempt);
        var mine = new CompletableFuture<Boolean>();
        var before = dialling.putIfAbsent(route, mine);
        if (before != null) return await(before, attempt);
        try {
            if (connections.containsKey(route)) return null; // it came in between
            var dialed = sorted(route, dial.dial(), attempt);
            mine.complete(true);
            return dialed;
        } catch (FetchException e) {
            if (isServers(e)) mine.completeExceptionally(e);
            throw e;
        } finally {
            dialling.remove(route, mine);
            mine.complete(false);
        }
    }

    /** Waits for the one who dials; who fails for a reason that is the server's fails for all. */
    private static Dialer.@Nullable Dialed await(CompletableFuture<Boolean> other, Attempt attempt)
            throws FetchException {
        try {
            attempt.await(other);
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FetchException failure)
                throw new FetchException(failure.reason(), failure.getMessage(), failure, failure.retryable());
            throw new AssertionError(e);
        }
    }

    private static boolean isServers(FetchException e) {
        return switch (e.reason()) {
            case DNS, REFUSED, UNREACHABLE, CONNECT_TIMEOUT, TLS, RESET, PROXY -> true;
            default -> false;
        };
    }

    /** Keeps what speaks HTTP/2; returns what does not. */
    private Dialer.@Nullable Dialed sorted(Route route, Dialer.Dialed dialed, Attempt attempt) throws FetchException {
        if (!dialed.isHttp2()) {
            if (others.size() >= MOST_ROUTES) others.clear();
            others.add(route);
            return dialed;
        }
        others.remove(route);
        try {
            var connection = new Http2Connection(route, dialed);
            connection.start();
            attempt.hold(() -> {}); // it is not this attempt's alone
            var old = connections.put(route, connection);
            if (old != null) old.retire();
            if (closed) close();
            return null;
        } catch (IOException e) {
            throw attempt.explain(e);
        }
    }

    private @Nullable Exchange exchange(
            Http2Connection connection, Request request, AddressPolicy policy, Attempt attempt) throws FetchException {
        var address = connection.address();
        if (address == null) Guard.checkText(request.url(), policy);
        else Guard.check(address, request.url(), policy);
        var stream = attempt.hold(new Http2Stream(attempt, Http2Connection.STREAM_WINDOW));
        if (!connection.open(stream, request, attempt)) return null;
        boolean answered = false;
        try {
            var head = stream.awaitHead();
            if (head == null) return null;
            answered = true;
            return new Turn(connection, stream, head);
        } finally {
            if (!answered) connection.done(stream, false);
        }
    }

    boolean isEmpty() {
        return connections.isEmpty();
    }

    /** Closes what has been idle for too long, and what is dead. */
    void evict(long now) {
        connections.values().removeIf(connection -> connection.evict(now, idleNanos, stuckNanos));
    }

    int size() {
        return connections.size();
    }

    @Override
    public void close() {
        closed = true;
        for (var connection : connections.values()) connection.close();
    }

    private final class Turn implements Exchange {
        private final Http2Connection connection;
        private final Http2Stream stream;
        private final Head head;
        private final boolean isWide;

        Turn(Http2Connection connection, Http2Stream stream, Head head) {
            this.connection = connection;
            this.stream = stream;
            this.head = head;
            boolean isLong = head.length() < 0 || head.length() > Http2Connection.STREAM_WINDOW;
            this.isWide = isLong && wider.tryAcquire(); // (3)
            if (isWide) stream.widen(WIDER);
        }

        @Override
        public Head head() {
            return head;
        }

        @Override
        public Body.Source source() {
            return stream;
        }

        @Override
        public boolean isByProxy() {
            return false;
        }

        @Override
        public void done(boolean whole) {
            connection.done(stream, whole);
            if (isWide) wider.release();
        }

        @Override
        public void discard(Attempt attempt) throws FetchException {
            try {
                attempt.hold(() -> {});
            } finally {
                done(stream.isEnded());
            }
        }
    }
}
