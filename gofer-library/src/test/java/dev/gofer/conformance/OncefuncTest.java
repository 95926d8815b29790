package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Go;
import dev.gofer.OnceValue;
import dev.gofer.Rule;
import dev.gofer.WaitGroup;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Go: {@code src/sync/oncefunc_test.go}. OnceFunc is a value that is null; OnceValues is a value that is a record. */
@Timeout(60)
class OncefuncTest {
    private int calls;

    private record Pair(int first, int second) {}

    @Test
    @Rule(34)
    void testOnceFunc() {
        var function = new OnceValue<@Nullable Void>(() -> {
            calls++;
            return null;
        });
        for (int i = 0; i < 10; i++) {
            assertNull(function.get());
        }
        assertEquals(1, calls);
    }

    @Test
    @Rule(34)
    void testOnceValue() {
        var value = new OnceValue<>(() -> ++calls);
        for (int i = 0; i < 10; i++) {
            assertEquals(1, value.get());
        }
        assertEquals(1, calls);
    }

    @Test
    @Rule(34)
    void testOnceValues() {
        var values = new OnceValue<>(() -> new Pair(++calls, calls + 1));
        for (int i = 0; i < 10; i++) {
            assertEquals(new Pair(1, 2), values.get());
        }
        assertEquals(1, calls);
    }

    @Test
    @Rule(34)
    void testOnceFuncPanic() {
        throwsTheSame(new OnceValue<>(this::planned));
    }

    @Test
    @Rule(34)
    void testOnceValuePanic() {
        throwsTheSame(new OnceValue<>(() -> 1 + planned()));
    }

    @Test
    @Rule(34)
    void testOnceValuesPanic() {
        throwsTheSame(new OnceValue<>(() -> new Pair(1, planned())));
    }

    private int planned() {
        calls++;
        throw new IllegalStateException("planned");
    }

    private void throwsTheSame(Supplier<?> supplier) {
        var first = assertThrows(IllegalStateException.class, supplier::get);
        assertSame(first, assertThrows(IllegalStateException.class, supplier::get));
        assertEquals(1, calls);
    }

    @Test
    void testOnceFuncGoexit() {
        var function = new OnceValue<@Nullable Void>(() -> {
            calls++;
            Go.goexit();
            return null;
        });
        for (int i = 0; i < 2; i++) {
            var group = new WaitGroup();
            group.go(function::get);
            group.await();
        }
        assertEquals(1, calls);
    }

    @Test
    @Rule(34)
    void testOnceFuncPanicTraceback() {
        var function = new OnceValue<>(this::planned);
        for (int i = 0; i < 2; i++) {
            var thrown = assertThrows(IllegalStateException.class, function::get);
            assertTrue(Arrays.stream(thrown.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("planned")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Rule(34)
    void testOnceXGC(boolean panics) {
        var buffer = new byte[1024];
        var weak = new WeakReference<>(buffer);
        var value = new OnceValue<>(uses(buffer, panics));
        buffer = null;
        System.gc();
        assertTrue(weak.get() != null, "collected too early");
        callQuietly(value);
        Asleep.until(() -> {
            System.gc();
            return weak.get() == null;
        });
        callQuietly(value); // still there itself
    }

    private static Supplier<Integer> uses(byte[] buffer, boolean panics) {
        return () -> {
            buffer[0] = 1;
            if (panics) {
                throw new IllegalStateException("planned");
            }
            return 1;
        };
    }

    private static void callQuietly(OnceValue<Integer> value) {
        try {
            assertEquals(1, value.get());
        } catch (IllegalStateException e) {
            assertEquals("planned", e.getMessage());
        }
    }
}
