package dev.gofer.bench;

import static dev.gofer.Go.after;
import static dev.gofer.Go.go;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;
import static dev.gofer.bench.GoferSide.parallel;

import dev.gofer.Chan;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Go: {@code runtime/chan_test.go}. */
final class GoferChannels {
    private static final int CALLS_PER_SCHED = 1_000;
    private static final int C = 100;

    private GoferChannels() {}

    static void addTo(Map<String, Body> bodies) {
        bodies.put("MakeChan/Int", GoferChannels::makeChan);
        bodies.put("ChanNonblocking", GoferChannels::chanNonblocking);
        bodies.put("SelectUncontended", GoferChannels::selectUncontended);
        bodies.put("SelectSyncContended", GoferChannels::selectSyncContended);
        bodies.put("SelectAsyncContended", GoferChannels::selectAsyncContended);
        bodies.put("SelectNonblock", GoferChannels::selectNonblock);
        bodies.put("ChanUncontended", GoferChannels::chanUncontended);
        bodies.put("ChanContended", GoferChannels::chanContended);
        bodies.put("ChanSync", b -> chanSync(b, 0));
        bodies.put("ChanSyncWork", b -> chanSync(b, 1_000));
        bodies.put("ChanProdCons0", b -> chanProdCons(b, 0, 0));
        bodies.put("ChanProdCons10", b -> chanProdCons(b, 10, 0));
        bodies.put("ChanProdCons100", b -> chanProdCons(b, 100, 0));
        bodies.put("ChanProdConsWork0", b -> chanProdCons(b, 0, 100));
        bodies.put("ChanProdConsWork10", b -> chanProdCons(b, 10, 100));
        bodies.put("ChanProdConsWork100", b -> chanProdCons(b, 100, 100));
        bodies.put("SelectProdCons", GoferChannels::selectProdCons);
        bodies.put("ReceiveDataFromClosedChan", GoferChannels::receiveDataFromClosedChan);
        bodies.put("ChanCreation", GoferChannels::chanCreation);
        bodies.put("ChanSem", GoferChannels::chanSem);
        bodies.put("ChanPopular", GoferChannels::chanPopular);
        bodies.put("ChanClosed", GoferChannels::chanClosed);
    }

    private static void makeChan(B b) {
        var made = new Chan<?>[8]; // in the heap, as Go's are
        for (int i = 0; i < b.n; i++) {
            made[i & 7] = new Chan<Integer>(8);
        }
        b.stopTimer();
        made[(b.n - 1) & 7].close();
        b.check(made[0].cap() == 8, "a channel of another size");
        Local.keep(made);
    }

