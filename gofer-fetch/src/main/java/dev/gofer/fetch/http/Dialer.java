package dev.gofer.fetch.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Makes connections: looks names up, checks every address, calls the origin or a proxy, shakes hands where it is https. */
final class Dialer {
    /* (1) The address that was checked is the address that is dialled: the name is not looked up again in between, so a
     *     name server cannot answer once for the check and once for the call.
     * (2) One address of a name that is not allowed rules out the name: it is either misconfigured or hostile.
     * (3) connectTimeout bounds all of it, and once more the way through a proxy; where there are several addresses none
     *     may take more than its share.
     * (4) Whatever goes wrong on the way to and through a proxy has the reason PROXY; from there on it is the origin's. */
    private static final long SHARE = TimeUnit.SECONDS.toNanos(3);

    private final Resolver resolver;
    private final Tls tls;
    private final long connectNanos;

    Dialer(Resolver resolver, Tls tls, TransportOptions options) {
        this.resolver = resolver;
        this.tls = tls;
        this.connectNanos = Limits.nanos(options.connectTimeout());
    }

    /**
     * A new connection.
     *
     * @param raw the socket
     * @param talk the same, or TLS over it
     * @param address that was checked; null where a proxy knows it only
     */
    record Dialed(Socket raw, Socket talk, @Nullable InetAddress address) {
        /** Whether the two sides agreed on HTTP/2. */
        boolean isHttp2() {
            return talk instanceof SSLSocket secure && "h2".equals(secure.getApplicationProtocol());
        }
    }

    /**
     * A new connection, ready for a request, to an address that the policy allows.
     *
     * @throws FetchException where there is none, or the attempt ended meanwhile; nothing is left open then
     */
    Dialed dial(Route route, HttpUrl url, AddressPolicy policy, boolean offersHttp2, Attempt attempt)
            throws FetchException {
        var proxy = route.proxy();
        boolean resolvesHere = proxy == null || proxy.kind() == Proxy.Kind.SOCKS5;
        if (!resolvesHere) Guard.checkText(url, policy);
        var addresses = resolvesHere ? addresses(url, attempt) : List.<InetAddress>of();
        for (var address : addresses) Guard.check(address, url, policy); // (2)
        var raw = proxy == null ? call(addresses, url, attempt) : callProxy(proxy, attempt);
        Dialed dialed = null;
        try {
            var talk = raw;
            if (proxy != null) talk = through(proxy, raw, addresses, url, attempt);
            if (url.isHttps()) {
                enter(url, attempt);
                talk = tls.over(talk, url.host(), url.port(), url.literal() == null, offersHttp2, attempt);
            }
            attempt.hold(raw); // ended meanwhile, or not at all
            attempt.leavePhase();
            var address = proxy == null ? raw.getInetAddress() : addresses.isEmpty() ? null : addresses.getFirst();
            dialed = new Dialed(raw, talk, address);
            return dialed;
        } finally {
            if (dialed == null) closeQuietly(raw);
        }
    }

    private List<InetAddress> addresses(HttpUrl url, Attempt attempt) throws FetchException {
        var literal = url.literal();
        return literal != null ? List.of(literal) : resolver.resolve(url.host(), attempt);
    }

    private void enter(HttpUrl url, Attempt attempt) {
        attempt.enter(Reason.CONNECT_TIMEOUT, "no connection to " + url.authority() + " in time", connectNanos);
    }

    private Socket call(List<InetAddress> addresses, HttpUrl url, Attempt attempt) throws FetchException {
        enter(url, attempt);
        return connect(addresses, url.authority(), url.port(), attempt);
    }

    private Socket callProxy(Proxy proxy, Attempt attempt) throws FetchException {
        try {
            var url = HttpUrl.parse("http://" + proxy.authority() + "/");
            var addresses = addresses(url, attempt);
            attempt.enter(Reason.PROXY, "no connection to " + proxy + " in time", connectNanos);
            return connect(addresses, proxy.authority(), proxy.port(), attempt);
        } catch (FetchException e) {
            throw proxyFailed(proxy, e);
        }
    }

    private Socket through(Proxy proxy, Socket raw, List<InetAddress> addresses, HttpUrl url, Attempt attempt)
            throws FetchException {
        attempt.enter(Reason.PROXY, "no way through " + proxy + " in time", connectNanos);
        try {
            return switch (proxy.kind()) {
                case HTTP -> url.isHttps() ? ProxyTunnel.connect(raw, proxy, url, attempt) : raw;
                case HTTPS -> {
                    boolean isName =
                            HttpUrl.parse("http://" + proxy.authority() + "/").literal() == null;
                    var talk = tls.over(raw, proxy.host(), proxy.port(), isName, false, attempt);
                    yield url.isHttps() ? ProxyTunnel.connect(talk, proxy, url, attempt) : talk;
                }
                case SOCKS5 -> ProxyTunnel.socks(raw, proxy, url, addresses.getFirst(), attempt);
                case SOCKS5H -> ProxyTunnel.socks(raw, proxy, url, url.literal(), attempt);
            };
        } catch (FetchException e) {
            throw proxyFailed(proxy, e);
        }
    }

    private static FetchException proxyFailed(Proxy proxy, FetchException e) { // (4)
        return switch (e.reason()) {
            case CANCELLED, MAX_TIME, LOCAL, PROXY -> e;
            default -> new FetchException(Reason.PROXY, proxy + ": " + e.getMessage(), e, e.retryable());
        };
    }

    private Socket connect(List<InetAddress> addresses, String who, int port, Attempt attempt) throws FetchException {
        long end = System.nanoTime() + connectNanos;
        FetchException telling = null;
        for (var address : addresses) { // (1)
            long left = end - System.nanoTime();
            if (left <= 0) break;
            long share = addresses.size() == 1 ? left : Math.min(left, SHARE);
            try {
                return connect(address, who, port, share, attempt);
            } catch (FetchException e) {
                if (e.reason() == Reason.CANCELLED || e.reason() == Reason.MAX_TIME) throw e;
                telling = moreTelling(telling, e);
            }
        }
        if (telling != null) throw telling;
        throw new FetchException(Reason.CONNECT_TIMEOUT, "no connection to " + who + " in time");
    }

    private Socket connect(InetAddress address, String who, int port, long nanos, Attempt attempt)
            throws FetchException {
        var to = new java.net.InetSocketAddress(address, port);
        var socket = attempt.hold(new Socket(java.net.Proxy.NO_PROXY)); // the JVM's own idea of a proxy is none of ours
        try {
            socket.setTcpNoDelay(true);
            socket.connect(to, Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE));
            return socket;
        } catch (IOException e) {
            closeQuietly(socket);
            if (attempt.isEnded() || Thread.currentThread().isInterrupted()) throw attempt.explain(e);
            throw Failures.connect(e, who + " at " + address.getHostAddress());
        }
    }

    /** A missing IPv6 route is the least telling of several failures; else the first counts. */
    private static FetchException moreTelling(@Nullable FetchException before, FetchException now) {
        return before == null || before.reason() == Reason.UNREACHABLE ? now : before;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed all the same.
        }
    }
}
