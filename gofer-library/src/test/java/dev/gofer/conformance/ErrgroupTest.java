package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.CanceledException;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.ErrGroup;
import dev.gofer.Go;
import dev.gofer.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The documented behaviour of Go's {@code golang.org/x/sync/errgroup}, under the names of its tests and examples. */
@Timeout(60)
class ErrgroupTest {
    /** What the tasks of a group end with, one after the other: a failure, numbered, or well. */
    private static final List<String> CASES = List.of("", "-", "1", "1-", "-1", "1-2", "-12");

    private final IOException first = new IOException("first");
    private final IOException second = new IOException("second");

    @Test
    @Rule(38)
    void testZeroGroup() {
        for (var ends : CASES) {
            endsWithTheFirst(new ErrGroup(), ends);
        }
    }

    @Test
    @Rule(38)
    void testWithContext() {
        for (var ends : CASES) {
            var group = ErrGroup.withContext(Context.background());
            endsWithTheFirst(group, ends);
            assertInstanceOf(CanceledException.class, group.context().err());
        }
    }

    /** One after the other, so that it is known which comes first. */
    private void endsWithTheFirst(ErrGroup group, String ends) {
        for (int i = 0; i < ends.length(); i++) {
            char end = ends.charAt(i);
            group.go(() -> {
                if (end != '-') {
                    throw end == '1' ? first : second;
                }
            });
            Asleep.until(group, "0 tasks");
        }
        if (ends.contains("1")) {
            assertSame(first, assertThrows(IOException.class, group::await));
        } else {
            awaitQuietly(group);
        }
    }

    @Test
    @Rule(38)
    void testTryGo() {
        var group = new ErrGroup();
        var gate = new Chan<Integer>();
        var ended = new AtomicInteger();
        group.setLimit(42);
        for (int i = 0; i < 42; i++) {
            assertTrue(group.tryGo(() -> {
                gate.receive();
                ended.incrementAndGet();
            }));
        }
        assertFalse(group.tryGo(ended::incrementAndGet));
        gate.close();
        awaitQuietly(group);
        assertEquals(42, ended.get());
        assertTrue(group.tryGo(ended::incrementAndGet));
        awaitQuietly(group);
        group.setLimit(-1);
        assertTrue(group.tryGo(ended::incrementAndGet));
        awaitQuietly(group);
        assertEquals(44, ended.get());
        group.setLimit(0);
        assertFalse(group.tryGo(ended::incrementAndGet));
    }

    @Test
    @Rule(38)
    void testGoLimit() {
        var group = new ErrGroup();
        group.setLimit(10);
        var running = new AtomicInteger();
        for (int i = 0; i <= 1 << 10; i++) {
            group.go(() -> {
                int now = running.incrementAndGet();
                assertTrue(now <= 10, () -> now + " run");
                Go.gosched();
                running.decrementAndGet();
            });
        }
        awaitQuietly(group);
    }

    @Test
    @Rule(38)
    void testCancelCause() {
        for (var ends : CASES) {
            var group = ErrGroup.withContext(Context.background());
            endsWithTheFirst(group, ends);
            var cause = ends.contains("1") ? first : group.context().err();
            assertSame(cause, group.context().cause());
        }
    }

    @Test
    void exampleGroup_justErrors() {
        var group = new ErrGroup();
        for (var url : List.of("http://a.example/", "http://b.example/", "nonsense")) {
            group.go(() -> {
                if (!url.startsWith("http://")) {
                    throw new UncheckedIOException(new IOException("cannot get " + url));
                }
            });
        }
        var thrown = assertThrows(UncheckedIOException.class, group::await);
        assertTrue(String.valueOf(thrown.getMessage()).contains("cannot get nonsense"));
    }

    @Test
    void exampleGroup_parallel() {
        var group = ErrGroup.withContext(Context.background());
        var queries = List.of("web", "image", "video");
        var results = new String[queries.size()]; // not volatile: the return of await must be enough to see them
        for (int i = 0; i < results.length; i++) {
            int index = i;
            group.go(() -> {
                assertNull(group.context().err());
                results[index] = queries.get(index) + " result";
            });
        }
        awaitQuietly(group);
        assertArrayEquals(new String[] {"web result", "image result", "video result"}, results);
    }

    @Test
    void exampleGroup_pipeline() {
        var group = ErrGroup.withContext(Context.background());
        var numbers = new Chan<Integer>();
        var squares = new Chan<Integer>();
        group.go(() -> {
            try {
                for (int i = 1; i <= 100; i++) {
                    numbers.send(i);
                }
            } finally {
                numbers.close();
            }
        });
        var workers = new ErrGroup();
        for (int i = 0; i < 4; i++) {
            workers.go(() -> {
                for (int number : numbers) {
                    squares.send(number * number);
                }
            });
        }
        group.go(() -> {
            workers.await();
            squares.close();
        });
        int sum = 0;
        for (int square : squares) {
            sum += square;
        }
        awaitQuietly(group);
        assertEquals(338_350, sum);
    }

    private static void awaitQuietly(ErrGroup group) {
        try {
            group.await();
        } catch (Exception e) {
            throw new AssertionError("no task has failed", e);
        }
    }
}
