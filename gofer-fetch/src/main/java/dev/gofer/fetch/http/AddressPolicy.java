package dev.gofer.fetch.http;

/** Which addresses a request may call. The guard looks at the very address that is dialled, at every hop of a redirect. */
public enum AddressPolicy {
    /** Public addresses only: for URLs that come from a list, which must not make this machine call its own network. */
    PUBLIC_ONLY,
    /**
     * Public addresses, and loopback where the URL says so literally ({@code 127.0.0.1}, {@code [::1]}, {@code localhost}):
     * for URLs that a person typed. A redirect may stay on loopback but never lead to it.
     */
    LITERAL_LOOPBACK,
    /** Any address: {@code --allow-private}. */
    ANY
}
