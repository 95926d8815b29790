package dev.gofer.fetch.http;

import dev.gofer.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fetches by HTTP, blocking, from any number of goroutines at once; keeps connections open for reuse. One call is one attempt: it follows
 * redirects, but does not try again.
 */
public final class Transport implements AutoCloseable {
    /* get() -> follow(), a hop for each redirect -> exchange(): an idle connection or a new one, one request, one head.
     * (1) An attempt is watched from begin to end: until get() throws, or the body has ended. */
    private static final int TRIES = 8;

    private final TransportOptions options;
    private final Pool pool;
    private final Http1 http1;
    private final Http2 http2;
    private final Resolver resolver;
    private final Dialer dialer;
    private final Throttle throttle;
    private final Watchdog watchdog;
    private final Request.Headers headers; // User-Agent and so on, and the caller's
    private final Request.Headers ownHeaders; // the same without the caller's
    private final boolean authorizes; // the caller's headers say who is asking
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
        this.http1 = new Http1(pool);
        this.http2 = new Http2(options);
        this.resolver = new Resolver(lookup, options);
        this.dialer = new Dialer(resolver, tls, options);
        this.throttle = new Throttle(options.maxRate(), Throttle.Clock.SYSTEM);
        this.watchdog = new Watchdog(options, pool, http2);
        this.ownHeaders = headers(options, false);
        this.headers = headers(options, true);
        this.authorizes = has(options, "authorization");
    }

    private static boolean has(TransportOptions options, String name) {
        for (String given : options.headers().keySet()) if (given.equalsIgnoreCase(name)) return true;
        return false;
    }

    private static Request.Headers headers(TransportOptions options, boolean callers) {
        var all = new ArrayList<Request.Header>();
        all.add(new Request.Header("User-Agent", options.userAgent()));
        all.add(new Request.Header("Accept-Encoding", options.gzip() ? "gzip, identity" : "identity"));
        if (!callers || !has(options, "accept")) all.add(new Request.Header("Accept", "*/*"));
        if (callers) options.headers().forEach((name, value) -> all.add(new Request.Header(name, value)));
        return new Request.Headers(all);
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
        return get(url, policy, ctx, null);
    }

    /**
     * The same for the rest of a body. The answer has the status 206, and its body is that rest; or another one, usually 200, and its body is the
     * whole: it is not the same any more, or the server does not do parts.
     *
     * @param url what to fetch
     * @param policy which addresses may be called for it, redirects included
     * @param ctx ends the attempt early
     * @param part what is missing; null: nothing is here yet
     * @return the answer
     * @throws FetchException for every way in which it can fail; {@link FetchException#reason} tells which
     */
    public Response get(HttpUrl url, AddressPolicy policy, Context ctx, @Nullable Part part) throws FetchException {
        if (closed) throw new FetchException(Reason.CANCELLED, "the transport was closed");
        var attempt = new Attempt(options);
        watchdog.watch(attempt); // (1)
        boolean handedOver = false;
        try {
            attempt.follow(ctx);
            var response = follow(url, policy, part, attempt);
            handedOver = true;
            return response;
        } finally {
            if (!handedOver) over(attempt);
        }
    }

    private Response follow(HttpUrl first, AddressPolicy policy, @Nullable Part part, Attempt attempt)
            throws FetchException {
        var at = new HttpUrl[] {first};
        try {
            return follow(first, policy, part, attempt, at);
        } catch (FetchException e) {
            throw at[0].server().equals(first.server()) ? e : e.after(at[0]);
        }
    }

    /** Follows redirects; {@code at} says how far it came. */
    private Response follow(
            HttpUrl first, AddressPolicy firstPolicy, @Nullable Part part, Attempt attempt, HttpUrl[] at)
            throws FetchException {
        var url = first;
        var policy = firstPolicy;
        Set<HttpUrl> seen = Set.of();
        checkScheme(first);
        for (int hops = 0; ; hops++) {
            var exchange = exchange(request(url, first, part), policy, attempt);
            int status = exchange.head().status();
            if (status >= 200 && status < 300 && status != 206) return response(url, exchange, 0, attempt);
            String problem = status == 206 && part != null ? part.problem(exchange.head()) : null;
            if (status == 206 && part != null && problem == null)
                return response(url, exchange, part.offset(), attempt);
            exchange.discard(attempt);
            if (problem != null) throw new FetchException(Reason.MALFORMED_RESPONSE, "the server sent " + problem);
            if (!isRedirect(status)) throw failure(url, exchange);
            var next = target(url, exchange.head());
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

    private void checkScheme(HttpUrl url) throws FetchException {
        String scheme = url.isHttps() ? "https" : "http";
        if (!options.schemes().contains(scheme))
            throw new FetchException(Reason.UNSUPPORTED_SCHEME, "scheme " + scheme + " is ruled out by --proto");
    }

    /** What to send for a hop. What is meant for one origin is not told to another. */
    private Request request(HttpUrl url, HttpUrl first, @Nullable Part part) {
        boolean isOwn = url.origin().equals(first.origin());
        String who = isOwn && authorizes ? null : options.credentials().authorization(url, isOwn);
        var usual = isOwn ? headers : ownHeaders;
        if (who == null && part == null) return new Request(url, usual, List.of());
        var own = new ArrayList<Request.Header>();
        if (who != null) own.add(new Request.Header("Authorization", who));
        if (part != null) {
            own.add(new Request.Header("Range", "bytes=" + part.offset() + "-"));
            own.add(new Request.Header("If-Range", part.validator()));
        }
        return new Request(url, usual, own);
    }

    private Exchange exchange(Request request, AddressPolicy policy, Attempt attempt) throws FetchException {
        var url = request.url();
        var route = Route.of(url, options.proxies().of(url));
        boolean offersHttp2 = options.http2() && url.isHttps();
        for (int tries = 0; tries < TRIES; tries++) { // the second is usual, where another attempt dials the same route
            var shared = offersHttp2 ? http2.shared(route, request, policy, attempt) : null;
            if (shared != null) return shared;
            var again = http1.reuse(route, request, policy, attempt);
            if (again != null) return again;
            Http2.Dial dial = () -> dialer.dial(route, url, policy, offersHttp2, attempt);
            var dialed = offersHttp2 ? http2.dial(route, dial, attempt) : dial.dial();
            if (dialed != null) return http1.first(route, dialed, request, attempt);
            if (closed) throw new FetchException(Reason.CANCELLED, "the transport was closed");
        }
        throw new FetchException(Reason.RESET, "the server ends one connection after the other");
    }

    /** {@code before}: bytes of the whole that come before this body. */
    private Response response(HttpUrl url, Exchange exchange, long before, Attempt attempt) throws FetchException {
        var head = exchange.head();
        long most =
                head.length() >= 0 ? options.maxBytes() : Math.min(options.maxBytes(), options.maxUndeclaredBytes());
        long limit = most - before;
        if (head.length() > limit) {
            exchange.done(false);
            throw new FetchException(Reason.TOO_LARGE, "the body has " + head.length() + " bytes, more than " + limit);
        }
        attempt.expect(Math.max(head.length(), 0));
        var body = new Body(exchange.source(), head.length(), limit, throttle, attempt, whole -> {
            boolean mine = over(attempt);
            exchange.done(mine && whole);
        });
        if (options.gzip() && head.length() != 0) {
            String coding = head.header("Content-Encoding");
            if (coding != null && !coding.strip().equalsIgnoreCase("identity"))
                return new Response(url, head, unpacked(body, coding.strip()), -1);
        }
        return new Response(url, head, body, Math.max(head.length(), -1));
    }

    private Unpacked unpacked(Body body, String coding) throws FetchException {
        if (coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"))
            return new Unpacked(body, Math.min(options.maxBytes(), options.maxUndeclaredBytes()));
        body.close();
        throw new FetchException(
                Reason.MALFORMED_RESPONSE, "the body is packed in a way that was not asked for: " + coding);
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
        if (!options.schemes().contains(to.isHttps() ? "https" : "http"))
            throw new FetchException(Reason.BAD_REDIRECT, head.statusText() + " to what --proto rules out: " + to);
        return to;
    }

    /** A Location for a message: without what may be credentials. */
    private static String shown(String location) {
        int at = location.lastIndexOf('@');
        return "\"" + (at < 0 ? location : "…" + location.substring(at)) + "\"";
    }

    private FetchException failure(HttpUrl url, Exchange exchange) {
        var head = exchange.head();
        var proxy =
                head.status() == 407 && exchange.isByProxy() ? options.proxies().of(url) : null;
        if (proxy != null) return ProxyTunnel.refused(proxy, head);
        String text = head.status() == 206 ? head.statusText() + ", though no part was asked for" : head.statusText();
        return FetchException.status(head.status(), text, head.retryAfter(Instant.now()));
    }

    /** Ends the watch over an attempt; false where it was ended before, by a limit or from outside. */
    private boolean over(Attempt attempt) {
        watchdog.forget(attempt);
        return attempt.finish();
    }

    /** Connections that wait for reuse. */
    int idleConnections() {
        return pool.size() + http2.size();
    }

    /** Ends every attempt under way and closes every connection. */
    @Override
    public void close() {
        closed = true;
        watchdog.close();
        pool.close();
        http2.close();
        resolver.close();
    }
}
