package dev.gofer.examples.fromjava;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.selectInOrder;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.gofer.Context;
import dev.gofer.Ticker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Something is done every ten milliseconds until it is no longer wanted. */
final class Heartbeat {
    // @start region=before
    static void byScheduler(CountDownLatch end, Runnable beat) throws InterruptedException {
        try (var scheduler = Executors.newSingleThreadScheduledExecutor()) {
            var beating = scheduler.scheduleAtFixedRate(beat, 10, 10, MILLISECONDS);
            end.await();
            beating.cancel(false); // one beat more may have begun
        }
    }
    // @end

    // @start region=after
    static void byTicker(Context ctx, Runnable beat) {
        try (var ticker = new Ticker(Duration.ofMillis(10))) {
            while (selectInOrder(onDone(ctx), onReceive(ticker.channel())) == 1) {
                beat.run();
            }
        }
    }
    // @end

    private Heartbeat() {}
}
