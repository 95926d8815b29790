package dev.gofer.fetch.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A proxy. Its text holds no credentials.
 *
 * @param kind how it is spoken with
 * @param host its name or address
 * @param port where it listens
 * @param user to be there; empty for none
 * @param password of that user
 */
record Proxy(Kind kind, String host, int port, String user, String password) {
    /** How a proxy is spoken with. */
    enum Kind {
        HTTP(80),
        /** HTTP over TLS to the proxy itself. */
        HTTPS(443),
        /** SOCKS 5; names are looked up here, so that their addresses can be checked. */
        SOCKS5(1080),
        /** SOCKS 5; the proxy looks names up. */
        SOCKS5H(1080);

        final int port;

        Kind(int port) {
            this.port = port;
        }

        boolean isHttp() {
            return this == HTTP || this == HTTPS;
        }
    }

    /**
     * Reads {@code [SCHEME://][USER[:PASSWORD]@]HOST[:PORT]}, the user and password percent-encoded; without a scheme it is http.
     *
     * @throws IllegalArgumentException where it is none; the message holds no credentials
     */
    static Proxy parse(String text) {
        String rest = text.strip();
        int end = rest.indexOf("://");
        var kind = end < 0 ? Kind.HTTP : kind(rest.substring(0, end));
        if (end >= 0) rest = rest.substring(end + 3);
        if (rest.endsWith("/")) rest = rest.substring(0, rest.length() - 1);
        int at = rest.lastIndexOf('@');
        String user = "";
        String password = "";
        if (at >= 0) {
            String who = rest.substring(0, at);
            int colon = who.indexOf(':');
            user = decoded(colon < 0 ? who : who.substring(0, colon));
            password = colon < 0 ? "" : decoded(who.substring(colon + 1));
            boolean good = user.indexOf(':') < 0 && (user + password).chars().noneMatch(Character::isISOControl);
            if (!good)
                throw new IllegalArgumentException("a proxy's user name holds no colon and no control character");
            rest = rest.substring(at + 1);
        }
        try { // the rules for hosts and ports are those of any URL
            boolean noPort = rest.indexOf(':', Math.max(rest.lastIndexOf(']'), 0)) < 0;
            var url = HttpUrl.parse("http://" + rest + (noPort ? ":" + kind.port : ""));
            if (!url.target().equals("/")) throw new IllegalArgumentException("a proxy has no path: " + rest);
            return new Proxy(kind, url.host(), url.port(), user, password);
        } catch (FetchException e) {
            throw new IllegalArgumentException("not a proxy, \"" + Printable.line(rest) + "\": " + e.getMessage(), e);
        }
    }

    private static Kind kind(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "http" -> Kind.HTTP;
            case "https" -> Kind.HTTPS;
            case "socks5" -> Kind.SOCKS5;
            case "socks5h", "socks" -> Kind.SOCKS5H;
            default ->
                throw new IllegalArgumentException(
                        "a proxy is http, https, socks5 or socks5h, not " + Printable.line(scheme));
        };
    }

    private static String decoded(String text) {
        try {
            return PercentCode.decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the credentials of a proxy are not percent-encoded");
        }
    }

    /** The value of Proxy-Authorization; null where there are no credentials. */
    @Nullable
    String authorization() {
        return user.isEmpty() ? null : Credentials.basicValue(user, password);
    }

    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    @Override
    public String toString() {
        return "the proxy " + authority();
    }
}
