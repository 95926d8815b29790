package dev.gofer.check;

import dev.gofer.Go;
import dev.gofer.Once;
import dev.gofer.OnceValue;
import dev.gofer.WaitGroup;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code Once}, {@code OnceValue}: once, and over when it is said to be. */
final class OnceExplorations {
    private OnceExplorations() {}

    /** The action runs once, and has ended whenever {@code run} returns, whoever ran it. */
    static void runsOnceAndHasEnded() {
        var once = new Once();
        var runs = new AtomicInteger();
        var hasEnded = new AtomicBoolean();
        var over = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            over.go(() -> {
                once.run(() -> {
                    runs.incrementAndGet();
                    Go.gosched();
                    hasEnded.set(true);
                });
                Expect.that(hasEnded.get(), "the action has ended");
            });
        }
        over.await();
        Expect.equal(1, runs.get(), "runs");
    }

    /** An action that throws counts as run: nobody runs it again, nobody waits for it. */
    static void aFailureCounts() {
        var once = new Once();
        var runs = new AtomicInteger();
        var failures = new AtomicInteger();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> {
                boolean failed = Expect.throwing(
                        IllegalStateException.class,
                        () -> once.run(() -> {
                            runs.incrementAndGet();
                            Go.gosched();
                            throw new IllegalStateException();
                        }));
                failures.addAndGet(failed ? 1 : 0);
            });
        }
        over.await();
        Expect.equal(1, runs.get(), "runs");
        Expect.equal(1, failures.get(), "who saw the failure");
    }

    /** A value is computed once, and all get the same. */
    static void aValueIsComputedOnce() {
        var computed = new AtomicInteger();
        var value = new OnceValue<>(() -> {
            Go.gosched();
            return computed.incrementAndGet();
        });
        var over = new WaitGroup();
        for (int i = 0; i < 3; i++) {
            over.go(() -> Expect.equal(1, value.get(), "the value"));
        }
        over.await();
        Expect.equal(1, computed.get(), "computations");
    }

    /** A computation that throws is not made again: all get the same exception. */
    static void aFailureIsKept() {
        var computed = new AtomicInteger();
        var value = new OnceValue<Integer>(() -> {
            computed.incrementAndGet();
            Go.gosched();
            throw new IllegalStateException();
        });
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> Expect.that(Expect.throwing(IllegalStateException.class, value::get), "the same exception"));
        }
        over.await();
        Expect.equal(1, computed.get(), "computations");
    }
}
