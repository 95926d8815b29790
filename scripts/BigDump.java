import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Go;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Dumps N parked goroutines to a file while a thread measures how long it is kept from running; for scripts/big-dump. */
final class BigDump {
    private static volatile boolean isDumping = true;

    public static void main(String[] args) {
        Go.main(() -> {
            int count = Integer.parseInt(args[0]);
            var never = new Chan<Integer>(3);
            for (int i = 0; i < count; i++) {
                go(never::receive);
            }
            while (!never.toString().contains(count + " waiting to receive")) {
                Go.gosched();
            }
            System.gc();
            long before = used();
            var longest = new AtomicLong(); // nanoseconds between two looks at the clock, at most
            var most = new AtomicLong(); // bytes of the heap in use
            var measuring = Thread.ofPlatform().start(() -> {
                long last = System.nanoTime();
                while (isDumping) {
                    long now = System.nanoTime();
                    longest.accumulateAndGet(now - last, Math::max);
                    last = now;
                    most.accumulateAndGet(used(), Math::max);
                }
            });
            long begun = System.nanoTime();
            try (var out = Files.newBufferedWriter(Path.of(args[1]))) {
                Go.dump(out);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            isDumping = false;
            measuring.join();
            System.out.printf(
                    "%,d goroutines, %.1f MB of text in %.2f s; another thread stood still for %.0f ms at most;"
                            + " heap %.0f MB before, %.0f MB at most%n",
                    count,
                    Files.size(Path.of(args[1])) / 1e6,
                    seconds,
                    longest.get() / 1e6,
                    before / 1e6,
                    most.get() / 1e6);
        });
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
