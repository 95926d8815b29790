package dev.gofer;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The happens-before edges of {@code docs/memory.md}, one test each: a goroutine writes plain memory, then does what comes first; another does
 * what comes after, and must see what was written. Finds a wait that ends too early; what the processor keeps in order by itself, it cannot find.
 */
class MemoryTest {
    private static final int ROUNDS = 500;
    private static final Pattern NAME = Pattern.compile("\\*(.+?)\\*");

    /** What the writer does once it has written, and what the reader does before it reads; gives what it read. */
    private record Edge(Task first, Callable<Integer> then) {}

    /** An edge whose two ends, made for a box of plain memory, may run at the same time. */
    private record Named(String name, Function<int[], Edge> make) {}

    private static List<Named> edges() {
        return List.of(
                new Named("go", box -> {
                    var seen = new Chan<Integer>(1);
                    return new Edge(() -> go(() -> seen.send(box[0])), () -> Crew.next(seen));
                }),
                new Named("send, receive", box -> {
                    var ch = new Chan<Integer>();
                    return edge(box, () -> ch.send(1), ch::receive);
                }),
                new Named("send into the buffer, receive", box -> {
                    var ch = new Chan<Integer>(1);
                    return edge(box, () -> ch.send(1), ch::receive);
                }),
                new Named("trySend, tryReceive", box -> {
                    var ch = new Chan<Integer>(1);
                    return edge(box, () -> ch.trySend(1), () -> Asleep.until(() -> ch.tryReceive() != null));
                }),
                new Named("select, select", box -> {
                    var ch = new Chan<Integer>();
                    var other = new Chan<Integer>();
                    return edge(
                            box,
                            () -> select(onSend(ch, 1), onReceive(other)),
                            () -> select(onReceive(other), onReceive(ch)));
                }),
                new Named("receive, send", box -> {
                    var ch = new Chan<Integer>();
                    return edge(box, ch::receive, () -> ch.send(1));
                }),
                new Named("receive, send into the place it made", box -> {
                    var ch = new Chan<Integer>(1);
                    ch.send(1);
                    return edge(box, ch::receive, () -> ch.send(2));
                }),
                new Named("close, receive of null", box -> {
                    var ch = new Chan<Integer>();
                    return edge(box, ch::close, () -> assertNull(ch.receive()));
                }),
                new Named("close, select", box -> {
                    var ch = new Chan<Integer>();
                    return edge(box, ch::close, () -> select(onReceive(ch), onReceive(new Chan<Integer>())));
                }),
                new Named("done, await", box -> {
                    var wg = new WaitGroup();
                    wg.add(1);
                    return edge(box, wg::done, wg::await);
                }),
                new Named("each done, await", box -> {
                    var wg = new WaitGroup();
                    wg.add(2);
                    go(wg::done);
                    return edge(box, wg::done, wg::await);
                }),
                new Named("end of a task of a WaitGroup, await", box -> {
                    var wg = new WaitGroup();
                    var release = new Chan<Integer>();
                    wg.go(release::receive);
                    return edge(box, () -> release.send(1), wg::await);
                }),
                new Named("unlock, lock", box -> {
                    var mu = new Mutex();
                    mu.lock();
                    return edge(box, mu::unlock, mu::lock);
                }),
                new Named("unlock, tryLock that succeeds", box -> {
                    var mu = new Mutex();
                    mu.lock();
                    return edge(box, mu::unlock, () -> Asleep.until(mu::tryLock));
                }),
                new Named("unlock of a writer, rlock", box -> {
                    var mu = new RWMutex();
                    mu.lock();
                    return edge(box, mu::unlock, mu::rlock);
                }),
                new Named("unlock of a writer, lock", box -> {
                    var mu = new RWMutex();
                    mu.lock();
                    return edge(box, mu::unlock, mu::lock);
                }),
                new Named("runlock, lock", box -> {
                    var mu = new RWMutex();
                    mu.rlock();
                    return edge(box, mu::runlock, mu::lock);
                }),
                new Named("signal, await", box -> {
                    var mu = new Mutex();
                    var cond = new Cond(mu);
                    mu.lock();
                    return edge(
                            box,
                            () -> {
                                Asleep.until(cond, "1 waiting");
                                cond.signal();
                            },
                            cond::await);
                }),
                new Named("broadcast, await", box -> {
                    var mu = new Mutex();
                    var cond = new Cond(mu);
                    mu.lock();
                    return edge(
                            box,
                            () -> {
                                Asleep.until(cond, "1 waiting");
                                cond.broadcast();
                            },
                            cond::await);
                }),
                new Named("release, acquire", box -> {
                    var permits = new Weighted(2);
                    permits.acquire(2);
                    return edge(box, () -> permits.release(2), () -> permits.acquire(1));
                }),
                new Named("release, tryAcquire that succeeds", box -> {
                    var permits = new Weighted(1);
                    permits.acquire(1);
                    return edge(box, () -> permits.release(1), () -> Asleep.until(() -> permits.tryAcquire(1)));
                }),
                new Named("end of an ErrGroup's task, await", box -> {
                    var group = new ErrGroup();
                    group.go(() -> {});
                    var release = new Chan<Integer>();
                    group.go(release::receive);
                    return edge(box, () -> release.send(1), group::await);
                }),
                new Named("end of an ErrGroup's task, go that gets its place", box -> {
                    var group = new ErrGroup();
                    group.setLimit(1);
                    var release = new Chan<Integer>();
                    group.go(release::receive);
                    return edge(box, () -> release.send(1), () -> group.go(() -> {}));
                }),
                new Named("cancel, receive from done", box -> {
                    var ctx = Context.background().withCancel();
                    return edge(box, ctx::cancel, () -> ctx.done().receive());
                }),
                new Named("cancel, err that is not null", box -> {
                    var ctx = Context.background().withCancel();
                    return edge(box, ctx::cancel, () -> Asleep.until(() -> ctx.err() != null));
                }),
                new Named("cancel of a parent, end of the child", box -> {
                    var ctx = Context.background().withCancel();
                    var child = ctx.withValue("key", "value").withCancel();
                    return edge(box, ctx::cancel, () -> child.done().receive());
                }),
                new Named("cancel, wait that it ends", box -> {
                    var ctx = Context.background().withCancel();
                    var wg = new WaitGroup();
                    wg.add(1);
                    return edge(box, ctx::cancel, () -> assertThrows(CancellationException.class, () -> wg.await(ctx)));
                }),
                new Named("cancel, task of afterFunc", box -> {
                    var seen = new Chan<Integer>(1);
                    var ctx = Context.background().withCancel();
                    ctx.afterFunc(() -> seen.send(box[0]));
                    return new Edge(ctx::cancel, () -> Crew.next(seen));
                }),
                new Named("cancel, interrupt of go(ctx, task)", box -> {
                    var seen = new Chan<Integer>(1);
                    var ctx = Context.background().withCancel();
                    go(ctx, () -> {
                        try {
                            new Chan<Integer>().receive();
                        } catch (CancellationException e) {
                            seen.trySend(box[0]);
                        }
                    });
                    return new Edge(ctx::cancel, () -> Crew.next(seen));
                }),
                new Named("interrupt, exception", box -> {
                    var seen = new Chan<Integer>(1);
                    var thread = Thread.ofVirtual().start(() -> {
                        try {
                            new Chan<Integer>().receive();
                        } catch (CancellationException e) {
                            seen.trySend(box[0]);
                        }
                    });
                    return new Edge(thread::interrupt, () -> Crew.next(seen));
                }),
                new Named("reset of a timer, receive of its time", box -> {
                    var timer = new GoTimer(Duration.ofDays(1));
                    return edge(
                            box,
                            () -> timer.reset(Duration.ZERO),
                            () -> timer.channel().receive());
                }),
                new Named("reset of a timer, its task", box -> {
                    var seen = new Chan<Integer>(1);
                    var timer = GoTimer.afterFunc(Duration.ofDays(1), () -> seen.send(box[0]));
                    return new Edge(() -> timer.reset(Duration.ZERO), () -> Crew.next(seen));
                }),
                new Named("completion of a future, select", box -> {
                    var future = new CompletableFuture<Integer>();
                    return edge(box, () -> future.complete(1), () -> select(onDone(future)));
                }),
                new Named("execute, task", box -> {
                    var seen = new Chan<Integer>(1);
                    return new Edge(
                            () -> {
                                try (var executor = Go.executor()) {
                                    executor.execute(() -> seen.send(box[0]));
                                }
                            },
                            () -> Crew.next(seen));
                }),
                new Named("end of the task, join of Go.future", box -> {
                    var release = new Chan<Integer>();
                    var future = Go.future(release::receive);
                    return edge(box, () -> release.send(1), future::join);
                }),
                new Named("end of the task, receive from Go.results", box -> {
                    var release = new Chan<Integer>();
                    List<Callable<@Nullable Integer>> tasks = List.of(release::receive);
                    var results = Go.results(Context.background(), Thread::startVirtualThread, 1, tasks);
                    return edge(box, () -> release.send(1), results::receive);
                }),
                new Named("send, onNext", box -> {
                    var ch = new Chan<Integer>();
                    var seen = new Chan<Integer>(1);
                    var ctx = Context.background().withCancel();
                    ch.publisher(ctx).subscribe(new Last(() -> seen.trySend(box[0])));
                    return new Edge(() -> ch.send(1), () -> {
                        int read = Crew.next(seen);
                        ctx.cancel(); // who has asked for one value is not told of a close before he asks again
                        return read;
                    });
                }),
                new Named("onNext, receive", box -> {
                    var ch = new Chan<Integer>();
                    var ctx = Context.background().withCancel();
                    var subscriber = ch.subscriber(ctx);
                    subscriber.onSubscribe(new Ignored());
                    return new Edge(() -> subscriber.onNext(1), () -> {
                        ch.receive();
                        int read = box[0];
                        ctx.cancel();
                        return read;
                    });
                }),
                new Named("write, read", box -> {
                    var pipe = new BytePipe();
                    return edge(box, () -> pipe.out().write(1), () -> pipe.in().read());
                }),
                new Named("read, end of the write", box -> {
                    var pipe = new BytePipe();
                    return edge(box, () -> pipe.in().read(), () -> pipe.out().write(1));
                }));
    }

