package dev.gofer.bench;

import com.softwaremill.jox.Channel;
import com.softwaremill.jox.Select;
import com.softwaremill.jox.SelectClause;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Go's benchmarks, with Jox. It has channels and select; its goroutines are the JDK's virtual threads, what waits for them the JDK's latch. It has no
 * operation that does not wait but a select with a default.
 */
public final class JoxSide implements Side {
    private static final int CALLS_PER_SCHED = 1_000;
    private static final int C = 100;

    /** As {@link Runnable}, but may throw. */
    private interface Task {
        void run() throws Exception;
    }

    private interface Parallel {
        void run(B.Pb pb) throws Exception;
    }

    @Override
    public void run(Work work) throws Exception {
        var failure = new AtomicReference<@Nullable Throwable>();
        go(failure, work::run).join();
        rethrow(failure);
    }

    @Override
    public Map<String, Body> bodies() {
        var bodies = new LinkedHashMap<String, Body>();
        bodies.put("MakeChan/Int", JoxSide::makeChan);
        bodies.put("ChanNonblocking", JoxSide::chanNonblocking);
        bodies.put("SelectUncontended", JoxSide::selectUncontended);
        bodies.put("SelectSyncContended", JoxSide::selectSyncContended);
        bodies.put("SelectAsyncContended", JoxSide::selectAsyncContended);
        bodies.put("SelectNonblock", JoxSide::selectNonblock);
        bodies.put("ChanUncontended", b -> fillAndDrain(b, null));
        bodies.put("ChanContended", b -> fillAndDrain(b, Channel.newBufferedChannel(C * b.procs())));
        bodies.put("ChanSync", b -> chanSync(b, 0));
        bodies.put("ChanSyncWork", b -> chanSync(b, 1_000));
        bodies.put("ChanProdCons0", b -> chanProdCons(b, 0, 0));
        bodies.put("ChanProdCons10", b -> chanProdCons(b, 10, 0));
        bodies.put("ChanProdCons100", b -> chanProdCons(b, 100, 0));
        bodies.put("ChanProdConsWork0", b -> chanProdCons(b, 0, 100));
        bodies.put("ChanProdConsWork10", b -> chanProdCons(b, 10, 100));
        bodies.put("ChanProdConsWork100", b -> chanProdCons(b, 100, 100));
        bodies.put("SelectProdCons", JoxSide::selectProdCons);
        bodies.put("ReceiveDataFromClosedChan", JoxSide::receiveDataFromClosedChan);
        bodies.put("ChanCreation", b -> sem(b, null));
        bodies.put("ChanSem", b -> sem(b, Channel.newBufferedChannel(b.procs())));
        bodies.put("ChanPopular", JoxSide::chanPopular);
        bodies.put("ChanClosed", JoxSide::chanClosed);
        bodies.put("PingPongHog", JoxSide::pingPongHog);
        bodies.put("CreateGoroutines", b -> create(b, 1));
        bodies.put("CreateGoroutinesParallel", b -> create(b, b.procs()));
        bodies.put("CreateGoroutinesCapture", JoxSide::createCapture);
        bodies.put("CreateGoroutinesSingle", JoxSide::createSingle);
        bodies.put("WaitGroupActuallyWait", JoxSide::actuallyWait);
        bodies.put("BytesPerGoroutine", JoxSide::bytes);
        bodies.put("ParkAndRelease", JoxSide::parkAndRelease);
        return bodies;
    }

