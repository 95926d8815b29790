package dev.gofer.check.jcstress;

import static dev.gofer.Go.go;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.gofer.Chan;
import dev.gofer.ErrGroup;
import dev.gofer.Once;
import dev.gofer.OnceValue;
import dev.gofer.SingleFlight;
import dev.gofer.WaitGroup;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** {@code go}, {@code WaitGroup}, {@code ErrGroup}, {@code Once}, {@code OnceValue}, {@code SingleFlight}. */
public final class Tasks {
    private Tasks() {}

    /** What a computation makes; its field is plain on purpose. */
    private static final class Box {
        int x;

        Box() {
            x = 1;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class GoTask {
        private final Chan<Integer> seen = new Chan<>(1);
        private int x;

        @Actor
        public void first() {
            x = 1;
            go(() -> seen.send(x));
        }

        @Actor
        public void then(I_Result r) {
            r.r1 = Objects.requireNonNull(seen.receive());
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class DoneAwait {
        private final WaitGroup wg = new WaitGroup();
        private int x;

        public DoneAwait() {
            wg.add(1);
        }

        @Actor
        public void first() {
            x = 1;
            wg.done();
        }

        @Actor
        public void then(I_Result r) {
            wg.await();
            r.r1 = x;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each sees what the other wrote")
    @Outcome(expect = FORBIDDEN, desc = "one does not see what the other wrote")
    @State
    public static class EachDoneAwait {
        private final WaitGroup wg = new WaitGroup();
        private int x;
        private int y;

        public EachDoneAwait() {
            wg.add(2);
        }

        @Actor
        public void one(II_Result r) {
            x = 1;
            wg.done();
            wg.await();
            r.r2 = y;
        }

        @Actor
        public void other(II_Result r) {
            y = 1;
            wg.done();
            wg.await();
            r.r1 = x;
        }
    }

    /** The second side of this and of the next is a goroutine. */
    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class EndOfATaskOfAWaitGroupAwait {
        private final WaitGroup wg = new WaitGroup();
        private int x;

        @Actor
        public void then(I_Result r) {
            wg.go(() -> x = 1);
            wg.await();
            r.r1 = x;
        }
    }

    @JCStressTest
    @JCStressMeta(Seen.class)
    @State
    public static class EndOfATaskOfAnErrGroupAwait {
        private final ErrGroup group = new ErrGroup();
        private int x;

        @Actor
        public void then(I_Result r) {
            group.go(() -> x = 1);
            try {
                group.await();
                r.r1 = x;
            } catch (Exception e) { // no task throws one
                r.r1 = 2;
            }
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each sees what the action wrote, whoever ran it")
    @Outcome(expect = FORBIDDEN, desc = "run returned before the action had ended, or it was run twice")
    @State
    public static class OnceRun {
        private final Once once = new Once();
        private int x;

        @Actor
        public void one(II_Result r) {
            once.run(() -> x++);
            r.r1 = x;
        }

        @Actor
        public void other(II_Result r) {
            once.run(() -> x++);
            r.r2 = x;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each sees all of the value, whoever computed it")
    @Outcome(expect = FORBIDDEN, desc = "the value came before what is in it")
    @State
    public static class OnceValueGet {
        private final OnceValue<Box> value = new OnceValue<>(Box::new);

        @Actor
        public void one(II_Result r) {
            r.r1 = value.get().x;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = value.get().x;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each sees all of the result, whoever did the work")
    @Outcome(expect = FORBIDDEN, desc = "the result came before what is in it")
    @State
    public static class SingleFlightRun {
        private final SingleFlight<String, Box> flight = new SingleFlight<>();

        @Actor
        public void one(II_Result r) {
            r.r1 = seen();
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = seen();
        }

        private int seen() {
            try {
                return flight.run("key", Box::new).value().x;
            } catch (Exception e) { // the work throws none
                return 2;
            }
        }
    }
}
