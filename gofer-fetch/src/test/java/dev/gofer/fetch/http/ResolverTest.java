package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.always;
import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gofer.WaitGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private static InetAddress[] addresses(String... literals) {
        var all = new InetAddress[literals.length];
        for (int i = 0; i < all.length; i++) all[i] = InetAddress.ofLiteral(literals[i]);
        return all;
    }

    @Test
    void manyWhoAskAtOnceAskOnce() throws Exception {
        var asked = new AtomicInteger();
        var answer = new CountDownLatch(1);
        try (var server = new FaultServer(always(ok("abc")));
                var transport = new Transport(PATIENT, host -> {
                    asked.incrementAndGet();
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        throw new UnknownHostException(host);
                    }
                    return addresses("127.0.0.1");
                })) {
            var wg = new WaitGroup();
            for (int i = 0; i < 50; i++) wg.go(() -> text(transport, "http://one.example:" + server.port() + "/"));
            answer.countDown();
            wg.await();
            text(transport, "http://ONE.example:" + server.port() + "/");
            assertEquals(1, asked.get());
            assertEquals(51, server.requests().size());
        }
    }

    @Test
    void aNameWithoutAddressFailsAndIsRememberedForAMoment() throws Exception {
        var asked = new AtomicInteger();
        var now = new AtomicLong();
        Resolver.Lookup flapping = host -> {
            if (asked.incrementAndGet() == 1) throw new UnknownHostException(host);
            return addresses("127.0.0.1");
        };
        try (var resolver = new Resolver(flapping, PATIENT, now::get)) {
            for (int i = 0; i < 3; i++) {
                var failure = assertThrows(
                        FetchException.class, () -> resolver.resolve("nowhere.example", new Attempt(PATIENT)));
                assertEquals(Reason.DNS, failure.reason());
                assertEquals("no address for the name nowhere.example", failure.getMessage());
            }
            assertEquals(1, asked.get());
            now.addAndGet(Duration.ofMillis(100).toNanos());
            assertEquals(List.of(addresses("127.0.0.1")), resolver.resolve("nowhere.example", new Attempt(PATIENT)));
            now.addAndGet(Duration.ofSeconds(50).toNanos());
            resolver.resolve("nowhere.example", new Attempt(PATIENT));
            assertEquals(2, asked.get());
        }
    }

    @Test
    void theNextAddressIsTriedWhereOneDoesNotAnswer() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var transport = new Transport(PATIENT, host -> addresses("127.0.0.2", "127.0.0.3", "127.0.0.1"))) {
            assertEquals("abc", text(transport, "http://three.example:" + server.port() + "/"));
        }
    }

    @Test
    void whereNoAddressAnswersTheFirstFailureCounts() throws IOException {
        int port;
        try (var server = new FaultServer(always(ok("abc")))) {
            port = server.port();
        }
        try (var transport = new Transport(PATIENT, host -> addresses("127.0.0.2", "127.0.0.3"))) {
            var failure = failure(transport, "http://two.example:" + port + "/");
            assertEquals(Reason.REFUSED, failure.reason());
            assertEquals("connection refused by two.example:" + port + " at 127.0.0.2", failure.getMessage());
        }
    }

    @Test
    void aLiteralIsNeverLookedUp() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var transport = new Transport(PATIENT, host -> {
                    throw new UnknownHostException(host);
                })) {
            assertEquals("abc", text(transport, "http://0x7f.1:" + server.port() + "/"));
            assertEquals("abc", text(transport, "http://2130706433:" + server.port() + "/"));
            assertEquals("abc", text(transport, "http://[::ffff:127.0.0.1]:" + server.port() + "/"));
            assertEquals(1, server.connections(), "three writings of one origin");
        }
    }

    @Test
    void aSlowNameDoesNotHoldUpTheAttemptsOfOthers() throws Exception {
        var never = new CountDownLatch(1);
        try (var server = new FaultServer(always(ok("abc")));
                var transport = new Transport(PATIENT, host -> {
                    if (host.startsWith("slow")) {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            throw new UnknownHostException(host);
                        }
                    }
                    return addresses("127.0.0.1");
                })) {
            var slow =
                    Thread.startVirtualThread(() -> failure(transport, "http://slow.example:" + server.port() + "/"));
            assertEquals("abc", text(transport, "http://fast.example:" + server.port() + "/"));
            slow.interrupt();
            slow.join();
            assertFalse(slow.isAlive());
        } finally {
            never.countDown();
        }
    }

    @Test
    void hundredsOfNamesThatNobodyAnswersForHoldUpNoOther() throws Exception {
        var never = new CountDownLatch(1);
        var asked = new CountDownLatch(200);
        try (var server = new FaultServer(always(ok("abc")));
                var transport = new Transport(PATIENT, host -> {
                    if (host.startsWith("dead")) {
                        asked.countDown();
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            throw new UnknownHostException(host);
                        }
                    }
                    return addresses("127.0.0.1");
                })) {
            var dead = new java.util.ArrayList<Thread>();
            for (int i = 0; i < 200; i++) {
                String url = "http://dead" + i + ".example:" + server.port() + "/";
                dead.add(Thread.startVirtualThread(() -> failure(transport, url)));
            }
            asked.await(); // all of them are being looked up
            for (int i = 0; i < 10; i++)
                assertEquals("abc", text(transport, "http://fast" + i + ".example:" + server.port() + "/"));
            for (var thread : dead) thread.interrupt();
            for (var thread : dead) thread.join();
        } finally {
            never.countDown();
        }
    }

    @Test
    void aNameThatFlapsIsAskedAgainSoon() throws Exception {
        var asked = new AtomicInteger();
        try (var server = new FaultServer(always(ok("abc")));
                var transport = new Transport(PATIENT, host -> {
                    if (asked.incrementAndGet() % 2 == 1) throw new UnknownHostException(host);
                    return addresses("127.0.0.1");
                })) {
            for (int i = 0; i < 5; i++) {
                String url = "http://flap" + i + ".example:" + server.port() + "/";
                var failure = failure(transport, url);
                assertEquals(Reason.DNS, failure.reason());
                org.junit.jupiter.api.Assertions.assertTrue(failure.retryable());
                assertEquals("abc", text(transport, "http://other" + i + ".example:" + server.port() + "/"));
            }
        }
    }
}
