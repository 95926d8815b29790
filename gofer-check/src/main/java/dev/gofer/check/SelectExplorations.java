package dev.gofer.check;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static dev.gofer.Go.selectInOrder;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.MisuseException;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** {@code select}: one case, exactly one, and nothing left behind. */
final class SelectExplorations {
    private SelectExplorations() {}

    /** Of two senders that a select hears, it serves one; the other still has its value. */
    static void oneCaseFires() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        go(() -> a.send(1));
        go(() -> b.send(2));
        var fromA = onReceive(a);
        var fromB = onReceive(b);
        boolean first = select(fromA, fromB) == 0;
        Expect.equal(first ? 1 : 2, first ? fromA.value() : fromB.value(), "the value of the case that fired");
        Expect.equal(first ? 2 : 1, first ? b.receive() : a.receive(), "the value of the other");
        assertNobodyWaits(a, b);
    }

    /** Two selects with the same two channels take two values of two senders, each once. */
    static void selectsShareTheValues() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        var sum = new AtomicInteger();
        var over = new WaitGroup();
        over.go(() -> a.send(1));
        over.go(() -> b.send(10));
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                var fromA = onReceive(a);
                var fromB = onReceive(b);
                sum.addAndGet(Objects.requireNonNull(select(fromA, fromB) == 0 ? fromA.value() : fromB.value()));
            });
        }
        over.await();
        Expect.equal(11, sum.get(), "sum of what was received");
        assertNobodyWaits(a, b);
    }

    /** Two selects that could meet on two channels, in either direction, meet on one, and both know which. */
    static void twoSelectsMeetOnce() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        var met = new AtomicInteger(-1);
        var over = new WaitGroup();
        over.go(() -> met.set(select(onSend(a, 1), onReceive(b))));
        int chosen = select(onReceive(a), onSend(b, 2));
        over.await();
        Expect.equal(met.get(), chosen, "the channel that both have chosen");
        assertNobodyWaits(a, b);
    }

    /** Two selects that take the same locks in opposite order: none waits for the other for ever. */
    static void oppositeOrders() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        var over = new WaitGroup();
        over.go(() -> select(onReceive(a), onReceive(b)));
        over.go(() -> select(onReceive(b), onReceive(a)));
        over.go(() -> a.send(1));
        over.go(() -> b.send(1));
        over.await();
        assertNobodyWaits(a, b);
    }

    /** A select that could send to and receive from the same channel never meets itself, but always another one. */
    static void neverMeetsItself() {
        var a = new Chan<Integer>();
        var sent = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            int mine = i;
            over.go(() -> {
                var from = onReceive(a);
                if (select(onSend(a, mine), from) == 0) {
                    sent.incrementAndGet();
                } else {
                    Expect.equal(1 - mine, from.value(), "the other one's value");
                }
            });
        }
        over.await();
        Expect.equal(1, sent.get(), "who has sent");
        assertNobodyWaits(a);
    }

    /** A value goes to a select only if the select takes it: where another case has won, the next who waits gets it. */
    static void aWonSelectTakesNoMore() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        var sum = new AtomicInteger();
        var over = new WaitGroup();
        over.go(() -> {
            var fromA = onReceive(a);
            if (select(fromA, onReceive(b)) == 0 && fromA.value() != null) {
                sum.addAndGet(fromA.value());
            }
        });
        over.go(b::close);
        over.go(() -> {
            for (int value : a) {
                sum.addAndGet(value);
            }
        });
        over.go(() -> {
            a.send(1);
            a.send(2);
            a.close();
        });
        over.await();
        Expect.equal(3, sum.get(), "sum of what was received");
        assertNobodyWaits(a, b);
    }

    /** An interrupted select has taken a value, or has not: a value that it has not taken is still there. */
    static void interruptedSelectLosesNoValue() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        var over = new WaitGroup();
        var thread = new AtomicReference<Thread>();
        var gaveUp = new AtomicBoolean();
        over.go(() -> {
            thread.set(Thread.currentThread());
            gaveUp.set(Expect.givingUp(() -> select(onReceive(a), onReceive(b))));
        });
        over.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        over.go(() -> a.send(1));
        Synctest.await();
        if (gaveUp.get()) {
            Expect.equal(1, a.tryReceive(), "the value that the select has not taken");
        } else {
            Expect.that(a.tryReceive() == null, "the value that the select has taken");
        }
        over.await();
        assertNobodyWaits(a, b);
    }

    /** In order: of two cases that are ready, the first; and of two that become ready one after the other, not one that is not. */
    static void orderIsKept() {
        var a = new Chan<Integer>(1);
        var b = new Chan<Integer>(1);
        go(() -> {
            a.send(1);
            b.send(2); // so whoever sees this one could have had the other
        });
        int first = selectInOrder(onReceive(a), onReceive(b));
        Expect.equal(0, first, "the first case that was ready");
        Expect.equal(2, b.receive(), "the value of the second");
    }

    /** {@code otherwise} is chosen only where no other case was ready at one instant. */
    static void otherwiseIsExact() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        go(() -> select(onSend(a, 1), onReceive(b)));
        Synctest.await();
        int chosen = select(onReceive(a), onSend(b, 2), otherwise());
        Expect.that(chosen != 2, "somebody waits for one of the two: " + chosen);
        Expect.equal(2, select(onReceive(a), onSend(b, 2), otherwise()), "nobody waits any more");
    }

    /** A select that finds the channel closed has not overlooked a value, though somebody else takes one, sends one and closes meanwhile. */
    static void closeComesLast() {
        var chan = new Chan<Integer>(1);
        var over = new WaitGroup();
        chan.send(1);
        over.go(() -> {
            var _ = chan.tryReceive();
            chan.trySend(2);
            chan.close();
        });
        var value = onReceive(chan);
        if (select(value, otherwise()) == 0 && value.value() == null) {
            Expect.that(chan.tryReceive() == null, "nothing comes after the end");
        }
        over.await();
        while (chan.tryReceive() != null) {} // what is left
        Expect.equal(0, select(value, otherwise()), "what is ready in the end");
        Expect.that(value.value() == null, "nothing is left");
    }

    /** A close lets a select go on that waits to send there, with a failure; or it has chosen the other case before. */
    static void closeEndsASelect() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        var failed = new AtomicBoolean();
        var over = new WaitGroup();
        over.go(() -> failed.set(Expect.throwing(MisuseException.class, () -> select(onSend(a, 1), onReceive(b)))));
        over.go(a::close);
        over.go(() -> b.trySend(2));
        over.await();
        Expect.that(failed.get() || b.tryReceive() == null, "the value of the other case is gone");
        assertNobodyWaits(a, b);
    }

    /** A value that comes before the time limit is received; at the limit, one of the two happens. */
    static void timeLimit() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        var over = new WaitGroup();
        over.go(() -> {
            Go.sleep(Duration.ofMillis(1));
            a.send(1);
        });
        Expect.equal(0, select(onReceive(a), onTimeout(Duration.ofMillis(2))), "the value was first");
        over.go(() -> {
            Go.sleep(Duration.ofMillis(1));
            if (select(onSend(b, 1), onTimeout(Duration.ofMillis(5))) == 1) {
                b.close();
            }
        });
        boolean received = select(onReceive(b), onTimeout(Duration.ofMillis(1))) == 0;
        over.await();
        Expect.equal(!received, b.isClosed(), "sent exactly where it was received");
        assertNobodyWaits(a, b);
    }

    /** The end of a context is heard beside a channel, and takes no value away. */
    static void contextOrValue() {
        var a = new Chan<Integer>();
        var ctx = Context.background().withCancel();
        var over = new WaitGroup();
        over.go(() -> {
            if (select(onSend(a, 1), onDone(ctx)) == 1) {
                a.close();
            }
        });
        over.go(ctx::cancel);
        var fromA = onReceive(a);
        if (select(fromA, onDone(ctx)) == 1) {
            var _ = a.tryReceive();
        }
        over.await();
        assertNobodyWaits(a);
    }

    /** Two selects between the same two parties, again and again: each round meets. */
    static void manyRounds() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        var over = new WaitGroup();
        over.go(() -> {
            for (int i = 0; i < 3; i++) {
                select(onSend(a, i), onSend(b, i));
            }
        });
        for (int i = 0; i < 3; i++) {
            var fromA = onReceive(a);
            var fromB = onReceive(b);
            Expect.equal(i, select(fromA, fromB) == 0 ? fromA.value() : fromB.value(), "value of round " + i);
        }
        over.await();
        assertNobodyWaits(a, b);
    }

    /** After a select, none of its waits is left in any channel. */
    private static void assertNobodyWaits(Chan<?>... chans) {
        for (var chan : chans) {
            Expect.that(!chan.toString().contains("waiting"), "nobody waits: " + chan);
        }
    }
}
