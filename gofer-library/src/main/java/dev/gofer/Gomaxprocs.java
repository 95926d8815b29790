package dev.gofer;

import dev.gofer.runtime.Scheduler;
import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;

/** How many processors run goroutines at the same time. Go: {@code runtime/debug.go}. */
final class Gomaxprocs {
    private static final int MOST = 32_767; // the JDK's scheduler takes no more

    private Gomaxprocs() {}

    /** See {@link Go#gomaxprocs}. */
    static int set(int n) {
        var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
        int before = scheduler.getParallelism();
        if (n >= 1) {
            scheduler.setParallelism(n); // plain virtual threads run there in any case
        }
        int ours = Scheduler.setProcessors(n);
        return ours == 0 ? before : ours;
    }

    /** As Go begins: the environment variable counts if it is a number above 0; otherwise the JVM's own choice stays. */
    static void readEnvironment() {
        int n = number(System.getenv().getOrDefault("GOMAXPROCS", ""));
        if (n > 0) {
            set(Math.min(n, MOST));
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
