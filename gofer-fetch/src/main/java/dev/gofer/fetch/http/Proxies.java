package dev.gofer.fetch.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go through a proxy. Immutable; its text tells no secret.
 *
 * <p>Behind an HTTP proxy, and behind SOCKS where the proxy looks names up ({@code socks5h}), the guard against private addresses sees what the URL
 * says and nothing else: an address in it, or {@code localhost}. Where a name leads to is the proxy's to judge.
 */
public final class Proxies {
    private static final Proxies NONE = new Proxies(null, null, NoProxy.parse(""), false);

    private final @Nullable Proxy http;
    private final @Nullable Proxy https;
    private final NoProxy except;
    private final boolean sparesLoopback;

    private Proxies(@Nullable Proxy http, @Nullable Proxy https, NoProxy except, boolean sparesLoopback) {
        this.http = http;
        this.https = https;
        this.except = except;
        this.sparesLoopback = sparesLoopback;
    }

    /** {@return none: every server is called directly} */
    public static Proxies none() {
        return NONE;
    }

    /**
     * {@return one proxy for all requests but some}
     *
     * @param proxy {@code [http|https|socks5|socks5h://][USER[:PASSWORD]@]HOST[:PORT]}; empty: none
     * @param except hosts that are called directly, as in {@code no_proxy}: names (with all below them), addresses, networks such as {@code
     *     10.0.0.0/8}, or {@code *}, with commas between
     * @throws IllegalArgumentException where one cannot be read; the message holds no credentials
     */
    public static Proxies of(String proxy, String except) {
        if (proxy.isBlank()) return NONE;
        var parsed = Proxy.parse(proxy);
        return new Proxies(parsed, parsed, NoProxy.parse(except), false);
    }

    /**
     * {@return those of the environment} {@code http_proxy} (in lower case only, as with curl: a web server sets {@code HTTP_PROXY} out of a
     * request), {@code https_proxy}, {@code all_proxy}, and {@code no_proxy}, in either case. Loopback is always called directly, as in Go.
     *
     * @param environment such as {@link System#getenv()}
     * @throws IllegalArgumentException where a proxy cannot be read; the message names the variable and holds no credentials
     */
    public static Proxies fromEnvironment(Map<String, String> environment) {
        var all = proxy(environment, "all_proxy", "ALL_PROXY");
        var http = proxy(environment, "http_proxy");
        var https = proxy(environment, "https_proxy", "HTTPS_PROXY");
        if (http == null) http = all;
        if (https == null) https = all;
        if (http == null && https == null) return NONE;
        String except = environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", ""));
        return new Proxies(http, https, NoProxy.parse(except), true);
    }

    /**
     * {@return these, but for more hosts that are called directly}
     *
     * @param more as for {@link #of}
     */
    public Proxies except(String more) {
        return this == NONE ? this : new Proxies(http, https, except.and(more), sparesLoopback);
    }

    private static @Nullable Proxy proxy(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.get(name);
            if (value == null || value.isBlank()) continue;
            try {
                return Proxy.parse(value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("the environment variable " + name + ": " + e.getMessage(), e);
            }
        }
        return null;
    }

    /** The proxy for a URL; null: it is called directly. */
    @Nullable
    Proxy of(HttpUrl url) {
        if (this == NONE) return null;
        if (sparesLoopback && url.isLiteralLoopback()) return null;
        return except.covers(url) ? null : url.isHttps() ? https : http;
    }

    @Override
    public String toString() {
        return this == NONE ? "Proxies[none]" : "Proxies[http " + http + ", https " + https + "]";
    }
}
