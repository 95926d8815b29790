package dev.gofer.bench;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.WaitGroup;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Go's benchmarks, with Gofer. */
public final class GoferSide implements Side {
    @Override
    public Map<String, Body> bodies() {
        var bodies = new LinkedHashMap<String, Body>();
        GoferChannels.addTo(bodies);
        GoferGoroutines.addTo(bodies);
        GoferSync.addTo(bodies);
        GoferContext.addTo(bodies);
        GoferTime.addTo(bodies);
        return bodies;
    }

    /** As a program of Gofer's runs: with all its watches and proofs. */
    @Override
    public void run(Work work) throws Exception {
        Go.main(work::run);
    }

    /** Runs {@code body} in as many goroutines as there are processors, times the parallelism. Go: {@code b.RunParallel}. */
    static void parallel(B b, Consumer<B.Pb> body) {
        var failure = new AtomicReference<@Nullable Throwable>();
        var wg = new WaitGroup();
        for (int i = 0; i < b.workers(); i++) {
            var pb = b.pb();
            wg.go(() -> {
                try {
                    body.accept(pb);
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
        }
        wg.await();
        b.stopTimer();
        var failed = failure.get();
        if (failed != null) {
            throw new AssertionError(failed);
        }
        b.checkParallel();
    }

    /** Receives {@code count} times, and adds up what came. */
    static long receive(Chan<Integer> channel, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += channel.receive();
        }
        return sum;
    }
}
