package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams and iterators of a channel. */
@Timeout(60)
class ChanStreamTest {
    /** A closed channel of the numbers from 0. */
    private static Chan<Integer> numbers(int count) {
        var numbers = new Chan<Integer>(count);
        IntStream.range(0, count).forEach(numbers::send);
        numbers.close();
        return numbers;
    }

    private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

    @Test
    void aStreamHasAllValuesInOrderThenEnds() {
        assertEquals(HUNDRED, numbers(100).stream().toList());
    }

    @Test
    void aParallelStreamHasThemToo() {
        assertEquals(HUNDRED, numbers(100).stream().parallel().map(n -> n).toList());
        assertEquals(4950, numbers(100).stream().parallel().mapToInt(n -> n).sum());
        assertEquals(
                HUNDRED.subList(0, 7), numbers(100).stream().parallel().limit(7).toList());
    }

    @Test
    void nothingIsReceivedBeforeATerminalOperation() {
        var numbers = numbers(2);
        var stream = numbers.stream().map(n -> n + 1);
        assertEquals(2, numbers.len());
        assertEquals(List.of(1, 2), stream.toList());
    }

    @Test
    void limitLeavesTheRestInTheChannel() {
        var numbers = numbers(10);
        assertEquals(List.of(0, 1, 2), numbers.stream().limit(3).toList());
        assertEquals(3, numbers.receive());
        assertEquals(4, numbers.stream().findFirst().orElseThrow());
        assertEquals(5, numbers.receive());
        try (var stream = numbers.stream()) {
            assertEquals(6, stream.iterator().next());
        }
        assertEquals(7, numbers.receive());
    }

    @Test
    void eachValueIsHandedOnBeforeTheNextIsReceived() {
        for (boolean isParallel : new boolean[] {false, true}) {
            var questions = new Chan<Integer>();
            var answers = new Chan<Integer>();
            try (var crew = new Crew()) {
                crew.go(() -> StreamSupport.stream(questions.spliterator(), isParallel)
                        .forEachOrdered(answers::send));
                for (int n = 0; n < 100; n++) {
                    questions.send(n);
                    assertEquals(n, answers.receive());
                }
                questions.close();
                crew.join();
            }
        }
    }

    @Test
    void anInterruptEndsAStream() {
        var numbers = new Chan<Integer>();
        try (var crew = new Crew()) {
            var member = crew.go(() -> numbers.stream().forEach(n -> {})).asleep();
            member.interrupt();
            assertInstanceOf(CancellationException.class, member.failure());
            assertTrue(member.endedInterrupted());
        }
    }

    @Test
    void streamsShareTheValues() {
        var numbers = numbers(1_000);
        var sums = new Chan<Integer>(4);
        try (var crew = new Crew()) {
            for (int i = 0; i < 4; i++) {
                crew.go(() -> sums.send(numbers.stream().mapToInt(n -> n).sum()));
            }
            crew.join();
        }
        sums.close();
        assertEquals(499_500, sums.stream().mapToInt(n -> n).sum());
    }

    @Test
    void anIteratorEndsWithTheChannel() {
        var iterator = numbers(1).iterator();
        assertTrue(iterator.hasNext());
        assertEquals(0, iterator.next());
        assertThrows(NoSuchElementException.class, iterator::next);
    }
}
