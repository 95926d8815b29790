package dev.gofer.bench;

/** Work that Go's benchmarks do between their operations, the same for all sides. */
public final class Local {
    /* Go's loops double and halve, or divide, a variable that is 0. Its compiler (1.26) finds out that it stays 0 and leaves a loop that
     * only counts, one cycle for each turn: that is what the object code has. The JVM's compiler would drop the loop altogether. So ours is
     * a chain of one-cycle instructions as long as Go's, which no compiler can shorten. */
    private static volatile long seed = 1;

    @SuppressWarnings("UnusedVariable") // that is what a sink is for
    private static volatile Object sink;

    private Local() {}

    /** Takes what came out of a run, so that none of it is dead code. */
    public static void keep(Object result) {
        sink = result;
    }

    /** {@return a number that the compiler does not know} Where {@link #count} begins. */
    public static long begin() {
        return seed;
    }

    /** Takes {@code turns} cycles. Go: {@code localWork} in {@code chan_test.go} and its like. */
    public static long count(long from, int turns) {
        long x = from;
        for (int i = 0; i < turns; i++) {
            x = Long.rotateLeft(x, 1);
        }
        return x;
    }

    /** Doubles and halves {@code times} times; here Go does compute. Go: the loop in {@code benchmarkRWMutex}. */
    public static long doubleAndHalve(long foo, int times) {
        for (int i = 0; i < times; i++) {
            foo *= 2;
            foo /= 2;
        }
        return foo;
    }

    /** Writes every fourth of {@code data}. Go: in {@code BenchmarkMutexSpin}. */
    public static void touch(long[] data) {
        for (int i = 0; i < data.length; i += 4) {
            data[i]++;
        }
    }

    /** Spins until {@code nanos} have passed. */
    public static void spin(long nanos) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < nanos) {
            Thread.onSpinWait();
        }
    }
}
