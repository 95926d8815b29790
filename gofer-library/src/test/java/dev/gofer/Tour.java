package dev.gofer;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The tour of the package's documentation, as a program. {@link TourTest} runs it: it prints what its comments say. */
@SuppressWarnings("SystemOut") // it shows something
final class Tour {
    private Tour() {}

    // @start region="program" :
    public static void main(String[] args) {
        Go.main(() -> {
            System.out.println("main begins"); // prints: main begins
            stops();
            go(() -> Go.sleep(Duration.ofDays(1)));
            System.out.println("main ends"); // the program ends here and now, with exit code 0
        });
    }
    // @end

    private static void stops() throws Exception {
        goroutines();
        channels();
        range();
        selects();
        timeouts();
        waiting();
        errors();
        contexts();
        locks();
        timers();
    }

    private static void goroutines() {
        // @start region="go" :
        var greetings = new Chan<String>();
        var name = "gopher"; // a lambda captures the values of local variables, now
        go(() -> greetings.send("hello, " + name));
        System.out.println(greetings.receive()); // prints: hello, gopher
        // @end
    }

    private static void channels() {
        // @start region="channel" :
        var letters = new Chan<String>(2); // room for two; new Chan<>() has none, and hands over
        letters.send("a");
        letters.send("b");
        System.out.println(letters.trySend("c")); // prints: false
        System.out.println(letters.receive() + letters.receive()); // prints: ab
        System.out.println(letters.tryReceive()); // prints: null
        // @end
    }

    private static void range() {
        // @start region="range" :
        var squares = new Chan<Integer>();
        go(() -> {
            for (int i = 1; i <= 3; i++) {
                squares.send(i * i);
            }
            squares.close(); // who sends, closes; who receives gets what is left, then null
        });
        int sum = 0;
        for (int square : squares) {
            sum += square;
        }
        System.out.println(sum + " " + squares.receive()); // prints: 14 null
        // @end
    }

    private static void selects() {
        // @start region="select" :
        var in = new Chan<String>();
        var out = new Chan<String>(1);
        select(
                onReceive(in, letter -> System.out.println("got " + letter)),
                onSend(out, "reply", () -> System.out.println("sent"))); // prints: sent
        select(
                onReceive(in, letter -> System.out.println("got " + letter)),
                otherwise(() -> System.out.println("nothing yet"))); // prints: nothing yet
        // @end
    }

    private static void timeouts() {
        // @start region="timeout" :
        var answers = new Chan<Integer>();
        var answer = onReceive(answers);
        switch (select(answer, onTimeout(Duration.ofMillis(10)))) { // with a switch, a case may return, break or throw
            case 0 -> System.out.println("answer: " + answer.value());
            default -> System.out.println("too late"); // prints: too late
        }
        // @end
    }

    private static void waiting() {
        // @start region="waitgroup" :
        var lengths = new Chan<Integer>(3);
        var wg = new WaitGroup();
        for (var word : new String[] {"one", "three", "eleven"}) {
            wg.go(() -> lengths.send(word.length()));
        }
        wg.await(); // all three have ended: what they did is seen here
        System.out.println(lengths.len()); // prints: 3
        // @end
    }

    private static void errors() throws Exception {
        // @start region="errgroup" :
        var group = ErrGroup.withContext(Context.background());
        group.go(() -> {
            throw new IOException("disk full");
        });
        group.go(() -> new Chan<String>().receive()); // interrupted as soon as the other has failed
        try {
            group.await();
        } catch (IOException e) {
            System.out.println(e.getMessage()); // prints: disk full
        }
        // @end
    }

    private static void contexts() {
        // @start region="context" :
        var numbers = new Chan<Integer>();
        var counter = new WaitGroup();
        try (var ctx = Context.background().withTimeout(Duration.ofMinutes(1))) {
            counter.go(() -> {
                int n = 0;
                while (select(onSend(numbers, n), onDone(ctx)) == 0) {
                    n++;
                }
            });
            System.out.println(numbers.receive() + " " + numbers.receive()); // prints: 0 1
        } // leaving the block cancels the context: Go's defer cancel()
        counter.await();
        System.out.println("the counter has stopped"); // prints: the counter has stopped
        // @end
    }

    private static void locks() {
        // @start region="mutex" :
        var mu = new Mutex();
        Map<String, Integer> votes = new HashMap<>(); // guarded by mu
        var wg = new WaitGroup();
        for (int i = 0; i < 100; i++) {
            wg.go(() -> {
                mu.lock();
                try {
                    votes.merge("yes", 1, Integer::sum);
                } finally {
                    mu.unlock();
                }
            });
        }
        wg.await();
        System.out.println(votes); // prints: {yes=100}
        // @end
    }

    private static void timers() {
        // @start region="time" :
        var events = new Chan<String>();
        var timer = GoTimer.afterFunc(Duration.ofDays(1), () -> events.send("a day later"));
        System.out.println(timer.stop()); // prints: true
        try (var ticker = new Ticker(Duration.ofMillis(1))) {
            ticker.channel().receive(); // the instant at which it was due; who comes too late misses ticks
            System.out.println(ticker.channel().len()); // prints: 0
        }
        // @end
    }
}
