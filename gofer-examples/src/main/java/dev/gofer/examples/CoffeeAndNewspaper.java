package dev.gofer.examples;

import dev.gofer.Go;
import dev.gofer.WaitGroup;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Concurrency is not parallelism: coffee and newspaper on one core, then on two. Tutorial, section 3. */
public final class CoffeeAndNewspaper {
    private final Queue<String> diary = new ConcurrentLinkedQueue<>(); // printing lends the core to others: do it later
    private final AtomicInteger busy = new AtomicInteger(); // how many are at it in this very instant
    private final AtomicInteger most = new AtomicInteger(); // the most that busy has been

    public static void main(String[] args) {
        Go.main(() -> {
            // @start region=main
            Go.gomaxprocs(1);
            String turns = new CoffeeAndNewspaper().takeTurns();
            boolean one = together(1_000_000);

            Go.gomaxprocs(2);
            boolean two = together(Long.MAX_VALUE);

            System.out.println(turns);
            System.out.println("together on one core: " + one);
            System.out.println("together on two cores: " + two);
            // @end
        });
    }

    // @start region=turns
    String takeTurns() {
        var newspaper = new WaitGroup();
        newspaper.go(() -> {
            for (int page = 1; page <= 3; page++) {
                act("page " + page);
                Go.gosched();
            }
        });
        for (int sip = 1; sip <= 3; sip++) {
            act("sip " + sip);
            Go.gosched(); // put down the cup: whoever waits for the core may have it
        }
        newspaper.await();
        diary.add("at most " + most + " at a time");
        return String.join("\n", diary);
    }

    private void act(String what) {
        most.accumulateAndGet(busy.incrementAndGet(), Math::max);
        diary.add(what);
        busy.decrementAndGet();
    }
    // @end

    // @start region=together
    /** Two goroutines, neither of which gives way before it has seen the other: only two cores can do it. */
    static boolean together(long patience) {
        var here = new AtomicInteger();
        var met = new AtomicInteger();
        var both = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            both.go(() -> {
                here.incrementAndGet();
                for (long turns = 0; here.get() < 2; turns++) {
                    if (turns == patience) {
                        here.decrementAndGet();
                        return;
                    }
                    Thread.onSpinWait();
                }
                met.incrementAndGet();
            });
        }
        both.await();
        return met.get() == 2;
    }
    // @end
}
