package dev.gofer;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many goroutines send and receive in every way at once, time out, are interrupted, and in the end all channels are closed over their heads.
 * Then the books must balance.
 */
@Timeout(60)
class SelectStressTest {
    /* (1) A value was received once if its sender was told that it was sent, and never otherwise.
     * (2) What one sender sent into one channel, one receiver gets in the order of sending.
     * (3) In the end no channel holds a value or a wait. */
    private static final int ROUNDS = 25; // per seed
    private static final int SENDERS = 4;
    private static final int RECEIVERS = 4;
    private static final int OPERATIONS = 150; // of each

    private record Value(int sender, int number) {}

    /** What one goroutine knows in the end. */
    private static final class Book {
        final List<Value> sent = new ArrayList<>();
        final List<List<Value>> received = new ArrayList<>(); // by channel

        Book(int channels) {
            for (int i = 0; i < channels; i++) {
                received.add(new ArrayList<>());
            }
        }

        void receive(int channel, Value value) {
            received.get(channel).add(value);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Rule({5, 8, 15, 17})
    void theBooksBalance(long seed) {
        for (int round = 0; round < ROUNDS; round++) {
            run(new Random(seed * 1_000 + round));
        }
    }

    private static void run(Random random) {
        var channels = new ArrayList<Chan<Value>>();
        for (int i = 0; i < 3; i++) {
            channels.add(new Chan<>(random.nextInt(4)));
        }
        boolean withInterrupts = random.nextInt(3) > 0;
        boolean closeEarly = random.nextInt(3) == 0;
        var books = new ArrayList<Book>();
        var over = new AtomicBoolean();
        try (var crew = new Crew()) {
            var senders = new ArrayList<Crew.Member>();
            var all = new ArrayList<Crew.Member>();
            for (int i = 0; i < SENDERS; i++) {
                int name = i;
                var book = new Book(channels.size());
                books.add(book);
                var own = new Random(random.nextLong());
                senders.add(crew.go(() -> send(channels, name, book, own)));
            }
            all.addAll(senders);
            for (int i = 0; i < RECEIVERS; i++) {
                var book = new Book(channels.size());
                books.add(book);
                var own = new Random(random.nextLong());
                all.add(crew.go(() -> receive(channels, book, own)));
            }
            var rest = new Book(channels.size());
            books.add(rest);
            all.add(crew.go(() -> receiveRest(channels, rest)));
            crew.go(() -> {
                while (!over.get() && !Thread.currentThread().isInterrupted()) {
                    for (var channel : channels) {
                        int len = channel.len();
                        assertTrue(len >= 0 && len <= channel.cap());
                    }
                    Go.gosched();
                }
            });
            var own = new Random(random.nextLong());
            crew.go(() -> {
                while (withInterrupts && !over.get() && !Thread.currentThread().isInterrupted()) {
                    all.get(own.nextInt(all.size())).interrupt();
                    pause(own);
                }
            });
            if (!closeEarly) {
                senders.forEach(sender -> assertNull(sender.failure()));
            } else {
                pause(own);
            }
            channels.forEach(Chan::close);
            all.forEach(member -> assertNull(member.failure()));
            over.set(true);
            crew.join();
        }
        balance(channels, books);
    }

    private static void send(List<Chan<Value>> channels, int name, Book book, Random random) {
        for (int i = 0; i < OPERATIONS; i++) {
            var value = new Value(name, i);
            var a = channels.get(random.nextInt(channels.size()));
            var b = channels.get(random.nextInt(channels.size()));
            try {
                boolean sent = switch (random.nextInt(6)) {
                    case 0 -> a.trySend(value);
                    case 1 -> select(onSend(a, value), onTimeout(Duration.ofNanos(random.nextInt(50_000)))) == 0;
                    case 2 -> select(onSend(a, value), onSend(b, value)) >= 0;
                    case 3 -> select(onTimeout(Duration.ofHours(1)), onSend(a, value)) == 1;
                    case 4 -> select(onSend(a, value), onDone(shortLived(random))) == 0;
                    default -> {
                        a.send(value);
                        yield true;
                    }
                };
                if (sent) {
                    book.sent.add(value);
                }
            } catch (CancellationException e) {
                assertTrue(Thread.interrupted());
            } catch (MisuseException e) {
                return; // closed
            }
        }
    }

    private static CompletableFuture<Integer> shortLived(Random random) {
        var future = new CompletableFuture<Integer>();
        if (random.nextBoolean()) {
            Go.go(() -> future.complete(1));
        } else {
            future.complete(1);
        }
        return future;
    }

    private static void receive(List<Chan<Value>> channels, Book book, Random random) {
        var closed = new HashSet<Integer>();
        while (closed.size() < channels.size()) {
            int first = random.nextInt(channels.size());
            int second = random.nextInt(channels.size());
            var a = onReceive(channels.get(first));
            var b = onReceive(channels.get(second)).when(!closed.contains(second));
            try {
                switch (random.nextInt(4)) { // select, half the time
                    case 0 -> {
                        var value = channels.get(first).tryReceive();
                        if (value != null) {
                            book.receive(first, value);
                        }
                    }
                    case 1 -> {
                        var value = channels.get(first).receive();
                        if (value != null) {
                            book.receive(first, value);
                        } else {
                            closed.add(first);
                        }
                    }
                    default -> {
                        var nap = Duration.ofNanos(random.nextInt(50_000));
                        int chosen = select(a, b, onTimeout(nap).when(random.nextBoolean()));
                        if (chosen < 2) {
                            var value = (chosen == 0 ? a : b).value();
                            int channel = chosen == 0 ? first : second;
                            if (value != null) {
                                book.receive(channel, value);
                            } else {
                                closed.add(channel);
                            }
                        }
                    }
                }
            } catch (CancellationException e) {
                assertTrue(Thread.interrupted());
            }
        }
    }

    /** Looks at all channels, so that senders and receivers that wait for different ones do not wait for ever. */
    private static void receiveRest(List<Chan<Value>> channels, Book book) {
        var cases = new ArrayList<Case.Receive<Value>>();
        channels.forEach(channel -> cases.add(onReceive(channel)));
        int left = channels.size();
        while (left > 0) {
            try {
                int chosen = select(cases.toArray(Case[]::new));
                var value = cases.get(chosen).value();
                if (value != null) {
                    book.receive(chosen, value);
                } else {
                    cases.get(chosen).when(false);
                    left--;
                }
            } catch (CancellationException e) {
                assertTrue(Thread.interrupted());
            }
        }
    }

    private static void balance(List<Chan<Value>> channels, List<Book> books) {
        var sent = new HashSet<Value>();
        var received = new HashSet<Value>();
        for (var book : books) {
            for (var value : book.sent) {
                assertTrue(sent.add(value));
            }
            for (var values : book.received) {
                var last = new HashMap<Integer, Integer>(); // by sender
                for (var value : values) {
                    assertTrue(received.add(value), () -> "received twice: " + value); // (1)
                    var before = last.put(value.sender, value.number);
                    assertFalse(before != null && before > value.number, () -> "out of order: " + values); // (2)
                }
            }
        }
        assertEquals(sent, received); // (1)
        for (var channel : channels) {
            assertEquals(0, channel.len() + Asleep.sleepers(channel)); // (3)
        }
    }

    private static void pause(Random random) {
        for (int i = random.nextInt(200); i > 0; i--) {
            Go.gosched();
        }
    }
}
