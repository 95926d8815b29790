package dev.gofer.check;

import static dev.gofer.Go.go;

import dev.gofer.CanceledException;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.DeadlineExceededException;
import dev.gofer.WaitGroup;
import dev.gofer.synctest.Synctest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code Context}: one end, for all below, and at once. */
final class ContextExplorations {
    private ContextExplorations() {}

    /** A child that is made while its parent is cancelled ends, too: it misses nothing. */
    static void noChildIsMissed() {
        var parent = Context.background().withCancel();
        var over = new WaitGroup();
        over.go(() -> {
            var child = parent.withCancel();
            child.done().receive(); // for ever, if it was missed
            Expect.that(child.err() instanceof CanceledException, "the child's error: " + child.err());
        });
        over.go(parent::cancel);
        over.await();
    }

    /** When a {@code cancel} returns, all below has ended, also where another one is about to end it. */
    static void cancelReturnsWhenAllHasEnded() {
        var parent = Context.background().withCancel();
        var child = parent.withCancel();
        var grandchild = child.withCancel();
        var over = new WaitGroup();
        over.go(() -> {
            child.cancel();
            Expect.that(grandchild.done().isClosed(), "all below the child has ended");
        });
        over.go(() -> {
            parent.cancel();
            Expect.that(grandchild.done().isClosed(), "all below the parent has ended");
        });
        over.await();
    }

    /** Who sees the error sees the channel closed; and the other way round. */
    static void errorAndChannelAgree() {
        var ctx = Context.background().withCancel();
        var done = ctx.done();
        var over = new WaitGroup();
        over.go(ctx::cancel);
        over.go(() -> {
            if (ctx.err() != null) {
                Expect.that(done.isClosed(), "closed, as there is an error");
            }
        });
        over.go(() -> {
            if (done.isClosed()) {
                Expect.that(ctx.err() != null, "an error, as it is closed");
            }
        });
        over.await();
    }

    /** The first reason stays, and every child tells it. */
    static void theFirstReasonStays() {
        var ctx = Context.background().withCancel();
        var child = ctx.withCancel();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                ctx.cancel(new IllegalStateException());
                Expect.equal(ctx.cause(), child.cause(), "the child's cause");
            });
        }
        ctx.done().receive();
        var first = Objects.requireNonNull(ctx.cause());
        over.await();
        Expect.equal(first, ctx.cause(), "the cause in the end");
    }

    /** A task for the end runs once, or has been called off: whoever calls it off knows. */
    static void stopOrTask() {
        var ctx = Context.background().withCancel();
        var runs = new AtomicInteger();
        var stop = ctx.afterFunc(runs::incrementAndGet);
        var stopped = new AtomicInteger();
        var over = new WaitGroup();
        over.go(ctx::cancel);
        for (int i = 0; i < 2; i++) {
            over.go(() -> stopped.addAndGet(stop.stop() ? 1 : 0));
        }
        over.await();
        Synctest.await();
        Expect.equal(1, stopped.get() + runs.get(), "runs, and who has called it off");
    }

    /** A deadline and a cancel at the same time: one of them is the reason, and stays it. */
    static void deadlineOrCancel() {
        var ctx = Context.background().withTimeout(Duration.ofMillis(1));
        var over = new WaitGroup();
        over.go(() -> {
            dev.gofer.Go.sleep(Duration.ofMillis(1));
            ctx.cancel();
            Expect.that(ctx.err() != null, "it has ended");
        });
        ctx.done().receive();
        var first = Objects.requireNonNull(ctx.err());
        over.await();
        Expect.that(first instanceof CanceledException || first instanceof DeadlineExceededException, "err: " + first);
        Expect.equal(first, ctx.err(), "the error in the end");
    }

    /** The end of a context ends the wait of the goroutine that was started with it; it ends even where it waits for nothing else. */
    static void aGoroutineIsToldToEnd() {
        var ctx = Context.background().withCancel();
        var never = new Chan<Integer>();
        var ended = new AtomicBoolean();
        var over = new WaitGroup();
        over.add(1);
        go(ctx, () -> {
            try {
                never.receive();
            } finally {
                ended.set(true);
                over.done();
            }
        });
        go(ctx::cancel);
        over.await();
        Expect.that(ended.get(), "it has ended");
    }

    /** Who asks for the channel first at the moment of the end gets the same as everybody, and it is closed. */
    static void oneChannelForAll() {
        var ctx = Context.background().withCancel();
        var over = new WaitGroup();
        var done = new Chan<Object>(2);
        over.go(ctx::cancel);
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                var mine = ctx.done();
                done.send(mine);
                mine.receive();
            });
        }
        over.await();
        Expect.equal(done.receive(), done.receive(), "the channels");
    }
}
