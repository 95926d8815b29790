package dev.gofer.fetch.lab;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * A way in which a server can go wrong, and the one reason that a run must tell for it. Each happens at three moments: for those of a body, before its
 * first byte, in its middle, and before its last; for those of a head, on a new connection, on one that has served before, and after a redirect.
 */
enum Fault {
    // Of a body that is on its way.
    RESET("reset", true, true),
    CUT("cut-short", true, true),
    STALL("stalled", true, true),
    DRIP("stalled", true, true),
    HALF_CLOSE("cut-short", true, true),
    CHUNKED_CUT("cut-short", true, true),
    CHUNKED_RESET("reset", true, true),
    CHUNKED_STALL("stalled", true, true),
    CHUNK_SIZE_IN_WORDS("malformed-response", true, false),
    CHUNK_SIZE_NEGATIVE("malformed-response", true, false),
    CHUNK_SIZE_HUGE("malformed-response", true, false),
    CHUNK_TOO_LONG("malformed-response", true, false),
    ENDLESS("too-large", true, false),

    // Of an answer's head.
    NO_ANSWER("reset", false, true),
    RESET_AT_ONCE("reset", false, true),
    SILENCE("stalled", false, true),
    HEAD_STALL("stalled", false, true),
    SLOW_LORIS("stalled", false, true),
    HEAD_CUT("cut-short", false, true),
    TWO_LENGTHS("malformed-response", false, false),
    LENGTH_LIST("malformed-response", false, false),
    LENGTH_NEGATIVE("malformed-response", false, false),
    LENGTH_HUGE("malformed-response", false, false),
    LENGTH_PLUS("malformed-response", false, false),
    LENGTH_AND_CHUNKED("malformed-response", false, false),
    CHUNKED_TWICE("malformed-response", false, false),
    ANOTHER_CODING("malformed-response", false, false),
    NO_HTTP("malformed-response", false, false),
    STATUS_IN_WORDS("malformed-response", false, false),
    STATUS_TOO_LONG("malformed-response", false, false),
    HEADER_WITHOUT_COLON("malformed-response", false, false),
    SPACE_BEFORE_COLON("malformed-response", false, false),
    NUL_IN_HEAD("malformed-response", false, false),
    LINE_TOO_LONG("malformed-response", false, false),
    TOO_MANY_HEADERS("malformed-response", false, false),
    ENDLESS_INTERIM("malformed-response", false, false),
    ANOTHER_PROTOCOL("malformed-response", false, false),
    PART_NOT_ASKED_FOR("http-206", false, false),
    NOT_MODIFIED("http-304", false, false),
    NOT_FOUND("http-404", false, false),
    GONE("http-410", false, false),
    NOT_IMPLEMENTED("http-501", false, false),
    STORM("http-500", false, true),
    BUSY("http-503", false, true),
    TOO_MANY("http-429", false, true),
    TOO_MANY_FOR_YEARS("http-429", false, false),
    TOO_MANY_FOR_WHO_KNOWS("http-429", false, true),
    TOO_LARGE("too-large", false, false),
    REDIRECT_LOOP("redirect-loop", false, false),
    REDIRECT_CHAIN("too-many-redirects", false, false),
    REDIRECT_NOWHERE("bad-redirect", false, false),
    REDIRECT_TO_A_FILE("bad-redirect", false, false),
    REDIRECT_TO_NO_URL("bad-redirect", false, false);

    /** Bytes of a body that goes wrong; the largest that the runs of the lab allow is {@link #LARGEST}. */
    static final int BODY = 3000;

    static final int LARGEST = 1 << 20;

