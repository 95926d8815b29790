package dev.gofer.fetch.http;

import org.jspecify.annotations.Nullable;

/**
 * Where a connection leads: requests of one route may share connections.
 *
 * @param origin at its end; null: it ends at an HTTP proxy, which is told the URL of each request
 * @param proxy on the way; null: none
 */
record Route(HttpUrl.@Nullable Origin origin, @Nullable Proxy proxy) {
    static Route of(HttpUrl url, @Nullable Proxy proxy) {
        boolean toldEachUrl = proxy != null && proxy.kind().isHttp() && !url.isHttps();
        return new Route(toldEachUrl ? null : url.origin(), proxy);
    }

    /** Whether the proxy itself answers the requests. */
    boolean endsAtProxy() {
        return origin == null;
    }
}
