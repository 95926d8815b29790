package dev.gofer.fetch.http;

import java.util.Objects;
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

    // Asked for at each request. What a record has by itself is made at run time, and slower.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Route route
                && Objects.equals(origin, route.origin)
                && Objects.equals(proxy, route.proxy);
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hashCode(origin) + Objects.hashCode(proxy);
    }

    /** Whether the proxy itself answers the requests. */
    boolean endsAtProxy() {
        return origin == null;
    }
}
