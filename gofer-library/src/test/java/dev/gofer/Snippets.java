package dev.gofer;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
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
