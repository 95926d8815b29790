package dev.gofer.examples.fromgo;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;

import dev.gofer.Case;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.ReceiveChan;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;

/** Statements of Go that look different in Java; {@code docs/from-go.md} has both. */
final class Statements {
    static int arguments(Chan<Integer> out, IntSupplier next) {
        // @start region=arguments
        int n = next.getAsInt(); // evaluated here, as the arguments of a go statement are
        go(() -> out.send(n));
        // @end
        return Objects.requireNonNull(out.receive());
    }

    // @start region=loop
    static int sum(Context ctx, ReceiveChan<Integer> numbers) {
        int sum = 0;
        var number = onReceive(numbers);
        while (true) {
            switch (select(number, onDone(ctx))) {
                case 0 -> {
                    var n = number.value();
                    if (n == null) { // !ok
                        return sum;
                    }
                    sum += n;
                }
                default -> throw new IllegalStateException("given up", ctx.cause());
            }
        }
    }
    // @end

    // @start region=recover
    static String recovered(Runnable task) {
        try {
            task.run();
            return "went well";
        } catch (RuntimeException | StackOverflowError e) { // recover()
            return "recovered: " + e.getMessage();
        } finally {
            System.out.println("deferred"); // defer
        }
    }
    // @end

    // @start region=dynamic
    static int firstReady(List<? extends ReceiveChan<?>> channels) {
        var cases = channels.stream().map(ch -> (Case) onReceive(ch)).toArray(Case[]::new);
        return select(cases);
    }
    // @end

    private Statements() {}
}
