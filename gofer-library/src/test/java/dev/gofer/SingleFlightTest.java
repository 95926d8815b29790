package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SingleFlightTest {
    private final SingleFlight<String, String> flight = new SingleFlight<>();
    private final Chan<String> answer = new Chan<>();

    @Test
    void aLoneCallerSharesWithNobody() throws Exception {
        var result = flight.run("key", () -> "value");
        assertEquals(new SingleFlight.Result<>("value", null, false), result);
        assertEquals("value", result.get());
        assertEquals("SingleFlight (0 going on)", flight.toString());
    }

    @Test
    @Rule(39)
    void allWhoAskMeanwhileGetTheSameResultAndKnowThatItIsShared() {
        var runs = new AtomicInteger();
        try (var crew = new Crew()) {
            for (int i = 0; i < 10; i++) {
                crew.go(() -> {
                            var result = flight.run("key", () -> {
                                runs.incrementAndGet();
                                return answer.receive();
                            });
                            assertEquals("value", result.value());
                            assertTrue(result.shared());
                        })
                        .asleep();
            }
            answer.send("value");
            crew.join();
        }
        assertEquals(1, runs.get());
    }

    @Test
    void otherKeysGoTheirOwnWay() throws Exception {
        try (var crew = new Crew()) {
            var first = crew.go(() -> flight.run("a", answer::receive)).asleep();
            assertFalse(flight.run("b", () -> "b").shared());
            answer.send("a");
            assertNull(first.failure());
        }
    }

    @Test
    @Rule(39)
    void whatIsForgottenBeginsAnewAndTheOldGoesOn() throws Exception {
        try (var crew = new Crew()) {
            var old = crew.go(
                            () -> assertFalse(flight.run("key", answer::receive).shared()))
                    .asleep();
            flight.forget("key");
            assertEquals("new", flight.run("key", () -> "new").value());
            answer.send("old");
            assertNull(old.failure());
        }
    }

    @Test
    void theEndOfForgottenWorkLeavesItsSuccessorAlone() {
        var second = new Chan<String>();
        try (var crew = new Crew()) {
            var old = crew.go(() -> flight.run("key", answer::receive)).asleep();
            flight.forget("key");
            crew.go(() -> flight.run("key", second::receive)).asleep();
            answer.send("old");
            assertNull(old.failure());
            var third = flight.start("key", () -> "third");
            assertNull(third.tryReceive());
            second.send("second");
            assertEquals(new SingleFlight.Result<>("second", null, true), third.receive());
            crew.join();
        }
    }

    @Test
    @Rule(39)
    void whatTheWorkThrowsReachesAll() {
        var planned = new IOException("planned");
        try (var crew = new Crew()) {
            var members = new Crew.Member[5];
            for (int i = 0; i < members.length; i++) {
                members[i] = crew.go(() -> flight.run("key", () -> {
                            answer.receive();
                            throw planned;
                        }))
                        .asleep();
            }
            var result = flight.start("key", () -> "not run");
            answer.close();
            for (var member : members) {
                assertSame(planned, member.failure());
            }
            var last = Crew.next(result);
            assertSame(planned, last.failure());
            assertTrue(last.shared());
            assertSame(planned, assertThrows(IOException.class, last::get));
        }
    }

    @Test
    @Rule(39)
    void aGoexitComesThroughTheChannelAsAFailureAndThrowsOnOtherThreads() {
        var results = flight.start("key", () -> {
            answer.receive();
            Go.goexit();
            return "";
        });
        answer.close();
        var result = Crew.next(results);
        assertInstanceOf(CancellationException.class, result.failure());
        assertThrows(CancellationException.class, result::get);

        var gate = new Chan<Integer>();
        var running = flight.start("key", () -> {
            gate.receive();
            Go.goexit();
            return "";
        });
        var here = Thread.currentThread();
        Go.go(() -> {
            Asleep.until(here);
            gate.close();
        });
        assertThrows(CancellationException.class, () -> flight.run("key", () -> "not reached"));
        assertInstanceOf(CancellationException.class, Crew.next(running).failure());
    }

    @Test
    @Rule(39)
    void aGoexitEndsAllWhoShareIt() {
        var ended = new WaitGroup();
        var events = new Chan<String>(10);
        for (int i = 0; i < 5; i++) {
            var thread = new Chan<Thread>();
            ended.go(() -> {
                thread.send(Thread.currentThread());
                try {
                    flight.run("key", () -> {
                        answer.receive();
                        Go.goexit();
                        return "";
                    });
                    events.send("returned");
                } finally {
                    events.send("finally");
                }
            });
            Asleep.until(Crew.next(thread));
        }
        answer.close();
        ended.await();
        events.close();
        int count = 0;
        for (var event : events) {
            assertEquals("finally", event);
            count++;
        }
        assertEquals(5, count);
        assertEquals("SingleFlight (0 going on)", flight.toString());
    }

    @Test
    void anInterruptedCallerLeavesAndTheWorkGoesOn() {
        try (var crew = new Crew()) {
            var worker = crew.go(
                            () -> assertTrue(flight.run("key", answer::receive).shared()))
                    .asleep();
            var impatient = crew.go(() -> flight.run("key", () -> "")).asleep();
            impatient.interrupt();
            assertInstanceOf(CancellationException.class, impatient.failure());
            answer.send("value");
            assertNull(worker.failure());
        }
    }

    @Test
    void aResultThroughAChannelCanBeACaseOfASelect() {
        var slow = flight.start("key", answer::receive);
        var timeout = new Chan<Integer>(1);
        timeout.send(1);
        assertEquals(1, Go.select(Go.onReceive(slow), Go.onReceive(timeout)));
        answer.send("value");
        assertEquals("value", Crew.next(slow).value());
    }

    @Test
    void nullIsAResultButNoKey() throws Exception {
        assertNull(new SingleFlight<String, @Nullable String>()
                .run("key", () -> null)
                .get());
        assertEquals("SingleFlight (0 going on)", flight.toString());
    }

    @Test
    void noResultIsOlderThanTheQuestionAndNoWorkOverlaps() {
        var numbers = new SingleFlight<String, Integer>();
        var running = new AtomicInteger();
        var begun = new AtomicInteger();
        var finished = new AtomicInteger(); // the number of the last work that is about to return
        try (var crew = new Crew()) {
            for (int i = 0; i < 4; i++) {
                crew.go(() -> {
                    for (int round = 0; round < 5_000; round++) {
                        int before = finished.get();
                        int got = numbers.run("key", () -> {
                                    assertEquals(1, running.incrementAndGet());
                                    int number = begun.incrementAndGet();
                                    Go.gosched();
                                    finished.set(number);
                                    running.decrementAndGet();
                                    return number;
                                })
                                .get();
                        assertTrue(got >= before, got + " after " + before);
                    }
                });
            }
            crew.join();
        }
    }
}
