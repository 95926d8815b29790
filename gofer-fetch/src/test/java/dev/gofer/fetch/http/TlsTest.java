package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.always;
import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are made by the JDK's own keytool. */
class TlsTest {
    @TempDir
    static Path folder;

    private static Certificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(folder);
        certificates.make(
                "expired", "-signer", "ca", "-ext", "san=ip:127.0.0.1", "-startdate", "-60d", "-validity", "30");
        certificates.make("other");
        certificates.writePem("other");
    }

    private static FaultServer server(String certificate, String[] protocols, FaultServer.Script... scripts)
            throws Exception {
        return new FaultServer(certificates.listen(certificate, protocols), scripts);
    }

    private static Transport trusting(String certificate) throws IOException {
        var options =
                PATIENT.toBuilder().caFile(folder.resolve(certificate + ".pem")).build();
        return new Transport(options, host -> InetAddress.getAllByName("127.0.0.1"));
    }

    @Test
    void aTrustedServerIsCalledByNameAndByAddressAndTheConnectionIsKept() throws Exception {
        for (var protocols : new String[][] {{}, {"TLSv1.2"}}) {
            var names = new CopyOnWriteArraySet<String>();
            FaultServer.Script noting = client -> {
                while (client.request() != null) {
                    var session = (ExtendedSSLSession) ((SSLSocket) client.socket).getSession();
                    for (var name : session.getRequestedServerNames()) names.add(((SNIHostName) name).getAsciiName());
                    client.send(ok("a".repeat(100_000)));
                }
            };
            try (var server = server("good", protocols, noting)) {
                try (var transport = trusting("ca")) {
                    for (int i = 0; i < 3; i++) {
                        assertEquals(
                                100_000,
                                text(transport, "https://good.example:" + server.port() + "/")
                                        .length());
                        assertEquals(
                                100_000,
                                text(transport, "https://127.0.0.1:" + server.port() + "/")
                                        .length());
                    }
                }
                assertEquals(2, server.connections());
                assertEquals(Set.of("good.example"), names);
            }
        }
    }

    @Test
    void aServerThatIsNotTrustedIsRefused() throws Exception {
        try (var server = server("good", new String[0], always(ok("abc")));
                var transport = new Transport(PATIENT);
                var other = trusting("other")) {
            for (var each : new Transport[] {transport, other}) {
                var failure = failure(each, "https://127.0.0.1:" + server.port() + "/");
                assertEquals(Reason.TLS, failure.reason(), failure.getMessage());
                assertFalse(failure.retryable());
            }
            assertEquals(List.of(), server.requests());
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (var server = server("good", new String[0], always(ok("abc")));
                var transport = trusting("ca")) {
            for (String host : new String[] {"other.example", "sub.good.example"}) {
                var failure = failure(transport, "https://" + host + ":" + server.port() + "/");
                assertEquals(Reason.TLS, failure.reason(), failure.getMessage());
            }
            assertEquals(List.of(), server.requests());
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        try (var server = server("expired", new String[0], always(ok("abc")));
                var transport = trusting("ca")) {
            var failure = failure(transport, "https://127.0.0.1:" + server.port() + "/");
            assertEquals(Reason.TLS, failure.reason(), failure.getMessage());
            assertEquals(List.of(), server.requests());
        }
    }

    @Test
    void aHandshakeThatIsCutMayBeTriedAgain() throws Exception {
        for (var script : new FaultServer.Script[] {client -> {}, FaultServer.Peer::reset}) {
            try (var server = new FaultServer(script);
                    var transport = trusting("ca")) {
                var failure = failure(transport, "https://127.0.0.1:" + server.port() + "/");
                assertEquals(Reason.RESET, failure.reason(), failure.getMessage());
                assertTrue(failure.retryable());
            }
        }
    }

    @Test
    void aServerThatSpeaksNoTlsIsRefused() throws Exception {
        try (var server = new FaultServer(client ->
                        client.send("HTTP/1.1 400 Bad Request\r\n\r\n").hang());
                var transport = trusting("ca")) {
            assertEquals(
                    Reason.TLS,
                    failure(transport, "https://127.0.0.1:" + server.port() + "/")
                            .reason());
        }
    }

    @Test
    void aStallAndACutWithinTheBodyAreToldApart() throws Exception {
        var options = PATIENT.toBuilder()
                .caFile(folder.resolve("ca.pem"))
                .stallTimeout(java.time.Duration.ofMillis(100))
                .build();
        FaultServer.Script stalls = client -> {
            client.request();
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").hang();
        };
        FaultServer.Script cuts = client -> {
            client.request();
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        };
        try (var server = server("good", new String[0], stalls, cuts);
                var transport = new Transport(options)) {
            assertEquals(
                    Reason.STALLED,
                    failure(transport, "https://127.0.0.1:" + server.port() + "/")
                            .reason());
            assertEquals(
                    Reason.CUT_SHORT,
                    failure(transport, "https://127.0.0.1:" + server.port() + "/")
                            .reason());
        }
    }

    @Test
    void aRedirectFromHttpsToHttpIsRefusedUnlessAllowed() throws Exception {
        try (var plain = new FaultServer(always(ok("plain")));
                var server = server(
                        "good",
                        new String[0],
                        always("HTTP/1.1 301 Moved\r\nLocation: " + plain.url("/") + "\r\nContent-Length: 0\r\n\r\n"));
                var transport = trusting("ca");
                var lax = new Transport(PATIENT.toBuilder()
                        .caFile(folder.resolve("ca.pem"))
                        .allowDowngrade(true)
                        .build())) {
            String url = "https://127.0.0.1:" + server.port() + "/";
            assertEquals(Reason.BAD_REDIRECT, failure(transport, url).reason());
            assertEquals(0, plain.connections());
            assertEquals("plain", text(lax, url));
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefusedAtOnce() throws IOException {
        var empty = Files.writeString(folder.resolve("empty.pem"), "nothing here\n");
        var options = PATIENT.toBuilder();
        for (var file : new Path[] {empty, folder.resolve("missing.pem")}) {
            assertThrows(
                    IOException.class, () -> new Transport(options.caFile(file).build()));
        }
    }
}
