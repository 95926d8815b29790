package dev.gofer.examples;

import static dev.gofer.Go.go;
import static java.util.Objects.requireNonNull;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.ReceiveChan;

/** A pipeline is a row of goroutines with a channel between each two: the prime sieve adds a stage for every prime. */
public final class Tour5Pipeline {
    public static void main(String[] args) {
        Go.main(() -> {
            // @start region=main
            ReceiveChan<Integer> numbers = countFrom(2);
            for (int i = 0; i < 10; i++) {
                int prime = requireNonNull(numbers.receive()); // null would mean closed
                System.out.print(prime + " ");
                numbers = withoutMultiplesOf(prime, numbers);
            }
            System.out.println();
            // @end
        });
    }

    // @start region=stages
    static ReceiveChan<Integer> countFrom(int first) {
        var out = new Chan<Integer>();
        go(() -> {
            for (int n = first; ; n++) {
                out.send(n);
            }
        });
        return out;
    }

    static ReceiveChan<Integer> withoutMultiplesOf(int prime, ReceiveChan<Integer> in) {
        var out = new Chan<Integer>();
        go(() -> {
            for (int n : in) {
                if (n % prime != 0) {
                    out.send(n);
                }
            }
        });
        return out;
    }
    // @end
}
