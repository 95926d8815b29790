package dev.gofer;

import static dev.gofer.Go.after;
import static dev.gofer.Go.go;
import static dev.gofer.Go.goexit;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;
import static dev.gofer.NearByThreads.await;
import static dev.gofer.NearByThreads.daemon;

import dev.gofer.Deadlocks.Dead;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** Much has gone on before; now nothing does. */
final class DeadInTheEnd {
    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration A_DAY = Duration.ofDays(1);
    private static final String NO_GOROUTINES = "no goroutines (main called runtime.Goexit)";

    private static final Chan<Integer> FIELD = new Chan<>();

    private DeadInTheEnd() {}

    static List<Dead> all() {
        return List.of(
                // waits of the JDK, and threads at channels: only proven where nobody else is there, so these come
                // first
                new Dead("the result of a goroutine that never ends", "[chan send]", () -> {
                    var future = Go.future(() -> {
                        new Chan<Integer>().send(1);
                        return 1;
                    });
                    future.join();
                }),
                new Dead("a future that nobody completes", "[waiting]", () -> new CompletableFuture<Integer>().join()),
                new Dead("a latch of the JDK", "[waiting]", () -> new CountDownLatch(1).await()),
                new Dead("a platform thread at a channel in a static field", "[chan receive]", () -> {
                    daemon(FIELD::receive);
                    FIELD.receive();
                }),
                new Dead("main has left", NO_GOROUTINES, () -> {
                    go(() -> {});
                    goexit();
                }),
                new Dead("main has left, after a timer", NO_GOROUTINES, () -> {
                    go(() -> sleep(SOON));
                    goexit();
                }),
                new Dead("main has left, another sleeps", "[chan receive]", () -> {
                    go(() -> new Chan<Integer>().receive());
                    goexit();
                }),
                new Dead("select without cases, after a timer", "[select (no cases)]", () -> {
                    sleep(SOON);
                    after(SOON).receive();
                    select();
                }),
                new Dead("select without cases, others at channels", "[chan send]", () -> {
                    go(() -> new Chan<Integer>().send(1));
                    select();
                }),
                new Dead("all in select without cases", "[select (no cases)]", () -> {
                    go(Go::select);
                    select();
                }),
                new Dead("select without cases, after a delayed task of ours", "[select (no cases)]", () -> {
                    GoTimer.afterFunc(SOON, () -> {});
                    select();
                }),
                new Dead("select without cases, after a virtual thread that ended", "[select (no cases)]", () -> {
                    Thread.startVirtualThread(() -> {}).join();
                    select();
                }),
                new Dead("select without cases, a virtual thread sleeps for ever", "[select (no cases)]", () -> {
                    Thread.startVirtualThread(LockSupport::park);
                    select();
                }),
                new Dead("after a timer", "[chan receive]", () -> {
                    after(SOON).receive();
                    sleep(SOON);
                    new Chan<Integer>().receive();
                }),
                new Dead("a timer that was received from", "[chan receive]", () -> {
                    var timer = new GoTimer(SOON);
                    timer.channel().receive();
                    timer.channel().receive();
                }),
                new Dead("a timer that was stopped", "[chan receive]", () -> {
                    var timer = new GoTimer(A_DAY);
                    timer.stop();
                    timer.channel().receive();
                }),
                new Dead("a timer that is stopped meanwhile", "[chan receive]", () -> {
                    var timer = new GoTimer(A_DAY);
                    GoTimer.afterFunc(SOON, timer::stop);
                    timer.channel().receive();
                }),
                new Dead("a ticker that was stopped", "[chan receive]", () -> {
                    var ticker = new Ticker(A_DAY);
                    ticker.stop();
                    ticker.channel().receive();
                }),
                new Dead("a context whose time is over", "[chan receive]", () -> {
                    try (var ctx = Context.background().withTimeout(SOON)) {
                        ctx.done().receive();
                        new Chan<Integer>().receive();
                    }
                }),
                new Dead("a context that was cancelled", "[chan receive]", () -> {
                    try (var ctx = Context.background().withTimeout(A_DAY)) {
                        ctx.cancel();
                        new Chan<Integer>().receive();
                    }
                }),
                new Dead("a delayed task that was called off", "[chan receive]", () -> {
                    var channel = new Chan<Integer>();
                    GoTimer.afterFunc(A_DAY, () -> channel.send(1)).stop();
                    channel.receive();
                }),
                new Dead("a platform thread that ended", "[chan receive]", () -> {
                    var channel = new Chan<Integer>(1);
                    daemon(() -> channel.send(1)).join();
                    channel.receive();
                    channel.receive();
                }),
                new Dead("a platform thread that waits for something else", "[chan receive]", () -> {
                    daemon(LockSupport::park);
                    new Chan<Integer>().receive();
                }),
                new Dead("a platform thread that sleeps", "[chan receive]", () -> {
                    daemon(() -> LockSupport.parkNanos(A_DAY.toNanos()));
                    new Chan<Integer>().receive();
                }),
                new Dead("a select on a future, while others sleep", "[select]", () -> {
                    daemon(LockSupport::park);
                    select(onDone(new CompletableFuture<Integer>()), onReceive(new Chan<Integer>()));
                }),
                new Dead("the end of an executor whose task never ends", "[chan receive]", () -> {
                    daemon(LockSupport::park);
                    try (var executor = Go.executor()) {
                        executor.execute(() -> new Chan<Integer>().receive());
                    }
                }),
                new Dead("a task that waits for a queue of the JDK, while others sleep", "[waiting]", () -> {
                    daemon(LockSupport::park);
                    var queue = new LinkedBlockingQueue<Integer>();
                    var channel = new Chan<Integer>();
                    go(() -> channel.send(queue.take()));
                    channel.receive();
                }),
                new Dead("a weak reference", "[chan receive]", () -> {
                    var latch = new CountDownLatch(1);
                    var channel = new Chan<Integer>();
                    var reference = new WeakReference<>(channel);
                    daemon(() -> {
                        await(latch);
                        var kept = reference.get();
                        if (kept != null) {
                            kept.send(1);
                        }
                    });
                    channel.receive();
                }),
                new Dead("an executor that was shut down", "[chan receive]", () -> {
                    var channel = new Chan<Integer>(1);
                    try (var pool = Executors.newFixedThreadPool(2)) {
                        pool.execute(() -> channel.send(1));
                    }
                    channel.receive();
                    channel.receive();
                }),
                new Dead("a scheduled executor that was shut down", "[chan receive]", () -> {
                    var channel = new Chan<Integer>(1);
                    var pool = Executors.newScheduledThreadPool(1);
                    var _ = pool.schedule(() -> channel.send(1), 1, java.util.concurrent.TimeUnit.MILLISECONDS);
                    channel.receive();
                    pool.shutdownNow();
                    channel.receive();
                }),
                new Dead("after the common pool", "[chan receive]", () -> {
                    var channel = new Chan<Integer>(1);
                    var _ = CompletableFuture.runAsync(() -> channel.send(1));
                    channel.receive();
                    channel.receive();
                }),
                new Dead("after a call of the HTTP client", "[chan receive]", () -> {
                    var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var answered = new WaitGroup();
                    answered.go(() -> {
                        try (server;
                                var connection = server.accept()) {
                            var in = connection.getInputStream();
                            int _ = in.read(new byte[8192]);
                            connection
                                    .getOutputStream()
                                    .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        }
                    });
                    try (var client = HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .build()) {
                        client.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort()))
                                        .build(),
                                BodyHandlers.discarding());
                    }
                    answered.await();
                    new Chan<Integer>().receive();
                }));
    }
}