    /** Asks for one value, and does something when it comes. */
    private record Last(Runnable onValue) implements Flow.Subscriber<Integer> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(Integer value) {
            onValue.run();
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onComplete() {}
    }

    /** Of a publisher that does as it likes. */
    private record Ignored() implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    private static Edge edge(int[] box, Task first, Task then) {
        return new Edge(first, () -> {
            then.run();
            return box[0];
        });
    }

    @TestFactory
    @Rule(7)
    Stream<DynamicTest> whatWasWrittenBeforeTheFirstIsSeenAfterTheSecond() {
        return edges().stream().map(named -> dynamicTest(named.name, () -> hold(named.make)));
    }

    private static void hold(Function<int[], Edge> make) throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            try (var crew = new Crew()) {
                var box = new int[1]; // plain memory
                var edge = make.apply(box);
                int written = round;
                crew.go(() -> {
                    box[0] = written;
                    edge.first.run();
                });
                assertEquals(written, edge.then.call());
                crew.join();
            }
        }
    }

    @Test
    @Rule(7)
    void whateverRunsOnceIsSeenByAllWhoAskForIt() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            try (var crew = new Crew()) {
                var box = new int[3]; // plain memory
                int written = round;
                var once = new Once();
                var value = new OnceValue<>(() -> {
                    box[1] = written;
                    return box;
                });
                var flight = new SingleFlight<String, Integer>();
                for (int i = 0; i < 3; i++) {
                    crew.go(() -> {
                        once.run(() -> box[0] = written);
                        assertEquals(written, box[0]);
                        assertEquals(written, value.get()[1]);
                        int result = Objects.requireNonNull(
                                flight.run("key", () -> box[2] = written).value());
                        assertEquals(written, result);
                    });
                }
                crew.join();
                var results = flight.start("key", () -> box[2] = -written);
                assertEquals(-written, Crew.next(results).value());
                assertEquals(-written, box[2]);
            }
        }
    }

    /** In the page's tables, what is in italics is the name of a test here. */
    @Test
    void thePageNamesEachTest() throws IOException {
        var named = new ArrayList<String>();
        for (var line : Files.readAllLines(Path.of("../docs/memory.md"))) {
            if (line.startsWith("|")) {
                NAME.matcher(line)
                        .results()
                        .map((MatchResult each) -> each.group(1))
                        .forEach(named::add);
            }
        }
        assertEquals(
                edges().stream().map(Named::name).sorted().toList(),
                named.stream().sorted().toList());
    }
}
