package dev.gofer.fetch.http;

import dev.gofer.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fetches by HTTP/1.1, blocking, from any number of goroutines at once; keeps connections open for reuse. One call is
 * one attempt: it follows redirects, but does not try again.
 */
public final class Transport implements AutoCloseable {
    /* get() -> hop() for each redirect -> exchange(): an idle connection or a new one, one request, one head.
     * (1) The guard checks the address of every hop, also of a connection that is reused: another request's policy may
     *     have allowed it.
     * (2) A connection that fails before the first byte of its answer, and had served before, was most likely closed by
     *     the server while it was idle: the request is sent once more, on a new connection, and that is no failure.
     * (3) An attempt is watched from begin to end: until get() throws, or the body has ended. */
    private static final int DRAIN_LIMIT = 16 * 1024;
    private static final int DRAIN_MILLIS = 500;

    private final TransportOptions options;
    private final Pool pool;
    private final Resolver resolver;
    private final Dialer dialer;
    private final Watchdog watchdog;
    private final byte[] headers; // User-Agent and so on, and the caller's
    private final byte[] ownHeaders; // the same without the caller's
    private volatile boolean closed;

    /**
     * A transport with these options; close it to close its connections.
     *
     * @param options what it says, waits for and accepts
     * @throws IOException where {@link TransportOptions#caFile} cannot be read or holds no certificate
     */
    public Transport(TransportOptions options) throws IOException {
        this(options, InetAddress::getAllByName);
    }

    Transport(TransportOptions options, Resolver.Lookup lookup) throws IOException {
        var tls = new Tls(options.caFile());
        this.options = options;
        this.pool = new Pool(options);
        this.resolver = new Resolver(lookup, options);
        this.dialer = new DirectDialer(resolver, tls, options);
        this.watchdog = new Watchdog(options, pool);
        this.ownHeaders = headers(options, false);
        this.headers = headers(options, true);
    }

