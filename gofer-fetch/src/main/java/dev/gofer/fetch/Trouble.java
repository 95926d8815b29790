package dev.gofer.fetch;

import dev.gofer.fetch.http.FetchException;
import dev.gofer.fetch.http.Reason;

/** Whose trouble a failure is: that decides what waits before the next attempt. */
enum Trouble {
    /** This URL's. */
    URL,
    /** Nobody answers: all URLs of the server wait. */
    SERVER_GONE,
    /** The server asks for less: all its URLs wait, and then come more slowly. */
    OVERLOAD,
    /** Another server's, to which redirects led: this URL waits, and nobody else. */
    ELSEWHERE,
    /** Nobody's: the run was interrupted. */
    CANCELLED;

    static Trouble of(FetchException failure) {
        if (failure.host() != null && failure.reason() != Reason.CANCELLED) return ELSEWHERE;
        return switch (failure.reason()) {
            case DNS, REFUSED, UNREACHABLE, CONNECT_TIMEOUT -> SERVER_GONE;
            case HTTP_STATUS -> failure.status() == 429 || failure.status() == 503 ? OVERLOAD : URL;
            case CANCELLED -> CANCELLED;
            case INVALID_URL,
                    UNSUPPORTED_SCHEME,
                    PRIVATE_ADDRESS,
                    TLS,
                    RESET,
                    CUT_SHORT,
                    MALFORMED_RESPONSE,
                    TOO_MANY_REDIRECTS,
                    REDIRECT_LOOP,
                    BAD_REDIRECT,
                    STALLED,
                    MAX_TIME,
                    TOO_LARGE,
                    CHECKSUM,
                    UNWANTED_TYPE,
                    TYPE_MISMATCH,
                    OPTED_OUT,
                    PROXY,
                    LOCAL -> URL;
        };
    }
}
