package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.Asleep;
import dev.gofer.Case;
import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.Rule;
import dev.gofer.WaitGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Go: {@code src/runtime/chan_test.go}. */
@Timeout(60)
class RuntimeChanTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 19})
    @Rule({4, 5, 8, 9, 10})
    void testChan(int capacity) {
        try (var crew = new Crew()) {
            receiveFromAnEmptyChannelBlocks(crew, new Chan<>(capacity));
            sendToAFullChannelBlocks(crew, filled(capacity));
            closedChannelGivesWhatIsLeft(filled(capacity));
            closeUnblocksReceive(crew, new Chan<>(capacity));
            valuesArriveInOrder(crew, new Chan<>(capacity));
            manySendersManyReceivers(crew, new Chan<>(capacity));
            assertEquals(capacity, filled(capacity).len());
            crew.join();
        }
    }

    private static void receiveFromAnEmptyChannelBlocks(Crew crew, Chan<Integer> channel) {
        var received = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            crew.go(() -> received.addAndGet(next(channel)));
        }
        Asleep.untilReceiving(channel, 2);
        assertNull(channel.tryReceive());
        assertEquals(1, select(onReceive(channel), otherwise()));
        assertEquals(0, received.get());
        channel.send(1);
        channel.send(2);
        crew.join();
        assertEquals(3, received.get());
    }

    private static void sendToAFullChannelBlocks(Crew crew, Chan<Integer> channel) {
        var sent = new AtomicInteger();
        crew.go(() -> {
            channel.send(99);
            sent.set(1);
        });
        Asleep.untilSending(channel, 1);
        assertEquals(0, sent.get());
        assertFalse(channel.trySend(98));
        assertEquals(1, select(onSend(channel, 97), otherwise()));
        assertEquals(channel.cap() == 0 ? 99 : 0, next(channel));
        crew.join();
        assertEquals(1, sent.get());
    }

    private static void closedChannelGivesWhatIsLeft(Chan<Integer> channel) {
        channel.close();
        for (int i = 0; i < channel.cap(); i++) {
            assertEquals(i, next(channel));
        }
        assertNull(channel.receive());
        assertNull(channel.receive());
    }

    private static void closeUnblocksReceive(Crew crew, Chan<Integer> channel) {
        crew.go(() -> assertNull(channel.receive()));
        Asleep.untilReceiving(channel, 1);
        channel.close();
        crew.join();
    }

    private static void valuesArriveInOrder(Crew crew, Chan<Integer> channel) {
        crew.go(() -> {
            for (int i = 0; i < 200; i++) {
                channel.send(i);
            }
        });
        for (int i = 0; i < 200; i++) {
            assertEquals(i, next(channel));
        }
    }

    private static void manySendersManyReceivers(Crew crew, Chan<Integer> channel) {
        int values = 500;
        var received = new AtomicIntegerArray(values);
        for (int i = 0; i < 4; i++) {
            crew.go(() -> {
                for (int k = 0; k < values; k++) {
                    channel.send(k);
                }
            });
            crew.go(() -> {
                for (int k = 0; k < values; k++) {
                    received.incrementAndGet(next(channel));
                }
            });
        }
        crew.join();
        for (int k = 0; k < values; k++) {
            assertEquals(4, received.get(k));
        }
    }

    private static Chan<Integer> filled(int capacity) {
        var channel = new Chan<Integer>(capacity);
        for (int i = 0; i < capacity; i++) {
            channel.send(i);
        }
        return channel;
    }

    @Test
    @Rule(9)
    void testNonblockRecvRace() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 3_000; i++) {
                var channel = new Chan<Integer>(1);
                channel.send(1);
                var receiver = crew.go(() -> assertEquals(0, select(onReceive(channel), otherwise())));
                channel.close();
                var _ = channel.receive(); // a value at first, a close ever after
                assertNull(receiver.failure());
            }
        }
    }

    @Test
    @Rule(9)
    void testNonblockSelectRace() {
        nonblockSelectRace(1, second -> second.send(1));
    }

    @Test
    @Rule(9)
    void testNonblockSelectRace2() {
        nonblockSelectRace(0, Chan::close);
    }

    private static void nonblockSelectRace(int capacity, Consumer<Chan<Integer>> makeReady) {
        try (var crew = new Crew()) {
            var firsts = new Chan<Chan<Integer>>();
            var seconds = new Chan<Chan<Integer>>();
            int rounds = 20_000;
            crew.go(() -> {
                for (int i = 0; i < rounds; i++) {
                    var first = next(firsts);
                    var second = next(seconds);
                    assertNotEquals(2, select(onReceive(first), onReceive(second), otherwise()));
                }
            });
            for (int i = 0; i < rounds; i++) {
                var first = new Chan<Integer>(1);
                var second = new Chan<Integer>(capacity);
                first.send(1);
                firsts.send(first);
                seconds.send(second);
                makeReady.accept(second); // from here on the second is ready
                select(onReceive(first), otherwise()); // until here the first was
            }
            crew.join();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    @Rule(14)
    void testSelfSelect(int capacity) {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(capacity);
            for (int name = 0; name < 2; name++) {
                int me = name;
                crew.go(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        var item = onReceive(channel);
                        var send = onSend(channel, me);
                        boolean sendFirst = me == 0 || i % 2 == 0;
                        boolean receives = sendFirst ? select(send, item) == 1 : select(item, send) == 0;
                        assertTrue(capacity > 0
                                || !receives
                                || !Integer.valueOf(me).equals(item.value()));
                    }
                });
            }
            crew.join();
            assertEquals(0, Asleep.sleepers(channel));
        }
    }

    @Test
    @Rule({14, 15})
    void testSelectStress() {
        int values = 4_000;
        try (var crew = new Crew()) {
            var channels =
                    List.of(new Chan<Integer>(), new Chan<Integer>(), new Chan<Integer>(2), new Chan<Integer>(3));
            for (var channel : channels) {
                crew.go(() -> {
                    for (int i = 0; i < values; i++) {
                        channel.send(0);
                    }
                });
                crew.go(() -> {
                    for (int i = 0; i < values; i++) {
                        next(channel);
                    }
                });
            }
            crew.go(() -> inOneSelect(channels, values, true));
            crew.go(() -> inOneSelect(channels, values, false));
            crew.join();
            for (var channel : channels) {
                assertEquals(0, Asleep.sleepers(channel) + channel.len());
            }
        }
    }

    private static void inOneSelect(List<Chan<Integer>> channels, int values, boolean sends) {
        var left = new int[] {values, values, values, values};
        var cases = new Case[4];
        for (int i = 0; i < 4 * values; i++) {
            for (int k = 0; k < 4; k++) {
                var channel = left[k] == 0 ? null : channels.get(k);
                cases[k] = sends ? onSend(channel, 0) : onReceive(channel);
            }
            left[select(cases)]--;
        }
    }

    @Test
    @Rule(12)
    void testSelectFairness() {
        int trials = 10_000;
        try (var crew = new Crew()) {
            var ones = new Chan<Integer>(trials + 1);
            var twos = new Chan<Integer>(trials + 1);
            for (int i = 0; i <= trials; i++) {
                ones.send(1);
                twos.send(2);
            }
            var out = new Chan<Integer>();
            var done = new Chan<Void>();
            crew.go(() -> {
                var got = new AtomicInteger();
                var idle = new Chan<Integer>();
                do {
                    select(
                            onReceive(idle),
                            onReceive(new Chan<Integer>()),
                            onReceive(ones, value -> got.set(1)),
                            onReceive(twos, value -> got.set(2)));
                } while (select(onSend(out, got.get()), onReceive(done)) == 0);
            });
            int first = 0;
            for (int i = 0; i < trials; i++) {
                first += next(out) == 1 ? 1 : 0;
            }
            done.close();
            crew.join();
            assertEquals(trials / 2.0, first, 500); // ten times the standard deviation
        }
    }

    @Test
    void testChanSendInterface() {
        record Value() {}
        var value = new Value();
        var channel = new Chan<Object>(1);
        channel.send(value);
        assertEquals(1, select(onSend(channel, value), otherwise()));
        assertEquals(2, select(onSend(channel, value), onSend(channel, new Value()), otherwise()));
        assertSame(value, channel.receive());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    @Rule(12)
    void testPseudoRandomSend(int capacity) {
        try (var crew = new Crew()) {
            int values = 1_000;
            var channel = new Chan<Integer>(capacity);
            var ones = new AtomicInteger();
            var over = new Mutex();
            over.lock(); // unlocked by another goroutine
            crew.go(() -> {
                for (int i = 0; i < values; i++) {
                    gosched();
                    ones.addAndGet(next(channel));
                }
                over.unlock();
            });
            for (int i = 0; i < values; i++) {
                select(onSend(channel, 1), onSend(channel, 0));
            }
            over.lock();
            // A receiver that waits, waits for the first of the two cases that is tried: chance chooses as well.
            assertEquals(values / 2.0, ones.get(), values / 4.0);
            crew.join();
        }
    }

    @Test
    @Rule(6)
    void testMultiConsumer() {
        int workers = 23;
        int values = 20_000;
        var primes = new int[] {2, 3, 7, 11, 13, 17, 19, 23, 27, 31};
        try (var crew = new Crew()) {
            var jobs = new Chan<Integer>(workers * 3);
            var results = new Chan<Integer>(workers * 3);
            var working = new WaitGroup();
            for (int i = 0; i < workers; i++) {
                int favourite = primes[i % primes.length];
                working.add(1);
                crew.go(() -> {
                    for (int job : jobs) {
                        if (job == favourite) {
                            gosched(); // lets another overtake
                        }
                        results.send(job);
                    }
                    working.done();
                });
            }
            long expected = 0;
            for (int i = 0; i < values; i++) {
                expected += primes[i % primes.length];
            }
            crew.go(() -> {
                for (int i = 0; i < values; i++) {
                    jobs.send(primes[i % primes.length]);
                }
                jobs.close();
                working.await();
                results.close();
            });
            int count = 0;
            long sum = 0;
            for (int result : results) {
                count++;
                sum += result;
            }
            assertEquals(values, count);
            assertEquals(expected, sum);
            crew.join();
        }
    }

    @Test
    void testShrinkStackDuringBlockedSend() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var done = new Chan<Integer>();
            crew.go(() -> {
                for (int i = 0; i < 10; i++) {
                    channel.send(i);
                    assertEquals(300, deep(300)); // the stack grows; asleep, it is a small object on the heap
                }
                done.send(1);
            });
            for (int i = 0; i < 10; i++) {
                Asleep.untilSending(channel, 1);
                System.gc(); // moves it
                assertEquals(i, next(channel));
            }
            next(done);
            crew.join();
        }
    }

    @Test
    void testNoShrinkStackWhileParking() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            crew.go(() -> {
                for (int i = 0; i < 2_000; i++) {
                    channel.send(i);
                    assertEquals(100, deep(100));
                }
                channel.close();
            });
            var over = new AtomicInteger();
            crew.go(() -> {
                int expected = 0;
                for (int value : channel) {
                    assertEquals(expected++, value);
                }
                over.set(1);
            });
            do {
                System.gc(); // while they park
            } while (over.get() == 0);
            crew.join();
        }
    }

    private static int deep(int depth) {
        return depth == 0 ? 0 : deep(depth - 1) + 1;
    }

    @Test
    @Rule({14, 17})
    void testSelectDuplicateChannel() {
        try (var crew = new Crew()) {
            var c = new Chan<Integer>();
            var d = new Chan<Integer>();
            var e = new Chan<Integer>();
            crew.go(() -> {
                assertEquals(2, select(onReceive(c), onReceive(c), onReceive(d)));
                e.send(9);
            });
            Asleep.untilReceiving(c, 2);
            crew.go(() -> assertEquals(8, next(c)));
            Asleep.untilReceiving(c, 3);
            d.send(7); // takes both of the first goroutine's waits out of c's queue
            assertEquals(9, next(e));
            assertEquals(1, Asleep.sleepers(c));
            c.send(8);
            crew.join();
        }
    }

    @Test
    void testSelectStackAdjust() {
        try (var crew = new Crew()) {
            var c = new Chan<int[]>();
            var d = new Chan<int[]>();
            for (int i = 0; i < 2; i++) {
                boolean twice = i == 1;
                crew.go(() -> {
                    assertEquals(300, deep(300));
                    var mine = new int[] {42};
                    var fromC = onReceive(c);
                    int chosen = select(fromC, onReceive(twice ? c : null), onReceive(d), onReceive(twice ? d : null));
                    assertTrue(chosen >= 2);
                    assertNull(fromC.value()); // of a case that was not chosen
                    assertEquals(42, mine[0]);
                });
            }
            Asleep.untilReceiving(d, 3);
            System.gc();
            d.close();
            crew.join();
        }
    }

    @Test
    void gomaxprocsMayChangeWhileChannelsAreInUse() { // chan_test.go runs its tests with 2, 4 and 10 processors
        int before = Go.gomaxprocs(0);
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>(1);
            crew.go(() -> {
                for (int i = 0; i < 3_000; i++) {
                    channel.send(i);
                }
            });
            var got = new ArrayList<@Nullable Integer>();
            crew.go(() -> {
                for (int i = 0; i < 3_000; i++) {
                    got.add(channel.receive());
                }
            });
            for (int n = 1; n <= 10; n++) {
                Go.gomaxprocs(n);
            }
            crew.join();
            assertEquals(3_000, got.size());
            assertEquals(2_999, got.getLast());
        } finally {
            Go.gomaxprocs(before);
        }
    }
}
