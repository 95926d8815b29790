package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.FaultServer.once;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** No attempt outlives its limits, wherever it waits. The limits are short, in real time; nothing is asserted about how short. */
class LimitsTest {
    private static final Duration SHORT = Duration.ofMillis(60);
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";

    private static Transport transport(TransportOptions.Builder options) throws IOException {
        return new Transport(options.build(), host -> InetAddress.getAllByName("127.0.0.1"));
    }

    /** Sends a byte, again and again, as slowly as a timed wait on nothing. */
    private static FaultServer.Script drip(String begin) {
        return client -> {
            client.request();
            client.send(begin);
            var nothing = new SynchronousQueue<String>();
            try {
                while (nothing.poll(5, java.util.concurrent.TimeUnit.MILLISECONDS) == null) client.send("x");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private static FaultServer.Script stall(String begin) {
        return client -> {
            client.request();
            client.send(begin).hang();
        };
    }

    private static void check(Reason reason, TransportOptions.Builder options, FaultServer.Script script)
            throws IOException {
        try (var server = new FaultServer(script);
                var transport = transport(options)) {
            var failure = failure(transport, server.url("/"));
            assertEquals(reason, failure.reason(), failure.getMessage());
            assertEquals(0, transport.idleConnections());
        }
    }

    @Test
    void silenceIsStalledAtEveryMoment() throws IOException {
        for (String begin : new String[] {
            "",
            "HTTP/1.1 2",
            "HTTP/1.1 200 OK\r\nContent-Le",
            HEAD,
            HEAD + "abc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc",
            "HTTP/1.1 200 OK\r\n\r\nabc"
        }) {
            check(Reason.STALLED, PATIENT.toBuilder().stallTimeout(SHORT), stall(begin));
        }
    }

    @Test
    void aBodyBelowTheLeastRateIsStalled() throws IOException {
        check(Reason.STALLED, PATIENT.toBuilder().stallTimeout(SHORT).minRate(100_000), drip(HEAD));
        check(Reason.STALLED, PATIENT.toBuilder().stallTimeout(SHORT).minRate(100_000), drip("HTTP/1.1 200 OK\r\nX: "));
    }

    @Test
    void aDripIsEndedByTheTimeLimitAtEveryMoment() throws IOException {
        for (String begin : new String[] {"HTTP/1.1 200 OK\r\nX: ", HEAD, "HTTP/1.1 200 OK\r\n\r\n"}) {
            check(Reason.MAX_TIME, PATIENT.toBuilder().maxTime(SHORT).minRate(0), drip(begin));
        }
        check(Reason.MAX_TIME, PATIENT.toBuilder().maxTime(SHORT), stall(HEAD));
    }

    @Test
    void timeCountsAsWaitingOnlyWithinARead() throws FetchException {
        var options = PATIENT.toBuilder()
                .maxTime(Duration.ofDays(1))
                .stallTimeout(Duration.ofSeconds(30))
                .minRate(1000);
        var attempt = new Attempt(options.build());
        long now = System.nanoTime();
        for (int hour = 0; hour < 3; hour++)
            attempt.inspect(now += Duration.ofHours(1).toNanos());
        assertFalse(attempt.isEnded(), "a reader may take its time");
        attempt.beforeRead();
        attempt.inspect(now += Duration.ofSeconds(29).toNanos());
        assertFalse(attempt.isEnded());
        attempt.inspect(now += Duration.ofSeconds(2).toNanos());
        assertTrue(attempt.isEnded());
        assertEquals(Reason.STALLED, attempt.explain(new IOException()).reason());
    }

    @Test
    void theLeastRateIsAnAverageOverTheStallTime() {
        for (int rate : new int[] {900, 1100}) {
            var options = PATIENT.toBuilder()
                    .maxTime(Duration.ofDays(1))
                    .stallTimeout(Duration.ofSeconds(30))
                    .minRate(1000);
            var attempt = new Attempt(options.build());
            long now = System.nanoTime();
            for (int second = 0; second < 100; second++) {
                attempt.beforeRead();
                attempt.inspect(now += Duration.ofSeconds(1).toNanos());
                attempt.afterRead(rate);
            }
            assertEquals(rate < 1000, attempt.isEnded());
        }
    }

    @Test
    void theTimeLimitGrowsWithTheDeclaredLength() {
        var usual = TransportOptions.defaults();
        assertEquals(Duration.ofMinutes(5).toNanos(), Limits.maxTime(usual, 0));
        assertEquals(Duration.ofMinutes(5).toNanos(), Limits.maxTime(usual, 1 << 20));
        assertEquals(Duration.ofSeconds(1 << 14).toNanos(), Limits.maxTime(usual, 1L << 30));
        assertTrue(Limits.maxTime(usual, Long.MAX_VALUE) > 0);
        var given = usual.toBuilder().maxTime(SHORT).build();
        assertEquals(SHORT.toNanos(), Limits.maxTime(given, 1L << 30));
    }

    @Test
    void aBodyLargerThanAllowedFailsBeforeItIsReadWhereItSaysSo() throws IOException {
        var options = PATIENT.toBuilder().maxBytes(10).maxUndeclaredBytes(5);
        try (var server = new FaultServer(
                        once(ok("a".repeat(11))),
                        once("HTTP/1.1 200 OK\r\n\r\nabcdef"),
                        once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"),
                        once(ok("a".repeat(10))),
                        once("HTTP/1.1 200 OK\r\n\r\nabcde"));
                var transport = transport(options)) {
            var tooLarge = assertThrows(FetchException.class, () -> get(transport, server.url("/")));
            assertEquals(Reason.TOO_LARGE, tooLarge.reason());
            assertEquals(Reason.TOO_LARGE, failure(transport, server.url("/")).reason());
            assertEquals(Reason.TOO_LARGE, failure(transport, server.url("/")).reason());
            assertEquals(10, Fetching.text(transport, server.url("/")).length());
            assertEquals(5, Fetching.text(transport, server.url("/")).length());
        }
    }

    @Test
    void aPortThatNobodyAnswersIsAConnectTimeout() throws IOException {
        // A listener that accepts nobody and whose queue is full leaves further connections without an answer.
        var waiting = new ArrayList<Socket>();
        try (var full = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                var transport = transport(PATIENT.toBuilder().connectTimeout(SHORT))) {
            var url = "http://127.0.0.1:" + full.getLocalPort() + "/";
            for (int i = 0; i < 8; i++) { // more than the queue holds, whatever the system makes of 1
                var socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 20);
                } catch (IOException e) {
                    break; // it is full
                }
            }
            var failure = failure(transport, url);
            assertEquals(Reason.CONNECT_TIMEOUT, failure.reason(), failure.getMessage());
            assertTrue(failure.retryable());
        } finally {
            for (var socket : waiting) socket.close();
        }
    }

    @Test
    void aPortWithoutListenerIsRefused() throws IOException {
        int port;
        try (var gone = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = gone.getLocalPort();
        }
        try (var transport = transport(PATIENT.toBuilder())) {
            assertEquals(
                    Reason.REFUSED,
                    failure(transport, "http://127.0.0.1:" + port + "/").reason());
        }
    }

    @Test
    void aHandshakeThatStallsIsAConnectTimeout() throws IOException {
        try (var server = new FaultServer(FaultServer.Peer::hang);
                var transport = transport(PATIENT.toBuilder().connectTimeout(SHORT))) {
            var failure = failure(transport, "https://127.0.0.1:" + server.port() + "/");
            assertEquals(Reason.CONNECT_TIMEOUT, failure.reason(), failure.getMessage());
        }
    }

    @Test
    void aLookupThatStallsIsADnsFailure() throws IOException {
        var never = new CountDownLatch(1);
        var options = PATIENT.toBuilder().connectTimeout(SHORT).build();
        try (var transport = new Transport(options, host -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return InetAddress.getAllByName("127.0.0.1");
        })) {
            var failure = failure(transport, "http://slow.example/");
            assertEquals(Reason.DNS, failure.reason(), failure.getMessage());
        } finally {
            never.countDown();
        }
    }

