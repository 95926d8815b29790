package dev.gofer.fetch.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Turns what the platform throws into our reasons and words. */
final class Failures {
    private Failures() {}

    static FetchException connect(IOException e, String where) {
        String text = text(e);
        if (e instanceof SocketTimeoutException) {
            return new FetchException(Reason.CONNECT_TIMEOUT, "no connection to " + where + " in time", e);
        }
        if (e instanceof NoRouteToHostException || text.contains("unreachable") || text.contains("Invalid argument")) {
            return new FetchException(Reason.UNREACHABLE, "no way to " + where + ": " + text, e);
        }
        if (e instanceof ConnectException && text.contains("refused")) {
            return new FetchException(Reason.REFUSED, "connection refused by " + where, e);
        }
        if (e instanceof ConnectException || text.contains("reset")) {
            return new FetchException(Reason.RESET, "no connection to " + where + ": " + text, e);
        }
        return new FetchException(Reason.LOCAL, "no connection to " + where + ": " + text, e);
    }

    /** A handshake that failed: the peer's fault for good, but where the connection broke it may do better next time. */
    static FetchException handshake(IOException e, String where) {
        boolean broke = !(e instanceof SSLException)
                || (e.getCause() instanceof IOException cause && !(cause instanceof SSLException));
        String text = "TLS with " + where + ": " + text(e);
        return new FetchException(broke ? Reason.RESET : Reason.TLS, text, e);
    }

    static String text(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    static String time(long nanos) {
        return nanos < 10_000_000_000L
                ? String.format(Locale.ROOT, "%.1f s", nanos / 1e9)
                : nanos / 1_000_000_000 + " s";
    }
}
