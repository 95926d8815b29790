package dev.gofer.leaks;

import static dev.gofer.Go.go;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.GoTimer;
import dev.gofer.Mutex;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leaks that were in gRPC for Go, each cut down to the bug. The names are GoKer's. */
final class GrpcLeaks {
    private GrpcLeaks() {}

    static List<Bug> all() {
        return List.of(
                Bug.always("Grpc660", Benchmark::run, "Benchmark.call [chan send]"),
                Bug.sometimes(
                        "Grpc795",
                        100,
                        () -> go(Server::test),
                        "Server.serve [sync.Mutex.Lock]",
                        "Server.test [sync.Mutex.Lock]"),
                Bug.always("Grpc862", () -> go(Dial::test), "Dial.reset [chan receive]"),
                Bug.always("Grpc1275", () -> go(Stream::test), "Stream.read [chan receive]"),
                Bug.always("Grpc1424", () -> go(Balancer::dial), "Balancer.start [chan receive]"),
                Bug.sometimes(
                        "Grpc1460",
                        300,
                        Keepalive::run,
                        "Keepalive.keepAlive [chan receive]",
                        "Keepalive.newStream [sync.Mutex.Lock]"),
                Bug.sometimes(
                        "Grpc3017",
                        50,
                        () -> go(Cache::test),
                        "Cache.test [chan receive]",
                        "Cache.churn [sync.Mutex.Lock]",
                        "Cache.delete [sync.Mutex.Lock]"));
    }

    /** The loop is told to stop while a call is under way: nobody takes its result. */
    private static final class Benchmark {
        static void run() {
            var stop = new Chan<Boolean>();
            var stopped = new Chan<Void>();
            go(() -> {
                stop.send(true);
                stopped.close();
            });
            go(() -> loop(stop));
        }

        static void loop(Chan<Boolean> stop) {
            while (true) {
                var done = new Chan<Boolean>();
                go(() -> call(done));
                if (select(onReceive(stop), onReceive(done)) == 0) {
                    return;
                }
            }
        }

        static void call(Chan<Boolean> done) {
            done.send(true);
        }
    }

    /** The second graceful stop locks twice. */
    private static final class Server {
        final Mutex mutex = new Mutex();
        boolean draining; // guarded by mutex

        static void test() {
            var server = new Server();
            go(server::serve);
            for (int i = 0; i < 3; i++) {
                server.gracefulStop();
            }
        }

        void serve() {
            mutex.lock();
            mutex.unlock();
        }

        void gracefulStop() {
            mutex.lock();
            if (draining) {
                mutex.lock();
                return;
            }
            draining = true;
            mutex.unlock();
        }
    }

    /** The connection is dropped, and with it the one way to end who waits for its end. */
    private static final class Dial {
        static void test() {
            var ctx = Context.background().withCancel();
            go(() -> dial(ctx));
            go(ctx::cancel);
        }

        static void dial(Context ctx) {
            var connection = Context.background().withCancel();
            go(() -> reset(connection));
            if (ctx.err() != null) {
                // the connection that should be closed here was never assigned
            }
        }

        static void reset(Context connection) {
            var attempt = connection.withTimeout(Duration.ofNanos(10));
            attempt.cancel();
            connection.done().receive();
        }
    }

    /** Closing the stream should tell the reader, and does not. */
    private static final class Stream {
        final Chan<Boolean> received = new Chan<>();

        static void test() {
            var stream = new Stream();
            var done = new Chan<Void>();
            go(() -> stream.read(done));
            select(onReceive(done), onTimeout(Duration.ofNanos(300)));
        }

        void read(Chan<Void> done) {
            received.receive();
            done.close();
        }
    }

    /** The watcher ends without a word to the one who waits for it. */
    private static final class Balancer {
        final Chan<Boolean> addresses = new Chan<>();

        static void dial() {
            var balancer = new Balancer();
            go(balancer::start);
            balancer.addresses.close();
        }

        void start() {
            var done = new Chan<Boolean>();
            go(() -> watch(done));
            done.receive();
        }

        void watch(@SuppressWarnings("unused") Chan<Boolean> done) {
            for (var _ : addresses) {
                // never
            }
        }
    }

    /** Waits to be woken with the lock held; who would wake it needs the lock. */
    private static final class Keepalive {
        final Mutex mutex = new Mutex();
        final Chan<Integer> awaken = new Chan<>();
        int streams; // guarded by mutex

        static void run() {
            var client = new Keepalive();
            go(client::keepAlive);
            go(client::newStream);
        }

        void keepAlive() {
            mutex.lock();
            if (streams < 1) {
                awaken.receive();
            }
            mutex.unlock();
        }

        void newStream() {
            mutex.lock();
            streams++;
            if (streams == 1) {
                select(onSend(awaken, 0), otherwise());
            }
            mutex.unlock();
        }
    }

    /** A timer's function finds that it was called off too late, and returns without an unlock. */
    private static final class Cache {
        final Mutex mutex = new Mutex();

        @Nullable
        Entry entry; // guarded by mutex, as all below

        boolean known;

        static final class Entry {
            boolean calledOff;

            @Nullable
            GoTimer timer;
        }

        static void test() {
            var cache = new Cache();
            var done = new Chan<Void>();
            go(() -> cache.churn(done));
            done.receive();
        }

        void churn(Chan<Void> done) {
            for (int i = 0; i < 1_000; i++) {
                remove();
                add();
            }
            done.close();
        }

        void add() {
            mutex.lock();
            var cached = entry;
            if (cached != null) {
                if (cached.timer == null || !cached.timer.stop()) {
                    cached.calledOff = true;
                }
                entry = null;
            }
            known = true;
            mutex.unlock();
        }

        void remove() {
            mutex.lock();
            if (known && entry == null) {
                var added = new Entry();
                entry = added;
                added.timer = GoTimer.afterFunc(Duration.ofNanos(1), () -> delete(added));
            }
            mutex.unlock();
        }

        void delete(Entry added) {
            gosched();
            mutex.lock();
            if (added.calledOff) {
                return;
            }
            known = false;
            entry = null;
            mutex.unlock();
        }
    }
}
