package dev.gofer.examples;

import static dev.gofer.Go.go;

import dev.gofer.Go;
import java.time.Duration;

/** When main ends, the program ends, and its goroutines with it. Tutorial, section 5. */
public final class MainDoesNotWait {
    public static void main(String[] args) {
        // @start region=main
        Go.main(() -> {
            go(() -> {
                try {
                    Go.sleep(Duration.ofHours(1));
                    System.out.println("goroutine: done");
                } finally {
                    System.out.println("goroutine: cleaned up");
                }
            });
            System.out.println("main: done");
        });
        // @end
    }
}
