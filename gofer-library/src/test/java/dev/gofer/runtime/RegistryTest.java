package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.WaitGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RegistryTest {
    @Test
    void aStripeHoldsWhoCameAndHasNotGone() {
        var lists = new Registry.Lists();
        var stripes =
                new Registry.Stripe[] {new Registry.Stripe(lists, 0), new Registry.Stripe(lists, Registry.Stripe.CELLS)
                };
        var random = new Random(1);
        for (var stripe : stripes) {
            var members = new ArrayList<Goroutine>(); // all of number 0: one in the slot, the others in the list
            for (int i = 0; i < 2_000; i++) {
                if (members.isEmpty() || random.nextInt(100) < 52) {
                    var goroutine = Goroutine.unstarted(this, () -> null);
                    members.add(goroutine);
                    stripe.add(goroutine);
                } else {
                    stripe.remove(members.remove(random.nextInt(members.size())));
                }
                assertEquals(members.size(), stripe.size());
                var seen = new ArrayList<Goroutine>();
                assertTrue(stripe.allMatch(seen::add));
                assertEquals(members.size(), seen.size());
                assertEquals(new HashSet<>(members), new HashSet<>(seen));
            }
            assertFalse(stripe.allMatch(goroutine -> false));
        }
        assertTrue(stripes[0].size() > 0); // and the second left the first alone
    }

    @Test
    void allWhoWaitAreSeenWhereverTheyStarted() {
        var release = new Chan<Integer>();
        var started = new WaitGroup();
        var ended = new WaitGroup();
        int before = Registry.size();
        for (int i = 0; i < 100; i++) {
            started.add(5);
            ended.go(() -> {
                for (int j = 0; j < 4; j++) {
                    ended.go(() -> {
                        started.done();
                        release.receive();
                    });
                }
                started.done();
                release.receive();
            });
        }
        started.await();
        assertTrue(Registry.size() - before >= 500, () -> Registry.size() + " goroutines");
        assertEquals(Registry.goroutines().size(), new HashSet<>(Registry.goroutines()).size());
        release.close();
        ended.await();
    }

    @Test
    void aGoroutineKnowsThatItIsOne() {
        assertFalse(Registry.isGoroutine());
        var inside = new Chan<Boolean>(1);
        Go.go(() -> inside.send(Registry.isGoroutine()));
        assertEquals(true, inside.receive());
        var virtual = new AtomicBoolean(true);
        var thread = Thread.ofVirtual().start(() -> virtual.set(Registry.isGoroutine()));
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertFalse(virtual.get());
    }
}
