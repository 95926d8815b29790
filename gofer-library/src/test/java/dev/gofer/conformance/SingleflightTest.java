package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.Rule;
import dev.gofer.SingleFlight;
import dev.gofer.WaitGroup;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The documented behaviour of Go's {@code golang.org/x/sync/singleflight}, under the names of its tests. */
@Timeout(60)
class SingleflightTest {
    private final SingleFlight<String, String> flight = new SingleFlight<>();
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void testDo() throws Exception {
        var result = flight.run("key", () -> "bar");
        assertEquals("bar", result.value());
        assertFalse(result.shared());
    }

    @Test
    void testDoErr() {
        var planned = new IOException("planned");
        assertSame(
                planned,
                assertThrows(
                        IOException.class,
                        () -> flight.run("key", () -> {
                            throw planned;
                        })));
    }

    @Test
    @Rule(39)
    void testDoDupSuppress() {
        var bar = new Chan<String>(1);
        try (var crew = new Crew()) {
            for (int i = 0; i < 10; i++) {
                crew.go(() -> {
                            var result = flight.run("key", () -> {
                                calls.incrementAndGet();
                                return bar.receive();
                            });
                            assertEquals("bar", result.get());
                        })
                        .asleep();
            }
            bar.send("bar");
            crew.join();
        }
        assertEquals(1, calls.get());
    }

    @Test
    @Rule(39)
    void testForget() {
        var first = new Chan<String>();
        var second = new Chan<String>();
        var unblocked = flight.start("key", first::receive);
        Asleep.untilReceiving(first, 1);
        flight.forget("key");
        var renewed = flight.start("key", second::receive);
        Asleep.untilReceiving(second, 1);
        first.send("1");
        assertEquals("1", Crew.next(unblocked).value());
        var joined = flight.start("key", () -> "3");
        second.send("2");
        assertEquals("2", Crew.next(renewed).value());
        assertEquals(new SingleFlight.Result<>("2", null, true), Crew.next(joined));
    }

    @Test
    void testDoChan() throws Exception {
        var result = Crew.next(flight.start("key", () -> "bar"));
        assertEquals("bar", result.get());
        assertFalse(result.shared());
    }

    @Test
    @Rule(39)
    void testPanicDo() {
        var gate = new Chan<Integer>();
        try (var crew = new Crew()) {
            var members = new Crew.Member[5];
            for (int i = 0; i < members.length; i++) {
                members[i] = crew.go(() -> flight.run("key", () -> {
                            gate.receive();
                            throw new IllegalStateException("invalid memory address or nil pointer dereference");
                        }))
                        .asleep();
            }
            gate.close();
            for (var member : members) {
                assertInstanceOf(IllegalStateException.class, member.failure());
            }
        }
    }

    @Test
    @Rule(39)
    void testGoexitDo() {
        var gate = new Chan<Integer>();
        var ended = new WaitGroup();
        for (int i = 0; i < 5; i++) {
            var thread = new Chan<Thread>();
            ended.go(() -> {
                thread.send(Thread.currentThread());
                flight.run("key", () -> {
                    gate.receive();
                    Go.goexit();
                    return "";
                });
                calls.incrementAndGet();
            });
            Asleep.until(Crew.next(thread));
        }
        gate.close();
        ended.await();
        assertEquals(0, calls.get());
    }

    @Test
    void testPanicDoChan() {
        var result = Crew.next(flight.start("key", () -> {
            throw new AssertionError("planned");
        }));
        assertInstanceOf(AssertionError.class, result.failure());
        assertThrows(AssertionError.class, result::get);
    }

    @Test
    void testPanicDoSharedByDoChan() {
        var gate = new Chan<Integer>();
        try (var crew = new Crew()) {
            var member = crew.go(() -> flight.run("key", () -> {
                        gate.receive();
                        throw new IllegalStateException("planned");
                    }))
                    .asleep();
            var result = flight.start("key", () -> "not run");
            gate.close();
            assertSame(member.failure(), Crew.next(result).failure());
        }
    }

    @Test
    void testPanicErrorUnwrap() {
        var cause = new IOException("cause");
        var thrown = assertThrows(
                IllegalStateException.class,
                () -> flight.run("key", () -> {
                    throw new IllegalStateException("planned", cause);
                }));
        assertSame(cause, thrown.getCause());
        assertTrue(thrown.getStackTrace().length > 0);
        assertEquals("SingleFlight (0 going on)", flight.toString());
    }

    @Test
    void exampleGroup() throws Exception {
        var gate = new Chan<String>();
        var first = flight.start("key", gate::receive);
        var second = flight.start("key", () -> "not run");
        gate.send("func 1");
        assertEquals(new SingleFlight.Result<>("func 1", null, true), first.receive());
        assertEquals(new SingleFlight.Result<>("func 1", null, true), second.receive());
    }
}
