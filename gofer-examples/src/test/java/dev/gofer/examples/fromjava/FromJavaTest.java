package dev.gofer.examples.fromjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.CanceledException;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.DeadlineExceededException;
import dev.gofer.WaitGroup;
import dev.gofer.Weighted;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two of each pair do the same, but for what {@code docs/from-java.md} says. */
class FromJavaTest {
    @Test
    void queueAndChannelBringEachNumberOnce() throws Exception {
        assertEquals(5_050, Queue.sumByQueue(100, 3));
        assertEquals(5_050, Queue.sumByChannel(100, 3));
    }

    @Test
    void theFirstAnswerCounts() throws Exception {
        var forEver = new Chan<String>();
        Supplier<String> quick = () -> "quick";
        Supplier<String> never = () -> {
            forEver.receive();
            return "never";
        };
        assertEquals("quick", FirstAnswer.byFutures(List.of(never, quick)));
        forEver.close(); // lets the other go, which nobody has stopped

        var interrupted = new CompletableFuture<Boolean>();
        var silent = new Chan<String>();
        Supplier<String> patient = () -> {
            try {
                silent.receive();
                return "never";
            } catch (CancellationException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
                throw e;
            }
        };
        assertEquals("quick", FirstAnswer.byChannel(List.of(patient, quick)));
        assertTrue(interrupted.join());
    }

    @Test
    void aFutureIsACase() {
        var answer = new CompletableFuture<String>();
        var news = new Chan<String>(1);
        news.send("rain");
        assertEquals("news: rain", FutureInSelect.next(answer, news));
        answer.complete("42");
        assertEquals("answer: 42", FutureInSelect.next(answer, news));
    }

    @Test
    void poolAndGroupGiveAllSizesOrTheTrouble(@TempDir Path directory) throws Exception {
        var files = new ArrayList<Path>();
        var expected = new ArrayList<Long>();
        for (int size = 0; size < 10; size++) {
            files.add(Files.write(directory.resolve("file" + size), new byte[size]));
            expected.add((long) size);
        }
        assertEquals(expected, Pool.sizesByExecutor(files));
        assertEquals(expected, Pool.sizesByGroup(files));
        files.add(directory.resolve("missing"));
        var wrapped = assertThrows(ExecutionException.class, () -> Pool.sizesByExecutor(files));
        assertInstanceOf(NoSuchFileException.class, wrapped.getCause());
        assertThrows(NoSuchFileException.class, () -> Pool.sizesByGroup(files));
    }

    @Test
    void allRunnersArrive() throws Exception {
        assertEquals(10, Latch.raceByLatches(10));
        assertEquals(10, Latch.raceByClose(10));
    }

    @Test
    void whoGetsNoPermitsInTimeGivesUp() throws Exception {
        var ran = new AtomicInteger();
        var semaphore = new Semaphore(64);
        Permits.runBySemaphore(semaphore, 64, ran::incrementAndGet);
        assertThrows(TimeoutException.class, () -> Permits.runBySemaphore(semaphore, 65, ran::incrementAndGet));
        var weighted = new Weighted(64);
        Permits.runByWeighted(weighted, 64, ran::incrementAndGet);
        assertThrows(DeadlineExceededException.class, () -> Permits.runByWeighted(weighted, 65, ran::incrementAndGet));
        assertEquals(2, ran.get());
    }

    @Test
    void aDepositLetsTheOtherWithdraw() throws Exception {
        var before = new Account.ByReentrantLock();
        var withdrawing = Thread.ofVirtual().start(() -> {
            try {
                before.withdraw(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        before.deposit(4);
        before.deposit(6);
        withdrawing.join();

        var after = new Account.ByMutex();
        var wg = new WaitGroup();
        wg.go(() -> after.withdraw(Context.background(), 10));
        after.deposit(4);
        after.deposit(6);
        wg.await();
        try (var ctx = Context.background().withCancel()) {
            ctx.cancel();
            assertThrows(CanceledException.class, () -> after.withdraw(ctx, 1));
        }
    }

    @Test
    void theHeartBeatsUntilTheEnd() throws Exception {
        var beats = new AtomicInteger();
        var end = new CountDownLatch(3);
        Heartbeat.byScheduler(end, () -> {
            beats.incrementAndGet();
            end.countDown();
        });
        assertTrue(beats.get() >= 3);

        var exactly = new AtomicInteger();
        try (var ctx = Context.background().withCancel()) {
            Heartbeat.byTicker(ctx, () -> {
                if (exactly.incrementAndGet() == 3) {
                    ctx.cancel();
                }
            });
        }
        assertEquals(3, exactly.get());
    }

    @Test
    void theJdksTypesMeetChannels() throws Exception {
        var texts = new Chan<String>(2);
        texts.send("one");
        texts.send("three");
        texts.close();
        assertEquals(8, Border.length(texts).join());
        assertEquals(List.of(1, 2), Border.asked(List.of(() -> 1, () -> 2)));

        assertEquals(6, Border.sum(Context.background(), Runnable::run, List.of(() -> 1, () -> 2, () -> 3)));
        Callable<Integer> broken =
                () -> Files.readAllLines(Path.of("no such file")).size();
        var failed = assertThrows(
                ExecutionException.class, () -> Border.sum(Context.background(), Runnable::run, List.of(broken)));
        assertInstanceOf(NoSuchFileException.class, failed.getCause());

        var words = new Chan<String>(4);
        List.of("a", " ", "b", "c").forEach(words::send);
        assertEquals(List.of("a", "b"), Border.firstWords(words, 2));
        assertEquals("c", words.receive());

        var numbers = new Chan<Integer>(3);
        List.of(1, 2, 3).forEach(numbers::send);
        numbers.close();
        assertEquals(6, Border.total(numbers.publisher(Context.background())));
        assertEquals("HELLO", Border.shout(Context.background(), "hello"));
    }
}
