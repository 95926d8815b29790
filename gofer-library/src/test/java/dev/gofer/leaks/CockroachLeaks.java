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
import dev.gofer.Cond;
import dev.gofer.Context;
import dev.gofer.Locker;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.WaitGroup;
import java.util.ArrayList;
import java.util.List;

/** Leaks that were in CockroachDB, each cut down to the bug. The names are GoKer's. */
final class CockroachLeaks {
    private CockroachLeaks() {}

    static List<Bug> all() {
        return List.of(
                Bug.always("Cockroach584", Gossip::run, "Gossip.bootstrapThenManage [sync.Mutex.Lock]"),
                Bug.sometimes(
                        "Cockroach1055",
                        300,
                        () -> go(Draining::test),
                        "Draining.test [chan receive]",
                        "Draining.stopAll [sync.WaitGroup.Wait]",
                        "Draining.worker [chan receive]",
                        "Draining.worker [sync.Mutex.Lock]"),
                Bug.sometimes(
                        "Cockroach1462",
                        300,
                        () -> go(Transport::test),
                        "Transport.produce [chan send]",
                        "Transport.test [sync.WaitGroup.Wait]"),
                Bug.sometimes(
                        "Cockroach2448",
                        300,
                        MultiRaft::run,
                        "MultiRaft.processRaft [select]",
                        "MultiRaft.start [select]"),
                Bug.sometimes(
                        "Cockroach3710",
                        1_000,
                        RaftLog::run,
                        "RaftLog.forceScan [sync.RWMutex.RLock]",
                        "RaftLog.process [sync.RWMutex.Lock]"),
                Bug.sometimes(
                        "Cockroach6181",
                        100,
                        () -> go(RangeCache::test),
                        "RangeCache.test [sync.WaitGroup.Wait]",
                        "RangeCache.lookup [sync.RWMutex.Lock]",
                        "RangeCache.lookup [sync.RWMutex.RLock]"),
                Bug.sometimes(
                        "Cockroach7504",
                        300,
                        Leases::run,
                        "Leases.acquireByName [sync.Mutex.Lock]",
                        "Leases.release [sync.Mutex.Lock]"),
                Bug.always("Cockroach9935", () -> go(new Logging()::output), "Logging.output [sync.Mutex.Lock]"),
                Bug.sometimes(
                        "Cockroach10214",
                        300,
                        Heartbeats::run,
                        "Heartbeats.sendQueued [sync.Mutex.Lock]",
                        "Heartbeats.tick [sync.Mutex.Lock]"),
                Bug.sometimes("Cockroach10790", 100, Commands::run, "Commands.drain [chan receive]"),
                Bug.always("Cockroach13197", Transaction::begin, "Transaction.awaitDone [chan receive]"),
                Bug.always("Cockroach13755", Rows::query, "Rows.awaitDone [chan receive]"),
                Bug.sometimes(
                        "Cockroach16167",
                        100,
                        () -> go(new Statements()::execute),
                        "Statements.execute [sync.RWMutex.RLock]",
                        "Statements.updateConfig [sync.RWMutex.Lock]"),
                Bug.sometimes("Cockroach18101", 100, Restore::run, "Restore.split [chan send]"),
                Bug.always("Cockroach24808", () -> go(Compactor::test), "Compactor.test [chan send]"),
                Bug.always("Cockroach25456", () -> go(Consistency::test), "Consistency.test [chan receive]"),
                Bug.always(
                        "Cockroach35073", () -> go(Outbox::test), "Outbox.push [chan send]", "Outbox.test [chan send]"),
                Bug.always("Cockroach35931", () -> go(Flow::cancel), "Flow.cancel [chan send]"));
    }

    /** The way out of the loop forgets to unlock. */
    private static final class Gossip {
        final Mutex mutex = new Mutex();
        final boolean closed = true;

        static void run() {
            go(new Gossip()::bootstrapThenManage);
        }

        void bootstrapThenManage() {
            untilClosed();
            untilClosed();
        }

        void untilClosed() {
            while (true) {
                mutex.lock();
                if (closed) {
                    break;
                }
                mutex.unlock();
            }
        }
    }

    /** Stop waits, with the lock held, for workers that need the lock to get to where they stop. */
    private static final class Draining {
        final Chan<Void> stopper = new Chan<>();
        final WaitGroup stop = new WaitGroup();
        final WaitGroup drain = new WaitGroup();
        final Mutex mutex = new Mutex();
        volatile boolean draining;

        static void test() {
            var stoppers = List.of(new Draining(), new Draining());
            for (var each : stoppers) {
                each.stop.add(1);
                go(each::worker);
            }
            var done = new Chan<Void>();
            go(() -> stopAll(stoppers, done));
            done.receive();
        }

