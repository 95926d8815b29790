package dev.gofer.conformance;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.BytePipe;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.DeadlineExceededException;
import dev.gofer.MisuseException;
import dev.gofer.synctest.Synctest;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** What {@code src/testing/synctest} asks for: its tests and the examples of its documentation. */
@Timeout(120)
class TestingSynctestTest {
    @Test
    void testSuccess() {
        Synctest.run(() -> {});
    }

    @Test
    void testFatal() {
        var fatal = new AssertionError("fatal");
        assertSame(
                fatal,
                assertThrows(
                        AssertionError.class,
                        () -> Synctest.run(() -> {
                            throw fatal;
                        })));
    }

    /** A failure of another goroutine than the first. */
    @Test
    void testError() {
        var error = new AssertionError("error");
        assertSame(
                error,
                assertThrows(
                        AssertionError.class,
                        () -> Synctest.run(() -> {
                            go(() -> {
                                throw error;
                            });
                            sleep(Duration.ofDays(1));
                        })));
    }

    @Test
    void testSkip() {
        assertThrows(
                TestAbortedException.class,
                () -> Synctest.run(() -> {
                    throw new TestAbortedException("skip");
                }));
    }

    @Test
    void testCleanup() {
        var done = new AtomicBoolean();
        Synctest.run(() -> {
            var ch = new Chan<Void>();
            try {
                go(() -> {
                    ch.receive();
                    done.set(true);
                });
            } finally {
                ch.close();
            }
        });
        assertTrue(done.get());
    }

    @Test
    void testContext() {
        var state = new AtomicReference<>("not started");
        Synctest.run(() -> {
            try (var ctx = Context.background().withCancel()) {
                go(() -> {
                    state.set("waiting on context");
                    ctx.done().receive();
                    state.set("done");
                });
                Synctest.await();
                assertEquals("waiting on context", state.get());
            }
        });
        assertEquals("done", state.get());
    }

    @Test
    void testRun() {
        Synctest.run(() -> {
            var e = assertThrows(MisuseException.class, () -> Synctest.run(() -> {}));
            assertTrue(String.valueOf(e.getMessage()).startsWith("synctest.Run called from within a synctest bubble"));
        });
    }

    /** A failure's stack has the line of the test. */
    @Test
    void testHelper() {
        var e = assertThrows(AssertionError.class, () -> Synctest.run(TestingSynctestTest::fail));
        assertEquals("fail", e.getStackTrace()[0].getMethodName());
    }

    private static void fail() {
        throw new AssertionError();
    }

    @Test
    void testNow() {
        Synctest.run(() -> assertEquals(
                Instant.parse("2000-01-01T00:00:00Z"), Synctest.clock().instant()));
    }

    @Test
    void testTime() {
        Synctest.run(() -> {
            var start = Synctest.clock().instant();
            go(() -> {
                sleep(Duration.ofNanos(1));
                assertEquals(start.plusNanos(1), Synctest.clock().instant());
            });
            sleep(Duration.ofNanos(2));
            assertEquals(start.plusNanos(2), Synctest.clock().instant());
        });
    }

    @Test
    void testWait() {
        Synctest.run(() -> {
            var done = new boolean[1];
            go(() -> done[0] = true);
            Synctest.await();
            assertTrue(done[0]);
        });
    }

    @Test
    void testContextAfterFunc() {
        Synctest.run(() -> {
            var ctx = Context.background().withCancel();
            var called = new boolean[1];
            ctx.afterFunc(() -> called[0] = true);
            Synctest.await();
            assertFalse(called[0]);
            ctx.cancel();
            Synctest.await();
            assertTrue(called[0]);
        });
    }

    @Test
    void testContextWithTimeout() {
        Synctest.run(() -> {
            var timeout = Duration.ofSeconds(5);
            try (var ctx = Context.background().withTimeout(timeout)) {
                sleep(timeout.minusNanos(1));
                Synctest.await();
                assertNull(ctx.err());
                sleep(Duration.ofNanos(1));
                Synctest.await();
                assertInstanceOf(DeadlineExceededException.class, ctx.err());
            }
        });
    }

    /** A client that asks with {@code Expect: 100-continue} sends its body when the server says so, or after five seconds. */
    @Test
    void testHTTPTransport100Continue() {
        Synctest.run(() -> {
            var requests = new BytePipe();
            var responses = new BytePipe();
            go(() -> request(requests, responses));
            var in = requests.in();
            assertEquals("PUT / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n", headers(in));
            var body = new ByteArrayOutputStream();
            go(() -> in.transferTo(body));
            Synctest.await();
            assertEquals("", body.toString(StandardCharsets.UTF_8));
            responses.out().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            Synctest.await();
            assertEquals("request body", body.toString(StandardCharsets.UTF_8));
            responses.out().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            responses.out().close();
        });
    }

    private static String headers(BytePipe.In in) throws IOException {
        var text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            text.append((char) in.read());
        }
        return text.toString();
    }

    private static void request(BytePipe requests, BytePipe responses) throws IOException {
        var out = requests.out();
        out.write("PUT / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        var lines = new Chan<String>();
        try (var ctx = Context.background().withCancel()) {
            go(() -> {
                try (var reader = new BufferedReader(new InputStreamReader(responses.in(), StandardCharsets.UTF_8))) {
                    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                        if (line.startsWith("HTTP/1.1 ") && select(onSend(lines, line), onDone(ctx)) == 1) {
                            return;
                        }
                    }
                }
            });
            var line = onReceive(lines);
            if (select(line, onTimeout(Duration.ofSeconds(5))) == 0) {
                assertEquals("HTTP/1.1 100 Continue", line.value());
            }
            out.write("request body".getBytes(StandardCharsets.UTF_8));
            out.close();
            assertEquals("HTTP/1.1 200 OK", lines.receive());
        }
    }
}
