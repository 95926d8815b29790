package dev.gofer.leaks;

import static dev.gofer.Go.go;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Cond;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Leaks that were in Moby, which is Docker, each cut down to the bug. The names are GoKer's. */
final class MobyLeaks {
    private MobyLeaks() {}

    static List<Bug> all() {
        return List.of(
                Bug.sometimes("Moby4951", 100, Devices::run, "Devices.delete [sync.Mutex.Lock]"),
                Bug.always("Moby7559", () -> go(new Proxy()::run), "Proxy.run [sync.Mutex.Lock]"),
                Bug.always("Moby17176", () -> go(Cleanup::test), "Cleanup.lockThenTell [sync.Mutex.Lock]"),
                Bug.sometimes(
                        "Moby21233",
                        100,
                        () -> go(Transfer::test),
                        "Transfer.watch [chan send]",
                        "Transfer.watch [select]",
                        "Transfer.test [chan receive]"),
                Bug.always("Moby25348", () -> go(Plugins::init), "Plugins.init [sync.WaitGroup.Wait]"),
                Bug.sometimes(
                        "Moby27782", 300, () -> go(Logs::test), "Logs.read [sync.Cond.Wait]", "Logs.watch [select]"),
                Bug.sometimes(
                        "Moby28462",
                        100,
                        Health::run,
                        "Health.monitor [sync.Mutex.Lock]",
                        "Health.changed [chan send]"),
                Bug.always(
                        "Moby30408",
                        () -> go(Activation::test),
                        "Activation.test [chan receive]",
                        "Activation.waitActive [sync.Cond.Wait]"),
                Bug.sometimes("Moby33781", 50, Probe::run, "Probe.probe [chan send]"),
                Bug.always("Moby36114", () -> go(new Machine()::add), "Machine.add [sync.Mutex.Lock]"));
    }

    /** Lets go of the outer lock while it holds the inner one. */
    private static final class Devices {
        final Mutex mutex = new Mutex();
        final Mutex device = new Mutex();

        static void run() {
            var devices = new Devices();
            go(devices::delete);
            go(devices::delete);
        }

        void delete() {
            mutex.lock();
            device.lock();
            gosched();
            mutex.unlock();
            gosched();
            mutex.lock();
            device.unlock();
            mutex.unlock();
        }
    }

    /** Tries again after an error, without an unlock. */
    private static final class Proxy {
        final Mutex mutex = new Mutex();

        void run() {
            for (int i = 0; i < 2; i++) {
                mutex.lock();
                // an error: next try
            }
            mutex.unlock();
        }
    }

    /** Nothing to clean up: returns without an unlock. */
    private static final class Cleanup {
        final Mutex mutex = new Mutex();

        static void test() {
            var cleanup = new Cleanup();
            cleanup.mutex.lock();
            var done = new Chan<Boolean>();
            go(() -> cleanup.lockThenTell(done));
            select(onTimeout(Duration.ofMillis(1)), onReceive(done));
        }

        void lockThenTell(Chan<Boolean> done) {
            mutex.lock();
            done.send(true);
            mutex.unlock();
        }
    }

    /** The reader of progress goes at the first that it likes; the writers do not know. */
    private static final class Transfer {
        final Chan<Void> signal = new Chan<>();
        final Chan<Void> release = new Chan<>();
        final Chan<Void> running = new Chan<>();

        static void test() {
            var progress = new Chan<Integer>();
            var done = new Chan<Void>();
            go(() -> consume(progress, done));
            var transfers = new ArrayList<Transfer>();
            for (int i = 0; i < 3; i++) {
                var transfer = new Transfer();
                transfers.add(transfer);
                go(() -> transfer.watch(progress));
                gosched();
            }
            for (var transfer : transfers) {
                transfer.release.close();
                transfer.running.receive();
            }
            progress.close();
            done.receive();
        }

