package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.always;
import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.FaultServer.once;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.text;
import static dev.gofer.fetch.http.Fetching.transport;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
    private static String to(String location) {
        return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
    }

    /** Answers each path that ends in a number with a redirect to the next one. */
    private static FaultServer.Script endless() {
        return client -> {
            for (int i = 1; client.request() != null; i++) client.send(to("/" + i));
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void areFollowedOnTheSameConnection(int status) throws IOException {
        try (var server = new FaultServer(client -> {
                    client.request();
                    client.send("HTTP/1.1 " + status + " X\r\nLocation: ../b?c\r\nContent-Length: 4\r\n\r\nbody");
                    client.request();
                    client.send(ok("there"));
                    client.hang();
                });
                var transport = transport();
                var response = Fetching.get(transport, server.url("/x/a"))) {
            assertEquals("there", new String(response.body().readAllBytes(), StandardCharsets.US_ASCII));
            assertEquals(server.url("/b?c"), response.url().toString());
            assertTrue(server.requests().get(1).startsWith("GET /b?c HTTP/1.1\r\n"));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void leadAcrossOriginsWithoutTheCallersHeaders() throws IOException {
        var options = PATIENT.toBuilder()
                .userAgent("test/1")
                .headers(Map.of("Authorization", "Bearer secret", "Accept", "image/*"))
                .build();
        try (var second = new FaultServer(always(ok("second")));
                var first = new FaultServer(client -> {
                    client.request();
                    client.send(to("/own"));
                    client.request();
                    client.send(to(second.url("/")));
                    client.hang();
                });
                var transport = new Transport(options, InetAddress::getAllByName)) {
            assertEquals("second", text(transport, first.url("/")));
            for (var own : first.requests()) {
                assertTrue(own.contains("\r\nAuthorization: Bearer secret\r\n"), own);
                assertTrue(own.contains("\r\nAccept: image/*\r\n"), own);
                assertFalse(own.contains("*/*"), own);
            }
            assertEquals(
                    "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + second.port()
                            + "\r\nUser-Agent: test/1\r\nAccept-Encoding: identity\r\nAccept: */*\r\n\r\n",
                    second.requests().getFirst());
        }
    }

    @Test
    void moreThanAllowedFail() throws IOException {
        for (int max : new int[] {0, 1, 10}) {
            try (var server = new FaultServer(endless());
                    var transport =
                            new Transport(PATIENT.toBuilder().maxRedirects(max).build())) {
                assertEquals(
                        Reason.TOO_MANY_REDIRECTS,
                        failure(transport, server.url("/")).reason());
                assertEquals(max + 1, server.requests().size());
            }
        }
    }

    @Test
    void aLoopIsToldAsOne() throws IOException {
        try (var server = new FaultServer(client -> {
                    while (true) {
                        var request = client.request();
                        if (request == null) return;
                        client.send(to(request.startsWith("GET /a ") ? "/b" : "/a"));
                    }
                });
                var transport = transport()) {
            var failure = failure(transport, server.url("/a"));
            assertEquals(Reason.REDIRECT_LOOP, failure.reason());
            assertFalse(failure.retryable());
            assertEquals(2, server.requests().size());
        }
        try (var server = new FaultServer(always(to("#top")));
                var transport = transport()) {
            assertEquals(
                    Reason.REDIRECT_LOOP, failure(transport, server.url("/a")).reason());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: gopher://127.0.0.1:6379/_x\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: http://\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: //\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: http://user:secret@127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: http://a\\@127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: /a\u0001b\r\nContent-Length: 0\r\n\r\n",
            })
    void toNoUsableUrlFail(String answer) throws IOException {
        try (var server = new FaultServer(always(answer));
                var transport = transport()) {
            var failure = failure(transport, server.url("/"));
            assertEquals(Reason.BAD_REDIRECT, failure.reason());
            assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
            assertTrue(failure.getMessage().chars().allMatch(c -> c >= ' '), failure.getMessage());
            assertEquals(1, server.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 304, 305, 306, 399})
    void otherStatusesOfTheirClassAreFailures(int status) throws IOException {
        try (var server = new FaultServer(
                        once("HTTP/1.1 " + status + " X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"));
                var transport = transport()) {
            var failure = failure(transport, server.url("/"));
            assertEquals(Reason.HTTP_STATUS, failure.reason());
            assertEquals(status, failure.status());
        }
    }

    @Test
    void withALongOrEndlessBodyCostTheConnectionOnly() throws IOException {
        for (String body :
                new String[] {"Content-Length: 1000000\r\n\r\nabc", "Content-Length: 10\r\n\r\nabc", "\r\nabc"}) {
            try (var server = new FaultServer(
                            client -> {
                                client.request();
                                client.send("HTTP/1.1 302 Found\r\nLocation: /b\r\n" + body);
                                client.hang();
                            },
                            always(ok("there")));
                    var transport = transport()) {
                assertEquals("there", text(transport, server.url("/a")));
                assertEquals(2, server.connections());
                assertEquals(1, transport.idleConnections());
            }
        }
    }
}
