package dev.gofer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** One run of a benchmark: how often, on how many processors, and the clock. Go: {@code testing.B}. */
public final class B {
    /* The clock runs from the start; who prepares something resets it. As in Go, a parallel run hands out iterations by the grain, which
     * takes some 100 µs, so that the counter costs nothing. */
    private static final long GRAIN_NANOS = 100_000;
    private static final int MOST_GRAIN = 10_000;

    /** How often the body shall do its work. Go: {@code b.N}. */
    public final int n;

    private final int procs;
    private final long grain;
    private final AtomicLong handedOut = new AtomicLong();
    private final List<Pb> pbs = new ArrayList<>();
    private int parallelism = 1;
    private long since;
    private long elapsed;
    private boolean running;
    private double metric = Double.NaN;

    /**
     * A run of {@code n} iterations.
     *
     * @param n how many
     * @param procs the number of processors that the side uses
     * @param nanosPerOp of the run before, or 0
     */
    public B(int n, int procs, double nanosPerOp) {
        this.n = n;
        this.procs = procs;
        this.grain = nanosPerOp <= 0 ? 1 : Math.clamp((long) (GRAIN_NANOS / nanosPerOp), 1, MOST_GRAIN);
        startTimer();
    }

    /** {@return the number of processors} Go: {@code runtime.GOMAXPROCS(0)}. */
    public int procs() {
        return procs;
    }

    /** A parallel run shall have {@code times} goroutines for each processor. Go: {@code b.SetParallelism}. */
    public void setParallelism(int times) {
        parallelism = times;
    }

    /** {@return the number of goroutines of a parallel run} */
    public int workers() {
        return procs * parallelism;
    }

    /** {@return what one goroutine of a parallel run asks for iterations} Called by the goroutine that starts the others. Go: {@code testing.PB}. */
    public Pb pb() {
        var pb = new Pb();
        pbs.add(pb);
        return pb;
    }

    /** To be called when all goroutines of a parallel run have ended: together they have done all iterations, and none twice. */
    public void checkParallel() {
        long sum = 0;
        for (var pb : pbs) {
            sum += pb.done;
        }
        check(sum == n, "iterations: " + sum + " instead of " + n);
    }

    /** Starts the clock, if it stands. */
    public void startTimer() {
        if (!running) {
            running = true;
            since = System.nanoTime();
        }
    }

    /** Stops the clock, if it runs. */
    public void stopTimer() {
        if (running) {
            running = false;
            elapsed += System.nanoTime() - since;
        }
    }

    /** Sets the clock to zero; it goes on if it runs. */
    public void resetTimer() {
        elapsed = 0;
        since = System.nanoTime();
    }

    /** The row counts something else than time: {@code value} is what came out. */
    public void report(double value) {
        metric = value;
    }

    /** What came out: nanoseconds per iteration, or what the body has reported. */
    double result() {
        return Double.isNaN(metric) ? (double) elapsed / n : metric;
    }

    long elapsed() {
        return elapsed;
    }

    /** Fails the benchmark unless {@code condition} holds. */
    public void check(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    /** Fails the benchmark unless both are the same. */
    public void check(String what, long expected, long actual) {
        if (expected != actual) {
            throw new AssertionError(what + ": " + actual + " instead of " + expected);
        }
    }

    /** Hands out iterations to one goroutine. */
    public final class Pb {
        private long done;

        private Pb() {}

        /**
         * {@return how many iterations to do before the next call; 0 when there are none left} Go: {@code pb.Next()}, which hands out portions of the same
         * size one by one, so that each iteration counts them down in memory; here the loop counts.
         */
        public int take() {
            long to = handedOut.addAndGet(grain);
            int portion = (int) Math.max(0, to <= n ? grain : n + grain - to);
            done += portion;
            return portion;
        }
    }
}