    private static Thread go(AtomicReference<@Nullable Throwable> failure, Task task) {
        return Thread.startVirtualThread(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                failure.set(e);
            }
        });
    }

    private static void rethrow(AtomicReference<@Nullable Throwable> failure) {
        var failed = failure.get();
        if (failed != null) {
            throw new AssertionError(failed);
        }
    }

    /** Runs {@code body} in as many threads as there are processors. */
    private static void parallel(B b, Parallel body) throws Exception {
        var failure = new AtomicReference<@Nullable Throwable>();
        var latch = new CountDownLatch(b.workers());
        for (int i = 0; i < b.workers(); i++) {
            var pb = b.pb();
            go(failure, () -> {
                try {
                    body.run(pb);
                } finally {
                    latch.countDown();
                }
            });
        }
        latch.await();
        b.stopTimer();
        rethrow(failure);
        b.checkParallel();
    }

    private static <T> Channel<T> channel(int room) {
        return room == 0 ? Channel.newRendezvousChannel() : Channel.newBufferedChannel(room);
    }

    private static void makeChan(B b) throws Exception {
        var made = new Channel<?>[8];
        for (int i = 0; i < b.n; i++) {
            made[i & 7] = Channel.<Integer>newBufferedChannel(8);
        }
        b.stopTimer();
        made[(b.n - 1) & 7].done();
        Local.keep(made);
    }

    private static void chanNonblocking(B b) throws Exception {
        var myc = JoxSide.<Integer>channel(0);
        var received = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += Select.select(myc.receiveClause(), Select.defaultClause(-1)) == -1 ? 0 : 1;
                }
            }
            received.addAndGet(mine);
        });
        b.check("received", 0, received.get());
    }

    private static void selectUncontended(B b) throws Exception {
        parallel(b, pb -> {
            var myc1 = JoxSide.<Integer>channel(1);
            var myc2 = JoxSide.<Integer>channel(1);
            myc1.send(0);
            backAndForth(pb, myc1, myc2);
        });
    }

    private static void selectAsyncContended(B b) throws Exception {
        var myc1 = JoxSide.<Integer>channel(b.procs());
        var myc2 = JoxSide.<Integer>channel(b.procs());
        parallel(b, pb -> {
            myc1.send(0);
            backAndForth(pb, myc1, myc2);
        });
    }

    private static void backAndForth(B.Pb pb, Channel<Integer> myc1, Channel<Integer> myc2) throws Exception {
        for (int some = pb.take(); some > 0; some = pb.take()) {
            for (int turn = 0; turn < some; turn++) {
                if (Select.select(myc1.receiveClause(_ -> 1), myc2.receiveClause(_ -> 2)) == 1) {
                    myc2.send(0);
                } else {
                    myc1.send(0);
                }
            }
        }
    }

    private static void selectSyncContended(B b) throws Exception {
        var myc1 = JoxSide.<Integer>channel(0);
        var myc2 = JoxSide.<Integer>channel(0);
        var myc3 = JoxSide.<Integer>channel(0);
        var done = JoxSide.<Integer>channel(0);
        var senders = new CountDownLatch(b.workers());
        var failure = new AtomicReference<@Nullable Throwable>();
        var sent = new AtomicLong();
        parallel(b, pb -> {
            go(failure, () -> {
                long mine = 0;
                // done first: Jox's select looks in order, and what has ended ends it
                while (Select.selectOrClosed(
                                done.receiveClause(),
                                myc1.sendClause(0, () -> 0),
                                myc2.sendClause(0, () -> 0),
                                myc3.sendClause(0, () -> 0))
                        instanceof Integer) {
                    mine++;
                }
                sent.addAndGet(mine);
                senders.countDown();
            });
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    Select.select(myc1.receiveClause(), myc2.receiveClause(), myc3.receiveClause());
                }
            }
        });
        done.done();
        senders.await();
        rethrow(failure);
        b.check("sent", b.n, sent.get());
    }

    private static void selectNonblock(B b) throws Exception {
        var myc1 = JoxSide.<Integer>channel(0);
        var myc2 = JoxSide.<Integer>channel(0);
        var myc3 = JoxSide.<Integer>channel(1);
        var myc4 = JoxSide.<Integer>channel(1);
        var went = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += went(myc1.receiveClause(_ -> 1));
                    mine += went(myc2.sendClause(0, () -> 1));
                    mine += went(myc3.receiveClause(_ -> 1));
                    mine += went(myc4.sendClause(0, () -> 1));
                }
            }
            went.addAndGet(mine);
        });
        b.check("went ahead", 1, went.get());
    }

    private static int went(SelectClause<Integer> clause) throws InterruptedException {
        return Select.select(clause, Select.defaultClause(0));
    }

    private static void fillAndDrain(B b, @Nullable Channel<Integer> shared) throws Exception {
        var sum = new AtomicLong();
        parallel(b, pb -> {
            var myc = shared == null ? JoxSide.<Integer>channel(C) : shared;
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    for (int i = 0; i < C; i++) {
                        myc.send(1);
                    }
                    for (int i = 0; i < C; i++) {
                        mine += myc.receive();
                    }
                }
            }
            sum.addAndGet(mine);
        });
        b.check("received", (long) C * b.n, sum.get());
    }

    private static void chanSync(B b, int work) throws Exception {
        int procs = 2;
        int rounds = b.n / CALLS_PER_SCHED / procs * procs;
        var failure = new AtomicReference<@Nullable Throwable>();
        var left = new AtomicInteger(rounds);
        var c = JoxSide.<Long>channel(procs);
        var myc = JoxSide.<Integer>channel(0);
        for (int p = 0; p < procs; p++) {
            go(failure, () -> {
                long received = 0;
                long x = Local.begin();
                while (true) {
                    int i = left.decrementAndGet();
                    if (i < 0) {
                        break;
                    }
                    for (int g = 0; g < CALLS_PER_SCHED; g++) {
                        if (i % 2 == 0) {
                            received += myc.receive();
                            x = Local.count(x, work);
                            myc.send(1);
                            x = Local.count(x, work);
                        } else {
                            myc.send(1);
                            x = Local.count(x, work);
                            received += myc.receive();
                            x = Local.count(x, work);
                        }
                    }
                }
                Local.keep(x);
                c.send(received);
            });
        }
        long received = 0;
        for (int p = 0; p < procs; p++) {
            received += c.receive();
        }
        rethrow(failure);
        b.check("received", (long) rounds * CALLS_PER_SCHED, received);
    }

    private static void chanProdCons(B b, int room, int work) throws Exception {
        int rounds = b.n / CALLS_PER_SCHED;
        var failure = new AtomicReference<@Nullable Throwable>();
        var left = new AtomicInteger(rounds);
        var c = JoxSide.<Long>channel(2 * b.procs());
        var myc = JoxSide.<Integer>channel(room);
        for (int p = 0; p < b.procs(); p++) {
            go(failure, () -> {
                long x = Local.begin();
                while (left.decrementAndGet() >= 0) {
                    for (int g = 0; g < CALLS_PER_SCHED; g++) {
                        x = Local.count(x, work);
                        myc.send(1);
                    }
                }
                myc.send(0);
                Local.keep(x);
                c.send(0L);
            });
            go(failure, () -> {
                long received = 0;
                long x = Local.begin();
                while (myc.receive() != 0) {
                    received++;
                    x = Local.count(x, work);
                }
                Local.keep(x);
                c.send(received);
            });
        }
        long received = 0;
        for (int p = 0; p < 2 * b.procs(); p++) {
            received += c.receive();
        }
        rethrow(failure);
        b.check("received", (long) rounds * CALLS_PER_SCHED, received);
    }

    /** Jox has no timers: the third case is a channel that nobody sends to, in its favour. */
    private static void selectProdCons(B b) throws Exception {
        int rounds = b.n / CALLS_PER_SCHED;
        var failure = new AtomicReference<@Nullable Throwable>();
        var left = new AtomicInteger(rounds);
        var c = JoxSide.<Long>channel(2 * b.procs());
        var myc = JoxSide.<Integer>channel(128);
        var myclose = JoxSide.<Boolean>channel(0);
        for (int p = 0; p < b.procs(); p++) {
            go(failure, () -> {
                var mytimer = JoxSide.<Boolean>channel(0);
                long x = Local.begin();
                while (left.decrementAndGet() >= 0) {
                    for (int g = 0; g < CALLS_PER_SCHED; g++) {
                        x = Local.count(x, 100);
                        Select.select(
                                myc.sendClause(1, () -> 1),
                                mytimer.receiveClause(_ -> 1),
                                myclose.receiveClause(_ -> 1));
                    }
                }
                myc.send(0);
                Local.keep(x);
                c.send(0L);
            });
            go(failure, () -> {
                var mytimer = JoxSide.<Boolean>channel(0);
                long received = 0;
                long x = Local.begin();
                while (Select.select(myc.receiveClause(), mytimer.receiveClause(_ -> 1), myclose.receiveClause(_ -> 1))
                        != 0) {
                    received++;
                    x = Local.count(x, 100);
                }
                Local.keep(x);
                c.send(received);
            });
        }
        long received = 0;
        for (int p = 0; p < 2 * b.procs(); p++) {
            received += c.receive();
        }
        rethrow(failure);
        b.check("received", (long) rounds * CALLS_PER_SCHED, received);
    }

    private static void receiveDataFromClosedChan(B b) throws Exception {
        var ch = JoxSide.<Boolean>channel(b.n);
        for (int i = 0; i < b.n; i++) {
            ch.send(true);
        }
        ch.done();
        b.resetTimer();
        int received = 0;
        while (ch.receiveOrClosed() instanceof Boolean) {
            received++;
        }
        b.check("received", b.n, received);
    }

    private static void sem(B b, @Nullable Channel<Integer> shared) throws Exception {
        var sum = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var myc = shared == null ? JoxSide.<Integer>channel(1) : shared;
                    myc.send(1);
                    mine += myc.receive();
                }
            }
            sum.addAndGet(mine);
        });
        b.check("received", b.n, sum.get());
    }

    private static void chanPopular(B b) throws Exception {
        int n = 1_000;
        var failure = new AtomicReference<@Nullable Throwable>();
        var c = JoxSide.<Boolean>channel(0);
        var a = new ArrayList<Channel<Boolean>>();
        var latch = new CountDownLatch(n);
        var received = new AtomicLong();
        for (int j = 0; j < n; j++) {
            var d = JoxSide.<Boolean>channel(0);
            a.add(d);
            go(failure, () -> {
                long mine = 0;
                for (int i = 0; i < b.n; i++) {
                    mine += Select.select(c.receiveClause(), d.receiveClause()) ? 1 : 0;
                }
                received.addAndGet(mine);
                latch.countDown();
            });
        }
        for (int i = 0; i < b.n; i++) {
            for (var d : a) {
                d.send(true);
            }
        }
        latch.await();
        rethrow(failure);
        b.check("received", (long) n * b.n, received.get());
    }

    private static void chanClosed(B b) throws Exception {
        var c = JoxSide.<Boolean>channel(0);
        c.done();
        var open = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += Select.selectOrClosed(c.receiveClause(), Select.defaultClause(true)) instanceof Boolean
                            ? 1
                            : 0;
                }
            }
            open.addAndGet(mine);
        });
        b.check("not closed", 0, open.get());
    }

    private static void pingPongHog(B b) throws Exception {
        var failure = new AtomicReference<@Nullable Throwable>();
        var stop = JoxSide.<Boolean>channel(0);
        var done = JoxSide.<Boolean>channel(0);
        go(failure, () -> {
            while (Select.selectOrClosed(stop.receiveClause(), Select.defaultClause(true)) instanceof Boolean) {
                yieldNow();
            }
            done.send(true);
        });
        var ping = JoxSide.<Integer>channel(0);
        var pong = JoxSide.<Integer>channel(0);
        go(failure, () -> {
            for (int j = 0; j < b.n; j++) {
                pong.send(ping.receive() + 1);
            }
            stop.done();
            done.send(true);
        });
        go(failure, () -> {
            for (int i = 0; i < b.n; i++) {
                ping.send(pong.receive() + 1);
            }
            done.send(true);
        });
        b.resetTimer();
        ping.send(0);
        stop.receiveOrClosed();
        b.stopTimer();
        int last = ping.receive();
        for (int i = 0; i < 3; i++) {
            done.receive();
        }
        rethrow(failure);
        b.check("passed on", 2L * b.n, last);
    }

    @SuppressWarnings("ThreadPriorityCheck") // it has to give the processor away
    private static void yieldNow() {
        Thread.yield();
    }

    private static void create(B b, int procs) throws Exception {
        var failure = new AtomicReference<@Nullable Throwable>();
        var c = JoxSide.<Integer>channel(0);
        for (int i = 0; i < procs; i++) {
            go(failure, () -> chain(failure, b.n / procs, 0, c));
        }
        long made = 0;
        for (int i = 0; i < procs; i++) {
            made += c.receive();
        }
        rethrow(failure);
        b.check("made", (long) b.n / procs * procs, made);
    }

    private static void chain(AtomicReference<@Nullable Throwable> failure, int n, int made, Channel<Integer> c)
            throws Exception {
        if (n == 0) {
            c.send(made);
            return;
        }
        go(failure, () -> chain(failure, n - 1, made + 1, c));
    }

    private static void createCapture(B b) throws Exception {
        int n = 4;
        var bad = new AtomicInteger();
        for (int i = 0; i < b.n; i++) {
            var latch = new CountDownLatch(n);
            for (int j = 0; j < n; j++) {
                int mine = j;
                Thread.startVirtualThread(() -> {
                    if (mine >= n) {
                        bad.incrementAndGet();
                    }
                    latch.countDown();
                });
            }
            latch.await();
        }
        b.check("bad", 0, bad.get());
    }

    private static void createSingle(B b) throws Exception {
        var latch = new CountDownLatch(b.n);
        for (int i = 0; i < b.n; i++) {
            Thread.startVirtualThread(latch::countDown);
        }
        latch.await();
    }

    private static void actuallyWait(B b) throws Exception {
        var sum = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var latch = new CountDownLatch(1);
                    var ran = new int[1];
                    Thread.startVirtualThread(() -> {
                        ran[0] = 1;
                        latch.countDown();
                    });
                    latch.await();
                    mine += ran[0];
                }
            }
            sum.addAndGet(mine);
        });
        b.check("ran", b.n, sum.get());
    }

    private static void bytes(B b) throws Exception {
        var failure = new AtomicReference<@Nullable Throwable>();
        var stop = JoxSide.<Boolean>channel(0);
        var started = new CountDownLatch(b.n);
        var ended = new CountDownLatch(b.n);
        long before = Heap.used();
        for (int i = 0; i < b.n; i++) {
            go(failure, () -> {
                started.countDown();
                stop.receiveOrClosed();
                ended.countDown();
            });
        }
        started.await();
        Thread.sleep(50);
        b.report((double) (Heap.used() - before) / b.n);
        stop.done();
        ended.await();
        rethrow(failure);
    }

    private static void parkAndRelease(B b) throws Exception {
        var failure = new AtomicReference<@Nullable Throwable>();
        var stop = JoxSide.<Boolean>channel(0);
        var started = new CountDownLatch(b.n);
        var ended = new CountDownLatch(b.n);
        for (int i = 0; i < b.n; i++) {
            go(failure, () -> {
                started.countDown();
                stop.receiveOrClosed();
                ended.countDown();
            });
        }
        started.await();
        stop.done();
        ended.await();
        rethrow(failure);
    }
}