    @Test
    void theContextEndsAnAttemptAtEveryMoment() throws Exception {
        for (String begin : new String[] {"", "HTTP/1.1 200 OK\r\nX", HEAD + "abc"}) {
            var asked = new CountDownLatch(1);
            try (var server = new FaultServer(client -> {
                        client.request();
                        client.send(begin);
                        asked.countDown();
                        client.hang();
                    });
                    var transport = transport(PATIENT.toBuilder());
                    var ctx = Context.background().withCancel()) {
                var outcome = new AtomicReference<@Nullable Throwable>();
                var fetcher = Thread.startVirtualThread(() -> {
                    try (var response = transport.get(HttpUrl.parse(server.url("/")), AddressPolicy.ANY, ctx)) {
                        response.body().readAllBytes();
                    } catch (IOException e) {
                        outcome.set(e);
                    }
                });
                asked.await();
                ctx.cancel();
                fetcher.join();
                var failure = (FetchException) java.util.Objects.requireNonNull(outcome.get());
                assertEquals(Reason.CANCELLED, failure.reason());
                assertFalse(failure.retryable());
                assertEquals(
                        Reason.CANCELLED,
                        assertThrows(
                                        FetchException.class,
                                        () -> transport.get(HttpUrl.parse(server.url("/")), AddressPolicy.ANY, ctx))
                                .reason(),
                        "an ended context begins nothing");
                assertEquals(1, server.connections());
            }
        }
    }

    @Test
    void anInterruptEndsAnAttemptAndStays() throws Exception {
        var asked = new CountDownLatch(1);
        try (var server = new FaultServer(client -> {
                    client.request();
                    asked.countDown();
                    client.hang();
                });
                var transport = transport(PATIENT.toBuilder())) {
            var outcome = new AtomicReference<@Nullable FetchException>();
            var flag = new AtomicReference<@Nullable Boolean>();
            var fetcher = Thread.startVirtualThread(() -> {
                outcome.set(failure(transport, server.url("/")));
                flag.set(Thread.currentThread().isInterrupted());
            });
            asked.await();
            fetcher.interrupt();
            fetcher.join();
            assertEquals(
                    Reason.CANCELLED,
                    java.util.Objects.requireNonNull(outcome.get()).reason());
            assertEquals(true, flag.get());
        }
    }

    private static void end(AutoCloseable resource) throws Exception {
        resource.close();
    }

    @Test
    void closingTheTransportEndsWhatIsUnderWay() throws Exception {
        var asked = new CountDownLatch(1);
        try (var server = new FaultServer(client -> {
                    client.request();
                    asked.countDown();
                    client.hang();
                });
                var transport = transport(PATIENT.toBuilder())) {
            var outcome = new AtomicReference<@Nullable FetchException>();
            var fetcher = Thread.startVirtualThread(() -> outcome.set(failure(transport, server.url("/"))));
            asked.await();
            end(transport);
            fetcher.join();
            assertEquals(
                    Reason.CANCELLED,
                    java.util.Objects.requireNonNull(outcome.get()).reason());
            assertEquals(Reason.CANCELLED, failure(transport, server.url("/")).reason());
        }
    }
}
