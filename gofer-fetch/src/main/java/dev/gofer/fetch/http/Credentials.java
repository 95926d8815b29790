package dev.gofer.fetch.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who to say that is asking, and where. Immutable; its text tells no secret. */
public final class Credentials {
    /* (1) What is for every server is sent to the servers that the list names, never to another one behind a redirect.
     * (2) A netrc entry is sent to its very host, behind a redirect only over https; its default entry is as (1). */
    private static final Credentials NONE = new Credentials(null, Map.of(), null);

    private final @Nullable String everywhere; // the value of Authorization
    private final Map<String, String> byHost;
    private final @Nullable String otherwise;

    Credentials(@Nullable String everywhere, Map<String, String> byHost, @Nullable String otherwise) {
        this.everywhere = everywhere;
        this.byHost = Map.copyOf(byHost);
        this.otherwise = otherwise;
    }

    /** {@return none at all} */
    public static Credentials none() {
        return NONE;
    }

    /**
     * {@return a name and a password for every server that the list names (RFC 7617)} They are sent in the clear where the URL is http.
     *
     * @param user without a colon
     * @param password may hold any character but control ones
     * @throws IllegalArgumentException where one may not be sent; the message holds neither
     */
    public static Credentials basic(String user, String password) {
        return new Credentials(basicValue(user, password), Map.of(), null);
    }

    /**
     * {@return a token for every server that the list names (RFC 6750)}
     *
     * @param token printable ASCII without spaces
     * @throws IllegalArgumentException where it may not be sent; the message does not hold it
     */
    public static Credentials bearer(String token) {
        boolean good = !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!good) throw new IllegalArgumentException("a bearer token is printable ASCII without spaces");
        return new Credentials("Bearer " + token, Map.of(), null);
    }

    /**
     * {@return names and passwords by host, from a file as ftp and curl read it}
     *
     * @param file {@code ~/.netrc} or the like
     * @throws IOException where it cannot be read, is malformed, or may be read by others than its owner
     */
    public static Credentials netrc(Path file) throws IOException {
        return Netrc.read(file);
    }

    static String basicValue(String user, String password) {
        boolean good = user.indexOf(':') < 0 && (user + password).chars().noneMatch(Character::isISOControl);
        if (!good)
            throw new IllegalArgumentException("a user name holds no colon, and no credentials a control character");
        byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    /** The value of Authorization for a request; null for none. {@code isOwn}: the URL is of the origin that the list named. */
    @Nullable
    String authorization(HttpUrl url, boolean isOwn) {
        if (this == NONE) return null;
        if (isOwn && everywhere != null) return everywhere;
        var entry = isOwn || url.isHttps() ? byHost.get(url.host()) : null; // (2)
        return entry == null && isOwn ? otherwise : entry;
    }

    @Override
    public String toString() {
        return this == NONE ? "Credentials[none]" : "Credentials[…]";
    }
}