    private static void chanNonblocking(B b) {
        var myc = new Chan<Integer>();
        var received = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    if (myc.tryReceive() != null) {
                        mine++;
                    }
                }
            }
            received.addAndGet(mine);
        });
        b.check("received", 0, received.get());
    }

    private static void selectUncontended(B b) {
        var taken = new AtomicLong();
        parallel(b, pb -> {
            var myc1 = new Chan<Integer>(1);
            var myc2 = new Chan<Integer>(1);
            myc1.send(0);
            long count = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    switch (select(onReceive(myc1), onReceive(myc2))) {
                        case 0 -> myc2.send(0);
                        default -> myc1.send(0);
                    }
                    count++;
                }
            }
            b.check(myc1.len() + myc2.len() == 1, "values left");
            taken.addAndGet(count);
        });
        b.check("received", b.n, taken.get());
    }

    private static void selectSyncContended(B b) {
        var myc1 = new Chan<Integer>();
        var myc2 = new Chan<Integer>();
        var myc3 = new Chan<Integer>();
        var done = new Chan<Integer>();
        var senders = new WaitGroup();
        var sent = new AtomicLong();
        parallel(b, pb -> {
            senders.go(() -> {
                long mine = 0;
                while (select(onSend(myc1, 0), onSend(myc2, 0), onSend(myc3, 0), onReceive(done)) != 3) {
                    mine++;
                }
                sent.addAndGet(mine);
            });
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    select(onReceive(myc1), onReceive(myc2), onReceive(myc3));
                }
            }
        });
        done.close();
        senders.await();
        b.check("sent", b.n, sent.get());
    }

    private static void selectAsyncContended(B b) {
        var myc1 = new Chan<Integer>(b.procs());
        var myc2 = new Chan<Integer>(b.procs());
        parallel(b, pb -> {
            myc1.send(0);
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    switch (select(onReceive(myc1), onReceive(myc2))) {
                        case 0 -> myc2.send(0);
                        default -> myc1.send(0);
                    }
                }
            }
        });
        b.check("values left", b.procs(), myc1.len() + myc2.len());
    }

    private static void selectNonblock(B b) {
        var myc1 = new Chan<Integer>();
        var myc2 = new Chan<Integer>();
        var myc3 = new Chan<Integer>(1);
        var myc4 = new Chan<Integer>(1);
        var went = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += myc1.tryReceive() == null ? 0 : 1;
                    mine += myc2.trySend(0) ? 1 : 0;
                    mine += myc3.tryReceive() == null ? 0 : 1;
                    mine += myc4.trySend(0) ? 1 : 0;
                }
            }
            went.addAndGet(mine);
        });
        b.check("went ahead", 1, went.get()); // the first send into myc4
    }

    private static void chanUncontended(B b) {
        var sum = new AtomicLong();
        parallel(b, pb -> {
            var myc = new Chan<Integer>(C);
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    for (int i = 0; i < C; i++) {
                        myc.send(1);
                    }
                    mine += GoferSide.receive(myc, C);
                }
            }
            sum.addAndGet(mine);
        });
        b.check("received", (long) C * b.n, sum.get());
    }

    private static void chanContended(B b) {
        var myc = new Chan<Integer>(C * b.procs());
        var sum = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    for (int i = 0; i < C; i++) {
                        myc.send(1);
                    }
                    mine += GoferSide.receive(myc, C);
                }
            }
            sum.addAndGet(mine);
        });
        b.check("received", (long) C * b.n, sum.get());
    }

    private static void chanSync(B b, int work) {
        int procs = 2;
        int rounds = b.n / CALLS_PER_SCHED / procs * procs;
        var left = new AtomicInteger(rounds);
        var c = new Chan<Long>(procs);
        var myc = new Chan<Integer>();
        for (int p = 0; p < procs; p++) {
            go(() -> {
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
        b.check("received", (long) rounds * CALLS_PER_SCHED, received);
    }

    private static void chanProdCons(B b, int room, int work) {
        int rounds = b.n / CALLS_PER_SCHED;
        var left = new AtomicInteger(rounds);
        var c = new Chan<Long>(2 * b.procs());
        var myc = new Chan<Integer>(room);
        for (int p = 0; p < b.procs(); p++) {
            go(() -> {
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
            go(() -> {
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
        b.check("received", (long) rounds * CALLS_PER_SCHED, received);
    }

    private static void selectProdCons(B b) {
        int rounds = b.n / CALLS_PER_SCHED;
        var left = new AtomicInteger(rounds);
        var c = new Chan<Long>(2 * b.procs());
        var myc = new Chan<Integer>(128);
        var myclose = new Chan<Boolean>();
        for (int p = 0; p < b.procs(); p++) {
            go(() -> {
                var mytimer = after(Duration.ofHours(1));
                long x = Local.begin();
                while (left.decrementAndGet() >= 0) {
                    for (int g = 0; g < CALLS_PER_SCHED; g++) {
                        x = Local.count(x, 100);
                        select(onSend(myc, 1), onReceive(mytimer), onReceive(myclose));
                    }
                }
                myc.send(0);
                Local.keep(x);
                c.send(0L);
            });
            go(() -> {
                var mytimer = after(Duration.ofHours(1));
                long received = 0;
                long x = Local.begin();
                while (true) {
                    var next = onReceive(myc);
                    if (select(next, onReceive(mytimer), onReceive(myclose)) == 0 && next.value() == 0) {
                        break;
                    }
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
        b.check("received", (long) rounds * CALLS_PER_SCHED, received);
    }

    private static void receiveDataFromClosedChan(B b) {
        var ch = new Chan<Boolean>(b.n);
        for (int i = 0; i < b.n; i++) {
            ch.send(true);
        }
        ch.close();
        b.resetTimer();
        int received = 0;
        for (var _ : ch) {
            received++;
        }
        b.check("received", b.n, received);
    }

    private static void chanCreation(B b) {
        var sum = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var myc = new Chan<Integer>(1);
                    myc.send(1);
                    mine += myc.receive();
                }
            }
            sum.addAndGet(mine);
        });
        b.check("received", b.n, sum.get());
    }

    private static void chanSem(B b) {
        var myc = new Chan<Integer>(b.procs());
        var sum = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    myc.send(1);
                    mine += myc.receive();
                }
            }
            sum.addAndGet(mine);
        });
        b.check("received", b.n, sum.get());
    }

    private static void chanPopular(B b) {
        int n = 1_000;
        var c = new Chan<Boolean>();
        var a = new Chan<?>[n];
        var wg = new WaitGroup();
        var received = new AtomicLong();
        wg.add(n);
        for (int j = 0; j < n; j++) {
            var d = new Chan<Boolean>();
            a[j] = d;
            go(() -> {
                long mine = 0;
                for (int i = 0; i < b.n; i++) {
                    mine += select(onReceive(c), onReceive(d));
                }
                received.addAndGet(mine);
                wg.done();
            });
        }
        for (int i = 0; i < b.n; i++) {
            for (var d : a) {
                send(d);
            }
        }
        wg.await();
        b.check("received", (long) n * b.n, received.get());
    }

    @SuppressWarnings("unchecked") // an array of them has no element type
    private static void send(Chan<?> channel) {
        ((Chan<Boolean>) channel).send(true);
    }

    private static void chanClosed(B b) {
        var c = new Chan<Boolean>();
        c.close();
        var open = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += select(onReceive(c), dev.gofer.Go.otherwise());
                }
            }
            open.addAndGet(mine);
        });
        b.check("not closed", 0, open.get());
    }
}
