package dev.gofer.check.jcstress;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.select;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Mutex;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** {@code Context}. */
public final class Contexts {
    private static final Exception CAUSE = new Exception("the cause");

    private Contexts() {}

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class CancelReceiveFromDone {
        private final Context.Cancellable ctx = Context.background().withCancel();
        private int x;

        @Actor
        public void first() {
            x = 1;
            ctx.cancel();
        }

        @Actor
        public void then(I_Result r) {
            ctx.done().receive();
            r.r1 = x;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class CancelOfAParentEndOfTheChild {
        private final Context.Cancellable ctx = Context.background().withCancel();
        private final Context child = ctx.withCancel();
        private int x;

        @Actor
        public void first() {
            x = 1;
            ctx.cancel();
        }

        @Actor
        public void then(I_Result r) {
            select(onDone(child));
            r.r1 = x;
        }
    }

    @JCStressTest
    @JCStressMeta(SeenIfDone.class)
    @State
    public static class CancelErr {
        private final Context.Cancellable ctx = Context.background().withCancel();
        private int x;

        @Actor
        public void first() {
            x = 1;
            ctx.cancel();
        }

        @Actor
        public void then(I_Result r) {
            r.r1 = ctx.err() == null ? -1 : x;
        }
    }

    /** Whoever finds an error finds the cause, too, and a closed channel. */
    @JCStressTest
    @JCStressMeta(SeenIfDone.class)
    @State
    public static class CancelCause {
        private final Context.Cancellable ctx = Context.background().withCancel();
        private int x;

        @Actor
        public void first() {
            x = 1;
            ctx.cancel(CAUSE);
        }

        @Actor
        public void then(I_Result r) {
            if (ctx.err() == null) {
                r.r1 = -1;
            } else {
                r.r1 = ctx.cause() == CAUSE && ctx.done().isClosed() ? x : 2;
            }
        }
    }

    /** The channel of a context that has ended is closed, whoever of two first asks for it. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "closed")
    @Outcome(expect = FORBIDDEN, desc = "an open channel of a context that has ended")
    @State
    public static class DoneOfWhatHasEnded {
        private final Context.Cancellable ctx = Context.background().withCancel();

        public DoneOfWhatHasEnded() {
            ctx.cancel();
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = ctx.done().isClosed() ? 1 : 0;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = ctx.done().isClosed() ? 1 : 0;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class CancelWaitThatItEnds {
        private final Context.Cancellable ctx = Context.background().withCancel();
        private final Mutex mu = new Mutex();
        private int x;

        public CancelWaitThatItEnds() {
            mu.lock();
        }

        @Actor
        public void first() {
            x = 1;
            ctx.cancel();
        }

        @Actor
        public void then(I_Result r) {
            try {
                mu.lock(ctx);
                r.r1 = 2;
            } catch (CancellationException e) {
                r.r1 = x;
            }
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class CancelTaskOfAfterFunc {
        private final Context.Cancellable ctx = Context.background().withCancel();
        private final Chan<Integer> seen = new Chan<>(1);
        private int x;

        public CancelTaskOfAfterFunc() {
            ctx.afterFunc(() -> seen.send(x));
        }

        @Actor
        public void first() {
            x = 1;
            ctx.cancel();
        }

        @Actor
        public void then(I_Result r) {
            r.r1 = Objects.requireNonNull(seen.receive());
        }
    }
}
