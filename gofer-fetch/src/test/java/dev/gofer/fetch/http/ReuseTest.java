package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.always;
import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.FaultServer.once;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.get;
import static dev.gofer.fetch.http.Fetching.text;
import static dev.gofer.fetch.http.Fetching.transport;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.WaitGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReuseTest {
    @Test
    void requestsInTurnShareOneConnection() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var transport = transport()) {
            for (int i = 0; i < 100; i++) assertEquals("abc", text(transport, server.url("/" + i)));
            assertEquals(1, server.connections());
            assertEquals(100, server.requests().size());
            assertEquals(1, transport.idleConnections());
        }
    }

    @Test
    void theConnectionIsFreeWithTheLastByte() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var transport = transport();
                var response = get(transport, server.url("/"))) {
            response.body().readNBytes(2);
            assertEquals(0, transport.idleConnections());
            response.body().readNBytes(1);
            assertEquals(1, transport.idleConnections());
            assertEquals(-1, response.body().read());
            assertEquals("abc", text(transport, server.url("/")));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void emptyAndChunkedBodiesAndFailuresLeaveTheConnectionInUse() throws IOException {
        var answers = new String[] {
            ok(""),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nsorry",
            "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsorry\r\n0\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\nabc",
            ok("end"),
        };
        try (var server = new FaultServer(client -> {
                    for (String answer : answers) {
                        client.request();
                        client.send(answer);
                    }
                    client.hang();
                });
                var transport = transport()) {
            for (String answer : answers) {
                if (answer.contains(" 200 ") || answer.contains(" 204 ")) text(transport, server.url("/"));
                else failure(transport, server.url("/"));
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aConnectionThatIsToBeClosedIsNotKept() throws IOException {
        for (String head : new String[] {
            "HTTP/1.1 200 OK\r\nConnection: close\r\n",
            "HTTP/1.1 200 OK\r\nConnection: x, Close\r\n",
            "HTTP/1.0 200 OK\r\n"
        }) {
            try (var server = new FaultServer(always(head + "Content-Length: 3\r\n\r\nabc"));
                    var transport = transport()) {
                assertEquals("abc", text(transport, server.url("/")));
                assertEquals(0, transport.idleConnections());
            }
        }
    }

    @Test
    void aConnectionThatDiedWhileIdleIsNoFailure() throws IOException {
        FaultServer.Script dies = client -> {
            client.request();
            client.send(ok("abc"));
            client.request(); // the second request, already: now nothing but the end comes
        };
        FaultServer.Script resets = client -> {
            client.request();
            client.send(ok("abc"));
            client.request();
            client.reset();
        };
        for (var script : new FaultServer.Script[] {dies, resets, once(ok("abc"))}) {
            try (var server = new FaultServer(script, always(ok("def")));
                    var transport = transport()) {
                assertEquals("abc", text(transport, server.url("/1")));
                assertEquals("def", text(transport, server.url("/2")));
                assertEquals(2, server.connections());
            }
        }
    }

    @Test
    void aFreshConnectionThatDiesIsAFailure() throws IOException {
        try (var server = new FaultServer(FaultServer.Peer::request);
                var transport = transport()) {
            assertEquals(Reason.RESET, failure(transport, server.url("/")).reason());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aReusedConnectionThatDiesWithinItsAnswerIsAFailure() throws IOException {
        try (var server = new FaultServer(
                        client -> {
                            client.request();
                            client.send(ok("abc"));
                            client.request();
                            client.send("HTTP/1.1 200");
                        },
                        always(ok("def")));
                var transport = transport()) {
            assertEquals("abc", text(transport, server.url("/1")));
            assertEquals(Reason.CUT_SHORT, failure(transport, server.url("/2")).reason());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void whatComesUnaskedIsNeverTakenForAnAnswer() throws IOException {
        try (var server = new FaultServer(once(ok("abc") + ok("poison")), always(ok("def")));
                var transport = transport()) {
            assertEquals("abc", text(transport, server.url("/1")));
            assertEquals("def", text(transport, server.url("/2")));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void aBodyGivenUpClosesItsConnectionUnlessItIsHereAlready() throws IOException {
        try (var server = new FaultServer(always(ok("a".repeat(1_000_000))));
                var transport = transport()) {
            var response = get(transport, server.url("/"));
            assertEquals('a', response.body().read());
            response.close();
            assertEquals(0, transport.idleConnections());
            assertThrows(FetchException.class, () -> response.body().read());
        }
        try (var server = new FaultServer(always(ok("abc")));
                var transport = transport()) {
            var response = get(transport, server.url("/"));
            assertEquals('a', response.body().read());
            response.close();
            assertEquals(1, transport.idleConnections());
            assertThrows(FetchException.class, () -> response.body().read());
        }
    }

    @Test
    void idleConnectionsAreBoundedPerOriginAndInAll() throws IOException {
        var options = PATIENT.toBuilder().maxIdlePerOrigin(2).maxIdle(3).build();
        var servers = new ArrayList<FaultServer>();
        try (var transport = new Transport(options)) {
            for (int i = 0; i < 3; i++) servers.add(new FaultServer(always(ok("abc"))));
            var first = servers.getFirst();
            try (var a = get(transport, first.url("/"));
                    var b = get(transport, first.url("/"));
                    var c = get(transport, first.url("/"))) {
                for (var response : new Response[] {a, b, c}) response.body().readAllBytes();
            }
            assertEquals(2, transport.idleConnections());
            for (var server : servers.subList(1, 3)) text(transport, server.url("/"));
            assertEquals(3, transport.idleConnections());
            text(transport, first.url("/"));
            assertEquals(3, first.connections(), "the oldest was closed, the other is used");
        } finally {
            for (var server : servers) server.close();
        }
    }

    @Test
    void anIdleConnectionIsClosedInTime() throws Exception {
        var closed = new java.util.concurrent.CountDownLatch(1);
        try (var server = new FaultServer(client -> {
                    client.request();
                    client.send(ok("abc"));
                    client.hang();
                    closed.countDown();
                });
                var transport = new Transport(
                        PATIENT.toBuilder().idleTimeout(Duration.ofMillis(30)).build())) {
            text(transport, server.url("/"));
            closed.await(); // for ever, if nobody closes it
            assertEquals(0, transport.idleConnections());
        }
    }

    @Test
    void manyGoroutinesGetEachItsOwnAnswer() throws Exception {
        try (var server = new FaultServer(client -> {
                    for (var request = client.request(); request != null; request = client.request()) {
                        client.send(ok(request.substring(4, request.indexOf(" HTTP"))));
                    }
                });
                var transport = transport()) {
            var wg = new WaitGroup();
            var right = new AtomicInteger();
            for (int g = 0; g < 200; g++) {
                int id = g;
                wg.go(() -> {
                    for (int i = 0; i < 10; i++) {
                        String path = "/" + id + "/" + "x".repeat(id) + i;
                        if (text(transport, server.url(path)).equals(path)) right.incrementAndGet();
                    }
                });
            }
            wg.await();
            assertEquals(2000, right.get());
            assertEquals(2000, server.requests().size());
            assertTrue(server.connections() <= 2000);
            assertTrue(transport.idleConnections() <= 64);
        }
    }

    @Test
    void aBodyWhereNoneMayBeIsNeverTakenForTheNextAnswer() throws IOException {
        for (var status : new String[] {"204 No Content", "205 Reset Content", "304 Not Modified"}) {
            String wrong = "HTTP/1.1 " + status + "\r\nContent-Length: 100\r\n\r\n" + ok("not yours");
            try (var server = new FaultServer(always(wrong), always(ok("yours")));
                    var transport = transport()) {
                if (status.startsWith("304"))
                    assertEquals(
                            304, Fetching.failure(transport, server.url("/")).status());
                else assertEquals("", text(transport, server.url("/")));
                assertEquals("yours", text(transport, server.url("/")), status);
                assertEquals(2, server.connections());
            }
        }
    }
}
