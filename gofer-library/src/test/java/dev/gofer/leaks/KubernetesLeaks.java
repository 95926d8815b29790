package dev.gofer.leaks;

import static dev.gofer.Go.go;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static java.util.Objects.requireNonNull;

import dev.gofer.Chan;
import dev.gofer.Cond;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.Once;
import dev.gofer.RWMutex;
import dev.gofer.Ticker;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leaks that were in Kubernetes, each cut down to the bug. The names are GoKer's. */
final class KubernetesLeaks {
    private KubernetesLeaks() {}

    static List<Bug> all() {
        return List.of(
                Bug.sometimes(
                        "Kubernetes1321",
                        300,
                        () -> go(Mux::test),
                        "Mux.loop [chan send]",
                        "Mux.test [sync.Mutex.Lock]"),
                Bug.always("Kubernetes5316", () -> go(Request::test), "Request.call [chan send]"),
                Bug.sometimes(
                        "Kubernetes6632",
                        100,
                        Framer::run,
                        "Framer.monitor [sync.Mutex.Lock]",
                        "Framer.write [chan send]"),
                Bug.sometimes(
                        "Kubernetes10182",
                        300,
                        Pods::run,
                        "Pods.sync [sync.RWMutex.Lock]",
                        "Pods.set [chan send]",
                        "Pods.set [sync.RWMutex.Lock]"),
                Bug.sometimes(
                        "Kubernetes11298",
                        300,
                        () -> go(Notifier::test),
                        "Notifier.waitOnce [chan receive]",
                        "Notifier.waitOnce [sync.Cond.Wait]",
                        "Notifier.serve [chan receive]",
                        "Notifier.serve [select]",
                        "Notifier.test [chan receive]"),
                Bug.sometimes(
                        "Kubernetes13135",
                        50,
                        () -> go(Cacher::test),
                        "Cacher.cacheAgainAndAgain [sync.Mutex.Lock]",
                        "Cacher.cacheAgainAndAgain [sync.RWMutex.Lock]",
                        "Cacher.add [sync.Mutex.Lock]"),
                Bug.always("Kubernetes25331", Watch::test, "Watch.run [chan send]"),
                Bug.sometimes(
                        "Kubernetes26980",
                        300,
                        () -> go(Listener::test),
                        "Listener.test [chan receive]",
                        "Listener.lockOnce [sync.RWMutex.Lock]",
                        "Listener.pop [chan receive]",
                        "Listener.pop [select]"),
                Bug.sometimes(
                        "Kubernetes30872",
                        100,
                        () -> go(Informer::test),
                        "Informer.processLoop [sync.Mutex.Lock]",
                        "Informer.synced [sync.RWMutex.Lock]",
                        "Informer.stopLater [sync.Mutex.Lock]",
                        "Informer.synced [sync.Mutex.Lock]"),
                Bug.always("Kubernetes38669", Watcher::test, "Watcher.process [chan send]"),
                Bug.sometimes(
                        "Kubernetes58107",
                        50,
                        () -> go(Quota::test),
                        "Quota.work [sync.Cond.Wait]",
                        "Quota.work [sync.RWMutex.RLock]",
                        "Quota.sync [sync.RWMutex.Lock]"),
                Bug.sometimes(
                        "Kubernetes62464",
                        300,
                        State::run,
                        "State.reconcile [sync.RWMutex.RLock]",
                        "State.removeContainer [sync.RWMutex.Lock]"),
                Bug.always("Kubernetes70277", () -> go(Poll::test), "Poll.test [chan receive]"));
    }

    /** Sends to each watcher with the lock held; a watcher that stops needs it. */
    private static final class Mux {
        final Mutex mutex = new Mutex();
        final List<Chan<Integer>> watchers = new ArrayList<>(); // guarded by mutex

        static void test() {
            var mux = new Mux();
            var watcher = new Chan<Integer>();
            mux.watchers.add(watcher);
            go(mux::loop);
            gosched();
            mux.mutex.lock();
            mux.watchers.remove(watcher);
            watcher.close();
            mux.mutex.unlock();
        }

        void loop() {
            for (int i = 0; i < 100; i++) {
                mutex.lock();
                watchers.forEach(watcher -> watcher.send(0));
                mutex.unlock();
            }
        }
    }

    /** The request times out before its work is done: nobody takes the result. */
    private static final class Request {
        static void test() {
            var result = new Chan<Boolean>();
            go(() -> call(result));
            select(onReceive(result), onTimeout(Duration.ofNanos(1_000)));
        }

