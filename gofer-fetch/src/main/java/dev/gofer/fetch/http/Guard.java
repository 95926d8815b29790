package dev.gofer.fetch.http;

import java.net.InetAddress;

/** Keeps requests away from addresses that are not public, as far as their policy says so. */
final class Guard {
    private Guard() {}

    /**
     * Checks the very address that is about to be called.
     *
     * @throws FetchException with {@link Reason#PRIVATE_ADDRESS}; its message names the way to allow it
     */
    static void check(InetAddress address, HttpUrl url, AddressPolicy policy) throws FetchException {
        String kind = policy == AddressPolicy.ANY ? null : Addresses.notPublic(address);
        if (kind == null) return;
        if (policy == AddressPolicy.LITERAL_LOOPBACK && url.isLiteralLoopback() && address.isLoopbackAddress()) return;
        String plain = address.getHostAddress();
        String who = url.literal() != null ? plain : url.host() + " is at " + plain;
        throw new FetchException(
                Reason.PRIVATE_ADDRESS,
                who + ", which is not public (" + kind + "): --allow-private lets it be called");
    }

    /** Checks what the URL itself says: all there is to check where a proxy looks the name up. */
    static void checkText(HttpUrl url, AddressPolicy policy) throws FetchException {
        var literal = url.literal();
        if (literal != null) check(literal, url, policy);
        else if (url.isLiteralLoopback() && policy == AddressPolicy.PUBLIC_ONLY)
            throw new FetchException(
                    Reason.PRIVATE_ADDRESS,
                    url.host() + " is not public (loopback): --allow-private lets it be called");
    }

    /** The policy for the next hop of a redirect: once the way has left loopback it may not come back. */
    static AddressPolicy after(HttpUrl hop, AddressPolicy policy) {
        return policy == AddressPolicy.LITERAL_LOOPBACK && !hop.isLiteralLoopback()
                ? AddressPolicy.PUBLIC_ONLY
                : policy;
    }
}