        static void stopAll(List<Draining> stoppers, Chan<Void> done) {
            stoppers.forEach(Draining::quiesce);
            stoppers.forEach(Draining::stop);
            done.close();
        }

        void worker() {
            if (!draining) {
                mutex.lock();
                drain.add(1);
                mutex.unlock();
            }
            stopper.receive();
            stop.done();
        }

        void quiesce() {
            mutex.lock();
            draining = true;
            drain.await();
            draining = false;
            mutex.unlock();
        }

        void stop() {
            mutex.lock();
            draining = true;
            drain.await();
            stopper.close();
            stop.await();
            mutex.unlock();
        }
    }

    /** The consumer is told to stop; the producer, past its own check, sends to nobody. */
    private static final class Transport {
        final Chan<Void> stopper = new Chan<>();
        final Chan<Integer> events = new Chan<>();
        final WaitGroup stop = new WaitGroup();
        final Mutex mutex = new Mutex();
        final Cond drained = new Cond(mutex);
        int tasks; // guarded by mutex

        static void test() {
            var transport = new Transport();
            transport.stop.add(2);
            go(transport::produce);
            go(transport::consume);
            transport.mutex.lock();
            gosched();
            while (transport.tasks > 0) {
                transport.drained.await();
            }
            transport.mutex.unlock();
            transport.stopper.close();
            transport.stop.await();
        }

        void produce() {
            while (select(onReceive(stopper), otherwise()) != 0) {
                events.send(0);
            }
            stop.done();
        }

        void consume() {
            while (select(onReceive(events), onReceive(stopper)) == 0) {
                gosched();
            }
            stop.done();
        }
    }

    /** Each of two loops waits for the other to take what it brings. */
    private static final class MultiRaft {
        final Chan<Void> stopper = new Chan<>();
        final Chan<Runnable> events = new Chan<>();
        final Chan<Runnable> callbacks = new Chan<>();

        static void run() {
            var raft = new MultiRaft();
            go(raft::processRaft);
            go(raft::start);
        }

        void processRaft() {
            var event = onReceive(events);
            while (select(event, onReceive(stopper)) == 0) {
                gosched();
                requireNonNull(event.value()).run();
                event = onReceive(events);
            }
        }

        void start() {
            while (true) {
                var callback = onReceive(callbacks);
                switch (select(onReceive(stopper), callback, otherwise())) {
                    case 0 -> {
                        return;
                    }
                    case 1 -> requireNonNull(callback.value()).run();
                    default -> select(onSend(events, this::callBack), onReceive(stopper));
                }
            }
        }

        void callBack() {
            select(onSend(callbacks, () -> {}), onReceive(stopper));
        }
    }

    /** A second read lock while a writer waits between the two. */
    private static final class RaftLog {
        final RWMutex mutex = new RWMutex();
        final Mutex queue = new Mutex();

        static void run() {
            var log = new RaftLog();
            go(log::forceScan);
            go(log::process);
        }

        void forceScan() {
            mutex.rlock();
            gosched();
            queue.lock();
            mutex.rlock();
            mutex.runlock();
            queue.unlock();
            mutex.runlock();
        }

        void process() {
            mutex.lock();
            mutex.unlock();
        }
    }

    /** Read lock, then another by way of a log message, while a writer waits. */
    private static final class RangeCache {
        final RWMutex mutex = new RWMutex();

        static void test() {
            var cache = new RangeCache();
            var group = new WaitGroup();
            for (int i = 0; i < 3; i++) {
                group.add(1);
                go(() -> cache.lookup(group));
            }
            group.await();
        }

        void lookup(WaitGroup group) {
            mutex.rlock();
            gosched();
            describe();
            mutex.runlock();
            mutex.lock();
            mutex.unlock();
            group.done();
        }

        void describe() {
            mutex.rlock();
            mutex.runlock();
        }
    }

    /** Name cache then lease in one, lease then name cache in the other. */
    private static final class Leases {
        final Mutex table = new Mutex();
        final Mutex lease = new Mutex();
        final Mutex names = new Mutex();

        static void run() {
            var leases = new Leases();
            go(leases::acquireByName);
            go(leases::release);
        }

        void acquireByName() {
            names.lock();
            gosched();
            lease.lock();
            lease.unlock();
            names.unlock();
        }

        void release() {
            table.lock();
            lease.lock();
            gosched();
            names.lock();
            names.unlock();
            lease.unlock();
            table.unlock();
        }
    }

    /** The way out on an error takes the lock that is held already. */
    private static final class Logging {
        final Mutex mutex = new Mutex();

        void output() {
            mutex.lock();
            exit();
            mutex.unlock();
        }

        void exit() {
            mutex.lock();
            mutex.unlock();
        }
    }

