package dev.gofer.examples;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.Task;
import dev.gofer.WaitGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** No parallelism without concurrency: gloves at any time, but socks before shoes. Tutorial, section 4. */
public final class SocksBeforeShoes {
    public static void main(String[] args) {
        Go.main(() -> {
            // @start region=mornings
            var random = new Random();
            var orders = new TreeSet<String>();
            for (int morning = 0; morning < 1_000; morning++) {
                orders.add(String.join(", ", dress(() -> dawdle(random))));
            }
            orders.forEach(System.out::println);
            // @end
        });
    }

    // @start region=dress
    /** Gets dressed once, dawdling before each garment; returns the garments in the order they were put on. */
    static List<String> dress(Task dawdle) {
        var worn = new Chan<String>(3);
        var socksOn = new Chan<Void>();
        var wg = new WaitGroup();
        wg.go(() -> {
            dawdle.run();
            worn.send("gloves");
        });
        wg.go(() -> {
            dawdle.run();
            worn.send("socks");
            socksOn.close();
        });
        wg.go(() -> {
            dawdle.run();
            socksOn.receive(); // the one order that matters
            worn.send("shoes");
        });
        wg.await();
        worn.close();
        var order = new ArrayList<String>();
        for (String garment : worn) {
            order.add(garment);
        }
        return order;
    }
    // @end

    /** Lets the others go first, a few times. */
    static void dawdle(Random random) {
        for (int times = random.nextInt(4); times > 0; times--) {
            Go.gosched();
        }
    }
}
