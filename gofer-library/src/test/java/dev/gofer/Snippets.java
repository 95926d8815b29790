package dev.gofer;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The examples of the classes' documentation, as a program. {@link TourTest} runs it: it prints what its comments say. */
@SuppressWarnings("SystemOut") // it shows something
final class Snippets {
    private static final List<String> urls = List.of("a.jpg", "b.jpg");
    private final Mutex mu = new Mutex();
    private long balance; // guarded by mu

    private Snippets() {}

    public static void main(String[] args) throws Exception {
        chan(); // prints: 1
        // prints: 4
        // prints: 9
        try (var ctx = Context.background().withCancel()) {
            weighted(ctx, new Image(12)); // prints: decode 12
            context(new WaitGroup());
            errGroup();
            waitGroup();
            var account = new Snippets();
            account.mutex(42);
            System.out.println(account.balance); // prints: 42
            System.out.println(new Prices().rwmutex("apple")); // prints: 3
            cond(new ArrayDeque<>(List.of("Ada"))); // prints: hello, Ada
            singleFlight("localhost"); // prints: Address[name=localhost]
            var requests = new Chan<String>(1);
            requests.send("index.html");
            new Server().timer(requests, Duration.ofMillis(1));
            ticker(ctx);
        }
        try (var ctx = Context.background().withCancel()) {
            var lines = new Chan<String>(1);
            lines.send("a line");
            lines.close();
            subscriber(ctx, lines.publisher(ctx)); // prints: a line
            results(ctx, Thread::startVirtualThread, List.of(() -> 6 * 7)); // prints: 42
            pipe(ctx); // prints: report
        }
        program(); // prints: hello
    }

    private static void chan() {
        // @start region="chan" :
        var squares = new Chan<Integer>();
        go(() -> {
            for (int i = 1; i <= 3; i++) {
                squares.send(i * i);
            }
            squares.close();
        });
        for (int square : squares) {
            System.out.println(square);
        }
        // @end
    }

    private static void weighted(Context ctx, Image image) {
        // @start region="weighted" :
        var memory = new Weighted(64); // megabytes
        memory.acquire(ctx, image.megabytes());
        try {
            decode(image);
        } finally {
            memory.release(image.megabytes());
        }
        // @end
    }

    private record Image(int megabytes) {}

    private static void decode(Image image) {
        System.out.println("decode " + image.megabytes());
    }

    private static void context(WaitGroup wg) {
        // @start region="context" :
        try (var ctx = Context.background().withTimeout(Duration.ofSeconds(5))) {
            go(ctx, () -> work(ctx));
            wg.await(ctx);
        }
        // @end
    }

    private static void work(Context ctx) {
        ctx.done().receive();
    }

    private static void errGroup() throws Exception {
        // @start region="errgroup" :
        var group = new ErrGroup();
        for (var url : urls) {
            group.go(() -> download(url)); // may throw
        }
        group.await(); // throws the first exception
        // @end
    }

    private static void waitGroup() {
        // @start region="waitgroup" :
        var wg = new WaitGroup();
        for (var url : urls) {
            wg.go(() -> download(url));
        }
        wg.await();
        // @end
    }

    private static void download(String url) throws IOException {
        if (url.isEmpty()) {
            throw new IOException("no such file");
        }
    }

    private void mutex(long amount) {
        // @start region="mutex" :
        mu.lock();
        try {
            balance += amount;
        } finally {
            mu.unlock();
        }
        // @end
    }

    private static final class Prices {
        private final RWMutex mu = new RWMutex();
        private final Map<String, Integer> prices = Map.of("apple", 3); // guarded by mu

        @Nullable
        Integer rwmutex(String name) {
            // @start region="rwmutex" :
            mu.rlock();
            try {
                return prices.get(name);
            } finally {
                mu.runlock();
            }
            // @end
        }
    }

    private static void cond(Queue<String> guests) {
        // @start region="cond" :
        var mu = new Mutex();
        var arrived = new Cond(mu);

        mu.lock();
        try {
            while (guests.isEmpty()) { // others may have been faster
                arrived.await();
            }
            greet(guests.remove());
        } finally {
            mu.unlock();
        }
        // @end
    }

    private static void greet(String guest) {
        System.out.println("hello, " + guest);
    }

    private static void singleFlight(String host) throws Exception {
        // @start region="singleflight" :
        var lookups = new SingleFlight<String, Address>();
        var address = lookups.run(host, () -> resolve(host)).value(); // a hundred callers, one query
        // @end
        System.out.println(address);
    }

    private record Address(String name) {}

    private static Address resolve(String host) {
        return new Address(host);
    }

    private static final class Server {
        void timer(ReceiveChan<String> requests, Duration patience) {
            // @start region="timer" :
            var idle = new GoTimer(patience);
            while (select(onReceive(requests, this::serve), onReceive(idle.channel())) == 0) {
                idle.reset(patience);
            }
            // @end
        }

        private void serve(@Nullable String request) {
            // whatever the request wants
        }
    }

    private static void ticker(Context.Cancellable ctx) {
        GoTimer.afterFunc(Duration.ofMillis(1), ctx::cancel);
        // @start region="ticker" :
        try (var ticker = new Ticker(Duration.ofSeconds(1))) {
            while (select(onReceive(ticker.channel()), onDone(ctx)) == 0) {
                report();
            }
        }
        // @end
    }

    private static void report() {}

    private static void subscriber(Context.Cancellable ctx, Flow.Publisher<String> publisher) throws IOException {
        // @start region="subscriber" :
        var lines = new Chan<String>(16);
        publisher.subscribe(lines.subscriber(ctx));
        for (var line : lines) {
            use(line);
        }
        if (ctx.err() != null) {
            throw new IOException(ctx.cause());
        }
        // @end
    }

    private static void results(Context ctx, Executor pool, List<Callable<Integer>> tasks) {
        // @start region="results" :
        for (var done : Go.results(ctx, pool, 8, tasks)) {
            switch (done.state()) {
                case SUCCESS -> use(done.resultNow());
                default -> report(done.exceptionNow());
            }
        }
        // @end
    }

    private static void use(Object value) {
        System.out.println(value);
    }

    private static void report(Throwable failure) {
        System.out.println(failure);
    }

    private static void pipe(Context ctx) throws IOException {
        // @start region="pipe" :
        var pipe = new BytePipe();
        go(ctx, () -> {
            try {
                writeReport(pipe.out());
                pipe.out().close();
            } catch (Throwable e) {
                pipe.out().close(e); // who reads is told: the report is not whole
                throw e;
            }
        });
        try (var in = pipe.in()) {
            upload(in);
        }
        // @end
    }

    private static void writeReport(OutputStream out) throws IOException {
        out.write("report".getBytes(StandardCharsets.UTF_8));
    }

    private static void upload(InputStream in) throws IOException {
        System.out.println(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    private static void program() {
        // @start region="program" :
        Go.main(() -> {
            var results = new Chan<String>();
            go(() -> results.send("hello"));
            select(
                    onReceive(results, System.out::println),
                    onTimeout(Duration.ofSeconds(60), () -> System.out.println("too late")));
        });
        // @end
    }
}
