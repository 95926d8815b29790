package dev.gofer.examples;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.ReceiveChan;
import dev.gofer.WaitGroup;

/** A context tells goroutines that nobody wants their work any more. */
public final class Tour6Cancel {
    public static void main(String[] args) {
        Go.main(() -> {
            // @start region=main
            var counter = new WaitGroup();
            try (var ctx = Context.background().withCancel()) {
                for (int n : count(ctx, counter)) {
                    System.out.println(n);
                    if (n == 3) {
                        break;
                    }
                }
            } // leaving the block cancels ctx, as defer cancel() does in Go
            counter.await();
            System.out.println("the counter has stopped");
            // @end
        });
    }

    // @start region=count
    static ReceiveChan<Integer> count(Context ctx, WaitGroup running) {
        var numbers = new Chan<Integer>();
        running.go(() -> {
            for (int n = 1; ctx.err() == null; n++) {
                select(onSend(numbers, n), onDone(ctx));
            }
        });
        return numbers;
    }
    // @end
}
