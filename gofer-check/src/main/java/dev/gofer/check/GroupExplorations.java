package dev.gofer.check;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.ErrGroup;
import dev.gofer.Go;
import dev.gofer.SingleFlight;
import dev.gofer.WaitGroup;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code ErrGroup} and {@code SingleFlight}: all is over when it is said to be, and one outcome for all. */
final class GroupExplorations {
    private GroupExplorations() {}

    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** {@code await} returns when all tasks have ended, and throws the first failure, with all others in it. */
    static void awaitTellsEachFailure() {
        var group = new ErrGroup();
        var ended = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            int number = i;
            group.go(() -> {
                Go.gosched();
                ended.incrementAndGet();
                if (number > 0) {
                    throw new Failure();
                }
            });
        }
        try {
            group.await();
            throw new AssertionError("two tasks have failed");
        } catch (Exception e) {
            Expect.that(e instanceof Failure, "thrown: " + e);
            Expect.equal(1, e.getSuppressed().length, "the other failure");
        }
        Expect.equal(3, ended.get(), "tasks that have ended");
    }

    /** The first failure ends the context, which tells it, and all others who wait for that. */
    static void aFailureEndsTheOthers() {
        var group = ErrGroup.withContext(Context.background());
        var never = new Chan<Integer>();
        group.go(never::receive); // is interrupted
        group.go(() -> select(onReceive(never), onDone(group.context())));
        group.go(() -> {
            throw new Failure();
        });
        try {
            group.await();
            throw new AssertionError("a task has failed");
        } catch (Exception e) {
            Expect.that(e instanceof Failure, "thrown: " + e);
            Expect.equal(e, group.context().cause(), "the context's cause");
        }
    }

    /** As many tasks run as the limit allows, never more; and no place is left taken when all have ended. */
    static void theLimitIsKept() throws Exception {
        var group = new ErrGroup();
        group.setLimit(1);
        var inside = new Inside();
        for (int i = 0; i < 2; i++) {
            group.go(inside::visitAlone);
        }
        boolean started = group.tryGo(inside::visitAlone);
        group.await();
        Expect.equal(started ? 3 : 2, inside.visits(), "tasks that ran");
        group.setLimit(2); // throws where a place is taken
    }

    /** Work for one key is done once at a time, and who took part is told so. */
    static void workIsShared() {
        var flights = new SingleFlight<String, Integer>();
        var inside = new Inside();
        var results = new AtomicInteger();
        var shared = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            over.go(() -> {
                var result = flights.run("key", () -> {
                    inside.visitAlone();
                    return inside.visits();
                });
                results.incrementAndGet();
                shared.addAndGet(result.shared() ? 1 : 0);
            });
        }
        over.await();
        Expect.equal(3, results.get(), "results");
        int expected = switch (inside.visits()) {
            case 1 -> 3;
            case 2 -> 2;
            default -> 0;
        };
        Expect.equal(expected, shared.get(), "results that were shared, of " + inside.visits() + " flights");
        Expect.equal("SingleFlight (0 going on)", flights.toString(), "state in the end");
    }

    /** Each channel brings one result, whenever its caller came. */
    static void eachChannelBringsAResult() {
        var flights = new SingleFlight<String, Integer>();
        var made = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            over.go(() -> {
                var results = flights.start("key", made::incrementAndGet);
                var result = Objects.requireNonNull(results.receive());
                Expect.that(Objects.requireNonNull(result.value()) <= made.get(), "of work that was done");
                Expect.that(results.tryReceive() == null, "one result");
            });
        }
        over.await();
    }

    /** A failure reaches all who took part. */
    static void aFailureIsShared() {
        var flights = new SingleFlight<String, Integer>();
        var runs = new AtomicInteger();
        var failures = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                boolean failed = Expect.throwing(
                        Failure.class,
                        () -> flights.run("key", () -> {
                            runs.incrementAndGet();
                            Go.gosched();
                            throw new Failure();
                        }));
                failures.addAndGet(failed ? 1 : 0);
            });
        }
        over.await();
        Expect.equal(2, failures.get(), "who saw the failure, of " + runs + " runs");
    }

    /** Forgotten work goes on, and who comes afterwards begins it anew: that is shared by all who come then, whatever becomes of the first. */
    static void forgottenWorkGoesOn() {
        var flights = new SingleFlight<String, Integer>();
        var isForgotten = new AtomicBoolean();
        var afterwards = new Inside();
        var runs = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            over.go(() -> flights.run("key", () -> {
                if (isForgotten.get()) {
                    afterwards.visitAlone();
                } else {
                    Go.gosched();
                }
                return runs.incrementAndGet();
            }));
        }
        over.go(() -> {
            flights.forget("key");
            isForgotten.set(true);
        });
        over.await();
        Expect.equal("SingleFlight (0 going on)", flights.toString(), "state in the end");
    }
}
