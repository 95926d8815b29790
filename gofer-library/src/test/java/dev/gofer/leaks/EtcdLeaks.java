package dev.gofer.leaks;

import static dev.gofer.Go.go;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static java.util.Objects.requireNonNull;

import dev.gofer.Chan;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.Ticker;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leaks that were in etcd, each cut down to the bug. The names are GoKer's. */
final class EtcdLeaks {
    private EtcdLeaks() {}

    static List<Bug> all() {
        return List.of(
                Bug.always("Etcd5509", () -> go(Client::test), "Client.test [sync.RWMutex.Lock]"),
                Bug.always("Etcd6708", () -> go(new Cluster()::sync), "Cluster.sync [sync.RWMutex.RLock]"),
                Bug.sometimes("Etcd6857", 100, Node::run, "Node.status [chan send]"),
                Bug.sometimes(
                        "Etcd6873",
                        100,
                        () -> go(Broadcasts::test),
                        "Broadcasts.stop [chan receive]",
                        "Broadcasts.coalesceAll [sync.Mutex.Lock]"),
                Bug.sometimes(
                        "Etcd7492",
                        100,
                        () -> go(Tokens::test),
                        "Tokens.test [sync.WaitGroup.Wait]",
                        "Tokens.assign [chan send]",
                        "Tokens.assign [sync.RWMutex.Lock]",
                        "Tokens.keep [sync.RWMutex.Lock]"),
                Bug.sometimes(
                        "Etcd7902",
                        100,
                        () -> go(Election::test),
                        "Election.round [chan receive]",
                        "Election.round [chan receive (nil chan)]",
                        "Election.round [sync.Mutex.Lock]",
                        "Election.test [sync.WaitGroup.Wait]"),
                Bug.always("Etcd10492", () -> go(new Lessor()::renew), "Lessor.renew [sync.RWMutex.Lock]"));
    }

    /** The way out on a closed connection forgets to give back the read lock. */
    private static final class Client {
        final RWMutex mutex = new RWMutex();
        boolean connected = true; // guarded by mutex

        static void test() {
            var client = new Client();
            var done = new Chan<Void>();
            client.mutex.lock();
            client.connected = false;
            client.mutex.unlock();
            go(() -> {
                client.acquire();
                done.close();
            });
            done.receive();
            client.mutex.lock();
        }

        void acquire() {
            while (true) {
                mutex.rlock();
                if (!connected) {
                    return;
                }
                mutex.runlock();
            }
        }
    }

    /** Asks itself, with its lock held, for what takes the read lock. */
    private static final class Cluster {
        final RWMutex mutex = new RWMutex();

        void sync() {
            mutex.lock();
            leader();
            mutex.unlock();
        }

        void leader() {
            mutex.rlock();
            mutex.runlock();
        }
    }

    /** Asks for the status of a node that has stopped. */
    private static final class Node {
        final Chan<Chan<Integer>> requests = new Chan<>();
        final Chan<Integer> stop = new Chan<>();
        final Chan<Void> done = new Chan<>();

        static void run() {
            var node = new Node();
            go(node::serve);
            go(node::status);
            go(node::stop);
        }

        void serve() {
            while (true) {
                var request = onReceive(requests);
                if (select(request, onReceive(stop)) == 1) {
                    done.close();
                    return;
                }
                requireNonNull(request.value()).send(0);
            }
        }

        void status() {
            var answer = new Chan<Integer>();
            gosched();
            requests.send(answer);
            answer.receive();
        }

        void stop() {
            if (select(onSend(stop, 0), onReceive(done)) == 0) {
                done.receive();
            }
        }
    }

    /** Waits, with the lock held, for a loop whose last round needs the lock. */
    private static final class Broadcasts {
        final Mutex mutex = new Mutex();
        final Chan<Integer> updates = new Chan<>(1);
        final Chan<Void> done = new Chan<>();

        static void test() {
            var broadcasts = new Broadcasts();
            go(broadcasts::coalesceAll);
            select(onSend(broadcasts.updates, 0), otherwise());
            go(broadcasts::stop);
        }

        void coalesceAll() {
            for (var _ : updates) {
                gosched();
                mutex.lock();
                mutex.unlock();
            }
            done.close();
        }

        void stop() {
            mutex.lock();
            updates.close();
            done.receive();
            mutex.unlock();
        }
    }

    /** Hands a token over with the lock held; the keeper, deleting one, wants the lock and takes none. */
    private static final class Tokens {
        final RWMutex mutex = new RWMutex();
        final Chan<Integer> added = new Chan<>(1);
        final Chan<Chan<Integer>> stop = new Chan<>();

        static void test() {
            var tokens = new Tokens();
            go(tokens::keep);
            var group = new WaitGroup();
            for (int i = 0; i < 3; i++) {
                group.add(1);
                go(() -> tokens.assign(group));
            }
            group.await();
            var stopped = new Chan<Integer>();
            tokens.stop.send(stopped);
            stopped.receive();
        }

        void keep() {
            try (var ticker = new Ticker(Duration.ofNanos(1))) {
                boolean some = false;
                while (true) {
                    var stopping = onReceive(stop);
                    switch (select(onReceive(added), onReceive(ticker.channel()), stopping)) {
                        case 0 -> {
                            gosched();
                            some = true;
                        }
                        case 1 -> {
                            gosched();
                            if (some) {
                                mutex.lock();
                                mutex.unlock();
                                some = false;
                            }
                        }
                        default -> {
                            requireNonNull(stopping.value()).send(0);
                            return;
                        }
                    }
                }
            }
        }

        void assign(WaitGroup group) {
            mutex.lock();
            gosched();
            added.send(0);
            mutex.unlock();
            group.done();
        }
    }

    /** A follower waits, with the lock held, for a leader that needs the lock. */
    private static final class Election {
        final Mutex mutex = new Mutex();
        final WaitGroup group = new WaitGroup();
        Chan<Void> next = new Chan<>(); // guarded by mutex

        static void test() {
            var election = new Election();
            election.group.add(3);
            for (int i = 0; i < 3; i++) {
                boolean leads = i == 0;
                go(() -> election.round(leads));
            }
            election.group.await();
        }

        void round(boolean leads) {
            for (int i = 0; i < 100; i++) {
                Chan<Void> mine;
                mutex.lock();
                mine = next;
                mutex.unlock();
                gosched();
                mutex.lock();
                release(leads, mine);
                mutex.unlock();
            }
            group.done();
        }

        void release(boolean leads, @Nullable Chan<Void> mine) {
            if (leads) {
                next.close();
                next = new Chan<>();
            }
            requireNonNull(mine).receive();
        }
    }

    /** Renewing holds the lock and calls what takes it. */
    private static final class Lessor {
        final RWMutex mutex = new RWMutex();
        final Runnable checkpointer = this::checkpoint;

        void renew() {
            mutex.lock();
            checkpointer.run();
            mutex.unlock();
        }

        void checkpoint() {
            mutex.lock();
            mutex.unlock();
        }
    }
}
