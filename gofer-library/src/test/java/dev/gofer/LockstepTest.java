package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random programs, run in lockstep with a model of a few lines: after each step, the goroutines that the model says are done are done, with
 * the result that the model says; the others sleep; and no channel holds anything that the model's does not.
 */
@Timeout(60)
class LockstepTest {
    /* One goroutine per operation; the next begins when all that can happen has happened. So the order of the queues is known, and with
     * selectInOrder there is one possible outcome. */
    private static final int PROGRAMS = 150; // per test
    private static final int STEPS = 50;
    private static final int CHANNELS = 3;

    /** A case of an operation: a send brings a value, a receive brings none. */
    private record Wish(int channel, @Nullable Integer value) {
        boolean isSend() {
            return value != null;
        }
    }

    private static final class Operation {
        final List<Wish> wishes;
        Crew.@Nullable Member member;

        @Nullable
        String predicted; // null: it sleeps

        volatile @Nullable String happened; // written by the member

        Operation(List<Wish> wishes) {
            this.wishes = wishes;
        }

        Crew.Member member() {
            return Objects.requireNonNull(member);
        }

        @Override
        public String toString() {
            return wishes + " -> " + predicted;
        }
    }

    /** A wish in a queue. */
    private record Entry(Operation operation, int index) {
        Wish wish() {
            return operation.wishes.get(index);
        }
    }

    private static final class Model {
        final int capacity;
        boolean closed;
        final ArrayDeque<Integer> buffer = new ArrayDeque<>();
        final ArrayDeque<Entry> senders = new ArrayDeque<>();
        final ArrayDeque<Entry> receivers = new ArrayDeque<>();

        Model(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public String toString() {
            return "cap " + capacity + (closed ? " closed " : " ") + buffer;
        }
    }

    private final List<Chan<Integer>> channels = new ArrayList<>();
    private final List<Model> models = new ArrayList<>();
    private final List<Operation> asleep = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private int lastValue;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyProgramDoesWhatTheModelDoes(long seed) {
        for (int program = 0; program < PROGRAMS; program++) {
            run(new Random(seed * 1_000 + program));
        }
    }

    private void run(Random random) {
        channels.clear();
        models.clear();
        asleep.clear();
        log.clear();
        for (int i = 0; i < CHANNELS; i++) {
            int capacity = random.nextInt(4);
            channels.add(new Chan<>(capacity));
            models.add(new Model(capacity));
        }
        try (var crew = new Crew()) {
            for (int step = 0; step < STEPS; step++) {
                int kind = random.nextInt(20);
                if (kind == 0 && step > STEPS / 3) {
                    close(random.nextInt(CHANNELS));
                } else if (kind < 3 && !asleep.isEmpty()) {
                    interrupt(asleep.get(random.nextInt(asleep.size())));
                } else if (kind < 6) {
                    tryOne(random);
                } else {
                    int wishes = kind < 13 ? 1 : 1 + random.nextInt(4);
                    begin(crew, new Operation(wishes(random, wishes)), kind < 10);
                }
                check();
            }
        } catch (AssertionError e) {
            throw new AssertionError(String.join("\n", log), e);
        }
    }

    private List<Wish> wishes(Random random, int count) {
        var wishes = new ArrayList<Wish>();
        for (int i = 0; i < count; i++) {
            wishes.add(new Wish(random.nextInt(CHANNELS), random.nextBoolean() ? ++lastValue : null));
        }
        return wishes;
    }

    // The steps, in both worlds

    private void begin(Crew crew, Operation operation, boolean plain) {
        log.add("begin " + operation.wishes + " on " + models);
        operation.member =
                crew.go(() -> operation.happened = perform(operation, plain && operation.wishes.size() == 1));
        if (!attempt(operation)) {
            for (int i = 0; i < operation.wishes.size(); i++) {
                var entry = new Entry(operation, i);
                var model = models.get(entry.wish().channel());
                (entry.wish().isSend() ? model.senders : model.receivers).add(entry);
            }
            asleep.add(operation);
        }
        settle(operation);
    }