        static void consume(Chan<Integer> progress, Chan<Void> done) {
            for (var _ : progress) {
                if (ThreadLocalRandom.current().nextBoolean()) {
                    return;
                }
            }
            done.close();
        }

        void watch(Chan<Integer> progress) {
            boolean last = false;
            while (true) {
                if (ThreadLocalRandom.current().nextBoolean()) {
                    progress.send(0);
                }
                if (last) {
                    break;
                }
                last = select(onReceive(signal), onReceive(release)) == 1;
            }
            running.close();
        }
    }

    /** Waits for all inside the loop that starts them. */
    private static final class Plugins {
        static void init() {
            var group = new WaitGroup();
            group.add(2);
            for (int i = 0; i < 2; i++) {
                go(group::done);
                group.await();
            }
        }
    }

    /** Waits for a file to go away, while who would see it go waits for a reader. */
    private static final class Logs {
        final Mutex mutex = new Mutex();
        final Cond condition = new Cond(mutex);
        final Chan<Integer> events = new Chan<>();
        final Chan<Void> closeWatcher = new Chan<>();
        final Chan<Void> closeReader = new Chan<>();

        static void test() {
            var logs = new Logs();
            go(logs::read);
            go(logs.closeReader::close);
        }

        void read() {
            go(this::watch);
            gosched();
            if (select(onReceive(events), onReceive(closeReader)) == 1) {
                mutex.lock();
                condition.await();
                mutex.unlock();
            }
            closeWatcher.close();
        }

        void watch() {
            while (select(onReceive(closeWatcher), otherwise()) == 1) {
                gosched();
                if (select(onSend(events, 0), onReceive(closeWatcher)) == 1) {
                    break;
                }
            }
        }
    }

    /** Tells the monitor to stop with the lock held; the monitor asks for the lock. */
    private static final class Health {
        final Mutex container = new Mutex();
        final Chan<Integer> stop = new Chan<>();

        static void run() {
            var health = new Health();
            go(health::monitor);
            go(health::changed);
        }

        void monitor() {
            while (select(onReceive(stop), otherwise()) == 1) {
                gosched();
                container.lock();
                container.unlock();
            }
        }

        void changed() {
            container.lock();
            stop.send(0);
            container.unlock();
        }
    }

    /** Activation failed, and nobody tells those who wait for it. */
    private static final class Activation {
        final Mutex mutex = new Mutex();
        final Cond activated = new Cond(mutex);
        boolean active; // guarded by mutex

        static void test() {
            var activation = new Activation();
            var done = new Chan<Void>();
            go(() -> activation.waitActive(done));
            done.receive();
        }

        void waitActive(Chan<Void> done) {
            mutex.lock();
            while (!active) {
                activated.await();
            }
            mutex.unlock();
            done.close();
        }
    }

    /** Told to stop while a probe is under way: nobody takes its result. */
    private static final class Probe {
        static void run() {
            var stop = new Chan<Boolean>();
            go(() -> monitor(stop));
            go(() -> {
                Go.sleep(Duration.ofMillis(2));
                stop.send(true);
            });
        }

        static void monitor(Chan<Boolean> stop) {
            while (select(onReceive(stop), onTimeout(Duration.ofMillis(1))) == 1) {
                var results = new Chan<Boolean>();
                try (var ctx = Context.background().withTimeout(Duration.ofMillis(1))) {
                    go(() -> probe(results));
                    switch (select(onReceive(stop), onReceive(results), onDone(ctx))) {
                        case 0 -> {
                            return;
                        }
                        case 1 -> {}
                        default -> results.receive();
                    }
                }
            }
        }

        static void probe(Chan<Boolean> results) {
            gosched();
            results.send(true);
            results.close();
        }
    }

    /** A method with the lock calls another that takes it. */
    private static final class Machine {
        final Mutex mutex = new Mutex();

        void add() {
            mutex.lock();
            remove();
            mutex.unlock();
        }

        void remove() {
            mutex.lock();
            mutex.unlock();
        }
    }
}
