package dev.gofer.check;

import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.MisuseException;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Channels: each value once, in order, and nobody forgotten. */
final class ChanExplorations {
    private ChanExplorations() {}

    /** Each value of two senders is received once, by one of two receivers; those of one sender in their order. */
    static void unbufferedValuesArriveOnce() {
        arriveOnce(new Chan<>());
    }

    /** The same through a buffer with room for one: senders and receivers wait, and the buffer is full and empty in turns. */
    static void bufferedValuesArriveOnce() {
        arriveOnce(new Chan<>(1));
    }

    private static void arriveOnce(Chan<Integer> chan) {
        var senders = new WaitGroup();
        var receivers = new WaitGroup();
        var received = List.of(new ArrayList<Integer>(), new ArrayList<Integer>());
        for (int i = 0; i < 2; i++) {
            int base = 10 * i;
            var mine = received.get(i);
            senders.go(() -> {
                chan.send(base + 1);
                chan.send(base + 2);
            });
            receivers.go(() -> {
                for (int value : chan) {
                    mine.add(value);
                }
            });
        }
        senders.await();
        chan.close();
        receivers.await();
        var all = new ArrayList<Integer>();
        for (var mine : received) {
            all.addAll(mine);
            Expect.that(!mine.containsAll(List.of(1, 2)) || mine.indexOf(1) < mine.indexOf(2), "in order: " + mine);
            Expect.that(!mine.containsAll(List.of(11, 12)) || mine.indexOf(11) < mine.indexOf(12), "in order: " + mine);
        }
        all.sort(null);
        Expect.equal(List.of(1, 2, 11, 12), all, "received");
        Expect.equal(0, chan.len(), "left in the channel");
    }

