package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.always;
import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.FaultServer.once;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {
    /** Resolves no name: behind a proxy nobody here may have to. */
    private static Transport through(String proxy, String except) throws IOException {
        return new Transport(
                PATIENT.toBuilder().proxies(Proxies.of(proxy, except)).build(), host -> {
                    if (host.equals("direct.example")) return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
                    throw new UnknownHostException(host);
                });
    }

    @Test
    void anHttpProxyIsToldTheWholeUrlAndOneConnectionServesAllHosts() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var proxy = new ProxyServer(false, "");
                var transport = through(proxy.url(""), "direct.example")) {
            for (var host : new String[] {"a.example", "b.example"})
                assertEquals("abc", text(transport, "http://" + host + ":" + server.port() + "/x?y"));
            assertTrue(proxy.asked
                    .getFirst()
                    .startsWith("GET http://a.example:" + server.port() + "/x?y HTTP/1.1\r\nHost: a.example:"));
            assertEquals(1, transport.idleConnections());
            assertEquals("abc", text(transport, "http://direct.example:" + server.port() + "/"));
            assertEquals(2, proxy.asked.size());
        }
    }

    @Test
    void aProxyThatWantsAPasswordGetsIt() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var proxy = new ProxyServer(false, "ann:s@c:x");
                var transport = through(proxy.url("ann:s%40c%3Ax@"), "");
                var none = through(proxy.url(""), "");
                var wrong = through(proxy.url("ann:secret@"), "")) {
            var url = "http://a.example:" + server.port() + "/";
            assertEquals("abc", text(transport, url));
            assertFalse(server.requests().getFirst().contains("secret"));
            for (var refused : List.of(failure(none, url), failure(wrong, url), failure(wrong, "https://a.example/"))) {
                assertEquals(Reason.PROXY, refused.reason(), refused.getMessage());
                assertFalse(refused.retryable());
                assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
            }
        }
    }

    @Test
    void socksCarriesNamesAndPasswords() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var proxy = new ProxyServer(true, "ann:secret");
                var transport = through(proxy.url("ann:secret@"), "");
                var wrong = through(proxy.url("ann:x@"), "");
                var none = through(proxy.url(""), "")) {
            assertEquals("abc", text(transport, "http://a.example:" + server.port() + "/"));
            assertEquals(List.of("a.example"), proxy.asked);
            var refusals = List.of(
                    failure(transport, "http://forbidden.example/"),
                    failure(wrong, "http://a.example/"),
                    failure(none, "http://a.example/"));
            for (var refused : refusals) {
                assertEquals(Reason.PROXY, refused.reason(), refused.getMessage());
                assertFalse(refused.retryable(), refused.getMessage());
            }
        }
    }

    @Test
    void socksWithNamesLookedUpHereIsGuarded() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var proxy = new ProxyServer(true, "");
                var transport = through(proxy.url("").replace("socks5h", "socks5"), "")) {
            var url = HttpUrl.parse("http://direct.example:" + server.port() + "/");
            var refused = assertThrows(
                    FetchException.class, () -> transport.get(url, AddressPolicy.PUBLIC_ONLY, Context.background()));
            assertEquals(Reason.PRIVATE_ADDRESS, refused.reason());
            assertEquals("abc", text(transport, url.toString()));
            assertEquals(List.of("127.0.0.1"), proxy.asked);
        }
    }

    @Test
    void behindAProxyTheGuardSeesWhatTheUrlSays() throws IOException {
        try (var proxy = new ProxyServer(false, "");
                var transport = through(proxy.url(""), "")) {
            for (var host :
                    new String[] {"127.0.0.1", "10.1.2.3", "[::1]", "localhost", "a.localhost", "169.254.169.254"}) {
                for (var scheme : new String[] {"http", "https"}) {
                    var url = HttpUrl.parse(scheme + "://" + host + "/");
                    var refused = assertThrows(
                            FetchException.class,
                            () -> transport.get(url, AddressPolicy.PUBLIC_ONLY, Context.background()));
                    assertEquals(Reason.PRIVATE_ADDRESS, refused.reason(), url.toString());
                }
            }
            assertEquals(List.of(), proxy.asked);
        }
    }

    @Test
    void anotherUrlIsGuardedOnAConnectionThatStands() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var proxy = new ProxyServer(false, "");
                var transport = through(proxy.url(""), "")) {
            text(transport, "http://a.example:" + server.port() + "/");
            var url = HttpUrl.parse("http://127.0.0.1:" + server.port() + "/");
            var refused = assertThrows(
                    FetchException.class, () -> transport.get(url, AddressPolicy.PUBLIC_ONLY, Context.background()));
            assertEquals(Reason.PRIVATE_ADDRESS, refused.reason());
        }
    }

    @Test
    void aProxyThatIsNotThereIsTheProxysFault() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (var gone = through("127.0.0.1:" + port, "");
                var unknown = through("http://nowhere.example:1", "")) {
            for (var transport : List.of(gone, unknown)) {
                for (var scheme : new String[] {"http", "https"}) {
                    var failure = failure(transport, scheme + "://a.example/");
                    assertEquals(Reason.PROXY, failure.reason(), failure.getMessage());
                    assertTrue(failure.retryable());
                    assertNull(failure.host());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 502 Bad Gateway\r\n\r\nwords",
                "HTTP/1.1 200 Yes\r\n\r\nmore than it should",
                "not HTTP",
                "HTTP/1.1 200 Yes\r\nX: cut",
                ""
            })
    void aProxyThatGivesNoWayHasOneReason(String answer) throws IOException {
        try (var proxy = new FaultServer(once(answer));
                var transport = through("127.0.0.1:" + proxy.port(), "")) {
            var failure = failure(transport, "https://a.example/");
            assertEquals(Reason.PROXY, failure.reason(), failure.getMessage());
            assertEquals(1, proxy.connections());
            assertEquals(
                    !answer.contains("403") && !answer.contains("more") && !answer.contains("not HTTP"),
                    failure.retryable() && !answer.contains("more"),
                    failure.getMessage());
        }
    }

    @Test
    void aProxyThatIsSilentIsGivenUp() throws IOException {
        for (var scheme : new String[] {"http", "socks5", "socks5h", "https"}) {
            try (var proxy = new FaultServer(FaultServer.Peer::hang);
                    var transport = new Transport(
                            PATIENT.toBuilder()
                                    .connectTimeout(Duration.ofMillis(100))
                                    .proxies(Proxies.of(scheme + "://127.0.0.1:" + proxy.port(), ""))
                                    .build(),
                            host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")})) {
                assertEquals(
                        Reason.PROXY, failure(transport, "https://a.example/").reason(), scheme);
            }
        }
    }

    @Test
    void theEnvironmentNamesProxies() throws FetchException {
        var proxies = Proxies.fromEnvironment(Map.of(
                "http_proxy", "http://one.example:3128",
                "HTTPS_PROXY", "two.example",
                "no_proxy", "direct.example"));
        assertEquals("the proxy one.example:3128", "" + proxies.of(HttpUrl.parse("http://a.example/")));
        assertEquals("the proxy two.example:80", "" + proxies.of(HttpUrl.parse("https://a.example/")));
        assertNull(proxies.of(HttpUrl.parse("https://x.direct.example/")));
        assertNull(proxies.of(HttpUrl.parse("http://127.0.0.1/")), "loopback is never behind the environment's proxy");
        assertNull(proxies.except("a.example").of(HttpUrl.parse("http://a.example/")));
        var all = Proxies.fromEnvironment(
                Map.of("ALL_PROXY", "socks5://s.example", "HTTP_PROXY", "http://from.a.request"));
        assertEquals("the proxy s.example:1080", "" + all.of(HttpUrl.parse("http://a.example/")));
        assertNull(Proxies.fromEnvironment(Map.of("http_proxy", "")).of(HttpUrl.parse("http://a.example/")));
        var wrong = assertThrows(
                IllegalArgumentException.class,
                () -> Proxies.fromEnvironment(Map.of("https_proxy", "ftp://ann:secret@p")));
        assertTrue(String.valueOf(wrong.getMessage()).contains("https_proxy"), wrong.getMessage());
        assertFalse(String.valueOf(wrong.getMessage()).contains("secret"), wrong.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, true",
        "example.com, www.example.com, true",
        ".example.com, www.example.com, true",
        "*.example.com, www.example.com, true",
        "example.com, notexample.com, false",
        "Example.COM., example.com, true",
        "example.com:8080, example.com:8080, true",
        "example.com:8080, example.com, false",
        "*, anything.example, true",
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.1.2.3, false",
        "10.1.2.3, 10.1.2.3, true",
        "192.168.1.128/25, 192.168.1.200, true",
        "192.168.1.128/25, 192.168.1.100, false",
        "::1, [::1], true",
        "fd00::/8, [fd12::1], true",
        "fd00::/8, [fe12::1], false",
        "10.0.0.0/99, 10.0.0.0, false",
        "0.0.0.0/0, name.example, false"
    })
    void noProxyNamesHostsAndNetworks(String except, String host, boolean direct) throws FetchException {
        var proxies = Proxies.of("p.example", " other.example, " + except + " ,");
        var url = HttpUrl.parse("http://" + host + "/");
        if (direct) assertNull(proxies.of(url));
        else assertNotNull(proxies.of(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://p",
                "http://",
                "http://p/path",
                "http://p:0",
                "http://p:99999",
                "http://a%zz:b@p",
                "http://a%3Ab:c@p",
                "http://a%0ab@p",
                "http://a b"
            })
    void whatIsNoProxyIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Proxies.of(text, ""));
    }
}