        static void call(Chan<Boolean> result) {
            Go.sleep(Duration.ofMillis(2));
            result.send(true);
        }
    }

    /** Writes with the lock held to a channel whose reader is asking for the lock. */
    private static final class Framer {
        final Mutex writing = new Mutex();
        final Chan<Boolean> closing = new Chan<>();
        final Chan<Boolean> reset = new Chan<>();
        boolean closed; // guarded by writing

        static void run() {
            var framer = new Framer();
            go(() -> framer.closing.send(true));
            go(framer::monitor);
            go(framer::write);
        }

        void monitor() {
            select(onReceive(closing));
            gosched();
            writing.lock();
            reset.close();
            closed = true;
            writing.unlock();
        }

        void write() {
            writing.lock();
            if (!closed) {
                reset.send(true);
            }
            writing.unlock();
        }
    }

    /** Sends with the lock held to somebody who, after each receive, takes the lock. */
    private static final class Pods {
        final RWMutex mutex = new RWMutex();
        final Chan<Boolean> statuses = new Chan<>();

        static void run() {
            var pods = new Pods();
            go(pods::sync);
            go(pods::set);
            go(pods::set);
        }

        void sync() {
            for (int i = 0; i < 2; i++) {
                gosched();
                statuses.receive();
                mutex.lock();
                mutex.unlock();
            }
        }

        void set() {
            mutex.lock();
            statuses.send(true);
            mutex.unlock();
        }
    }

    /** A signal that comes before the wait that it is for. */
    private static final class Notifier {
        final Mutex mutex = new Mutex();
        final Cond condition = new Cond(mutex);

        static void test() {
            var abort = new Chan<Void>();
            var served = new Chan<Void>();
            var notifier = new Notifier();
            var finished = new Chan<Void>();
            go(() -> notifier.signalUntil(abort, finished));
            go(() -> notifier.serve(finished, served));
            go(abort::close);
            served.receive();
        }

        void signalUntil(Chan<Void> abort, Chan<Void> finished) {
            while (select(onReceive(abort), otherwise()) == 1) {
                mutex.lock();
                condition.signal();
                mutex.unlock();
                gosched();
            }
            finished.close();
        }

        void serve(Chan<Void> finished, Chan<Void> served) {
            mutex.lock();
            while (select(onReceive(finished), otherwise()) == 1) {
                var woken = new Chan<Void>();
                go(() -> waitOnce(woken));
                if (select(onReceive(finished), onReceive(woken)) == 0) {
                    condition.signal();
                    woken.receive();
                    break;
                }
            }
            mutex.unlock();
            served.close();
        }

        /** With the lock of its starter. */
        void waitOnce(Chan<Void> woken) {
            condition.await();
            woken.close();
        }
    }

    /** The lock is taken again for each round, but is given back only by a callback of the first. */
    private static final class Cacher {
        final Mutex mutex = new Mutex();
        final RWMutex cache = new RWMutex();
        final WaitGroup initialized = new WaitGroup();
        final Once once = new Once();

        static void test() {
            var stop = new Chan<Void>();
            var cacher = new Cacher();
            cacher.initialized.add(1);
            go(() -> cacher.cacheAgainAndAgain(stop));
            cacher.initialized.await();
            go(cacher::add);
            go(stop::close);
        }

        void cacheAgainAndAgain(Chan<Void> stop) {
            while (select(onReceive(stop), otherwise()) == 1) {
                mutex.lock();
                gosched();
                cache.lock();
                once.run(initialized::done);
                mutex.unlock();
                cache.unlock();
                gosched();
            }
        }

        void add() {
            cache.lock();
            gosched();
            mutex.lock();
            mutex.unlock();
            cache.unlock();
        }
    }

    /** Cancels, then sends to whoever was cancelled. */
    private static final class Watch {
        final Context.Cancellable ctx = Context.background().withCancel();
        final Chan<String> errors = new Chan<>();
        final Chan<Boolean> results = new Chan<>();

        static void test() {
            var watch = new Watch();
            go(watch::run);
            go(watch::stop);
        }

        void run() {
            if (select(onReceive(errors), onDone(ctx)) == 0) {
                ctx.cancel();
                results.send(true);
            }
        }

        void stop() {
            errors.send("an error");
            ctx.cancel();
        }
    }

    /** Waits, with the lock held, for a stop that comes from somebody who needs the lock. */
    private static final class Listener {
        final RWMutex mutex = new RWMutex();
        final Cond condition = new Cond(mutex);
        int pending; // guarded by mutex

