package dev.gofer.fetch.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    private static void check(String host, AddressPolicy policy) throws FetchException {
        var url = HttpUrl.parse("http://" + host + "/");
        var address = url.literal();
        if (address == null) throw new AssertionError(host + " is no literal");
        Guard.check(address, url, policy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0",
                "0x0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "0xa.1",
                "012.1",
                "167772161",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "127.1",
                "127.0.1",
                "2130706433",
                "0x7f000001",
                "0x7f.0x0.0x0.0x1",
                "0x7f.1",
                "0177.0.0.1",
                "017700000001",
                "127.0.0.1.",
                "0x7F.0.0.1",
                "①②⑦.0.0.1",
                "１２７.0.0.1",
                "127。0。0。1",
                "169.254.0.1",
                "169.254.169.254",
                "0xa9fea9fe",
                "2852039166",
                "0xA9.0xFE.0xA9.0xFE",
                "0251.0376.0251.0376",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.257",
                "3232235521",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "4294967295",
                "[::]",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[::0001]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::FFFF:10.0.0.1]",
                "[::ffff:169.254.169.254]",
                "[::127.0.0.1]",
                "[::8.8.8.8]",
                "[::2]",
                "[::ffff:0:127.0.0.1]",
                "[::ffff:0:8.8.8.8]",
                "[64:ff9b::127.0.0.1]",
                "[64:ff9b::a00:1]",
                "[64:ff9b::169.254.169.254]",
                "[64:ff9b:1::8.8.8.8]",
                "[100::1]",
                "[2001::1]",
                "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
                "[2001:2::1]",
                "[2001:10::1]",
                "[2001:20::1]",
                "[2001:db8::1]",
                "[2002:7f00:1::]",
                "[2002:a00:1::1]",
                "[2002:c0a8:1::1]",
                "[2002:a9fe:a9fe::]",
                "[3fff::1]",
                "[5f00::1]",
                "[fc00::1]",
                "[fd00::1]",
                "[fd12:3456:789a::1]",
                "[fdff:ffff::1]",
                "[fe80::1]",
                "[febf::1]",
                "[fec0::1]",
                "[ff02::1]",
                "[ff0e::1]",
                "[4000::1]",
                "[2600::5efe:10.0.0.1]",
                "[2600::200:5efe:127.0.0.1]",
            })
    void refusesWhatIsNotPublicInEveryWriting(String host) {
        for (var policy : new AddressPolicy[] {AddressPolicy.PUBLIC_ONLY, AddressPolicy.LITERAL_LOOPBACK}) {
            boolean loopback = host.matches("(?i)127[.。].*|①.*|１.*|2130706433|0x7f.*|0177.*|01770.*")
                    || host.matches("(?i)\\[(::1|0:0:0:0:0:0:0:1|::0001|::ffff:127.0.0.1|::ffff:7f00:1)]");
            if (loopback && policy == AddressPolicy.LITERAL_LOOPBACK) {
                assertDoesNotThrow(() -> check(host, policy));
                continue;
            }
            var failure = assertThrows(FetchException.class, () -> check(host, policy), host);
            assertEquals(Reason.PRIVATE_ADDRESS, failure.reason());
            assertTrue(failure.getMessage().contains("--allow-private"), failure.getMessage());
        }
        assertDoesNotThrow(() -> check(host, AddressPolicy.ANY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "0x08080808",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.1",
                "192.0.3.1",
                "192.88.98.1",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "198.51.99.1",
                "203.0.112.1",
                "223.255.255.255",
                "[2606:4700:4700::1111]",
                "[2001:4860:4860::8888]",
                "[2a00::1]",
                "[::ffff:8.8.8.8]",
                "[64:ff9b::8.8.8.8]",
                "[2002:808:808::1]",
                "[2001:200::1]",
                "[2600::5efe:8.8.8.8]",
                "[3ffe::1]",
            })
    void letsPublicAddressesPass(String host) {
        assertDoesNotThrow(() -> check(host, AddressPolicy.PUBLIC_ONLY));
    }

    private static Transport resolving(String... answers) throws IOException {
        var rounds = new java.util.concurrent.atomic.AtomicInteger();
        return new Transport(Fetching.PATIENT, host -> {
            var all = new InetAddress[answers.length];
            for (int i = 0; i < all.length; i++) all[i] = InetAddress.ofLiteral(answers[i]);
            if (rounds.getAndIncrement() > 0) throw new UnknownHostException("asked twice");
            return all;
        });
    }

    private static Reason reason(Transport transport, String url, AddressPolicy policy) {
        return assertThrows(FetchException.class, () -> transport.get(HttpUrl.parse(url), policy, Context.background()))
                .reason();
    }

    @Test
    void refusesANameThatResolvesToAPrivateAddress() throws IOException {
        try (var transport = resolving("10.0.0.1")) {
            assertEquals(
                    Reason.PRIVATE_ADDRESS, reason(transport, "http://router.example/", AddressPolicy.PUBLIC_ONLY));
            assertEquals(
                    Reason.PRIVATE_ADDRESS,
                    reason(transport, "http://router.example/", AddressPolicy.LITERAL_LOOPBACK));
        }
    }

    @Test
    void refusesANameOfWhichOneAddressIsPrivate() throws IOException {
        try (var transport = resolving("8.8.8.8", "127.0.0.1")) {
            assertEquals(Reason.PRIVATE_ADDRESS, reason(transport, "http://mixed.example/", AddressPolicy.PUBLIC_ONLY));
        }
    }

    @Test
    void aNameThatIsNotLocalhostIsNoLiteralLoopback() throws IOException {
        try (var server = new FaultServer(FaultServer.always(FaultServer.ok("x")));
                var transport = resolving("127.0.0.1")) {
            var tail = ":" + server.port() + "/";
            assertEquals(
                    Reason.PRIVATE_ADDRESS,
                    reason(transport, "http://evil.example" + tail, AddressPolicy.LITERAL_LOOPBACK));
            assertEquals(0, server.connections());
        }
        try (var server = new FaultServer(FaultServer.always(FaultServer.ok("x")));
                var transport = resolving("127.0.0.1")) {
            var url = HttpUrl.parse("http://localhost:" + server.port() + "/");
            transport
                    .get(url, AddressPolicy.LITERAL_LOOPBACK, Context.background())
                    .close();
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aConnectionThatAnotherPolicyAllowedIsCheckedAgain() throws IOException {
        try (var server = new FaultServer(FaultServer.always(FaultServer.ok("x")));
                var transport = Fetching.transport()) {
            assertEquals("x", Fetching.text(transport, server.url("/")));
            assertEquals(1, transport.idleConnections());
            assertEquals(Reason.PRIVATE_ADDRESS, reason(transport, server.url("/"), AddressPolicy.PUBLIC_ONLY));
            assertEquals(1, server.requests().size());
        }
    }

    @Test
    void aRedirectMayStayOnLoopbackButNeverLeadToAPrivateAddress() throws IOException {
        try (var server = new FaultServer(
                        FaultServer.always(
                                "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data\r\nContent-Length: 0\r\n\r\n"));
                var transport = Fetching.transport()) {
            assertEquals(Reason.PRIVATE_ADDRESS, reason(transport, server.url("/"), AddressPolicy.LITERAL_LOOPBACK));
        }
        try (var target = new FaultServer(FaultServer.always(FaultServer.ok("local")));
                var server = new FaultServer(FaultServer.always(
                        "HTTP/1.1 302 Found\r\nLocation: " + target.url("/") + "\r\nContent-Length: 0\r\n\r\n"));
                var transport = Fetching.transport()) {
            transport
                    .get(HttpUrl.parse(server.url("/")), AddressPolicy.LITERAL_LOOPBACK, Context.background())
                    .close();
            assertEquals(1, target.connections());
            var left = Guard.after(HttpUrl.parse("http://example.com/"), AddressPolicy.LITERAL_LOOPBACK);
            assertEquals(AddressPolicy.PUBLIC_ONLY, left, "once away from loopback there is no way back");
        }
    }
}
