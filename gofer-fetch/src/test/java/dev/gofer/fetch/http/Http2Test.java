package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.get;
import static dev.gofer.fetch.http.Fetching.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import dev.gofer.WaitGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class Http2Test {
    @TempDir
    static Path folder;

    private static Certificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(folder);
    }

    private static Http2Server server(Http2Server.Script... scripts) throws Exception {
        return new Http2Server(certificates.listen("good"), scripts);
    }

    private static Transport transport(TransportOptions options) throws IOException {
        return new Transport(
                options.toBuilder().caFile(folder.resolve("ca.pem")).build());
    }

    private static Transport transport() throws IOException {
        return transport(PATIENT);
    }

    /** Answers every request with its number's text. */
    private static final Http2Server.Script GOOD = client -> {
        client.greet();
        while (true) {
            int stream = client.request();
            client.ok(stream, "body of " + stream);
        }
    };

    @Test
    void oneConnectionServesManyAtOnce() throws Exception {
        var all = new CountDownLatch(20);
        Http2Server.Script script = client -> {
            client.greet();
            var streams = new ArrayList<Integer>();
            for (int i = 0; i < 20; i++) {
                streams.add(client.request());
                all.countDown();
            }
            for (int stream : streams.reversed()) client.ok(stream, "x".repeat(stream));
            client.hang();
        };
        try (var server = server(script);
                var transport = transport()) {
            var lengths = ConcurrentHashMap.<Integer>newKeySet();
            var wg = new WaitGroup();
            for (int i = 0; i < 20; i++)
                wg.go(() -> lengths.add(text(transport, server.url("/")).length()));
            wg.await();
            assertEquals(20, lengths.size());
            assertEquals(1, server.connections.get());
        }
    }

    @Test
    void requestsAreThoseOfHttp11() throws Exception {
        var got = new ArrayList<Http2Server.Got>();
        Http2Server.Script script = client -> {
            client.greet(Frame.SETTING_HEADER_TABLE_SIZE, 0);
            for (int i = 0; i < 2; i++) {
                var head = client.await(Frame.HEADERS);
                got.add(head);
                client.ok(head.stream(), "abc");
                client.await(Frame.SETTINGS); // ours, then the acknowledgement
            }
            client.hang();
        };
        try (var server = server(script);
                var transport = transport(PATIENT.toBuilder()
                        .credentials(Credentials.basic("ann", "secret"))
                        .headers(java.util.Map.of("X-Long", "y".repeat(300)))
                        .build())) {
            assertEquals("abc", text(transport, server.url("/path?query")));
            assertEquals("abc", text(transport, server.url("/again")));
            var unpacker = new org.apache.hc.core5.http2.hpack.HPackDecoder(0, StandardCharsets.ISO_8859_1);
            var fields = unpacker
                    .decodeHeaders(java.nio.ByteBuffer.wrap(got.getFirst().payload()))
                    .stream()
                    .map(field -> field.getName() + ": " + field.getValue())
                    .toList();
            assertEquals(List.of(":method: GET", ":scheme: https"), fields.subList(0, 2));
            assertTrue(fields.contains(":path: /path?query"), fields.toString());
            assertTrue(fields.contains("authorization: Basic YW5uOnNlY3JldA=="), fields.toString());
            assertTrue(fields.contains("accept-encoding: identity"), fields.toString());
            assertTrue(fields.contains("x-long: " + "y".repeat(300)), fields.toString());
            assertTrue( // by the first head after the settings, whose turn came when nobody knows
                    got.stream().anyMatch(head -> head.payload()[0] == 0x20), "a smaller table is acknowledged");
        }
    }

    @Test
    void aLongBodyComesWholeThroughASmallWindow() throws Exception {
        int size = 3_000_000;
        Http2Server.Script script = client -> {
            client.greet();
            int stream = client.request();
            client.head(stream, 0, ":status", "200");
            long window = Http2Connection.STREAM_WINDOW;
            long most = 0;
            for (int sent = 0; sent < size; ) {
                while (window < 10_000) {
                    var update = client.await(Frame.WINDOW_UPDATE);
                    if (update.stream() == stream) window += Frame.getInt(update.payload(), 0);
                    most = Math.max(most, window);
                }
                int n = Math.min(10_000, size - sent);
                client.data(stream, false, "z".repeat(n));
                sent += n;
                window -= n;
            }
            client.data(stream, true, "");
            if (most > 512 * 1024) client.frame(Frame.RST_STREAM, 0, stream, new byte[4]);
            client.hang();
        };
        try (var server = server(script);
                var transport = transport()) {
            assertEquals(size, text(transport, server.url("/")).length());
        }
    }

    @Test
    void whoFindsNoRoomWaitsForIt() throws Exception {
        Http2Server.Script script = client -> {
            client.greet(Frame.SETTING_MAX_CONCURRENT_STREAMS, 1);
            client.ok(client.request(), "first");
            client.await(Frame.SETTINGS);
            client.await(Frame.SETTINGS); // acknowledged: from here on the limit holds
            while (true) {
                int stream = client.request();
                client.socket.setSoTimeout(50);
                try {
                    client.request();
                    client.frame(Frame.GOAWAY, 0, 0, new byte[8]); // two at a time: that is one too many
                } catch (java.net.SocketTimeoutException e) {
                    client.socket.setSoTimeout(0);
                    client.ok(stream, "one at a time");
                }
            }
        };
        try (var server = server(script);
                var transport = transport()) {
            assertEquals("first", text(transport, server.url("/")));
            var wg = new WaitGroup();
            for (int i = 0; i < 5; i++) wg.go(() -> assertEquals("one at a time", text(transport, server.url("/"))));
            wg.await();
            assertEquals(1, server.connections.get());
        }
    }

    @Test
    void whatTheServerDidNotTouchIsSentAgain() throws Exception {
        Http2Server.Script refuses = client -> {
            client.greet();
            int stream = client.request();
            byte[] code = new byte[4];
            Frame.putInt(code, 0, Frame.REFUSED_STREAM);
            client.frame(Frame.RST_STREAM, 0, stream, code);
            client.ok(client.request(), "second stream");
            client.hang();
        };
        Http2Server.Script leaves = client -> {
            client.greet();
            client.request();
            client.frame(Frame.GOAWAY, 0, 0, new byte[8]); // nothing was done
            client.hang();
        };
        Http2Server.Script dies = client -> {
            client.greet();
            client.ok(client.request(), "first");
            client.request();
        };
        try (var server = server(refuses);
                var transport = transport()) {
            assertEquals("second stream", text(transport, server.url("/")));
            assertEquals(1, server.connections.get());
        }
        try (var server = server(leaves, GOOD);
                var transport = transport()) {
            assertEquals("body of 1", text(transport, server.url("/")));
            assertEquals(2, server.connections.get());
        }
        try (var server = server(dies, GOOD);
                var transport = transport()) {
            assertEquals("first", text(transport, server.url("/")));
            assertEquals("body of 1", text(transport, server.url("/")));
        }
    }

    @Test
    void aServerThatRefusesForEverIsGivenUp() throws Exception {
        Http2Server.Script refuses = client -> {
            client.greet();
            byte[] code = new byte[4];
            Frame.putInt(code, 0, Frame.REFUSED_STREAM);
            while (true) client.frame(Frame.RST_STREAM, 0, client.request(), code);
        };
        try (var server = server(refuses);
                var transport = transport()) {
            assertEquals(Reason.RESET, failure(transport, server.url("/")).reason());
        }
    }

    @Test
    void aServerThatSaysGoodbyeAtOnceIsGivenUp() throws Exception {
        Http2Server.Script leaves =
                client -> client.greet().frame(Frame.GOAWAY, 0, 0, new byte[8]).hang();
        try (var server = server(leaves);
                var transport = transport()) {
            assertEquals(Reason.RESET, failure(transport, server.url("/")).reason());
            assertTrue(server.connections.get() <= 8, server.connections + " connections");
        }
    }

    @Test
    void whatIsUnderWayOutlivesAGoodbye() throws Exception {
        Http2Server.Script script = client -> {
            client.greet();
            int stream = client.request();
            client.head(stream, 0, ":status", "200", "content-length", "4");
            client.data(stream, false, "ab");
            byte[] goodbye = new byte[8];
            Frame.putInt(goodbye, 0, stream);
            client.frame(Frame.GOAWAY, 0, 0, goodbye);
            client.data(stream, true, "cd");
            client.hang();
        };
        try (var server = server(script, GOOD);
                var transport = transport()) {
            assertEquals("abcd", text(transport, server.url("/")));
            assertEquals("body of 1", text(transport, server.url("/")));
            assertEquals(2, server.connections.get());
        }
    }

    @Test
    void oneAttemptThatEndsLeavesTheOthersAlone() throws Exception {
        var reset = new CountDownLatch(1);
        Http2Server.Script script = client -> {
            client.greet();
            int stalled = client.request();
            client.head(stalled, 0, ":status", "200", "content-length", "10");
            client.data(stalled, false, "abc");
            var got = client.await(Frame.RST_STREAM);
            if (got.stream() == stalled) reset.countDown();
            client.ok(client.request(), "after");
            client.hang();
        };
        try (var server = server(script);
                var transport = transport(
                        PATIENT.toBuilder().stallTimeout(Duration.ofMillis(200)).build())) {
            var failure = failure(transport, server.url("/"));
            assertEquals(Reason.STALLED, failure.reason());
            assertTrue(failure.getMessage().contains("3 of 10"), failure.getMessage());
            reset.await();
            assertEquals("after", text(transport, server.url("/")));
            assertEquals(1, server.connections.get());
        }
    }

    @Test
    void aBodyThatIsGivenUpIsReset() throws Exception {
        var reset = new CountDownLatch(1);
        Http2Server.Script script = client -> {
            client.greet();
            int stream = client.request();
            client.head(stream, 0, ":status", "200", "content-length", "100000");
            client.data(stream, false, "abc");
            client.await(Frame.RST_STREAM);
            reset.countDown();
            client.hang();
        };
        try (var server = server(script);
                var transport = transport()) {
            get(transport, server.url("/")).close();
            reset.await();
        }
    }

    @Test
    void anEndMarkOfItsOwnIsWaitedForAndNotReset() throws Exception {
        var others = new ArrayList<Http2Server.Got>();
        Http2Server.Script script = client -> {
            client.greet();
            int first = client.request();
            client.head(first, 0, ":status", "200", "content-length", "3");
            client.data(first, false, "abc");
            int second = client.request();
            client.data(first, true, "");
            client.ok(second, "def");
            client.await(Frame.SETTINGS); // acknowledged by now
            client.await(Frame.SETTINGS);
            others.addAll(client.others);
        };
        try (var server = server(script, GOOD);
                var transport = transport()) {
            assertEquals("abc", text(transport, server.url("/")));
            assertEquals("def", text(transport, server.url("/")));
            assertEquals("body of 1", text(transport, server.url("/")));
            assertFalse(others.stream().anyMatch(frame -> frame.type() == Frame.RST_STREAM));
        }
    }

    @Test
    void anIdleConnectionIsClosedInTheEnd() throws Exception {
        var gone = new CountDownLatch(1);
        Http2Server.Script script = client -> {
            client.greet();
            client.ok(client.request(), "abc");
            try {
                client.hang();
            } finally {
                gone.countDown(); // with or without TLS's goodbye
            }
        };
        try (var server = server(script);
                var transport = transport(
                        PATIENT.toBuilder().idleTimeout(Duration.ofMillis(50)).build())) {
            assertEquals("abc", text(transport, server.url("/")));
            gone.await();
        }
    }

    @Test
    void redirectsAndStatusesAreThoseOfHttp11() throws Exception {
        Http2Server.Script script = client -> {
            client.greet();
            client.head(client.request(), Frame.END_STREAM, ":status", "302", "location", "/there");
            int stream = client.request();
            client.head(stream, 0, ":status", "103", "link", "x");
            client.head(stream, 0, ":status", "200");
            client.data(stream, false, "abc").head(stream, Frame.END_STREAM, "trailer", "x");
            client.head(client.request(), Frame.END_STREAM, ":status", "429", "retry-after", "7");
            client.hang();
        };
        try (var server = server(script);
                var transport = transport()) {
            assertEquals("abc", text(transport, server.url("/here")));
            var failure = failure(transport, server.url("/"));
            assertEquals(429, failure.status());
            assertEquals(Duration.ofSeconds(7), failure.retryAfter());
        }
    }

    @Test
    void http11IsSpokenWhereHttp2IsNotWanted() throws Exception {
        try (var server = new FaultServer(certificates.listen("good"), FaultServer.always(FaultServer.ok("abc")));
                var plain = transport(PATIENT.toBuilder().http2(false).build());
                var both = transport()) {
            for (var transport : List.of(plain, both)) {
                var wg = new WaitGroup();
                for (int i = 0; i < 10; i++)
                    wg.go(() -> assertEquals("abc", text(transport, "https://127.0.0.1:" + server.port() + "/")));
                wg.await();
            }
        }
    }

    record Fault(String name, Reason reason, Http2Server.Script script) {
        @Override
        public String toString() {
            return name + " is " + reason.word();
        }
    }

    /** A fault in answer to the first request. */
    private interface Answer {
        void send(Http2Server.Peer client, int stream) throws Exception;
    }

    private static Fault fault(String name, Reason reason, Answer answer) {
        return new Fault(name, reason, client -> {
            client.greet();
            answer.send(client, client.request());
            client.hang();
        });
    }

    private static Fault malformed(String name, Answer answer) {
        return fault(name, Reason.MALFORMED_RESPONSE, answer);
    }

    static Stream<Fault> faults() {
        byte[] four = new byte[4];
        return Stream.of(
                malformed(
                        "a body longer than it says",
                        (client, s) -> client.head(s, 0, ":status", "200", "content-length", "2")
                                .data(s, true, "abc")),
                fault(
                        "a body shorter than it says",
                        Reason.CUT_SHORT,
                        (client, s) -> client.head(s, 0, ":status", "200", "content-length", "4")
                                .data(s, true, "abc")),
                fault(
                        "no body though it says so",
                        Reason.CUT_SHORT,
                        (client, s) -> client.head(s, Frame.END_STREAM, ":status", "200", "content-length", "4")),
                malformed(
                        "two lengths",
                        (client, s) ->
                                client.head(s, 0, ":status", "200", "content-length", "2", "content-length", "3")),
                malformed("no status", (client, s) -> client.head(s, Frame.END_STREAM, "x", "y")),
                malformed(
                        "no header at all",
                        (client, s) ->
                                client.frame(Frame.HEADERS, Frame.END_STREAM | Frame.END_HEADERS, s, new byte[0])),
                malformed(
                        "two statuses",
                        (client, s) -> client.head(s, Frame.END_STREAM, ":status", "200", ":status", "200")),
                malformed("a status in words", (client, s) -> client.head(s, Frame.END_STREAM, ":status", "fine")),
                malformed(
                        "a status of four digits", (client, s) -> client.head(s, Frame.END_STREAM, ":status", "2000")),
                malformed(
                        "a name in capitals",
                        (client, s) -> client.head(s, Frame.END_STREAM, ":status", "200", "Content-Length", "0")),
                malformed(
                        "a CR in a value",
                        (client, s) -> client.head(s, Frame.END_STREAM, ":status", "200", "x", "a\r\nb: c")),
                malformed(
                        "a NUL in a value",
                        (client, s) -> client.head(s, Frame.END_STREAM, ":status", "200", "x", "a\0b")),
                malformed(
                        "a transfer encoding",
                        (client, s) ->
                                client.head(s, Frame.END_STREAM, ":status", "200", "transfer-encoding", "chunked")),
                malformed(
                        "a pseudo-header of requests",
                        (client, s) -> client.head(s, Frame.END_STREAM, ":status", "200", ":path", "/")),
                malformed("another protocol", (client, s) -> client.head(s, 0, ":status", "101")),
                malformed(
                        "an interim answer that is the last",
                        (client, s) -> client.head(s, Frame.END_STREAM, ":status", "103")),
                malformed("interim answers without end", (client, s) -> {
                    for (int i = 0; i < 20; i++) client.head(s, 0, ":status", "103");
                }),
                malformed("a body before its head", (client, s) -> client.data(s, true, "abc")),
                malformed(
                        "trailers that are not the last",
                        (client, s) -> client.head(s, 0, ":status", "200").head(s, 0, "x", "y")),
                malformed("a frame that is too long", (client, s) -> client.frame(Frame.DATA, 0, s, new byte[16_385])),
                malformed(
                        "more padding than frame",
                        (client, s) -> client.head(s, 0, ":status", "200")
                                .frame(Frame.DATA, Frame.PADDED, s, new byte[] {9, 0})),
                malformed("a stream that was not opened", (client, s) -> client.head(s + 2, 0, ":status", "200")),
                malformed("a stream of the server's", (client, s) -> client.head(2, 0, ":status", "200")),
                malformed("a push", (client, s) -> client.frame(Frame.PUSH_PROMISE, Frame.END_HEADERS, s, four)),
                malformed(
                        "another frame within a head",
                        (client, s) -> client.frame(Frame.HEADERS, 0, s, client.block(":status", "200"))
                                .frame(Frame.PING, 0, 0, new byte[8])),
                malformed(
                        "a continuation of nothing",
                        (client, s) -> client.frame(Frame.CONTINUATION, Frame.END_HEADERS, s, four)),
                malformed("continuations without end", (client, s) -> {
                    client.frame(Frame.HEADERS, 0, s, new byte[0]);
                    for (int i = 0; i < 100; i++) client.frame(Frame.CONTINUATION, 0, s, new byte[0]);
                }),
                malformed("a head past all bounds", (client, s) -> {
                    client.frame(Frame.HEADERS, 0, s, client.block(":status", "200"));
                    for (int i = 0; i < 10; i++)
                        client.frame(Frame.CONTINUATION, 0, s, client.block("x", "y".repeat(15_000)));
                }),
                malformed("a head that unpacks past all bounds", (client, s) -> {
                    var fields = new ArrayList<>(List.of(":status", "200"));
                    for (int i = 0; i < 200; i++) fields.addAll(List.of("x", "y".repeat(3000)));
                    client.head(s, 0, fields.toArray(String[]::new));
                }),
                malformed("headers without end", (client, s) -> {
                    var fields = new ArrayList<>(List.of(":status", "200"));
                    for (int i = 0; i < 300; i++) fields.addAll(List.of("x", "y"));
                    client.head(s, 0, fields.toArray(String[]::new));
                }),
                malformed(
                        "a head that is no HPACK",
                        (client, s) -> client.frame(Frame.HEADERS, Frame.END_HEADERS, s, new byte[] {
                            (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 127
                        })),
                malformed(
                        "a window that grows by nothing", (client, s) -> client.frame(Frame.WINDOW_UPDATE, 0, 0, four)),
                malformed("settings that are cut", (client, s) -> client.frame(Frame.SETTINGS, 0, 0, new byte[5])),
                malformed("a ping of seven bytes", (client, s) -> client.frame(Frame.PING, 0, 0, new byte[7])),
                malformed("pings without end", (client, s) -> {
                    for (int i = 0; i < 5000; i++) client.frame(Frame.PING, 0, 0, new byte[8]);
                }),
                malformed("settings without end", (client, s) -> {
                    for (int i = 0; i < 5000; i++) client.greet();
                }),
                malformed("empty data without end", (client, s) -> {
                    client.head(s, 0, ":status", "200");
                    for (int i = 0; i < 5000; i++) client.data(s, false, "");
                }),
                malformed("heads of what is over without end", (client, s) -> {
                    client.head(s, Frame.END_STREAM, ":status", "302", "location", "/next");
                    int next = client.request();
                    for (int i = 0; i < 5000; i++) client.head(s, Frame.END_STREAM, ":status", "200");
                    client.ok(next, "too late");
                }),
                malformed("unknown frames without end", (client, s) -> {
                    for (int i = 0; i < 5000; i++) client.frame(99, 0, 0, new byte[0]);
                }),
                fault("a reset", Reason.RESET, (client, s) -> client.frame(Frame.RST_STREAM, 0, s, four)),
                fault(
                        "a reset within the body",
                        Reason.RESET,
                        (client, s) -> client.head(s, 0, ":status", "200")
                                .data(s, false, "abc")
                                .frame(Frame.RST_STREAM, 0, s, four)),
                fault(
                        "a close within the body",
                        Reason.RESET,
                        (client, s) -> client.head(s, 0, ":status", "200")
                                .data(s, false, "abc")
                                .socket
                                .close()),
                fault("a close before the answer", Reason.RESET, (client, s) -> client.socket.close()),
                fault(
                        "not found",
                        Reason.HTTP_STATUS,
                        (client, s) -> client.head(s, Frame.END_STREAM, ":status", "404")),
                new Fault("no settings first", Reason.MALFORMED_RESPONSE, client -> {
                    client.request();
                    client.ok(1, "abc").hang();
                }),
                new Fault("HTTP/1.1 after all", Reason.MALFORMED_RESPONSE, client -> {
                    client.request();
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                            .hang();
                }));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void hasOneReason(Fault fault) throws Exception {
        try (var server = server(fault.script);
                var transport = transport()) {
            var failure = failure(transport, server.url("/"));
            assertEquals(fault.reason, failure.reason(), failure.getMessage());
            assertEquals(1, server.connections.get(), "one attempt is one attempt");
        }
    }

    @Test
    void moreThanTheWindowIsWrong() throws FetchException {
        var stream = new Http2Stream(new Attempt(PATIENT), 100);
        var head = Head.ofHttp2(new org.apache.hc.core5.http.message.BasicClassicHttpResponse(200), false);
        assertTrue(stream.receiveHead(head, false));
        assertEquals(Http2Stream.Taken.YES, stream.receiveData(new byte[60], 60, false));
        assertEquals(Http2Stream.Taken.YES, stream.receiveData(new byte[30], 40, false), "padding counts");
        assertEquals(Http2Stream.Taken.WRONG, stream.receiveData(new byte[1], 1, false));
        assertEquals(60, stream.read(new byte[60], 0, 60));
        assertEquals(
                Http2Stream.Taken.WRONG, new Http2Stream(new Attempt(PATIENT), 100).receiveData(new byte[1], 1, false));
    }

    @Test
    void anAddressIsGuardedOnAConnectionThatStands() throws Exception {
        try (var server = server(GOOD);
                var transport = transport()) {
            assertEquals("body of 1", text(transport, server.url("/")));
            var url = HttpUrl.parse(server.url("/"));
            var refused = assertThrows(
                    FetchException.class, () -> transport.get(url, AddressPolicy.PUBLIC_ONLY, Context.background()));
            assertEquals(Reason.PRIVATE_ADDRESS, refused.reason());
        }
    }
}