    private static byte[] headers(TransportOptions options, boolean callers) {
        var text = new StringBuilder("User-Agent: ")
                .append(options.userAgent())
                .append("\r\nAccept-Encoding: identity\r\n");
        var given = options.headers();
        boolean accept = callers && given.keySet().stream().anyMatch(name -> name.equalsIgnoreCase("accept"));
        if (!accept) text.append("Accept: */*\r\n");
        if (callers)
            given.forEach((name, value) ->
                    text.append(name).append(": ").append(value).append("\r\n"));
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Makes one attempt: connects or reuses a connection, follows redirects, and returns the first answer that is a
     * success. The attempt's limits hold until the body has been read or closed; so does the context: its end is the end
     * of the attempt, and of the connection.
     *
     * @param url what to fetch
     * @param policy which addresses may be called for it, redirects included
     * @param ctx ends the attempt early
     * @return the answer
     * @throws FetchException for every way in which it can fail; {@link FetchException#reason} tells which
     */
    public Response get(HttpUrl url, AddressPolicy policy, Context ctx) throws FetchException {
        if (closed) throw new FetchException(Reason.CANCELLED, "the transport was closed");
        var attempt = new Attempt(options);
        watchdog.watch(attempt); // (3)
        boolean handedOver = false;
        try {
            attempt.follow(ctx);
            var response = follow(url, policy, attempt);
            handedOver = true;
            return response;
        } finally {
            if (!handedOver) over(attempt);
        }
    }

    private Response follow(HttpUrl first, AddressPolicy policy, Attempt attempt) throws FetchException {
        var at = new HttpUrl[] {first};
        try {
            return follow(first, policy, attempt, at);
        } catch (FetchException e) {
            throw at[0].server().equals(first.server()) ? e : e.after(at[0]);
        }
    }

    /** Follows redirects; {@code at} says how far it came. */
    private Response follow(HttpUrl first, AddressPolicy firstPolicy, Attempt attempt, HttpUrl[] at)
            throws FetchException {
        var url = first;
        var policy = firstPolicy;
        Set<HttpUrl> seen = Set.of();
        for (int hops = 0; ; hops++) {
            byte[] sent = url.origin().equals(first.origin()) ? headers : ownHeaders;
            var exchange = exchange(url, policy, sent, attempt);
            int status = exchange.head.status();
            if (status >= 200 && status < 300 && status != 206) return response(url, exchange, attempt);
            drain(exchange, attempt);
            if (!isRedirect(status)) throw failure(exchange.head);
            var next = target(url, exchange.head);
            if (hops == 0) seen = new HashSet<>();
            seen.add(url);
            if (seen.contains(next)) {
                throw new FetchException(
                        Reason.REDIRECT_LOOP, "redirects lead back to " + next + " after " + (hops + 1) + " hops");
            }
            if (hops == options.maxRedirects()) {
                throw new FetchException(Reason.TOO_MANY_REDIRECTS, "more than " + hops + " redirects");
            }
            policy = Guard.after(url, policy);
            url = next;
            at[0] = next;
        }
    }

    /** A connection on which the head of an answer has come. */
    private record Exchange(Connection connection, Head head) {}

    private Exchange exchange(HttpUrl url, AddressPolicy policy, byte[] sent, Attempt attempt) throws FetchException {
        var idle = pool.take(url.origin());
        if (idle != null) {
            var head = reuse(idle, url, policy, sent, attempt);
            if (head != null) return new Exchange(idle, head);
        }
        var fresh = dialer.dial(url, policy, attempt);
        return new Exchange(fresh, exchange(fresh, url, sent, attempt));
    }

    /** The head of the answer on a connection that was idle; null where the connection turns out to be of no use any more. */
    private static @Nullable Head reuse(
            Connection idle, HttpUrl url, AddressPolicy policy, byte[] sent, Attempt attempt) throws FetchException {
        attempt.hold(idle);
        boolean useful = false;
        try {
            Guard.check(idle.address(), url, policy); // (1)
            useful = idle.quiet();
        } finally {
            if (!useful) idle.close();
        }
        if (!useful) return null;
        try {
            return exchange(idle, url, sent, attempt);
        } catch (FetchException e) {
            if (e.reason() == Reason.RESET && !idle.heard()) return null; // (2)
            throw e;
        }
    }

    /** One request and the head of its answer; closes the connection where there is none. */
    private static Head exchange(Connection connection, HttpUrl url, byte[] sent, Attempt attempt)
            throws FetchException {
        boolean done = false;
        try {
            connection.send(url, sent, attempt);
            var head = connection.receive();
            done = true;
            return head;
        } finally {
            if (!done) connection.close();
        }
    }

    private Response response(HttpUrl url, Exchange exchange, Attempt attempt) throws FetchException {
        var head = exchange.head;
        long limit =
                head.length() >= 0 ? options.maxBytes() : Math.min(options.maxBytes(), options.maxUndeclaredBytes());
        if (head.length() > limit) {
            exchange.connection.close();
            throw new FetchException(Reason.TOO_LARGE, "the body has " + head.length() + " bytes, more than " + limit);
        }
        attempt.expect(Math.max(head.length(), 0));
        var body = new Body(exchange.connection.wire(), head.length(), limit, whole -> {
            boolean mine = over(attempt);
            if (mine && whole && head.persistent()) release(exchange.connection);
            else exchange.connection.close();
        });
        return new Response(url, head, body);
    }

    /** Saves the connection of an answer whose body nobody wants, where that is little; a long or slow one is not worth it. */
    private void drain(Exchange exchange, Attempt attempt) throws FetchException {
        boolean whole = exchange.head.persistent() && exchange.head.length() <= DRAIN_LIMIT && drained(exchange);
        boolean free = false;
        try {
            attempt.hold(() -> {}); // from here on the connection is no longer this attempt's to close
            free = whole;
        } finally {
            if (free) release(exchange.connection);
            else exchange.connection.close();
        }
    }

    private static boolean drained(Exchange exchange) {
        var connection = exchange.connection;
        boolean[] whole = {false};
        try (var body = new Body(connection.wire(), exchange.head.length(), DRAIN_LIMIT, all -> whole[0] = all)) {
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

    /** Gives back a connection whose answer has been read whole. Whether it says more than that is asked at its next use. */
    private void release(Connection connection) {
        connection.wire().attend(null);
        pool.put(connection);
    }

    private static boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    private HttpUrl target(HttpUrl from, Head head) throws FetchException {
        String location = head.header("Location");
        if (location == null) throw new FetchException(Reason.BAD_REDIRECT, head.statusText() + " without a Location");
        HttpUrl to;
        try {
            to = from.resolve(PercentCode.fromHeader(location));
        } catch (FetchException e) {
            throw new FetchException(
                    Reason.BAD_REDIRECT, head.statusText() + " to " + shown(location) + ": " + e.getMessage(), e);
        }
        if (from.isHttps() && !to.isHttps() && !options.allowDowngrade()) {
            throw new FetchException(Reason.BAD_REDIRECT, head.statusText() + " leads from https down to http: " + to);
        }
        return to;
    }

    /** A Location for a message: without what may be credentials. */
    private static String shown(String location) {
        int at = location.lastIndexOf('@');
        return "\"" + (at < 0 ? location : "…" + location.substring(at)) + "\"";
    }

    private static FetchException failure(Head head) {
        String text = head.status() == 206 ? head.statusText() + ", though no part was asked for" : head.statusText();
        var wish = head.retryAfter(Instant.now());
        if (Head.UNKNOWN_WAIT.equals(wish)) text += ", to come back at an unknown time: " + head.header("Retry-After");
        return FetchException.status(head.status(), text, wish);
    }

    /** Ends the watch over an attempt; false where it was ended before, by a limit or from outside. */
    private boolean over(Attempt attempt) {
        watchdog.forget(attempt);
        return attempt.finish();
    }

    /** Connections that wait for reuse. */
    int idleConnections() {
        return pool.size();
    }

    /** Ends every attempt under way and closes every connection. */
    @Override
    public void close() {
        closed = true;
        watchdog.close();
        pool.close();
        resolver.close();
    }
}
