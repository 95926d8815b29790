package dev.gofer.fetch.http;

/** Why a URL could not be fetched: a closed set, each with a short word that stays the same in reports and journals. */
public enum Reason {
    /** The text is no URL that could be called. */
    INVALID_URL("invalid-url", false),
    /** The URL is neither {@code http} nor {@code https}. */
    UNSUPPORTED_SCHEME("unsupported-scheme", false),
    /** The host is, or resolves to, an address that is not public. */
    PRIVATE_ADDRESS("private-address", false),
    /** The host name has no address, or nobody told in time. */
    DNS("dns", true),
    /** Nobody listens at the host's port. */
    REFUSED("refused", true),
    /** There is no way to the host's address. */
    UNREACHABLE("unreachable", true),
    /** Connection and TLS handshake were not done in time. */
    CONNECT_TIMEOUT("connect-timeout", true),
    /** The server's certificate is not trusted, or the two sides do not agree on TLS. */
    TLS("tls", false),
    /** The connection broke before the answer was whole. */
    RESET("reset", true),
    /** The server ended the answer early and in good order. */
    CUT_SHORT("cut-short", true),
    /** The answer is not what HTTP allows, or is ambiguous. */
    MALFORMED_RESPONSE("malformed-response", false),
    /** The server answered with a status that is no success; {@link FetchException#status} tells which. */
    HTTP_STATUS("http-status", false),
    /** More redirects than allowed. */
    TOO_MANY_REDIRECTS("too-many-redirects", false),
    /** The redirects lead back to where they came from. */
    REDIRECT_LOOP("redirect-loop", false),
    /** A redirect to nowhere, to something that is no URL, or from https down to http. */
    BAD_REDIRECT("bad-redirect", false),
    /** The server sent too little for too long. */
    STALLED("stalled", true),
    /** The whole attempt took too long. */
    MAX_TIME("max-time", false),
    /** The body is larger than allowed. */
    TOO_LARGE("too-large", false),
    /** The body is not the one that the list promised: its checksum is another. */
    CHECKSUM("checksum", false),
    /** The answer is of a type that is not wanted. */
    UNWANTED_TYPE("unwanted-type", false),
    /** The first bytes of the body are not those of the type that the server declares. */
    TYPE_MISMATCH("type-mismatch", false),
    /** The server wants no robot to keep the file. */
    OPTED_OUT("opted-out", false),
    /** The proxy could not be reached, refused, or gave no way to the server. */
    PROXY("proxy", true),
    /** The caller's context ended, or its goroutine was interrupted. */
    CANCELLED("cancelled", false),
    /** This machine refused: out of file descriptors, ports or the like. */
    LOCAL("local-error", true);

    private final String word;
    private final boolean retryable;

    Reason(String word, boolean retryable) {
        this.word = word;
        this.retryable = retryable;
    }

    /** {@return the stable word for reports: lower case, hyphens, never changed once released} */
    public String word() {
        return word;
    }

    boolean retryable() {
        return retryable;
    }
}
