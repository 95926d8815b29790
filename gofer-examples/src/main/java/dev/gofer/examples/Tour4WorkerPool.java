package dev.gofer.examples;

import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.ReceiveChan;
import dev.gofer.WaitGroup;

/** A worker pool is a loop over one channel, run by several goroutines. */
public final class Tour4WorkerPool {
    public static void main(String[] args) {
        Go.main(() -> {
            // @start region=main
            var jobs = new Chan<Integer>();
            go(() -> {
                for (int job = 1; job <= 100; job++) {
                    jobs.send(job);
                }
                jobs.close();
            });
            int sum = 0;
            for (int square : squares(jobs, 3)) {
                sum += square;
            }
            System.out.println("sum of squares: " + sum);
            // @end
        });
    }

    // @start region=pool
    static ReceiveChan<Integer> squares(ReceiveChan<Integer> jobs, int workers) {
        var results = new Chan<Integer>();
        var pool = new WaitGroup();
        for (int i = 0; i < workers; i++) {
            pool.go(() -> {
                for (int job : jobs) {
                    results.send(job * job);
                }
            });
        }
        go(() -> {
            pool.await(); // only when every worker is done is there nobody left who sends
            results.close();
        });
        return results;
    }
    // @end
}
