package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What does not wait looks without a lock, and is exact all the same: {@link Chan} (5). On platform threads, which run at the same time. */
class ChanLookTest {
    private static final int ROUNDS = 20_000;

    private record Pair(Chan<Integer> a, Chan<Integer> b) {}

    private static List<Pair> pairs() {
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < ROUNDS; i++) {
            pairs.add(new Pair(new Chan<>(1), new Chan<>(1)));
        }
        return pairs;
    }

    /** One body of a pair that runs at the same time, again and again. */
    private interface Side {
        void run(int round) throws Exception;
    }

    @Test
    void ofTwoWhoSendAndThenLookAtLeastOneFindsTheOthersValue() throws Exception {
        var pairs = pairs();
        var found = new AtomicInteger[ROUNDS];
        java.util.Arrays.setAll(found, i -> new AtomicInteger());
        race(
                round -> sendAndLook(pairs.get(round).a, pairs.get(round).b, found[round]),
                round -> sendAndLook(pairs.get(round).b, pairs.get(round).a, found[round]));
        for (int i = 0; i < ROUNDS; i++) {
            int round = i;
            assertTrue(found[i].get() > 0, () -> "round " + round);
        }
    }

    private static void sendAndLook(Chan<Integer> mine, Chan<Integer> other, AtomicInteger found) {
        mine.send(1);
        if (other.tryReceive() != null) {
            found.incrementAndGet();
        }
    }

    @Test
    void ofTwoWhoReceiveAndThenLookAtLeastOneFindsRoom() throws Exception {
        var pairs = pairs();
        for (var pair : pairs) {
            pair.a.send(0);
            pair.b.send(0);
        }
        var found = new AtomicInteger[ROUNDS];
        java.util.Arrays.setAll(found, i -> new AtomicInteger());
        race(
                round -> receiveAndLook(pairs.get(round).a, pairs.get(round).b, found[round]),
                round -> receiveAndLook(pairs.get(round).b, pairs.get(round).a, found[round]));
        for (int i = 0; i < ROUNDS; i++) {
            int round = i;
            assertTrue(found[i].get() > 0, () -> "round " + round);
        }
    }

    private static void receiveAndLook(Chan<Integer> mine, Chan<Integer> other, AtomicInteger found) {
        mine.receive();
        if (other.trySend(1)) {
            found.incrementAndGet();
        }
    }

    @Test
    void aFullBufferStaysFullWhileSendersWait() throws Exception {
        var channel = new Chan<Integer>(1);
        var senders = new WaitGroup();
        for (int i = 0; i < ROUNDS; i++) {
            senders.go(() -> channel.send(1));
        }
        Asleep.until(() -> channel.toString().contains(", " + (ROUNDS - 1) + " waiting to send"));
        var over = new AtomicBoolean();
        var notFull = new AtomicInteger();
        var looker = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                notFull.addAndGet(channel.len() == 1 ? 0 : 1);
                notFull.addAndGet(channel.trySend(2) ? 1 : 0);
            }
        });
        for (int i = 0; i < ROUNDS / 2; i++) {
            channel.receive();
        }
        over.set(true);
        looker.join();
        assertEquals(0, notFull.get());
        for (int i = ROUNDS / 2; i < ROUNDS; i++) {
            channel.receive();
        }
        senders.await();
    }

    @Test
    void manyLookAtAClosedChannelWithoutItsLock() {
        var channel = new Chan<Integer>();
        channel.close();
        var value = Go.onReceive(channel);
        channel.lock().acquire();
        int chosen = Go.select(value, Go.otherwise());
        channel.lock().release();
        assertEquals(0, chosen);
        assertEquals(null, value.value());
    }

    @Test
    void whoTriesToSendWhileTheChannelIsClosedUnderAReceiverSendsOrThrows() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            var channel = new Chan<Integer>();
            var receiver = new WaitGroup();
            receiver.go(channel::receive);
            Asleep.until(() -> channel.toString().contains("waiting to receive"));
            var both = new CyclicBarrier(2);
            var closer = Thread.ofPlatform().start(() -> {
                try {
                    both.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                channel.close();
            });
            both.await();
            try {
                if (!channel.trySend(1)) { // the receiver was there until the close, and since then it throws
                    fail("neither sent nor closed");
                }
            } catch (MisuseException e) {
                // closed
            }
            closer.join();
            receiver.await();
        }
    }

    private static void race(Side a, Side b) throws Exception {
        var turn = new AtomicInteger();
        var failure = new AtomicBoolean();
        var other = Thread.ofPlatform().start(() -> {
            try {
                laps(turn, b);
            } catch (Exception e) {
                failure.set(true);
            }
        });
        laps(turn, a);
        other.join();
        assertTrue(!failure.get());
    }

    /** Both begin each round as nearly at the same time as they can. */
    private static void laps(AtomicInteger arrived, Side side) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            arrived.incrementAndGet();
            for (int spins = 0; arrived.get() < 2 * (round + 1); spins++) {
                if (spins > 10_000) {
                    Go.gosched();
                }
            }
            side.run(round);
        }
    }
}
