package dev.gofer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each benchmark checks its own work; here each runs once, briefly. */
class BodiesTest {
    private static final int PROCS = 2;
    private static final List<String> SIDES = List.of("GoferSide", "JoxSide", "KotlinSide");

    @TestFactory
    Stream<DynamicTest> theWorkOfEachSideComesOutRight() {
        return SIDES.stream().flatMap(BodiesTest::tests);
    }

    private static Stream<DynamicTest> tests(String name) {
        return side(name).bodies().entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(
                        name + " " + row.getKey(), () -> runOnce(row.getKey(), row.getValue())));
    }

    private static void runOnce(String name, Body body) throws Exception {
        var ended = new CompletableFuture<Double>();
        var b = new B(times(name), PROCS, 0);
        Thread.startVirtualThread(() -> {
            try {
                body.run(b);
                b.stopTimer();
                ended.complete(b.result());
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
        assertTrue(Double.isFinite(ended.get())); // how much is not asked: a heap that is collected meanwhile shrinks
    }

    /** Enough for each loop to turn, and not an even share for each goroutine. */
    private static int times(String name) {
        if (name.matches("ChanPopular|.*1000|.*10000|.*depth=1000.*") && !name.startsWith("BytesPer")) {
            return 3;
        }
        return name.matches("Cond\\d+|BytesPerGoroutine|CreateGoroutines.*") ? 501 : 4_003;
    }

    @Test
    void everyRowHasABenchmarkOfGofersAndEveryBenchmarkHasARow() {
        var rows = new HashSet<>(Row.all().stream().map(Row::name).toList());
        assertEquals(rows.size(), Row.all().size());
        assertEquals(rows, side("GoferSide").bodies().keySet());
        for (var name : SIDES) {
            assertTrue(rows.containsAll(side(name).bodies().keySet()), name);
        }
    }

    @Test
    void aBenchmarkThatDoesTooLittleFails() {
        var b = new B(100, PROCS, 0);
        var pb = b.pb();
        assertEquals(1, pb.take());
        assertThrows(AssertionError.class, b::checkParallel);
    }

    @Test
    void iterationsAreHandedOutOnce() {
        var b = new B(1_003, PROCS, 1_000); // grains of 100
        var pbs = List.of(b.pb(), b.pb(), b.pb());
        int taken = 0;
        for (int open = pbs.size(); open > 0; ) {
            open = 0;
            for (var pb : pbs) {
                int portion = pb.take();
                taken += portion;
                open += portion > 0 ? 1 : 0;
            }
        }
        assertEquals(1_003, taken);
        b.checkParallel();
    }

    private static Side side(String name) {
        try {
            return Worker.side("dev.gofer.bench." + name);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }
}
