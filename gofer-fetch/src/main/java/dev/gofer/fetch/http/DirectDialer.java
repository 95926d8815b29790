package dev.gofer.fetch.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls the origin itself: looks the name up, checks every address, tries them in turn, shakes hands where it is https. */
final class DirectDialer implements Dialer {
    /* (1) The address that was checked is the address that is dialled: the name is not looked up again in between, so a
     *     name server cannot answer once for the check and once for the call.
     * (2) One address of a name that is not allowed rules out the name: it is either misconfigured or hostile.
     * (3) connectTimeout bounds all of it; where there are several addresses none may take more than its share. */
    private static final long SHARE = TimeUnit.SECONDS.toNanos(3);

    private final Resolver resolver;
    private final Tls tls;
    private final long connectNanos;

    DirectDialer(Resolver resolver, Tls tls, TransportOptions options) {
        this.resolver = resolver;
        this.tls = tls;
        this.connectNanos = Limits.nanos(options.connectTimeout());
    }

    @Override
    public Connection dial(HttpUrl url, AddressPolicy policy, Attempt attempt) throws FetchException {
        var literal = url.literal();
        var addresses = literal != null ? List.of(literal) : resolver.resolve(url.host(), attempt);
        for (var address : addresses) Guard.check(address, url, policy); // (2)
        attempt.enter(Reason.CONNECT_TIMEOUT, "no connection to " + url.authority() + " in time", connectNanos);
        var raw = connect(addresses, url, attempt);
        try {
            var talk = url.isHttps() ? tls.over(raw, url, attempt) : raw;
            var connection = attempt.hold(new Connection(url.origin(), raw, talk));
            attempt.leavePhase();
            return connection;
        } catch (IOException e) {
            closeQuietly(raw);
            throw attempt.explain(e);
        }
    }

    private Socket connect(List<InetAddress> addresses, HttpUrl url, Attempt attempt) throws FetchException {
        long end = System.nanoTime() + connectNanos;
        FetchException telling = null;
        for (var address : addresses) { // (1)
            long left = end - System.nanoTime();
            if (left <= 0) break;
            long share = addresses.size() == 1 ? left : Math.min(left, SHARE);
            try {
                return connect(address, url, share, attempt);
            } catch (FetchException e) {
                if (e.reason() == Reason.CANCELLED || e.reason() == Reason.MAX_TIME) throw e;
                telling = moreTelling(telling, e);
            }
        }
        if (telling != null) throw telling;
        throw new FetchException(Reason.CONNECT_TIMEOUT, "no connection to " + url.authority() + " in time");
    }

    private Socket connect(InetAddress address, HttpUrl url, long nanos, Attempt attempt) throws FetchException {
        var to = new InetSocketAddress(address, url.port());
        var socket = attempt.hold(new Socket());
        try {
            socket.setTcpNoDelay(true);
            socket.connect(to, Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE));
            return socket;
        } catch (IOException e) {
            closeQuietly(socket);
            if (attempt.isEnded() || Thread.currentThread().isInterrupted()) throw attempt.explain(e);
            throw Failures.connect(e, url.authority() + " at " + address.getHostAddress());
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
