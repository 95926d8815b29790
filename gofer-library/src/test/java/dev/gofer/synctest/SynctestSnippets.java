package dev.gofer.synctest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.gofer.Context;
import dev.gofer.DeadlineExceededException;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.WaitGroup;
import java.time.Duration;

/** The examples in the Javadoc of {@code dev.gofer.synctest}; {@link SynctestTest} runs them. */
final class SynctestSnippets {
    private SynctestSnippets() {}

    /** Looks and changes in two steps. */
    private static final class Account {
        private final Mutex mu = new Mutex();
        private int balance; // guarded by mu

        int balance() {
            mu.lock();
            try {
                return balance;
            } finally {
                mu.unlock();
            }
        }

        void deposit(int amount) {
            int before = balance();
            mu.lock();
            try {
                balance = before + amount;
            } finally {
                mu.unlock();
            }
        }
    }

    static void timeout() {
        // @start region="timeout" :
        Synctest.run(() -> {
            var ctx = Context.background().withTimeout(Duration.ofMinutes(5));
            Go.sleep(Duration.ofMinutes(5).minusNanos(1)); // takes no time
            Synctest.await();
            assertNull(ctx.err());
            Go.sleep(Duration.ofNanos(1));
            Synctest.await(); // until all others are asleep, or have ended
            assertInstanceOf(DeadlineExceededException.class, ctx.err());
        });
        // @end
    }

    static void explore() {
        // @start region="explore" :
        Schedules.explore(10_000, () -> {
            var account = new Account(); // a new one for each schedule
            var wg = new WaitGroup();
            wg.go(() -> account.deposit(1));
            wg.go(() -> account.deposit(1));
            wg.await();
            assertEquals(2, account.balance());
        });
        // @end
    }
}
