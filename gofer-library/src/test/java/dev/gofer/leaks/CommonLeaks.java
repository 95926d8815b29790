package dev.gofer.leaks;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Context;
import java.util.List;

/** The leaks that people write again and again. Go: {@code commonpatterns.go}. */
final class CommonLeaks {
    private CommonLeaks() {}

    static List<Bug> all() {
        return List.of(
                Bug.always(
                        "NoCloseRange",
                        CommonLeaks::noCloseRange,
                        "CommonLeaks.feed [chan send]",
                        "CommonLeaks.consume [chan receive]"),
                Bug.always("MethodContractViolation", CommonLeaks::neverStopped, "Worker.run [select]"),
                Bug.always("DoubleSend", CommonLeaks::doubleSend, "CommonLeaks.sendTwice [chan send]"),
                Bug.always("EarlyReturn", () -> go(CommonLeaks::earlyReturn), "CommonLeaks.sendOne [chan send]"),
                Bug.always(
                        "NCastLeak",
                        CommonLeaks::onlyTheFirst,
                        "CommonLeaks.sendOne [chan send]",
                        "CommonLeaks.firstOfNone [chan receive]"),
                new Bug("Timeout", CommonLeaks::timeout, 100, List.of("CommonLeaks.sendOne [chan send]"), List.of()));
    }

    private static void noCloseRange() {
        go(() -> feed(0));
        go(() -> feed(3));
    }

    /** Nobody closes the channel; and where there is no worker, the first item finds no taker. */
    private static void feed(int workers) {
        var items = new Chan<Integer>();
        for (int i = 0; i < workers; i++) {
            go(() -> consume(items));
        }
        for (int i = 0; i < 3; i++) {
            items.send(i);
        }
    }

    private static void consume(Chan<Integer> items) {
        for (var _ : items) {
            // until it is closed
        }
    }

    private static void neverStopped() {
        var worker = new Worker();
        go(worker::run);
        for (int i = 0; i < 10; i++) {
            worker.items.send(i);
        }
        // and nobody closes worker.done
    }

    private static final class Worker {
        final Chan<Integer> items = new Chan<>();
        final Chan<Integer> done = new Chan<>();

        void run() {
            while (select(onReceive(items), onReceive(done)) == 0) {
                // the next
            }
        }
    }

    private static void doubleSend() {
        var good = new Chan<Integer>();
        go(() -> good.send(1));
        good.receive();
        var bad = new Chan<Integer>();
        go(() -> sendTwice(bad));
        bad.receive();
        var buffered = new Chan<Integer>(1);
        go(() -> sendTwice(buffered));
        buffered.receive();
    }

    /** A return is missing between the two. */
    private static void sendTwice(Chan<Integer> out) {
        out.send(0);
        out.send(1);
    }

    private static void earlyReturn() {
        var result = new Chan<Integer>();
        go(() -> sendOne(result));
        // an error: nobody receives
    }

    private static void sendOne(Chan<Integer> out) {
        out.send(1);
    }

    private static void onlyTheFirst() {
        go(CommonLeaks::firstOfNone);
        go(CommonLeaks::firstOfFive);
    }

    private static void firstOfNone() {
        new Chan<Integer>().receive();
    }

    private static void firstOfFive() {
        var results = new Chan<Integer>();
        for (int i = 0; i < 5; i++) {
            go(() -> sendOne(results));
        }
        results.receive();
    }

    private static void timeout() {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        go(() -> {
            var result = new Chan<Integer>();
            go(() -> sendOne(result));
            select(onReceive(result), onDone(ctx));
        });
    }
}
