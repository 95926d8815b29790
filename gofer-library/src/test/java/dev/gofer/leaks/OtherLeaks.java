package dev.gofer.leaks;

import static dev.gofer.Go.go;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static java.util.Objects.requireNonNull;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.GoTimer;
import dev.gofer.Mutex;
import dev.gofer.Once;
import dev.gofer.RWMutex;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Leaks that were in Hugo, Istio, Knative Serving and Syncthing, each cut down to the bug. The names are GoKer's. */
final class OtherLeaks {
    private OtherLeaks() {}

    static List<Bug> all() {
        return List.of(
                Bug.sometimes(
                        "Hugo3251",
                        11,
                        () -> go(UrlLocks::test),
                        "UrlLocks.test [sync.WaitGroup.Wait]",
                        "UrlLocks.get [sync.Mutex.Lock]",
                        "UrlLocks.get [sync.RWMutex.Lock]",
                        "UrlLocks.get [sync.RWMutex.RLock]"),
                Bug.sometimes(
                        "Hugo5379",
                        50,
                        () -> go(Page::test),
                        "Page.prepare [sync.Mutex.Lock]",
                        "Page.render [sync.Mutex.Lock]",
                        "Page.test [sync.WaitGroup.Wait]"),
                Bug.sometimes(
                        "Istio16224",
                        100,
                        () -> go(Monitor::test),
                        "Monitor.test [sync.Mutex.Lock]",
                        "Monitor.run [chan send]",
                        "Monitor.run [chan receive]"),
                Bug.sometimes("Istio17860", 100, () -> go(Agent::test), "Agent.tell [chan send]"),
                Bug.sometimes(
                        "Istio18454",
                        50,
                        () -> go(Strategy::test),
                        "Strategy.loop [chan receive]",
                        "Strategy.process [chan send]"),
                Bug.sometimes(
                        "Serving2137",
                        300,
                        () -> go(Breaker::test),
                        "Breaker.request [chan send]",
                        "Breaker.request [sync.Mutex.Lock]",
                        "Breaker.test [chan receive]"),
                Bug.always("Syncthing4829", () -> go(new Mapping()::clear), "Mapping.clear [sync.RWMutex.RLock]"),
                Bug.always(
                        "Syncthing5795",
                        () -> go(Connection::test),
                        "Connection.dispatch [chan receive]",
                        "Connection.test [chan receive]"));
    }

    /** Locks an URL with the map's lock held, and needs the map's lock to unlock it. */
    private static final class UrlLocks {
        final RWMutex mutex = new RWMutex();
        final Map<String, Mutex> locks = new HashMap<>(); // guarded by mutex

        static void test() {
            var urls = new UrlLocks();
            var group = new WaitGroup();
            for (int i = 0; i < 100; i++) {
                group.add(1);
                go(() -> urls.get(group));
            }
            group.await();
        }

        void get(WaitGroup group) {
            for (int i = 0; i < 20; i++) {
                mutex.lock();
                locks.computeIfAbsent("http://Foo.Bar/", _ -> new Mutex()).lock();
                gosched();
                mutex.unlock();
                mutex.rlock();
                requireNonNull(locks.get("http://Foo.Bar/")).unlock();
                mutex.runlock();
            }
            group.done();
        }
    }

    /** Renders a page with its lock held; a short code in the page asks for the page's length, which takes the lock. */
    private static final class Page {
        final Mutex mutex = new Mutex();
        final Once content = new Once();
        final Once plain = new Once();

        static void test() {
            var page = new Page();
            var group = new WaitGroup();
            for (int i = 0; i < 2; i++) {
                group.add(1);
                go(() -> page.render(group));
            }
            group.await();
        }

        void render(WaitGroup group) {
            countWords();
            group.done();
        }

        void countWords() {
            content.run(this::startPreparing);
            plain.run(() -> {
                mutex.lock();
                mutex.unlock();
            });
        }

        void startPreparing() {
            var done = new Chan<Void>(1);
            try (var ctx = Context.background().withTimeout(Duration.ofMillis(1))) {
                go(() -> prepare(done));
                select(onDone(ctx), onReceive(done));
            }
        }

        void prepare(Chan<Void> done) {
            mutex.lock();
            plain.run(() -> {
                mutex.lock();
                mutex.unlock();
            });
            mutex.unlock();
            done.close();
        }
    }

    /** A handler tells with the lock held that it is done; who waits for that asks for the lock first. */
    private static final class Monitor {
        final Mutex mutex = new Mutex();
        final Chan<Integer> events = new Chan<>();
        final Chan<Boolean> done = new Chan<>();
        final Chan<Void> stop = new Chan<>();

        static void test() {
            var monitor = new Monitor();
            go(monitor::run);
            monitor.events.send(0);
            monitor.mutex.lock();
            monitor.mutex.unlock();
            monitor.done.receive();
            monitor.stop.close();
        }

