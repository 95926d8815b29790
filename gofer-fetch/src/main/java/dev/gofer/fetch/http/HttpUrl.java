package dev.gofer.fetch.http;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An {@code http} or {@code https} URL in the form it is sent: ASCII, encoded once, without fragment. Immutable. */
public final class HttpUrl {
    /* (1) Every character of host and target is printable ASCII: nothing a list or a redirect says can add a line to a
     *     request.
     * (2) The host is one of: a name in lower case, an IPv4 literal in its plain dotted form, an IPv6 literal without
     *     brackets. A literal in any odd form is brought to the plain one here, so all later checks see one form.
     * (3) No URL holds credentials: they would end up in reports. */

    private static final int MAX_LENGTH = 16 * 1024;

    /** Whom a connection leads to: connections are shared between URLs of one origin. */
    record Origin(boolean tls, String host, int port) {
        // Asked for at each request. What a record has by itself is made at run time, and slower.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Origin o && tls == o.tls && port == o.port && host.equals(o.host);
        }

        @Override
        public int hashCode() {
            return 31 * host.hashCode() + 2 * port + (tls ? 1 : 0);
        }
    }

    private final Origin origin;
    private final @Nullable InetAddress literal; // the host, where it is an address
    private final String server;
    private final String authority; // host[:port], as in the Host header
    private final String target; // path?query, begins with a slash

    private HttpUrl(Origin origin, @Nullable InetAddress literal, String target) {
        this.origin = origin;
        this.literal = literal;
        this.target = target;
        this.server = origin.host + ":" + origin.port;
        String host = origin.host.indexOf(':') >= 0 ? "[" + origin.host + "]" : origin.host;
        if (origin.port == (origin.tls ? 443 : 80)) this.authority = host;
        else this.authority = host.equals(origin.host) ? server : host + ":" + origin.port;
    }

    /** {@code target} on the server of another URL. */
    private HttpUrl(HttpUrl sameServer, String target) {
        this.origin = sameServer.origin;
        this.literal = sameServer.literal;
        this.target = target;
        this.server = sameServer.server;
        this.authority = sameServer.authority;
    }

    /**
     * Reads a URL the way it is met in lists: spaces, non-ASCII characters and others that a URL may not hold are
     * percent-encoded as UTF-8, what is encoded already stays, host names become IDNA, dot segments are resolved and the
     * fragment is dropped.
     *
     * @param text the URL as it was met
     * @return the URL
     * @throws FetchException with {@link Reason#INVALID_URL} or {@link Reason#UNSUPPORTED_SCHEME}
     */
    public static HttpUrl parse(String text) throws FetchException {
        checkText(text);
        int colon = schemeEnd(text);
        if (colon < 0) throw invalid("does not begin with http:// or https://");
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        if (!tls && !scheme.equals("http")) {
            throw new FetchException(
                    Reason.UNSUPPORTED_SCHEME, "scheme " + scheme + " is not supported: use http or https");
        }
        if (!text.startsWith("//", colon + 1)) throw invalid("does not begin with " + scheme + "://");
        int start = colon + 3;
        int end = endOfAny(text, start, "/?#");
        return fromAuthority(tls, text.substring(start, end), encode(text.substring(end)));
    }

    /**
     * The same, sooner where the text leads to the same server as another URL: in a list that is mostly the one before.
     *
     * @param text the URL as it was met
     * @param other any URL, or null
     * @return what {@link #parse(String)} returns
     * @throws FetchException as {@link #parse(String)} does
     */
    public static HttpUrl parse(String text, @Nullable HttpUrl other) throws FetchException {
        if (other == null) return parse(text);
        String scheme = other.origin.tls ? "https://" : "http://";
        int end = scheme.length() + other.authority.length();
        boolean same = text.startsWith(scheme) && text.startsWith(other.authority, scheme.length());
        if (!same || (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0)) return parse(text);
        checkText(text);
        return new HttpUrl(other, encode(text.substring(end)));
    }

    private static void checkText(String text) throws FetchException {
        if (text.length() > MAX_LENGTH) throw invalid("is longer than " + MAX_LENGTH + " characters");
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) == 0x7f) throw invalid("holds a control character");
        }
    }

    /** Where a {@code Location} leads from here: absolute, or relative to this URL by the rules of RFC 3986. */
    HttpUrl resolve(String location) throws FetchException {
        if (schemeEnd(location) >= 0) return parse(location);
        if (location.startsWith("//")) return parse((origin.tls ? "https:" : "http:") + location);
        if (location.indexOf('#') == 0 || location.isEmpty()) return this;
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        String merged = location.startsWith("/")
                ? location
                : location.startsWith("?") ? path + location : path.substring(0, path.lastIndexOf('/') + 1) + location;
        return parse((origin.tls ? "https://" : "http://") + authority + merged);
    }

    Origin origin() {
        return origin;
    }

    /** The address that the host is; null where the host is a name. */
    @Nullable
    InetAddress literal() {
        return literal;
    }

    boolean isLiteralLoopback() {
        return literal != null
                ? literal.isLoopbackAddress()
                : origin.host.equals("localhost") || origin.host.endsWith(".localhost");
    }

    String authority() {
        return authority;
    }

    String target() {
        return target;
    }

    /** {@return the host as it is called: a name in lower case and ASCII, or an address without brackets} */
    public String host() {
        return origin.host;
    }

    /** {@return the port, 1 to 65535} */
    public int port() {
        return origin.port;
    }

    /** {@return the server as limits count it: its host and port, {@code example.com:443}} */
    public String server() {
        return server;
    }

    /** {@return whether the scheme is {@code https}} */
    public boolean isHttps() {
        return origin.tls;
    }

    /** {@return the path, still percent-encoded; begins with a slash} */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** {@return the query without its question mark, still percent-encoded; null where there is none} */
    public @Nullable String query() {
        int query = target.indexOf('?');
        return query < 0 ? null : target.substring(query + 1);
    }

    /** Whether the two are the same URL as it is sent. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HttpUrl that && origin.equals(that.origin) && target.equals(that.target);
    }

    @Override
    public int hashCode() {
        return 31 * origin.hashCode() + target.hashCode();
    }

    /** The URL as text: valid by RFC 3986 whatever was parsed. */
    @Override
    public String toString() {
        return (origin.tls ? "https://" : "http://") + authority + target;
    }

    private static HttpUrl fromAuthority(boolean tls, String authority, String target) throws FetchException {
        if (authority.indexOf('@') >= 0) throw invalid("holds a user name or password: take it out");
        int bracket = authority.lastIndexOf(']');
        int colon = authority.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0 ? -1 : port(authority.substring(colon + 1));
        if (port < 0) port = tls ? 443 : 80;
        if (host.startsWith("[")) {
            if (!host.endsWith("]") || host.length() < 4) throw invalid("has a broken IPv6 address as host");
            var address = parse6(host.substring(1, host.length() - 1));
            return new HttpUrl(new Origin(tls, plain(address), port), address, target);
        }
        String name = name(host);
        if (!Addresses.endsInNumber(name)) return new HttpUrl(new Origin(tls, name, port), null, target);
        byte[] bytes = Addresses.parse4(name);
        if (bytes == null) throw invalid("has a host that is neither a name nor an address: " + name);
        var address = address(bytes);
        return new HttpUrl(new Origin(tls, plain(address), port), address, target);
    }

    private static int port(String digits) throws FetchException {
        if (digits.isEmpty()) return -1;
        int port = Ascii.isNumber(digits, 5) ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65535) throw invalid("has a port that is not 1 to 65535");
        return port;
    }

    private static InetAddress parse6(String text) throws FetchException {
        // A zone (%eth0) names a network of this machine: no URL may.
        boolean plausible = text.indexOf(':') >= 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plausible &= Ascii.isHex(c) || c == ':' || c == '.';
        }
        try {
            if (plausible) return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw invalid("has a broken IPv6 address as host");
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    private static String plain(InetAddress address) {
        return address.getHostAddress();
    }

    /** The host name in lower case and ASCII, without final dot. */
    private static String name(String host) throws FetchException {
        String ascii;
        try {
            ascii = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (RuntimeException e) { // IDN throws more than the IllegalArgumentException it documents
            throw invalid("has a host name that is not valid");
        }
        if (ascii.endsWith(".")) ascii = ascii.substring(0, ascii.length() - 1);
        if (ascii.isEmpty()) throw invalid("has no host");
        if (ascii.length() > 253) throw invalid("has a host name longer than 253 characters");
        for (String label : ascii.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > 63)
                throw invalid("has a host name with an empty or over-long part");
        }
        for (int i = 0; i < ascii.length(); i++) {
            char c = ascii.charAt(i);
            boolean good = (c >= 'a' && c <= 'z') || Ascii.isDigit(c) || c == '-' || c == '.' || c == '_';
            if (!good) throw invalid("has a character in its host name that is not allowed: " + c);
        }
        return ascii;
    }

    /** Path and query, encoded once; the fragment dropped. */
    private static String encode(String rest) throws FetchException {
        int end = endOfAny(rest, 0, "#");
        int query = Math.min(endOfAny(rest, 0, "?"), end);
        String path = withoutDots(PercentCode.encode(rest.substring(0, query)));
        return query == end ? path : path + PercentCode.encode(rest.substring(query, end));
    }

    /** RFC 3986 §5.2.4; a dot may come encoded, as in browsers. */
    private static String withoutDots(String path) {
        if (path.isEmpty()) return "/";
        if (!path.contains("/.") && !path.contains("/%2")) return path;
        var out = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); ) {
            int next = path.indexOf('/', i + 1);
            boolean last = next < 0;
            if (last) next = path.length();
            switch (path.substring(i + 1, next).toLowerCase(Locale.ROOT).replace("%2e", ".")) {
                case "." -> {
                    if (last) out.append('/');
                }
                case ".." -> {
                    out.setLength(Math.max(out.lastIndexOf("/"), 0));
                    if (last) out.append('/');
                }
                default -> out.append(path, i, next);
            }
            i = next;
        }
        return out.toString();
    }

    /** The index of the colon that ends a scheme; -1 where the text has none. */
    private static int schemeEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Ascii.isLetter(c)) continue;
            if (c == ':') return i == 0 ? -1 : i;
            boolean other = Ascii.isDigit(c) || c == '+' || c == '-' || c == '.';
            if (i == 0 || !other) return -1;
        }
        return -1;
    }

    private static int endOfAny(String text, int from, String ends) {
        for (int i = from; i < text.length(); i++) if (ends.indexOf(text.charAt(i)) >= 0) return i;
        return text.length();
    }

    private static FetchException invalid(String what) {
        return new FetchException(Reason.INVALID_URL, "the URL " + what);
    }
}
