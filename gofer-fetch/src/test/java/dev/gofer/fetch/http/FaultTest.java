package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.FaultServer.once;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.text;
import static dev.gofer.fetch.http.Fetching.transport;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which an answer can be wrong has one reason; no wrong answer passes for a whole one. */
class FaultTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

    record Fault(String name, Reason reason, FaultServer.Script script) {
        @Override
        public String toString() {
            return name + " is " + reason.word();
        }
    }

    private static Fault sent(String name, Reason reason, String answer) {
        return new Fault(name, reason, once(answer));
    }

    static Stream<Fault> faults() {
        var malformed = Reason.MALFORMED_RESPONSE;
        return Stream.of(
                sent("two lengths that differ", malformed, OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"),
                sent("a list of lengths", malformed, OK + "Content-Length: 2, 2\r\n\r\nab"),
                sent(
                        "length and chunked",
                        malformed,
                        OK + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                sent(
                        "chunked and length",
                        malformed,
                        OK + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n"),
                sent(
                        "chunked twice",
                        malformed,
                        OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                sent("another transfer coding", malformed, OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                sent(
                        "chunked in HTTP/1.0",
                        malformed,
                        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                sent("a negative length", malformed, OK + "Content-Length: -1\r\n\r\n"),
                sent("a length with a plus", malformed, OK + "Content-Length: +1\r\n\r\na"),
                sent("an empty length", malformed, OK + "Content-Length:\r\n\r\n"),
                sent("a length in words", malformed, OK + "Content-Length: two\r\n\r\nab"),
                sent("a length past all bounds", malformed, OK + "Content-Length: 99999999999999999999\r\n\r\n"),
                sent("a header without colon", malformed, OK + "Content-Length 2\r\n\r\nab"),
                sent("a space before the colon", malformed, OK + "Content-Length : 2\r\n\r\nab"),
                sent("a continuation of nothing", malformed, OK + " Content-Length: 2\r\n\r\nab"),
                sent("a NUL in the head", malformed, OK + "X: a\0b\r\n\r\n"),
                sent("a stray CR in the head", malformed, OK + "X: a\rContent-Length: 2\r\n\r\nab"),
                sent("a header line without end", malformed, OK + "X: " + "a".repeat(17_000) + "\r\n\r\n"),
                sent("headers without end", malformed, OK + "X: a\r\n".repeat(300) + "\r\n"),
                sent(
                        "a head past all bounds",
                        malformed,
                        OK + ("X: " + "a".repeat(15_000) + "\r\n").repeat(10) + "\r\n"),
                sent("an empty first line", malformed, "\r\n" + ok("ab")),
                sent("no HTTP", malformed, "SSH-2.0-OpenSSH_9.2\r\n"),
                sent("no HTTP, and short", malformed, "ICY"),
                sent("HTTP/0.9", malformed, "<html>a page without a head</html>"),
                sent("a NUL in the status line", malformed, "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n"),
                sent("a version of two digits", malformed, "HTTP/1.10 OK\r\n\r\n"),
                sent(
                        "an interim answer with a length",
                        malformed,
                        "HTTP/1.1 100 Continue\r\nContent-Length: 2\r\n\r\nab" + ok("cd")),
                sent("a length in two lines", malformed, OK + "Content-Length: 1\r\n 0\r\n\r\n0123456789"),
                sent(
                        "chunked in capitals, and a length",
                        malformed,
                        OK + "TRANSFER-ENCODING: CHUNKED\r\ncontent-length: 1\r\n\r\n0\r\n\r\n"),
                sent("chunked with a parameter", malformed, OK + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"),
                sent("identity as a transfer coding", malformed, OK + "Transfer-Encoding: identity\r\n\r\nab"),
                sent("HTTP/2", malformed, "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
                sent("a status in words", malformed, "HTTP/1.1 OK\r\n\r\n"),
                sent("a status of four digits", malformed, "HTTP/1.1 2000 OK\r\n\r\n"),
                sent("a status below 100", malformed, "HTTP/1.1 042 OK\r\nContent-Length: 0\r\n\r\n"),
                sent("interim answers without end", malformed, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(20)),
                sent("another protocol", malformed, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
                sent("a chunk size in words", malformed, CHUNKED + "two\r\nab\r\n0\r\n\r\n"),
                sent("a negative chunk size", malformed, CHUNKED + "-2\r\nab\r\n0\r\n\r\n"),
                sent("a chunk size with a plus", malformed, CHUNKED + "+2\r\nab\r\n0\r\n\r\n"),
                sent("a chunk size with 0x", malformed, CHUNKED + "0x2\r\nab\r\n0\r\n\r\n"),
                sent("a chunk size past all bounds", malformed, CHUNKED + "ffffffffffffffff2\r\nab\r\n0\r\n\r\n"),
                sent("an empty chunk size", malformed, CHUNKED + "\r\nab\r\n0\r\n\r\n"),
                sent("a chunk longer than it says", malformed, CHUNKED + "2\r\nabc\r\n0\r\n\r\n"),
                sent("trailers without end", malformed, CHUNKED + "0\r\n" + "X: a\r\n".repeat(300) + "\r\n"),
                sent("a body shorter than its length", Reason.CUT_SHORT, OK + "Content-Length: 10\r\n\r\nabc"),
                sent("no body at all", Reason.CUT_SHORT, OK + "Content-Length: 10\r\n\r\n"),
                sent("a head cut within a header", Reason.CUT_SHORT, OK + "Content-Le"),
                sent("a head cut between headers", Reason.CUT_SHORT, OK + "Content-Length: 0\r\n"),
                sent("a chunk cut short", Reason.CUT_SHORT, CHUNKED + "5\r\nab"),
                sent("a cut after a chunk", Reason.CUT_SHORT, CHUNKED + "2\r\nab\r\n"),
                sent("a cut within the last chunk", Reason.CUT_SHORT, CHUNKED + "2\r\nab\r\n0\r\n"),
                sent("a cut within a chunk size", Reason.CUT_SHORT, CHUNKED + "2"),
                new Fault("no answer", Reason.RESET, FaultServer.Peer::request),
                new Fault("a reset before the answer", Reason.RESET, client -> {
                    client.request();
                    client.reset();
                }),
                sent(
                        "a part that nobody asked for",
                        Reason.HTTP_STATUS,
                        "HTTP/1.1 206 Partial\r\nContent-Length: 2\r\n\r\nab"),
                sent("not modified", Reason.HTTP_STATUS, "HTTP/1.1 304 Not Modified\r\n\r\n"),
                sent("not found", Reason.HTTP_STATUS, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void hasOneReason(Fault fault) throws IOException {
        try (var server = new FaultServer(fault.script);
                var transport = transport()) {
            var failure = failure(transport, server.url("/"));
            assertEquals(fault.reason, failure.reason(), failure.getMessage());
            boolean usable = fault.reason == Reason.HTTP_STATUS; // all was well but for the status
            assertEquals(usable ? 1 : 0, transport.idleConnections(), "a connection that failed is not used again");
            assertEquals(1, server.connections(), "one attempt is one attempt");
        }
    }

    @Test
    void aResetWithinTheBodyIsReset() throws IOException {
        try (var server = new FaultServer(client -> {
                    client.request();
                    client.send(OK + "Content-Length: 10\r\n\r\nabc");
                    client.hang();
                });
                var transport = transport();
                var response = Fetching.get(transport, server.url("/"))) {
            assertEquals('a', response.body().read());
            assertEquals(10, response.declaredLength());
            response.body().readNBytes(2);
            server.resetAll();
            var failure =
                    assertThrows(FetchException.class, () -> response.body().read());
            assertEquals(Reason.RESET, failure.reason());
            assertTrue(failure.retryable());
            assertTrue(failure.getMessage().contains("3 of 10"), failure.getMessage());
        }
    }

    static Stream<String> wholes() {
        return Stream.of(
                ok("abc"),
                OK + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
                OK + "content-length:\t3  \r\n\r\nabc",
                "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc",
                "HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc",
                OK + "\r\nabc",
                OK + "X: a\r\n b\r\nContent-Length: 3\r\n\r\nabc",
                OK + "X: \u00e9\u0001\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("abc"),
                CHUNKED + "3\r\nabc\r\n0\r\n\r\n",
                CHUNKED + "1\r\na\r\n0002 ;x=y\r\nbc\r\n0\r\nX: trailer\r\n\r\n",
                OK + "Transfer-Encoding: Chunked\r\n\r\n3\nabc\n0\n\n");
    }

    @ParameterizedTest
    @MethodSource("wholes")
    void aWholeAnswerIsTakenInEachFormThatHttpAllows(String answer) throws IOException {
        try (var server = new FaultServer(once(answer));
                var transport = transport()) {
            assertEquals("abc", text(transport, server.url("/")));
        }
    }

    @Test
    void anAnswerInSingleBytesIsTheSameAnswer() throws IOException {
        for (String answer : wholes().toList()) {
            try (var server = new FaultServer(client -> {
                        client.request();
                        client.socket.setTcpNoDelay(true);
                        for (char c : answer.toCharArray()) client.send("" + c);
                    });
                    var transport = transport()) {
                assertEquals("abc", text(transport, server.url("/")));
            }
        }
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsMarked() throws IOException {
        try (var server = new FaultServer(once(OK + "\r\nabc"), once(ok("abc")), once(CHUNKED + "0\r\n\r\n"));
                var transport = transport()) {
            try (var response = Fetching.get(transport, server.url("/"))) {
                assertTrue(response.untilClose());
                assertEquals(-1, response.declaredLength());
                assertEquals(3, response.body().readAllBytes().length);
            }
            assertEquals(0, transport.idleConnections());
            try (var response = Fetching.get(transport, server.url("/"))) {
                assertFalse(response.untilClose());
                assertEquals(3, response.declaredLength());
                assertEquals(3, response.body().readAllBytes().length);
            }
        }
    }

    @Test
    void whatAServerSaysIsSafeToPrint() throws IOException {
        try (var server = new FaultServer(once("HTTP/1.1 404 \u001b[31mred\u009b\r\nContent-Length: 0\r\n\r\n"));
                var transport = transport()) {
            var failure = failure(transport, server.url("/"));
            assertEquals("404 \\u001b[31mred\\u009b", failure.getMessage());
            assertEquals("http-404", failure.word());
        }
    }
}
