package dev.gofer.fetch.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Transport} says, waits for and accepts. Immutable; {@link #defaults} suits lists of public files, {@link #builder}
 * starts from there and {@link #toBuilder} from here.
 *
 * @param userAgent the {@code User-Agent} of each request
 * @param headers more headers for each request; they are not sent on to another origin after a redirect
 * @param connectTimeout for name lookup, connection and TLS handshake together, for each hop
 * @param stallTimeout how long the server may send nothing at all, or less than {@code minRate} on average
 * @param minRate bytes a second below which a body counts as stalled; 0: only silence does
 * @param maxTime for the whole attempt, body included; null: 5 minutes, or longer where the declared length needs it at 64 KiB a second
 * @param maxBytes of a body; a longer one fails, before it is read where its length is declared
 * @param maxUndeclaredBytes the same for a body whose length is not declared
 * @param maxRedirects hops after the first request
 * @param allowDowngrade whether a redirect may lead from https to http
 * @param maxIdlePerOrigin connections kept open for one origin when nobody uses them
 * @param maxIdle connections kept open in all when nobody uses them
 * @param idleTimeout how long a connection is kept for reuse
 * @param caFile certificates in PEM form to trust in place of the system's; null: the system's
 * @param schemes which of the two schemes, http and https, may be called; a redirect to another one is not followed
 * @param credentials who to say that is asking, and where
 * @param proxies which requests go through a proxy
 * @param maxRate bytes of bodies a second, over all requests of the transport together; 0: as fast as they come
 * @param gzip whether servers may compress bodies on the way: such bodies are unpacked, and what they unpack to counts for the limits of size
 * @param http2 whether HTTP/2 is spoken with servers that offer it (over TLS)
 */
public record TransportOptions(
        String userAgent,
        Map<String, String> headers,
        Duration connectTimeout,
        Duration stallTimeout,
        long minRate,
        @Nullable Duration maxTime,
        long maxBytes,
        long maxUndeclaredBytes,
        int maxRedirects,
        boolean allowDowngrade,
        int maxIdlePerOrigin,
        int maxIdle,
        Duration idleTimeout,
        @Nullable Path caFile,
        Set<String> schemes,
        Credentials credentials,
        Proxies proxies,
        long maxRate,
        boolean gzip,
        boolean http2) {

    private static final String NAME_MARKS = "!#$%&'*+-.^_`|~";

    /**
     * Checks that every limit is positive and every header may be sent.
     *
     * @throws IllegalArgumentException where one may not; the message says which
     */
    public TransportOptions {
        headers = Map.copyOf(new LinkedHashMap<>(headers));
        schemes = Set.copyOf(schemes);
        if (schemes.isEmpty() || !Set.of("http", "https").containsAll(schemes))
            throw new IllegalArgumentException("schemes are http, https or both, not " + schemes);
        checkValue("user agent", userAgent);
        headers.forEach((name, value) -> {
            checkName(name);
            checkValue("header " + name, value);
        });
        checkPositive("connect timeout", connectTimeout);
        checkPositive("stall timeout", stallTimeout);
        checkPositive("idle timeout", idleTimeout);
        if (maxTime != null) checkPositive("max time", maxTime);
        if (minRate < 0 || maxBytes < 0 || maxUndeclaredBytes < 0 || maxRate < 0)
            throw new IllegalArgumentException("sizes and rates are 0 or more");
        if (maxRedirects < 0 || maxIdlePerOrigin < 0 || maxIdle < 0)
            throw new IllegalArgumentException("counts are 0 or more");
    }

    /** {@return the usual options} 10 s to connect, 30 s of silence or of less than 1 KiB a second, 10 redirects, no limit of size but 1 GiB where it is undeclared. */
    public static TransportOptions defaults() {
        return new TransportOptions(
                "gofer/" + version(),
                Map.of(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                1024,
                null,
                Long.MAX_VALUE,
                1L << 30,
                10,
                false,
                64,
                1024,
                Duration.ofSeconds(15),
                null,
                Set.of("http", "https"),
                Credentials.none(),
                Proxies.none(),
                0,
                false,
                true);
    }

    private static String version() {
        var descriptor = TransportOptions.class.getModule().getDescriptor();
        return descriptor == null ? "0" : descriptor.rawVersion().orElse("0");
    }

    private static void checkName(String name) {
        boolean token = !name.isEmpty()
                && name.chars().allMatch(c -> (c < 128 && Character.isLetterOrDigit(c)) || NAME_MARKS.indexOf(c) >= 0);
        if (!token) throw new IllegalArgumentException("not a header name: " + Printable.line(name));
        switch (name.toLowerCase(Locale.ROOT)) {
            case "host",
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "te",
                    "trailer",
                    "upgrade",
                    "expect",
                    "range",
                    "user-agent",
                    "accept-encoding" ->
                throw new IllegalArgumentException("header " + name + " is the transport's own and cannot be given");
            default -> {}
        }
    }

    private static void checkValue(String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= ' ' && value.charAt(i) < 0x7f) continue;
            throw new IllegalArgumentException(what + " holds a character that is not printable ASCII");
        }
    }

    private static void checkPositive(String what, Duration value) {
        if (!value.isPositive()) throw new IllegalArgumentException(what + " is not positive: " + value);
    }

    /** {@return a builder that holds the defaults} */
    public static Builder builder() {
        return defaults().toBuilder();
    }

    /** {@return a builder that holds these options} */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Options being put together; each method sets the component of its name. Not for use by several threads. */
    public static final class Builder {
        private String userAgent;
        private Map<String, String> headers;
        private Duration connectTimeout;
        private Duration stallTimeout;
        private long minRate;
        private @Nullable Duration maxTime;
        private long maxBytes;
        private long maxUndeclaredBytes;
        private int maxRedirects;
        private boolean allowDowngrade;
        private int maxIdlePerOrigin;
        private int maxIdle;
        private Duration idleTimeout;
        private @Nullable Path caFile;
        private Set<String> schemes;
        private Credentials credentials;
        private Proxies proxies;
        private long maxRate;
        private boolean gzip;
        private boolean http2;

        private Builder(TransportOptions from) {
            userAgent = from.userAgent;
            headers = from.headers;
            connectTimeout = from.connectTimeout;
            stallTimeout = from.stallTimeout;
            minRate = from.minRate;
            maxTime = from.maxTime;
            maxBytes = from.maxBytes;
            maxUndeclaredBytes = from.maxUndeclaredBytes;
            maxRedirects = from.maxRedirects;
            allowDowngrade = from.allowDowngrade;
            maxIdlePerOrigin = from.maxIdlePerOrigin;
            maxIdle = from.maxIdle;
            idleTimeout = from.idleTimeout;
            caFile = from.caFile;
            schemes = from.schemes;
            credentials = from.credentials;
            proxies = from.proxies;
            maxRate = from.maxRate;
            gzip = from.gzip;
            http2 = from.http2;
        }

        /**
         * Sets {@link TransportOptions#userAgent}.
         *
         * @param userAgent the new value
         * @return this builder
         */
        public Builder userAgent(String userAgent) {
            this.userAgent = userAgent;
            return this;
        }

        /**
         * Sets {@link TransportOptions#headers}.
         *
         * @param headers the new value
         * @return this builder
         */
        public Builder headers(Map<String, String> headers) {
            this.headers = headers;
            return this;
        }

        /**
         * Sets {@link TransportOptions#connectTimeout}.
         *
         * @param connectTimeout the new value
         * @return this builder
         */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        /**
         * Sets {@link TransportOptions#stallTimeout}.
         *
         * @param stallTimeout the new value
         * @return this builder
         */
        public Builder stallTimeout(Duration stallTimeout) {
            this.stallTimeout = stallTimeout;
            return this;
        }

        /**
         * Sets {@link TransportOptions#minRate}.
         *
         * @param minRate the new value
         * @return this builder
         */
        public Builder minRate(long minRate) {
            this.minRate = minRate;
            return this;
        }

        /**
         * Sets {@link TransportOptions#maxTime}.
         *
         * @param maxTime the new value
         * @return this builder
         */
        public Builder maxTime(@Nullable Duration maxTime) {
            this.maxTime = maxTime;
            return this;
        }

        /**
         * Sets {@link TransportOptions#maxBytes}.
         *
         * @param maxBytes the new value
         * @return this builder
         */
        public Builder maxBytes(long maxBytes) {
            this.maxBytes = maxBytes;
            return this;
        }

        /**
         * Sets {@link TransportOptions#maxUndeclaredBytes}.
         *
         * @param maxUndeclaredBytes the new value
         * @return this builder
         */
        public Builder maxUndeclaredBytes(long maxUndeclaredBytes) {
            this.maxUndeclaredBytes = maxUndeclaredBytes;
            return this;
        }

        /**
         * Sets {@link TransportOptions#maxRedirects}.
         *
         * @param maxRedirects the new value
         * @return this builder
         */
        public Builder maxRedirects(int maxRedirects) {
            this.maxRedirects = maxRedirects;
            return this;
        }

        /**
         * Sets {@link TransportOptions#allowDowngrade}.
         *
         * @param allowDowngrade the new value
         * @return this builder
         */
        public Builder allowDowngrade(boolean allowDowngrade) {
            this.allowDowngrade = allowDowngrade;
            return this;
        }

        /**
         * Sets {@link TransportOptions#maxIdlePerOrigin}.
         *
         * @param maxIdlePerOrigin the new value
         * @return this builder
         */
        public Builder maxIdlePerOrigin(int maxIdlePerOrigin) {
            this.maxIdlePerOrigin = maxIdlePerOrigin;
            return this;
        }

        /**
         * Sets {@link TransportOptions#maxIdle}.
         *
         * @param maxIdle the new value
         * @return this builder
         */
        public Builder maxIdle(int maxIdle) {
            this.maxIdle = maxIdle;
            return this;
        }

        /**
         * Sets {@link TransportOptions#idleTimeout}.
         *
         * @param idleTimeout the new value
         * @return this builder
         */
        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
            return this;
        }

        /**
         * Sets {@link TransportOptions#caFile}.
         *
         * @param caFile the new value
         * @return this builder
         */
        public Builder caFile(@Nullable Path caFile) {
            this.caFile = caFile;
            return this;
        }

        /**
         * Sets {@link TransportOptions#schemes}.
         *
         * @param schemes the new value
         * @return this builder
         */
        public Builder schemes(Set<String> schemes) {
            this.schemes = schemes;
            return this;
        }

        /**
         * Sets {@link TransportOptions#credentials}.
         *
         * @param credentials the new value
         * @return this builder
         */
        public Builder credentials(Credentials credentials) {
            this.credentials = credentials;
            return this;
        }

        /**
         * Sets {@link TransportOptions#proxies}.
         *
         * @param proxies the new value
         * @return this builder
         */
        public Builder proxies(Proxies proxies) {
            this.proxies = proxies;
            return this;
        }

        /**
         * Sets {@link TransportOptions#maxRate}.
         *
         * @param maxRate the new value
         * @return this builder
         */
        public Builder maxRate(long maxRate) {
            this.maxRate = maxRate;
            return this;
        }

        /**
         * Sets {@link TransportOptions#gzip}.
         *
         * @param gzip the new value
         * @return this builder
         */
        public Builder gzip(boolean gzip) {
            this.gzip = gzip;
            return this;
        }

        /**
         * Sets {@link TransportOptions#http2}.
         *
         * @param http2 the new value
         * @return this builder
         */
        public Builder http2(boolean http2) {
            this.http2 = http2;
            return this;
        }

        /**
         * {@return the options as they are now}
         *
         * @throws IllegalArgumentException where one may not be; the message says which
         */
        public TransportOptions build() {
            return new TransportOptions(
                    userAgent,
                    headers,
                    connectTimeout,
                    stallTimeout,
                    minRate,
                    maxTime,
                    maxBytes,
                    maxUndeclaredBytes,
                    maxRedirects,
                    allowDowngrade,
                    maxIdlePerOrigin,
                    maxIdle,
                    idleTimeout,
                    caFile,
                    schemes,
                    credentials,
                    proxies,
                    maxRate,
                    gzip,
                    http2);
        }
    }
}
