package dev.gofer.examples;

import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Go;

/** A goroutine is a call that runs beside its caller. Tutorial, section 1. */
public final class HelloGo {
    private int price; // written by the main goroutine; the goroutine in lateOrEarly reads it after start is closed

    public static void main(String[] args) {
        Go.main(() -> {
            // @start region=hello
            var answer = new Chan<Integer>();
            go(() -> answer.send(f(1, 2, 3)));
            System.out.println("main goes on");
            System.out.println("f(1, 2, 3) = " + answer.receive());
            // @end
            new HelloGo().lateOrEarly();
        });
    }

    static int f(int a, int b, int c) {
        return a + b + c;
    }

    /** Go evaluates the arguments of {@code go f(price)} at once. A lambda's body is evaluated when it runs. */
    private void lateOrEarly() {
        // @start region=trap
        var start = new Chan<Void>();
        var seen = new Chan<String>();
        price = 1;
        int now = price; // a local: copied into the lambda at the call of go
        go(() -> {
            start.receive();
            seen.send("local " + now + ", field " + price); // a field: read here, late
        });
        price = 2;
        start.close();
        System.out.println(seen.receive());
        // @end
    }
}
