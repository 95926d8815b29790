package dev.gofer.examples;

import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Go;

/** The sender closes a channel to say that no more comes; a loop over the channel then ends. */
public final class Tour2Range {
    public static void main(String[] args) {
        // @start region=main
        Go.main(() -> {
            var numbers = new Chan<Integer>(4);
            go(() -> {
                int a = 0, b = 1;
                for (int i = 0; i < 10; i++) {
                    numbers.send(a);
                    int next = a + b;
                    a = b;
                    b = next;
                }
                numbers.close();
            });
            for (int number : numbers) {
                System.out.print(number + " ");
            }
            System.out.println("and then: " + numbers.receive());
        });
        // @end
    }
}
