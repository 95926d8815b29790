package dev.gofer.fetch.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Exchanges by HTTP/1.1: on a connection that waits in the pool, or on a new one. */
final class Http1 {
    /* (1) The guard checks the address of every hop, also of a connection that is reused: another request's policy may
     *     have allowed it.
     * (2) A connection that fails before the first byte of its answer, and had served before, was most likely closed by
     *     the server while it was idle: the request is sent once more, on a new connection, and that is no failure. */
    private static final int DRAIN_LIMIT = 16 * 1024;
    private static final int DRAIN_MILLIS = 500;

    private final Pool pool;

    Http1(Pool pool) {
        this.pool = pool;
    }

    /** The exchange on a connection that was idle; null where there is none, or none that is of use any more. */
    @Nullable
    Exchange reuse(Route route, Request request, AddressPolicy policy, Attempt attempt) throws FetchException {
        var idle = pool.take(route);
        if (idle == null) return null;
        attempt.hold(idle);
        boolean useful = false;
        try {
            var address = idle.address();
            if (address == null) Guard.checkText(request.url(), policy); // (1)
            else Guard.check(address, request.url(), policy);
            useful = idle.quiet();
        } finally {
            if (!useful) idle.close();
        }
        if (!useful) return null;
        try {
            return exchange(idle, request, attempt);
        } catch (FetchException e) {
            if (e.reason() == Reason.RESET && !idle.heard()) return null; // (2)
            throw e;
        }
    }

    /** The exchange on a new connection. */
    Exchange first(Route route, Dialer.Dialed dialed, Request request, Attempt attempt) throws FetchException {
        try {
            return exchange(attempt.hold(new Connection(route, dialed)), request, attempt);
        } catch (FetchException e) {
            throw e;
        } catch (IOException e) {
            throw attempt.explain(e);
        }
    }

    /** One request and the head of its answer; closes the connection where there is none. */
    private Exchange exchange(Connection connection, Request request, Attempt attempt) throws FetchException {
        boolean done = false;
        try {
            connection.send(request, attempt);
            var head = connection.receive();
            done = true;
            return new Turn(connection, head, attempt);
        } finally {
            if (!done) connection.close();
        }
    }

    /** Gives back a connection whose answer has been read whole. Whether it says more than that is asked at its next use. */
    private void release(Connection connection) {
        connection.wire().attend(null);
        pool.put(connection);
    }

    private final class Turn implements Exchange {
        private final Connection connection;
        private final Head head;
        private final Attempt attempt;

        Turn(Connection connection, Head head, Attempt attempt) {
            this.connection = connection;
            this.head = head;
            this.attempt = attempt;
        }

        @Override
        public Head head() {
            return head;
        }

        @Override
        public Body.Source source() {
            return connection.wire();
        }

        @Override
        public boolean isByProxy() {
            return connection.route().endsAtProxy();
        }

        @Override
        public void done(boolean whole) {
            if (whole && head.persistent()) release(connection);
            else connection.close();
        }

        /** Saves the connection where the body is little; a long or slow one is not worth it. */
        @Override
        public void discard(Attempt held) throws FetchException {
            boolean whole = head.persistent() && head.length() <= DRAIN_LIMIT && drained();
            boolean free = false;
            try {
                held.hold(() -> {}); // from here on the connection is no longer this attempt's to close
                free = whole;
            } finally {
                done(free);
            }
        }

        private boolean drained() {
            boolean[] whole = {false};
            try (var body = new Body(
                    connection.wire(), head.length(), DRAIN_LIMIT, Throttle.NONE, attempt, all -> whole[0] = all)) {
                long end = System.nanoTime() + DRAIN_MILLIS * 1_000_000L;
                byte[] scrap = new byte[4096];
                connection.readTimeout(DRAIN_MILLIS);
                while (System.nanoTime() < end) if (body.read(scrap) < 0) break;
                connection.readTimeout(0);
            } catch (IOException e) {
                return false;
            }
            return whole[0];
        }
    }
}
