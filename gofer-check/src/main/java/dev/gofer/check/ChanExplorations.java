package dev.gofer.check;

import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.MisuseException;
import dev.gofer.WaitGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

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

    /** An interrupt ends a wait to receive, or the value has come: never both, and never neither. The value is not lost. */
    static void interruptedReceiveLosesNoValue() {
        var chan = new Chan<Integer>();
        var ctx = Context.background().withCancel();
        var got = new AtomicInteger();
        var over = new WaitGroup();
        over.add(1);
        go(ctx, () -> {
            try {
                var value = chan.receive();
                got.addAndGet(value == null ? 100 : value);
            } catch (CancellationException e) {
                got.addAndGet(10);
            } finally {
                over.done();
            }
        });
        go(ctx::cancel);
        go(() -> chan.send(1));
        over.await();
        if (got.get() == 10) {
            Expect.equal(1, chan.receive(), "the value that nobody has received");
        } else {
            Expect.equal(1, got.get(), "what the receiver got");
        }
    }
}
