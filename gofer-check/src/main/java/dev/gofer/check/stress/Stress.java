package dev.gofer.check.stress;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.WaitGroup;
import dev.gofer.Weighted;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs rounds of random load until the time is over: {@code Stress SECONDS SEED}. Each round is made by its own seed, printed when it fails or does not end. Exit code 1
 * for a failure; 3 for a round that hangs, with all goroutines.
 */
public final class Stress {
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(60); // they take some milliseconds
    private static final int REST = 20; // goroutines that may be left at the end, of timers and the like

    private final SplittableRandom random;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();

    private Stress(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Arguments: seconds, seed. */
    public static void main(String[] args) throws java.io.IOException {
        long end = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000;
        var seeds = new SplittableRandom(Long.parseLong(args[1]));
        long rounds = 0;
        long values = 0;
        while (System.nanoTime() < end) {
            long seed = seeds.nextLong();
            var stress = new Stress(seed);
            var failure = new Chan<Throwable>(1);
            var done = new Chan<Integer>(1);
            Go.go(() -> {
                try {
                    stress.round();
                    done.send(1);
                } catch (Throwable e) {
                    failure.send(e);
                }
            });
            var failed = Go.onReceive(failure);
            switch (Go.select(Go.onReceive(done), failed, Go.onTimeout(LONGEST_ROUND))) {
                case 0 -> {}
                case 1 -> {
                    System.out.println("round " + rounds + " of seed " + seed + " failed: " + failed.value());
                    System.exit(1);
                }
                default -> {
                    System.out.println("round " + rounds + " of seed " + seed + " hangs");
                    Go.dump(System.out);
                    System.exit(3);
                }
            }
            rounds++;
            values += stress.received.get();
        }
        for (int i = 0; i < 100 && Go.numGoroutine() > REST; i++) {
            Go.sleep(Duration.ofMillis(50)); // the last to go
        }
        System.out.printf(
                Locale.ROOT, "%,d rounds, %,d values, %d goroutines left%n", rounds, values, Go.numGoroutine());
        System.exit(Go.numGoroutine() > REST ? 1 : 0);
    }

    private void round() throws Exception {
        switch (random.nextInt(4)) {
            case 0 -> channels();
            case 1 -> selects();
            case 2 -> locks();
            default -> contexts();
        }
        expect(sent.get() == received.get(), "sent " + sent + ", received " + received);
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    /** Senders and receivers of one channel: each value comes once. */
    private void channels() {
        var ch = new Chan<Long>(random.nextInt(4));
        int each = 1 + random.nextInt(200);
        int senders = 1 + random.nextInt(8);
        int receivers = 1 + random.nextInt(8);
        var sum = new AtomicLong();
        var sending = new WaitGroup();
        var receiving = new WaitGroup();
        for (int i = 0; i < senders; i++) {
            long base = (long) i * each;
            sending.go(() -> {
                for (int k = 0; k < each; k++) {
                    ch.send(base + k);
                    sent.incrementAndGet();
                }
            });
        }
        for (int i = 0; i < receivers; i++) {
            receiving.go(() -> {
                for (long value : ch) {
                    sum.addAndGet(value);
                    received.incrementAndGet();
                }
            });
        }
        sending.await();
        ch.close();
        receiving.await();
        long all = (long) senders * each;
        expect(sum.get() == all * (all - 1) / 2, "the sum is " + sum);
    }

    /** Goroutines that select among channels in which others send, and one that ends it. */
    private void selects() {
        var a = new Chan<Integer>(random.nextInt(2));
        var b = new Chan<Integer>(random.nextInt(2));
        var done = new Chan<Integer>();
        int each = 1 + random.nextInt(200);
        var sending = new WaitGroup();
        var receiving = new WaitGroup();
        for (var ch : List.of(a, b, a, b)) {
            sending.go(() -> {
                for (int k = 0; k < each; k++) {
                    if (k % 3 == 0) {
                        Go.select(Go.onSend(a, k), Go.onSend(b, k));
                    } else {
                        ch.send(k);
                    }
                    sent.incrementAndGet();
                }
            });
        }
        for (int i = 0; i < 3; i++) {
            receiving.go(() -> {
                while (Go.selectInOrder(Go.onReceive(a), Go.onReceive(b), Go.onReceive(done)) != 2) {
                    received.incrementAndGet();
                }
            });
        }
        sending.await();
        done.close();
        receiving.await();
    }

    /** Plain fields under locks, and permits. */
    private void locks() {
        var mu = new Mutex();
        var rw = new RWMutex();
        var permits = new Weighted(3);
        var inside = new AtomicLong();
        var counts = new long[2];
        int each = 1 + random.nextInt(300);
        var wg = new WaitGroup();
        for (int i = 0; i < 6; i++) {
            int mine = i;
            wg.go(() -> {
                for (int k = 0; k < each; k++) {
                    mu.lock();
                    counts[0]++;
                    mu.unlock();
                    if (mine % 3 == 0) {
                        rw.lock();
                        counts[1]++;
                        rw.unlock();
                    } else {
                        rw.rlock();
                        expect(counts[1] >= 0, "read under the lock");
                        rw.runlock();
                    }
                    long want = 1L + k % 3;
                    permits.acquire(want);
                    expect(inside.addAndGet(want) <= 3, "more inside than permits");
                    inside.addAndGet(-want);
                    permits.release(want);
                }
            });
        }
        wg.await();
        expect(counts[0] == 6L * each, "the mutex lost " + (6L * each - counts[0]));
        expect(counts[1] == 2L * each, "the RWMutex lost " + (2L * each - counts[1]));
    }

    /** Goroutines that wait for what never comes, and are told to end in the middle. */
    private void contexts() {
        var ended = new AtomicLong();
        var wg = new WaitGroup();
        int goroutines = 1 + random.nextInt(50);
        var never = new Chan<Integer>();
        var pause = Duration.ofNanos(random.nextInt(2_000_000));
        try (var ctx = Context.background().withTimeout(pause)) {
            for (int i = 0; i < goroutines; i++) {
                int mine = i;
                wg.go(() -> {
                    try {
                        switch (mine % 3) {
                            case 0 -> Go.select(Go.onReceive(never), Go.onDone(ctx));
                            case 1 -> ctx.done().receive();
                            default -> new Weighted(0).acquire(ctx, 1);
                        }
                    } catch (CancellationException e) {
                        expect(ctx.err() != null, "given up before the end");
                    }
                    ended.incrementAndGet();
                });
            }
            wg.await();
        }
        expect(ended.get() == goroutines, "only " + ended + " of " + goroutines + " ended");
    }
}