        void run() {
            while (select(onReceive(stop), onReceive(events)) == 1) {
                mutex.lock();
                done.send(true);
                mutex.unlock();
            }
            events.receive();
        }
    }

    /** Two epochs want to tell that they are over; the one who listens goes after the first, or is told to. */
    private static final class Agent {
        final Mutex mutex = new Mutex();
        final Chan<Integer> statuses = new Chan<>();
        final Set<Integer> active = new HashSet<>(); // guarded by mutex

        static void test() {
            try (var ctx = Context.background().withCancel()) {
                var agent = new Agent();
                go(() -> agent.run(ctx));
                agent.restart(1);
                go(() -> agent.restart(2));
                gosched();
            }
        }

        void run(Context ctx) {
            while (true) {
                var status = onReceive(statuses);
                if (select(status, onDone(ctx)) == 1) {
                    return;
                }
                mutex.lock();
                active.remove(status.value());
                boolean isLast = active.isEmpty();
                mutex.unlock();
                if (isLast) {
                    return;
                }
            }
        }

        void restart(int epoch) {
            mutex.lock();
            active.add(epoch);
            go(() -> tell(epoch));
            mutex.unlock();
        }

        void tell(int epoch) {
            statuses.send(epoch);
        }
    }

    /** Asks a timer that has fired already for its value once more. */
    private static final class Strategy {
        final GoTimer timer = new GoTimer(Duration.ofNanos(1));
        final Chan<Integer> reset = new Chan<>(1);

        static void test() {
            var ctx = Context.background().withCancel();
            var strategy = new Strategy();
            go(() -> strategy.loop(ctx));
            go(() -> strategy.process(ctx));
        }

        void loop(Context ctx) {
            while (true) {
                switch (select(onReceive(timer.channel()), onReceive(reset), onDone(ctx))) {
                    case 0 -> {}
                    case 1 -> {
                        if (!timer.stop()) {
                            timer.channel().receive();
                        }
                        timer.reset(Duration.ofNanos(1));
                    }
                    default -> {
                        return;
                    }
                }
            }
        }

        void process(Context.Cancellable ctx) {
            for (int i = 0; i < 100; i++) {
                reset.send(i);
                gosched();
            }
            ctx.cancel();
        }
    }

    /** Lets requests in by one queue and out by another, and takes its own place for somebody's. */
    private static final class Breaker {
        final Chan<Integer> pending = new Chan<>(2);
        final Chan<Integer> active = new Chan<>(1);

        private record Request(Mutex mutex, Chan<Boolean> accepted) {}

        static void test() {
            var breaker = new Breaker();
            var requests = new ArrayList<Request>();
            for (int i = 0; i < 2; i++) {
                requests.add(breaker.start());
            }
            for (var request : requests) {
                request.mutex.unlock();
                gosched();
                request.accepted.send(requireNonNull(request.accepted.receive()));
            }
        }

        Request start() {
            var request = new Request(new Mutex(), new Chan<>(1));
            request.mutex.lock();
            var begun = new WaitGroup();
            begun.add(1);
            go(() -> request(request, begun));
            begun.await();
            return request;
        }

        void request(Request request, WaitGroup begun) {
            begun.done();
            for (int i = ThreadLocalRandom.current().nextInt(3); i > 0; i--) {
                gosched();
            }
            boolean accepted = select(onSend(pending, 0), otherwise()) == 0;
            if (accepted) {
                active.send(0);
                request.mutex.lock();
                request.mutex.unlock();
                active.receive();
                gosched();
                pending.receive();
            }
            request.accepted.send(accepted);
        }
    }

    /** Clears with the lock held, and tells about it in a method that takes the read lock. */
    private static final class Mapping {
        final RWMutex mutex = new RWMutex();

        void clear() {
            mutex.lock();
            tell();
            mutex.unlock();
        }

        void tell() {
            mutex.rlock();
            mutex.runlock();
        }
    }

    /** The dispatcher calls what waits for the dispatcher's end. */
    private static final class Connection {
        final Chan<Runnable> inbox = new Chan<>();
        final Chan<Void> closed = new Chan<>();
        final Chan<Void> stopped = new Chan<>();
        final Once closing = new Once();
        private @Nullable Runnable last; // written by dispatch only

        static void test() {
            var connection = new Connection();
            go(connection::dispatch);
            connection.inbox.send(connection::close);
            connection.stopped.receive();
        }

        void dispatch() {
            while (true) {
                var message = onReceive(inbox);
                if (select(message, onReceive(closed)) == 1) {
                    break;
                }
                last = message.value();
                requireNonNull(last).run();
            }
            stopped.close();
        }

        void close() {
            closing.run(() -> {
                closed.close();
                stopped.receive();
            });
        }
    }
}
