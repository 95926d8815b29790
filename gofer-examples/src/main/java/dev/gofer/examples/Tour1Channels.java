package dev.gofer.examples;

import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Go;

/** A channel carries values between goroutines, and makes the two meet. */
public final class Tour1Channels {
    public static void main(String[] args) {
        // @start region=main
        Go.main(() -> {
            var there = new Chan<String>();
            var back = new Chan<String>();
            go(() -> {
                for (String ball : there) {
                    back.send(ball + ", pong");
                }
            });
            for (int i = 1; i <= 3; i++) {
                there.send("ping " + i); // waits until the other side takes it
                System.out.println(back.receive());
            }
        });
        // @end
    }
}
