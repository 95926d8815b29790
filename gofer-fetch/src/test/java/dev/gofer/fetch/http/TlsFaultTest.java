package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.always;
import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each fault of TLS, and of the name service, at three moments: with the first connection, behind a redirect, through a proxy. It has its one reason, and the
 * next URL on a good server is fetched by the same transport as if nothing had been.
 */
class TlsFaultTest {
    @TempDir
    static Path folder;

    private static Certificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(folder);
        certificates.make(
                "expired", "-signer", "ca", "-ext", "san=dns:good.example", "-startdate", "-60d", "-validity", "30");
        certificates.make(
                "early", "-signer", "ca", "-ext", "san=dns:good.example", "-startdate", "+30d", "-validity", "30");
        certificates.make("nameless", "-signer", "ca", "-validity", "30");
        certificates.make("other", "-ext", "san=dns:good.example");
        certificates.make("leaf", "-signer", "good", "-ext", "san=dns:good.example", "-validity", "30");
    }

    /** What goes wrong; {@code word} is the reason it must have, {@code retryable} whether it may be tried again. */
    enum Fault {
        EXPIRED("tls", false),
        NOT_YET_VALID("tls", false),
        WRONG_HOST("tls", false),
        UNKNOWN_CA("tls", false),
        SIGNED_BY_NO_CA("tls", false),
        OLD_PROTOCOL("tls", false),
        ALERT("tls", false),
        NO_TLS("tls", false),
        CLOSED("reset", true),
        RESET("reset", true),
        HALF_A_HELLO("reset", true),
        SILENCE("connect-timeout", true),
        CUT_WITHOUT_GOODBYE("reset", true),
        CUT_WITH_GOODBYE("cut-short", true),
        RUBBISH_IN_THE_BODY("reset", true),
        STALL("stalled", true),
        NO_SUCH_NAME("dns", true),
        NO_ADDRESS("dns", true),
        SLOW_NAME("dns", true);

        final String word;
        final boolean retryable;

        Fault(String word, boolean retryable) {
            this.word = word;
            this.retryable = retryable;
        }

        FaultServer server() throws Exception {
            return switch (this) {
                case EXPIRED -> tls("expired", always(ok("x")));
                case NOT_YET_VALID -> tls("early", always(ok("x")));
                case WRONG_HOST -> tls("nameless", always(ok("x")));
                case UNKNOWN_CA -> tls("other", always(ok("x")));
                case SIGNED_BY_NO_CA -> tls("leaf", always(ok("x")));
                case OLD_PROTOCOL ->
                    new FaultServer(
                            client -> { // a server hello of SSL 3
                                client.socket.getInputStream().read();
                                client.send(hex("160300002a020000260300") + "r".repeat(32) + hex("00002f00"))
                                        .hang();
                            });
                case ALERT ->
                    new FaultServer(
                            client -> { // handshake_failure
                                client.socket.getInputStream().read();
                                client.send(hex("15030300020228")).hang();
                            });
                case NO_TLS ->
                    new FaultServer(client -> {
                        client.socket.getInputStream().read();
                        client.send("HTTP/1.1 400 Bad Request\r\n\r\n").hang();
                    });
                case CLOSED ->
                    new FaultServer(client -> client.socket.getInputStream().read());
                case RESET ->
                    new FaultServer(client -> {
                        client.socket.getInputStream().read();
                        client.reset();
                    });
                case HALF_A_HELLO ->
                    new FaultServer(client -> {
                        client.socket.getInputStream().read();
                        client.send(hex("160303007a0200"));
                        client.socket.shutdownOutput();
                    });
                case SILENCE -> new FaultServer(FaultServer.Peer::hang);
                case CUT_WITHOUT_GOODBYE -> new FaultServer(client -> cut(client, ""));
                case RUBBISH_IN_THE_BODY -> new FaultServer(client -> cut(client, hex("1703030020") + "?".repeat(32)));
                case CUT_WITH_GOODBYE ->
                    tls("good", client -> {
                        client.request();
                        client.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                    });
                case STALL ->
                    tls("good", client -> {
                        client.request();
                        client.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
                                .hang();
                    });
                case NO_SUCH_NAME, NO_ADDRESS, SLOW_NAME -> tls("good", always(ok("x")));
            };
        }

        /** Speaks TLS over a plain socket, so that it can end or spoil the connection below TLS; the body goes on for ever by its head. */
        private static void cut(FaultServer.Peer client, String last) throws IOException {
            try {
                var plain = client.socket;
                var tls = (SSLSocket)
                        certificates.context("good").getSocketFactory().createSocket(plain, null, false);
                tls.setUseClientMode(false);
                var head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n"))
                    head.append((char) tls.getInputStream().read());
                tls.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc".getBytes(StandardCharsets.ISO_8859_1));
                if (!last.isEmpty()) client.send(last);
                plain.shutdownOutput();
                plain.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    /** When it goes wrong. */
    enum Moment {
        FIRST,
        BEHIND_A_REDIRECT,
        THROUGH_A_PROXY
    }

    static Stream<Arguments> all() {
        var all = new ArrayList<Arguments>();
        for (var fault : Fault.values())
            for (var moment : Moment.values()) {
                var ofNames = fault == Fault.NO_SUCH_NAME || fault == Fault.NO_ADDRESS || fault == Fault.SLOW_NAME;
                if (!(ofNames && moment == Moment.THROUGH_A_PROXY))
                    all.add(Arguments.of(fault, moment)); // it looks names up itself
            }
        return all.stream();
    }

    private static String hex(String digits) {
        return new String(HexFormat.of().parseHex(digits), StandardCharsets.ISO_8859_1);
    }

    private static FaultServer tls(String certificate, FaultServer.Script... scripts) throws Exception {
        return new FaultServer(certificates.listen(certificate), scripts);
    }

    @ParameterizedTest
    @MethodSource("all")
    void hasItsReasonAndHurtsNobodyElse(Fault fault, Moment moment) throws Exception {
        var done = new CountDownLatch(1);
        Resolver.Lookup lookup = host -> {
            if (!host.equals("good.example")) return InetAddress.getAllByName("127.0.0.1");
            switch (fault) {
                case NO_SUCH_NAME -> throw new UnknownHostException(host);
                case NO_ADDRESS -> {
                    return new InetAddress[0];
                }
                case SLOW_NAME -> await(done);
                default -> {}
            }
            return InetAddress.getAllByName("127.0.0.1");
        };
        var timesOut = fault == Fault.SILENCE || fault == Fault.SLOW_NAME;
        try (var bad = fault.server();
                var good = tls("good", always(ok("good")));
                var proxy = new ProxyServer(false, "")) {
            var target = "https://good.example:" + bad.port() + "/x";
            try (var redirecting = tls(
                            "good",
                            always("HTTP/1.1 302 Found\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n"));
                    var transport = new Transport(
                            PATIENT.toBuilder()
                                    .caFile(folder.resolve("ca.pem"))
                                    .stallTimeout(
                                            fault == Fault.STALL ? Duration.ofMillis(300) : Duration.ofSeconds(15))
                                    .connectTimeout(timesOut ? Duration.ofMillis(400) : Duration.ofSeconds(15))
                                    .proxies(Proxies.of(
                                            moment == Moment.THROUGH_A_PROXY ? proxy.url("") : "", "127.0.0.1"))
                                    .build(),
                            lookup)) {
                var url = moment == Moment.BEHIND_A_REDIRECT ? "https://127.0.0.1:" + redirecting.port() + "/" : target;
                var failure = failure(transport, url);
                assertEquals(fault.word, failure.word(), failure.getMessage());
                assertEquals(fault.retryable, failure.retryable(), failure.getMessage());
                assertEquals("good", patiently(timesOut, transport, "https://127.0.0.1:" + good.port() + "/"));
            } finally {
                done.countDown();
            }
        }
    }

    /** Where the time to connect is short, a busy machine may need several tries to shake hands with a good server. */
    private static String patiently(boolean isShort, Transport transport, String url) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return text(transport, url);
            } catch (FetchException e) {
                if (!isShort || e.reason() != Reason.CONNECT_TIMEOUT || tries == 50) throw e;
            }
        }
    }

    private static void await(CountDownLatch latch) throws UnknownHostException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new UnknownHostException("interrupted");
        }
    }
}
