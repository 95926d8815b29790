package dev.gofer.check.jcstress;

import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.gofer.Chan;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Channels and {@code select}. */
public final class Channels {
    private Channels() {}

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class SendReceive {
        private final Chan<Integer> ch = new Chan<>();
        private int x;

        @Actor
        public void first() {
            x = 1;
            ch.send(1);
        }

        @Actor
        public void then(I_Result r) {
            ch.receive();
            r.r1 = x;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class SendIntoTheBufferReceive {
        private final Chan<Integer> ch = new Chan<>(1);
        private int x;

        @Actor
        public void first() {
            x = 1;
            ch.send(1);
        }

        @Actor
        public void then(I_Result r) {
            ch.receive();
            r.r1 = x;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class ReceiveSend {
        private final Chan<Integer> ch = new Chan<>();
        private int x;

        @Actor
        public void first() {
            x = 1;
            ch.receive();
        }

        @Actor
        public void then(I_Result r) {
            ch.send(1);
            r.r1 = x;
        }
    }

    /** The k-th receive, and the (k+C)-th send; k and C are 1. */
    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class ReceiveSendIntoThePlaceItMade {
        private final Chan<Integer> ch = new Chan<>(1);
        private int x;

        public ReceiveSendIntoThePlaceItMade() {
            ch.send(1);
        }

        @Actor
        public void first() {
            x = 1;
            ch.receive();
        }

        @Actor
        public void then(I_Result r) {
            ch.send(2);
            r.r1 = x;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class CloseReceiveOfNull {
        private final Chan<Integer> ch = new Chan<>();
        private int x;

        @Actor
        public void first() {
            x = 1;
            ch.close();
        }

        @Actor
        public void then(I_Result r) {
            r.r1 = ch.receive() == null ? x : 2;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class CloseSelect {
        private final Chan<Integer> ch = new Chan<>();
        private final Chan<Integer> other = new Chan<>();
        private int x;

        @Actor
        public void first() {
            x = 1;
            ch.close();
        }

        @Actor
        public void then(I_Result r) {
            r.r1 = select(onReceive(other), onReceive(ch)) == 1 ? x : 2;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class SelectSelect {
        private final Chan<Integer> ch = new Chan<>();
        private final Chan<Integer> other = new Chan<>();
        private int x;

        @Actor
        public void first() {
            x = 1;
            select(onSend(ch, 1), onReceive(other));
        }

        @Actor
        public void then(I_Result r) {
            r.r1 = select(onReceive(other), onReceive(ch)) == 1 ? x : 2;
        }
    }

    @JCStressTest
    @JCStressMeta(SeenIfDone.class)
    @State
    public static class TrySendTryReceive {
        private final Chan<Integer> ch = new Chan<>(1);
        private int x;

        @Actor
        public void first() {
            x = 1;
            ch.trySend(1);
        }

        @Actor
        public void then(I_Result r) {
            r.r1 = ch.tryReceive() == null ? -1 : x;
        }
    }

    /** No edge, but what a channel says when it has looked without its lock: one of two sends came first, and its value was there then. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "each had sent, and neither found what the other sent")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "one was there")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "one was there")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both were there")
    @State
    public static class TwoSendsAreInOneOrder {
        private final Chan<Integer> one = new Chan<>(1);
        private final Chan<Integer> two = new Chan<>(1);

        @Actor
        public void first(II_Result r) {
            one.send(1);
            r.r1 = two.tryReceive() == null ? 0 : 1;
        }

        @Actor
        public void second(II_Result r) {
            two.send(1);
            r.r2 = one.tryReceive() == null ? 0 : 1;
        }
    }

    /** The same by {@code select} with a default. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "each had sent, and neither found what the other sent")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "one was there")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "one was there")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both were there")
    @State
    public static class TwoSendsAreInOneOrderForSelect {
        private final Chan<Integer> one = new Chan<>(1);
        private final Chan<Integer> two = new Chan<>(1);

        @Actor
        public void first(II_Result r) {
            one.send(1);
            r.r1 = select(onReceive(two), otherwise()) == 0 ? 1 : 0;
        }

        @Actor
        public void second(II_Result r) {
            two.send(1);
            r.r2 = select(onReceive(one), otherwise()) == 0 ? 1 : 0;
        }
    }
}
