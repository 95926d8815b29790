package dev.gofer.examples;

import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Go;
import java.time.Duration;

/** A select waits for several channels at once and does what is ready first; at random where several are. */
public final class Tour3Select {
    public static void main(String[] args) {
        Go.main(() -> {
            // @start region=select
            var letters = new Chan<String>(1);
            select(
                    onReceive(letters, letter -> System.out.println("got " + letter)),
                    otherwise(() -> System.out.println("no letter yet")));
            select(
                    onReceive(letters, letter -> System.out.println("got " + letter)),
                    onSend(letters, "a letter", () -> System.out.println("sent")));
            select(
                    onReceive(letters, letter -> System.out.println("got " + letter)),
                    onTimeout(Duration.ofHours(1), () -> System.out.println("too late")));
            select(
                    onReceive(letters, letter -> System.out.println("got " + letter)),
                    onTimeout(Duration.ofMillis(10), () -> System.out.println("gave up")));
            // @end
            letters.close();
            System.out.println(drain(letters));
        });
    }

    // @start region=switch
    /** With a switch over the index, a case may return, break or throw as any Java code does. */
    static int drain(Chan<String> letters) {
        for (int seen = 0; ; seen++) {
            var letter = onReceive(letters);
            switch (select(letter, onTimeout(Duration.ofSeconds(10)))) {
                case 0 -> {
                    if (letter.value() == null) {
                        return seen; // closed and drained
                    }
                }
                default -> throw new IllegalStateException("nobody closed the channel");
            }
        }
    }
    // @end
}
