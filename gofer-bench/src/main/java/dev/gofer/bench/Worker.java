package dev.gofer.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * The JVM of one side: reads on its standard input what to run, writes what came out.
 *
 * <p>{@code warm ROW MILLIS}, {@code time ROW MILLIS} (grows n until a run takes that long) and {@code run ROW N}; each is answered by {@code
 * = N RESULT}, where the result is nanoseconds per iteration.
 */
public final class Worker {
    private static final int MOST = 1_000_000_000;
    private static final long SLICE = 20_000_000; // nanoseconds of a run while warming up
    private static final long SHORT = 50_000; // nanoseconds of a run before that
    private static final int CALLS = 5_000; // of these,
    private static final int SHORTEST_CALLS = 1_000; // and before each of the others, of those that do the work once
    private static final long PAUSE = 2; // milliseconds
    private static final double STABLE = 0.05;
    private static final int WINDOW = 4;
    private static final int FEWEST_SLICES = 12;

    private final Map<String, Body> bodies;
    private final int procs;
    private double nanosPerOp; // of the last run; 0: none

    private Worker(Side side, int procs) {
        this.bodies = side.bodies();
        this.procs = procs;
    }

    /** Takes the class of the side and the number of processors that the JVM was started with. */
    public static void main(String[] args) throws Exception {
        var side = side(args[0]);
        var worker = new Worker(side, Integer.parseInt(args[1]));
        side.run(worker::serve);
    }

    static Side side(String className) throws ReflectiveOperationException {
        return Class.forName(className)
                .asSubclass(Side.class)
                .getDeclaredConstructor()
                .newInstance();
    }

    private void serve() throws Exception {
        var commands = new Commands();
        for (var line = commands.next(); line != null; line = commands.next()) {
            var words = line.split(" ", -1);
            var body = Objects.requireNonNull(bodies.get(words[1]), line);
            long number = Long.parseLong(words[2]);
            switch (words[0]) {
                case "warm" -> answer(0, warm(body, number * 1_000_000));
                case "time" -> time(body, number * 1_000_000);
                case "run" -> {
                    System.gc(); // as in time
                    answer((int) number, run(body, (int) number).result());
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    private static void answer(int n, double result) {
        System.out.println("= " + n + " " + result);
    }

    /** Runs it until its speed changes no more, at most {@code nanos}; returns the last speed. */
    private double warm(Body body, long nanos) throws Exception {
        nanosPerOp = 0;
        long begun = System.nanoTime();
        int n = callOften(body, nanos / 4);
        var last = new double[WINDOW];
        for (int i = 0; System.nanoTime() - begun < nanos; i++) {
            rest();
            startMany(body);
            var b = run(body, n);
            last[i % WINDOW] = Math.max(1e-3, (double) b.elapsed() / n);
            n = grow(n, SLICE, b.elapsed());
            boolean half = System.nanoTime() - begun > nanos / 2;
            if (half && i >= FEWEST_SLICES && isStable(last)) {
                break;
            }
        }
        return nanosPerOp;
    }

    /**
     * As before each measurement: a collection, and a moment in which nothing can run. Who has never been idle is compiled for that, and falls
     * back to the interpreter when it is for the first time.
     */
    private static void rest() throws InterruptedException {
        System.gc();
        Thread.sleep(PAUSE);
    }

    /**
     * The shortest runs, for what each goroutine begins with: that is compiled well only after more than 5,000 of them, and many more while the compiler has much
     * to do; before, its frames are four times as large, and a small stack is copied as a whole at each switch.
     */
    private void startMany(Body body) throws Exception {
        double speed = nanosPerOp; // of the runs that count
        long begun = System.nanoTime();
        for (int i = 0; i < SHORTEST_CALLS && System.nanoTime() - begun < SLICE / 2; i++) {
            run(body, 1);
        }
        nanosPerOp = speed;
    }

    /**
     * Many short runs. Else the compiler would only ever see loops that go on and on, compile each from its middle for a call that has begun, and
     * never the method from its beginning, which is faster.
     */
    private int callOften(Body body, long nanos) throws Exception {
        long begun = System.nanoTime();
        int n = 1;
        for (int i = 0; i < CALLS && System.nanoTime() - begun < nanos; i++) {
            n = grow(n, SHORT, run(body, n).elapsed());
        }
        return n;
    }

    private static boolean isStable(double[] speeds) {
        var range = Arrays.stream(speeds).summaryStatistics();
        return range.getMax() - range.getMin() < STABLE * range.getMin();
    }

    /** As {@code go test} does. */
    private void time(Body body, long nanos) throws Exception {
        int n = nanosPerOp == 0 ? 1 : (int) Math.clamp(nanos / nanosPerOp, 1, MOST);
        while (true) {
            System.gc(); // as Go does before each run
            var b = run(body, n);
            if (b.elapsed() >= nanos * 8 / 10 || n >= MOST) {
                answer(n, b.result());
                return;
            }
            n = grow(n, nanos, b.elapsed());
        }
    }

    private static int grow(int n, long goal, long elapsed) {
        double next = 1.2 * goal * n / Math.max(1, elapsed);
        return (int) Math.clamp(next, elapsed < goal ? n + 1.0 : 1.0, Math.min(100.0 * n, MOST));
    }

    private B run(Body body, int n) throws Exception {
        var b = new B(n, procs, nanosPerOp);
        body.run(b);
        b.stopTimer();
        nanosPerOp = (double) b.elapsed() / n;
        return b;
    }

    /** Lines of the standard input; whoever reads a line is kept waiting by no carrier thread. */
    private static final class Commands {
        private final java.util.concurrent.SynchronousQueue<String> lines =
                new java.util.concurrent.SynchronousQueue<>();

        Commands() {
            Thread.ofPlatform().name("commands").start(() -> {
                try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                    for (var line = in.readLine(); line != null; line = in.readLine()) {
                        lines.put(line);
                    }
                    Runtime.getRuntime().halt(0);
                } catch (IOException | InterruptedException e) {
                    Runtime.getRuntime().halt(1);
                }
            });
        }

        String next() throws InterruptedException {
            return lines.take();
        }
    }
}
