package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OnceTest {
    private final Once once = new Once();
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    @Rule(33)
    void anActionThatThrowsCountsAsRun() {
        assertThrows(
                IllegalStateException.class,
                () -> once.run(() -> {
                    throw new IllegalStateException("planned");
                }));
        once.run(runs::incrementAndGet);
        assertEquals(0, runs.get());
        assertEquals("Once (done)", once.toString());
    }

    @Test
    @Rule(33)
    void allReturnWhenTheActionHasEndedAndNotBefore() {
        var end = new Chan<Integer>();
        try (var crew = new Crew()) {
            var first = crew.go(() -> once.run(end::receive)).asleep();
            var second = crew.go(() -> once.run(runs::incrementAndGet)).asleep();
            assertFalse(second.isOver());
            assertEquals("Once (not done)", once.toString());
            end.close();
            assertNull(first.failure());
            assertNull(second.failure());
            assertEquals(0, runs.get());
        }
    }

    @Test
    @Rule(33)
    void anActionThatAsksForItselfWaitsForEver() {
        try (var crew = new Crew()) {
            var stuck = crew.go(() -> once.run(() -> once.run(runs::incrementAndGet)))
                    .asleep();
            assertFalse(stuck.isOver());
            assertTrue(Go.dump().contains("goroutine " + stuck.thread().threadId() + " [sync.Mutex.Lock]:"));
        }
        assertEquals(0, runs.get());
    }

    @Test
    void anInterruptEndsTheWaitForWhoRunsIt() {
        var end = new Chan<Integer>();
        try (var crew = new Crew()) {
            var first = crew.go(() -> once.run(end::receive)).asleep();
            var second = crew.go(() -> once.run(runs::incrementAndGet)).asleep();
            second.interrupt();
            assertInstanceOf(CancellationException.class, second.failure());
            end.close();
            assertNull(first.failure());
        }
    }

    @Test
    @Rule(33)
    void aGoexitCountsAsRun() {
        var group = new WaitGroup();
        group.go(() -> once.run(Go::goexit));
        group.await();
        once.run(runs::incrementAndGet);
        assertEquals(0, runs.get());
    }

    @Test
    void whatIsNoActionLeavesItNotDone() {
        assertThrows(NullPointerException.class, () -> once.run(NullsTest.none()));
        once.run(runs::incrementAndGet);
        assertEquals(1, runs.get());
    }

    @Test
    @Rule(34)
    void aGoexitOfTheComputationEndsEveryGoroutineThatAsksAndThrowsElsewhere() {
        var value = new OnceValue<>(() -> {
            Go.goexit();
            return 1;
        });
        var group = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            group.go(() -> runs.addAndGet(value.get()));
        }
        group.await();
        assertEquals(0, runs.get());
        assertThrows(CancellationException.class, value::get);
    }

    @Test
    @Rule(34)
    void aValueIsComputedOnceForAll() {
        var value = new OnceValue<>(runs::incrementAndGet);
        try (var crew = new Crew()) {
            for (int i = 0; i < 100; i++) {
                crew.go(() -> assertEquals(1, value.get()));
            }
            crew.join();
        }
        assertEquals(1, runs.get());
    }

    @Test
    @Rule(34)
    void theSameExceptionIsThrownEachTimeWithItsFirstStack() {
        var value = new OnceValue<>(OnceTest::fail);
        var first = assertThrows(IllegalStateException.class, value::get);
        var second = assertThrows(IllegalStateException.class, value::get);
        assertSame(first, second);
        assertEquals("fail", first.getStackTrace()[0].getMethodName());
        assertEquals(0, first.getSuppressed().length);
    }

    private static String fail() {
        throw new IllegalStateException("planned");
    }

    @Test
    @Rule(34)
    void theSupplierIsReleasedOnceItHasRun() {
        var big = new Object();
        var weak = new WeakReference<>(big);
        var value = new OnceValue<>(hash(big));
        big = null;
        System.gc();
        assertTrue(weak.get() != null, "still needed");
        value.get();
        Asleep.until(() -> {
            System.gc();
            return weak.get() == null;
        });
        assertEquals(value.get(), value.get());
    }

    private static Supplier<Integer> hash(Object object) {
        return () -> Objects.hashCode(object);
    }

    @Test
    void theValueMayBeNull() {
        var value = new OnceValue<@Nullable String>(() -> {
            runs.incrementAndGet();
            return null;
        });
        assertNull(value.get());
        assertNull(value.get());
        assertEquals(1, runs.get());
    }
}