        static void test() {
            var listener = new Listener();
            var stop = new Chan<Void>();
            listener.mutex.lock();
            listener.pending++;
            listener.condition.broadcast();
            listener.mutex.unlock();
            go(() -> listener.pop(stop));
            var locked = new Chan<Void>();
            go(() -> listener.lockOnce(locked));
            locked.receive();
            listener.mutex.unlock();
            stop.close();
        }

        void pop(Chan<Void> stop) {
            mutex.lock();
            while (pending == 0) {
                if (select(onReceive(stop), otherwise()) == 0) {
                    mutex.unlock();
                    return;
                }
                condition.await();
            }
            select(onReceive(stop));
            mutex.unlock();
        }

        void lockOnce(Chan<Void> locked) {
            mutex.lock();
            locked.close();
        }
    }

    /** The informer's lock then the queue's in one, the queue's then the informer's in the other. */
    private static final class Informer {
        final Mutex mutex = new Mutex();
        final RWMutex queue = new RWMutex();

        @Nullable
        Chan<Void> stop; // guarded by mutex

        static void test() {
            var informer = new Informer();
            var stop = new Chan<Void>();
            informer.start();
            go(() -> informer.stopLater(stop));
            go(informer::synced);
            stop.close();
        }

        void start() {
            mutex.lock();
            var stopping = new Chan<Void>();
            stop = stopping;
            go(() -> processLoop(stopping));
            gosched();
            mutex.unlock();
        }

        void processLoop(Chan<Void> stopping) {
            while (select(onReceive(stopping), otherwise()) == 1) {
                queue.lock();
                mutex.lock();
                mutex.unlock();
                queue.unlock();
                gosched();
            }
        }

        void stopLater(Chan<Void> stopAll) {
            stopAll.receive();
            mutex.lock();
            requireNonNull(stop).close();
            mutex.unlock();
        }

        void synced() {
            mutex.lock();
            queue.lock();
            queue.unlock();
            mutex.unlock();
        }
    }

    /** Sends the first events before it listens for the end. */
    private static final class Watcher {
        final Chan<Integer> input = new Chan<>();
        final Chan<Integer> results = new Chan<>();

        static void test() {
            var watcher = new Watcher();
            go(watcher::process);
            watcher.input.close();
        }

        void process() {
            for (int event = 1; event <= 2; event++) {
                results.send(event);
            }
            for (var _ : input) {
                // until it is closed
            }
            results.close();
        }
    }

    /** Waits for work with a read lock held; the next reader queues up behind a writer. */
    private static final class Quota {
        final RWMutex workers = new RWMutex();
        final Work first = new Work();
        final Work second = new Work();

        static final class Work {
            final Mutex mutex = new Mutex();
            final Cond condition = new Cond(mutex);

            void get() {
                mutex.lock();
                condition.await();
                mutex.unlock();
            }
        }

        static void test() {
            var quota = new Quota();
            go(() -> quota.work(quota.first));
            go(() -> quota.work(quota.second));
            go(quota::sync);
            for (int i = 0; i < 100; i++) {
                quota.first.condition.signal();
                quota.second.condition.signal();
            }
        }

        void work(Work work) {
            workers.rlock();
            work.get();
            workers.runlock();
        }

        void sync() {
            for (int i = 0; i < 100; i++) {
                workers.lock();
                gosched();
                workers.unlock();
            }
        }
    }

    /** Two read locks of one goroutine, with a writer between. */
    private static final class State {
        final RWMutex mutex = new RWMutex();

        static void run() {
            var state = new State();
            go(state::reconcile);
            go(state::removeContainer);
        }

        void reconcile() {
            mutex.rlock();
            gosched();
            mutex.rlock();
            mutex.runlock();
            mutex.runlock();
        }

        void removeContainer() {
            mutex.rlock();
            mutex.runlock();
            mutex.lock();
            gosched();
            mutex.unlock();
        }
    }

    /** Waits for a channel that it would close itself, later. */
    private static final class Poll {
        static void test() {
            var stop = new Chan<Void>();
            var ticks = new Chan<Integer>();
            go(() -> poll(ticks, stop));
            ticks.receive();
            stop.receive();
            stop.close();
        }

        static void poll(Chan<Integer> ticks, Chan<Void> stop) {
            var timeout = Go.after(Duration.ofMillis(8));
            try (var ticker = new Ticker(Duration.ofMillis(1))) {
                while (select(onReceive(ticker.channel()), onReceive(timeout), onReceive(stop)) == 0) {
                    select(onSend(ticks, 0), otherwise());
                }
            }
            ticks.close();
        }
    }
}