    private String perform(Operation operation, boolean plain) {
        try {
            var wish = operation.wishes.getFirst();
            if (plain) {
                var channel = channels.get(wish.channel());
                if (wish.value() != null) {
                    channel.send(wish.value());
                    return "0 sent";
                }
                var got = channel.receive();
                return got == null ? "0 closed" : "0 got " + got;
            }
            var cases = new Case[operation.wishes.size()];
            for (int i = 0; i < cases.length; i++) {
                var each = operation.wishes.get(i);
                var channel = channels.get(each.channel());
                cases[i] = each.value() == null ? Go.onReceive(channel) : Go.onSend(channel, each.value());
            }
            int index = Go.selectInOrder(cases);
            if (!(cases[index] instanceof Case.Receive<?> receive)) {
                return index + " sent";
            }
            return receive.value() == null ? index + " closed" : index + " got " + receive.value();
        } catch (MisuseException e) {
            return "misuse";
        } catch (CancellationException e) {
            return Thread.currentThread().isInterrupted() ? "cancelled" : "cancelled without the flag";
        }
    }

    private void tryOne(Random random) {
        int index = random.nextInt(CHANNELS);
        var operation = new Operation(List.of(new Wish(index, random.nextBoolean() ? ++lastValue : null)));
        log.add("try " + operation.wishes + " on " + models);
        var value = operation.wishes.getFirst().value();
        boolean possible = attempt(operation);
        String happened;
        try {
            if (value == null) {
                var got = channels.get(index).tryReceive();
                happened = got == null ? possible ? "0 closed" : "not now" : "0 got " + got;
            } else {
                happened = channels.get(index).trySend(value) ? "0 sent" : "not now";
            }
        } catch (MisuseException e) {
            happened = "misuse";
        }
        assertEquals(possible ? operation.predicted : "not now", happened);
    }

    private void close(int index) {
        log.add("close " + index + " of " + models);
        var model = models.get(index);
        if (model.closed) {
            try {
                channels.get(index).close();
            } catch (MisuseException e) {
                return;
            }
            throw new AssertionError("closed twice");
        }
        model.closed = true;
        channels.get(index).close();
        while (!model.receivers.isEmpty()) {
            var entry = model.receivers.getFirst();
            finish(entry.operation(), entry.index() + " closed");
        }
        while (!model.senders.isEmpty()) {
            finish(model.senders.getFirst().operation(), "misuse");
        }
    }

    private void interrupt(Operation operation) {
        log.add("interrupt " + operation);
        operation.member().interrupt();
        finish(operation, "cancelled");
    }

    // The model

    /** Does what is possible at once. */
    private boolean attempt(Operation operation) {
        for (int i = 0; i < operation.wishes.size(); i++) {
            var wish = operation.wishes.get(i);
            var model = models.get(wish.channel());
            var value = wish.value();
            if (value != null) {
                if (model.closed) {
                    operation.predicted = "misuse";
                    return true;
                }
                if (!model.receivers.isEmpty()) {
                    var receiver = model.receivers.getFirst();
                    finish(receiver.operation(), receiver.index() + " got " + value);
                    operation.predicted = i + " sent";
                    return true;
                }
                if (model.buffer.size() < model.capacity) {
                    model.buffer.add(value);
                    operation.predicted = i + " sent";
                    return true;
                }
            } else {
                var sender = model.senders.peekFirst();
                if (sender != null) {
                    finish(sender.operation(), sender.index() + " sent");
                    model.buffer.add(Objects.requireNonNull(
                            sender.wish().value())); // through the buffer, even where it has no room
                }
                var got = model.buffer.pollFirst();
                if (got != null || model.closed) {
                    operation.predicted = got == null ? i + " closed" : i + " got " + got;
                    return true;
                }
            }
        }
        return false;
    }

    private void finish(Operation operation, String result) {
        operation.predicted = result;
        asleep.remove(operation);
        for (var model : models) {
            model.senders.removeIf(entry -> entry.operation() == operation);
            model.receivers.removeIf(entry -> entry.operation() == operation);
        }
        settle(operation);
    }

    // The comparison

    private final List<Operation> toCheck = new ArrayList<>();

    private void settle(Operation operation) {
        toCheck.add(operation);
    }

    private void check() {
        for (var operation : toCheck) {
            var member = operation.member();
            if (operation.predicted != null) {
                assertNull(member.failure());
                assertEquals(operation.predicted, operation.happened, operation::toString);
            } else {
                Asleep.until(() -> member.isOver() || Asleep.isAsleep(member.thread()));
                assertFalse(member.isOver(), () -> operation + " has ended: " + operation.happened);
            }
        }
        toCheck.clear();
        for (int i = 0; i < CHANNELS; i++) {
            var channel = channels.get(i);
            var model = models.get(i);
            assertEquals(model.buffer.size(), channel.len());
            assertEquals(model.closed, channel.isClosed());
            assertEquals(model.senders.size() + model.receivers.size(), Asleep.sleepers(channel), channel::toString);
        }
    }
}
