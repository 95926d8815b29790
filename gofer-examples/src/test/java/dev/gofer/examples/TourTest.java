package dev.gofer.examples;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.WaitGroup;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TourTest {
    @Test
    void everyPingComesBackBeforeTheNext() throws Exception {
        Program.run(Tour1Channels.class).assertPrinted("ping 1, pong", "ping 2, pong", "ping 3, pong");
    }

    @Test
    void theLoopEndsWhenTheChannelIsClosedAndDrained() throws Exception {
        Program.run(Tour2Range.class).assertPrinted("0 1 1 2 3 5 8 13 21 34 and then: null");
    }

    @Test
    void selectDoesWhatIsReady() throws Exception {
        Program.run(Tour3Select.class).assertPrinted("no letter yet", "sent", "got a letter", "gave up", "0");
    }

    @Test
    void aSwitchOverSelectSeesEveryLetterAndThenTheClose() {
        var letters = new Chan<String>(3);
        letters.send("a");
        letters.send("b");
        letters.send("c");
        letters.close();
        assertEquals(3, Tour3Select.drain(letters));
    }

    @Test
    void theWorkerPoolPrintsTheSum() throws Exception {
        Program.run(Tour4WorkerPool.class).assertPrinted("sum of squares: 338350");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 20})
    void eachJobIsDoneOnceByAnyNumberOfWorkers(int workers) {
        var jobs = new Chan<Integer>();
        go(() -> {
            for (int job = 1; job <= 1_000; job++) {
                jobs.send(job);
            }
            jobs.close();
        });
        var squares = new ArrayList<Integer>();
        for (int square : Tour4WorkerPool.squares(jobs, workers)) {
            squares.add(square);
        }
        squares.sort(null);
        assertEquals(
                IntStream.rangeClosed(1, 1_000).map(job -> job * job).boxed().toList(), squares);
    }

    @Test
    void theSieveFindsThePrimes() throws Exception {
        Program.run(Tour5Pipeline.class).assertPrinted("2 3 5 7 11 13 17 19 23 29 ");
    }

    @Test
    void theCounterStopsWhenTheContextIsCancelled() throws Exception {
        Program.run(Tour6Cancel.class).assertPrinted("1", "2", "3", "the counter has stopped");
    }

    @Test
    void aCounterUnderACancelledContextDoesNotStart() {
        var running = new WaitGroup();
        var ctx = Context.background().withCancel();
        ctx.cancel();
        var numbers = Tour6Cancel.count(ctx, running);
        running.await();
        assertNull(numbers.tryReceive());
    }

    @Test
    void theFirstErrorStopsTheOthers() throws Exception {
        Program.run(Tour7FirstError.class).assertPrinted("stopped: disk 2 is full");
    }
}