    /** When in the life of a request, or of a connection, it happens. */
    enum Moment {
        FIRST,
        SECOND,
        THIRD
    }

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final Map<Fault, String> HEADS = Map.ofEntries(
            Map.entry(TWO_LENGTHS, OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"),
            Map.entry(LENGTH_LIST, OK + "Content-Length: 2, 3\r\n\r\nabc"),
            Map.entry(LENGTH_NEGATIVE, OK + "Content-Length: -1\r\n\r\n"),
            Map.entry(LENGTH_HUGE, OK + "Content-Length: 99999999999999999999\r\n\r\n"),
            Map.entry(LENGTH_PLUS, OK + "Content-Length: +1\r\n\r\na"),
            Map.entry(LENGTH_AND_CHUNKED, OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            Map.entry(CHUNKED_TWICE, OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            Map.entry(ANOTHER_CODING, OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
            Map.entry(NO_HTTP, "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
            Map.entry(STATUS_IN_WORDS, "HTTP/1.1 OK\r\n\r\n"),
            Map.entry(STATUS_TOO_LONG, "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
            Map.entry(HEADER_WITHOUT_COLON, OK + "Content-Length 2\r\n\r\nab"),
            Map.entry(SPACE_BEFORE_COLON, OK + "Content-Length : 2\r\n\r\nab"),
            Map.entry(NUL_IN_HEAD, OK + "X: a\0b\r\nContent-Length: 0\r\n\r\n"),
            Map.entry(LINE_TOO_LONG, OK + "X: " + "a".repeat(20_000) + "\r\n\r\n"),
            Map.entry(TOO_MANY_HEADERS, OK + "X: a\r\n".repeat(500) + "\r\n"),
            Map.entry(ENDLESS_INTERIM, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50)),
            Map.entry(ANOTHER_PROTOCOL, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
            Map.entry(PART_NOT_ASKED_FOR, "HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\nab"),
            Map.entry(NOT_MODIFIED, "HTTP/1.1 304 Not Modified\r\n\r\n"),
            Map.entry(NOT_FOUND, status("404 Not Found")),
            Map.entry(GONE, status("410 Gone")),
            Map.entry(NOT_IMPLEMENTED, status("501 Not Implemented")),
            Map.entry(STORM, status("500 Internal Server Error")),
            Map.entry(BUSY, status("503 Service Unavailable", "Retry-After: 0")),
            Map.entry(TOO_MANY, status("429 Too Many Requests", "Retry-After: 0")),
            Map.entry(TOO_MANY_FOR_YEARS, status("429 Too Many Requests", "Retry-After: 99999999")),
            Map.entry(TOO_MANY_FOR_WHO_KNOWS, status("429 Too Many Requests", "Retry-After: soon")),
            Map.entry(TOO_LARGE, OK + "Content-Length: " + (LARGEST + 1) + "\r\n\r\n"),
            Map.entry(REDIRECT_NOWHERE, status("302 Found")),
            Map.entry(REDIRECT_TO_A_FILE, status("302 Found", "Location: file:///etc/passwd")),
            Map.entry(REDIRECT_TO_NO_URL, status("302 Found", "Location: http://[::1/")));

    /** The word by which a run tells it. */
    final String word;

    /** Whether it happens to a body, whose moments these are. */
    final boolean ofBody;

    /** Whether another attempt is worth it, and is made. */
    final boolean retried;

    Fault(String word, boolean ofBody, boolean retried) {
        this.word = word;
        this.ofBody = ofBody;
        this.retried = retried;
    }

    private static String status(String status, String... headers) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n" + String.join("\r\n", headers)
                + (headers.length > 0 ? "\r\n" : "") + "\r\n";
    }

    /**
     * Plays it to whoever asked for {@code request}. The path of a chain of redirects grows, and a loop asks for itself.
     *
     * @return whether the connection serves another request
     */
    boolean play(Moment moment, LabServer.Request request, LabServer.Peer peer) throws IOException {
        var sent = switch (moment) {
            case FIRST -> 0;
            case SECOND -> BODY / 2;
            case THIRD -> BODY - 1;
        };
        var declared = OK + "Content-Length: " + BODY + "\r\n\r\n" + "x".repeat(sent);
        var chunked = CHUNKED + (sent == 0 ? "" : Integer.toHexString(sent) + "\r\n" + "x".repeat(sent) + "\r\n");
        switch (this) {
            case RESET -> resetAfter(declared, peer);
            case CUT -> peer.send(declared);
            case STALL -> peer.send(declared).hang();
            case DRIP -> drip(peer.send(OK + "Content-Length: " + LARGEST + "\r\n\r\n" + "x".repeat(sent)));
            case HALF_CLOSE -> {
                peer.send(declared).halfClose();
                peer.hang();
            }
            case CHUNKED_CUT -> peer.send(chunked);
            case CHUNKED_RESET -> resetAfter(chunked, peer);
            case CHUNKED_STALL -> peer.send(chunked).hang();
            case CHUNK_SIZE_IN_WORDS -> peer.send(chunked + "two\r\nab\r\n0\r\n\r\n");
            case CHUNK_SIZE_NEGATIVE -> peer.send(chunked + "-2\r\nab\r\n0\r\n\r\n");
            case CHUNK_SIZE_HUGE -> peer.send(chunked + "ffffffffffffffff2\r\nab\r\n0\r\n\r\n");
            case CHUNK_TOO_LONG -> peer.send(chunked + "2\r\nabc\r\n0\r\n\r\n");
            case ENDLESS -> {
                peer.send(chunked.substring(0, CHUNKED.length()));
                while (true) peer.send("1000\r\n" + "x".repeat(4096) + "\r\n");
            }
            case NO_ANSWER -> {}
            case RESET_AT_ONCE -> peer.reset();
            case SILENCE -> peer.hang();
            case HEAD_STALL -> peer.send(OK + "Content-Le").hang();
            case SLOW_LORIS -> drip(peer.send(OK + "X: "));
            case HEAD_CUT -> peer.send(OK + "Content-Le");
            case REDIRECT_LOOP -> peer.send(status("302 Found", "Location: " + request.path()));
            case REDIRECT_CHAIN -> peer.send(status("302 Found", "Location: " + request.path() + "x"));
            default -> peer.send(Objects.requireNonNull(HEADS.get(this)));
        }
        return switch (this) {
            case NOT_FOUND, GONE, STORM, BUSY, TOO_MANY, REDIRECT_LOOP, REDIRECT_CHAIN -> true;
            default -> false;
        };
    }

    /** So that what was sent comes before the RST, which would overtake it else. */
    private static void resetAfter(String text, LabServer.Peer peer) throws IOException {
        peer.send(text);
        pause(20);
        peer.reset();
    }

    /** A byte, again and again, more slowly than any run of the lab puts up with. */
    private static void drip(LabServer.Peer peer) throws IOException {
        while (pause(5)) peer.send("x");
    }

    private static boolean pause(int millis) {
        try {
            return new SynchronousQueue<String>().poll(millis, TimeUnit.MILLISECONDS) == null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