    /** Coalesced heartbeats then a replica in one, a replica then coalesced heartbeats in the other. */
    private static final class Heartbeats {
        final Mutex coalesced = new Mutex();
        final Mutex raft = new Mutex();
        final Mutex replica = new Mutex();

        static void run() {
            var heartbeats = new Heartbeats();
            go(heartbeats::sendQueued);
            go(heartbeats::tick);
        }

        void sendQueued() {
            coalesced.lock();
            gosched();
            raft.lock();
            raft.unlock();
            coalesced.unlock();
        }

        void tick() {
            raft.lock();
            replica.lock();
            gosched();
            coalesced.lock();
            coalesced.unlock();
            replica.unlock();
            raft.unlock();
        }
    }

    /** Once the context has ended nobody sends, but a goroutine is started that receives from all. */
    private static final class Commands {
        final List<Chan<Boolean>> channels = List.of(new Chan<>(), new Chan<>());

        static void run() {
            var commands = new Commands();
            var ctx = Context.background().withCancel();
            go(() -> commands.sendAll(ctx));
            go(() -> commands.begin(ctx));
            go(ctx::cancel);
        }

        void sendAll(Context ctx) {
            for (var channel : channels) {
                if (select(onSend(channel, true), onDone(ctx)) == 1) {
                    return;
                }
            }
        }

        void begin(Context ctx) {
            for (var channel : channels) {
                if (select(onReceive(channel), onDone(ctx)) == 1) {
                    go(this::drain);
                }
            }
        }

        void drain() {
            channels.forEach(Chan::receive);
        }
    }

    /** Neither committed nor rolled back. */
    private static final class Transaction {
        final Context ctx = Context.background().withCancel();

        static void begin() {
            go(new Transaction()::awaitDone);
        }

        void awaitDone() {
            ctx.done().receive();
        }
    }

    /** Rows that nobody closes. */
    private static final class Rows {
        static void query() {
            var ctx = Context.background().withCancel();
            go(() -> awaitDone(ctx));
        }

        static void awaitDone(Context.Cancellable ctx) {
            ctx.done().receive();
            ctx.cancel();
        }
    }

    /** A condition's lock is the read half of the mutex: read locked twice, with a writer between. */
    private static final class Statements {
        final RWMutex mutex = new RWMutex();
        final Locker condition = mutex.rlocker();

        void execute() {
            go(this::updateConfig);
            condition.lock();
            gosched();
            mutex.rlock();
            mutex.runlock();
            condition.unlock();
        }

        void updateConfig() {
            mutex.lock();
            gosched();
            mutex.unlock();
        }
    }

    /** The receiver goes when the context ends; the sender does not look at the context. */
    private static final class Restore {
        static final int BUFFER = 6;

        static void run() {
            var ctx = Context.background().withCancel();
            go(() -> restore(ctx));
            go(ctx::cancel);
        }

        static void restore(Context ctx) {
            var ready = new Chan<Integer>(BUFFER);
            go(() -> split(ready));
            for (var _ : ready) {
                select(onDone(ctx));
                return;
            }
        }

        static void split(Chan<Integer> ready) {
            for (int i = 0; i < BUFFER + 2; i++) {
                ready.send(i);
            }
            ready.close();
        }
    }

    /** Sends before the receiver is started, and the buffer is full. */
    private static final class Compactor {
        static void test() {
            var wakeUps = new Chan<Integer>(1);
            var stopper = new Chan<Void>();
            wakeUps.send(0);
            wakeUps.send(0);
            go(() -> {
                while (select(onReceive(stopper), onReceive(wakeUps)) == 1) {
                    // compact
                }
            });
            stopper.close();
        }
    }

    /** Waits for a stopper that nobody stops. */
    private static final class Consistency {
        static void test() {
            var quiescer = new Chan<Void>();
            for (int i = 0; i < 2; i++) {
                quiescer.receive();
            }
        }
    }

    /** The consumer is gone, the buffer is full, and the producers do not know. */
    private static final class Outbox {
        static void test() {
            var rows = new Chan<Integer>(16);
            for (int i = 0; i < 16; i++) {
                rows.send(i);
            }
            go(() -> push(rows));
            var group = new WaitGroup();
            group.go(() -> {});
            group.await();
            rows.send(16);
        }

        static void push(Chan<Integer> rows) {
            rows.send(16);
        }
    }

    /** Pushes a last row to each receiver; one of them is full. */
    private static final class Flow {
        static void cancel() {
            var receivers = new ArrayList<Chan<Integer>>();
            receivers.add(new Chan<>(1));
            receivers.add(new Chan<>(1));
            receivers.getFirst().send(0);
            var registry = new Mutex();
            registry.lock();
            var pending = List.copyOf(receivers);
            registry.unlock();
            pending.forEach(receiver -> receiver.send(0));
        }
    }
}