    /** A close lets every receiver go on with nothing, and every sender with a {@link MisuseException}; nobody else's value appears. */
    static void closeEndsAllWaits() throws Exception {
        var chan = new Chan<Integer>();
        var ended = new WaitGroup();
        var failed = new AtomicInteger();
        var sent = new AtomicInteger();
        var received = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            ended.go(() ->
                    (Expect.throwing(MisuseException.class, () -> chan.send(7)) ? failed : sent).incrementAndGet());
        }
        ended.go(() -> {
            if (chan.receive() != null) {
                received.incrementAndGet();
            }
        });
        go(chan::close);
        ended.await();
        Expect.equal(sent.get(), received.get(), "received what was sent");
        Expect.equal(2, sent.get() + failed.get(), "sends that ended");
        Expect.that(chan.receive() == null, "a closed channel gives nothing");
    }

    /** A close lets all go on who wait to send, though nobody ever receives. */
    static void closeEndsAllSends() {
        var chan = new Chan<Integer>(1);
        var failed = new AtomicInteger();
        var ended = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            ended.go(() -> failed.addAndGet(Expect.throwing(MisuseException.class, () -> chan.send(7)) ? 1 : 0));
        }
        ended.go(chan::close);
        ended.await();
        Expect.equal(3 - chan.len(), failed.get(), "sends that failed");
    }

    /** What was sent into a buffer before the close is received after it, in order, and then nothing. */
    static void closeKeepsTheBuffer() {
        var chan = new Chan<Integer>(2);
        go(() -> {
            chan.send(1);
            chan.send(2);
            chan.send(3);
            chan.close();
        });
        var received = new ArrayList<Integer>();
        for (int value : chan) {
            received.add(value);
        }
        Expect.equal(List.of(1, 2, 3), received, "received");
    }

    /** An interrupted receive has received or has not: a value that it has not received is still there. */
    static void interruptedReceiveLosesNoValue() {
        var chan = new Chan<Integer>();
        var receiver = new AtomicReference<Thread>();
        var gaveUp = new AtomicBoolean();
        var over = new WaitGroup();
        over.go(() -> {
            receiver.set(Thread.currentThread());
            gaveUp.set(Expect.givingUp(chan::receive));
        });
        over.go(() -> interrupt(receiver));
        over.go(() -> chan.send(1));
        Synctest.await();
        Expect.equal(gaveUp.get() ? 1 : null, chan.tryReceive(), "the value that was not received");
        over.await();
    }

    /** An interrupted send has sent or has not: what it says is what the receiver sees. */
    static void interruptedSendSaysWhetherItSent() {
        var chan = new Chan<Integer>();
        var over = new WaitGroup();
        var sender = new AtomicReference<Thread>();
        var gaveUp = new AtomicBoolean();
        over.go(() -> {
            sender.set(Thread.currentThread());
            gaveUp.set(Expect.givingUp(() -> chan.send(1)));
            chan.close();
        });
        over.go(() -> interrupt(sender));
        boolean nothing = chan.receive() == null;
        over.await();
        Expect.equal(nothing, gaveUp.get(), "whether the send gave up");
    }

    private static void interrupt(AtomicReference<Thread> goroutine) {
        var thread = goroutine.get();
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Of two who close, one fails, and the channel is closed for both. */
    static void oneCloseSucceeds() {
        var chan = new Chan<Integer>(1);
        var failures = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                if (Expect.throwing(MisuseException.class, chan::close)) {
                    failures.incrementAndGet();
                }
                Expect.that(chan.isClosed(), "closed");
            });
        }
        over.await();
        Expect.equal(1, failures.get(), "failures");
    }

    /** What a send put into the buffer before the close is received, and then comes the end: what failed does not come, and nothing comes afterwards. */
    static void closeDividesTheSends() {
        var chan = new Chan<Integer>(2);
        var sent = new AtomicInteger();
        int[] received = {0};
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                if (!Expect.throwing(MisuseException.class, () -> chan.send(1))) {
                    sent.incrementAndGet();
                }
            });
        }
        over.go(chan::close);
        over.go(() -> {
            while (chan.receive() != null) {
                received[0]++;
            }
        });
        over.await();
        Expect.equal(sent.get(), received[0], "received what was sent");
    }

    /** There is room for one: of two who try to send one succeeds, and of two who try to receive one gets it. */
    static void triesAreExact() {
        var chan = new Chan<Integer>(1);
        var sent = new AtomicInteger();
        var received = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> sent.addAndGet(chan.trySend(1) ? 1 : 0));
        }
        over.await();
        for (int i = 0; i < 2; i++) {
            over.go(() -> received.addAndGet(chan.tryReceive() == null ? 0 : 1));
        }
        over.await();
        Expect.equal(1, sent.get(), "sent");
        Expect.equal(1, received.get(), "received");
    }

    /** Who tries where somebody waits at the other end always meets him. */
    static void triesMeetWhoWaits() {
        var chan = new Chan<Integer>();
        go(() -> chan.send(1));
        Synctest.await();
        Expect.equal(1, chan.tryReceive(), "from the sender who waits");
        go(chan::receive);
        Synctest.await();
        Expect.that(chan.trySend(2), "to the receiver who waits");
    }

    /** Those who wait are served in the order in which they came. */
    static void firstComeFirstServed() {
        var chan = new Chan<Integer>();
        var order = new ArrayList<Integer>();
        var over = new WaitGroup();
        for (int i = 1; i <= 2; i++) {
            int number = i;
            over.go(() -> {
                int value = Objects.requireNonNull(chan.receive());
                Expect.equal(number, value, "the value of receiver " + number);
                order.add(value);
            });
            Synctest.await();
        }
        over.go(() -> {
            chan.send(1);
            chan.send(2);
        });
        over.await();
        Expect.equal(2, order.size(), "received");
    }

    /** A channel with room for one is a lock: one goroutine at a time is inside. */
    static void aChannelIsALock() {
        var lock = new Chan<String>(1);
        var inside = new Inside();
        var over = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            over.go(() -> {
                lock.send("taken");
                inside.visitAlone();
                lock.receive();
            });
        }
        over.await();
        Expect.equal(3, inside.visits(), "visits");
    }

    /** Two goroutines that play ping-pong never miss the ball. */
    static void pingPong() {
        var ping = new Chan<Integer>();
        var pong = new Chan<Integer>();
        go(() -> {
            for (int ball : ping) {
                pong.send(ball + 1);
            }
            pong.close();
        });
        int ball = 0;
        for (int i = 0; i < 3; i++) {
            ping.send(ball);
            ball = Objects.requireNonNull(pong.receive());
        }
        ping.close();
        Expect.that(pong.receive() == null, "the other side has ended");
        Expect.equal(3, ball, "hits");
    }
}
