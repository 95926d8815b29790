package dev.gofer.oracle;

import dev.gofer.oracle.Statement.Add;
import dev.gofer.oracle.Statement.Arm;
import dev.gofer.oracle.Statement.Close;
import dev.gofer.oracle.Statement.Deferred;
import dev.gofer.oracle.Statement.Go;
import dev.gofer.oracle.Statement.Goexit;
import dev.gofer.oracle.Statement.Gosched;
import dev.gofer.oracle.Statement.GroupGo;
import dev.gofer.oracle.Statement.Len;
import dev.gofer.oracle.Statement.Lock;
import dev.gofer.oracle.Statement.Loop;
import dev.gofer.oracle.Statement.Panic;
import dev.gofer.oracle.Statement.Range;
import dev.gofer.oracle.Statement.Receive;
import dev.gofer.oracle.Statement.Recover;
import dev.gofer.oracle.Statement.Select;
import dev.gofer.oracle.Statement.Send;
import dev.gofer.oracle.Statement.TryLock;
import dev.gofer.oracle.Statement.Unlock;
import dev.gofer.oracle.Statement.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes tiny programs out of seeds: the same seed, the same program, for ever. */
final class Generator {
    /* Statements chosen blindly make programs of which most are stuck at once. So a program is made of pieces that fit together (a send here
     * and its receive there, a section under a lock, a WaitGroup counted up and down), put one after the other; now and then a piece
     * goes to a random place, or is left incomplete. Then some statements are wrapped up or turned into selects. */
    private final SplittableRandom random;
    private final List<Integer> capacities = new ArrayList<>();
    private final List<List<Statement>> bodies = new ArrayList<>(); // of the goroutines
    private final List<Statement> counted = new ArrayList<>(); // what main does before it starts others
    private int mutexes;
    private int groups;
    private int values;

    private Generator(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The program of {@code seed}. */
    static Program program(long seed) {
        return new Generator(seed).make();
    }

    private Program make() {
        int channels = 1 + random.nextInt(3);
        for (int i = 0; i < channels; i++) {
            int kind = random.nextInt(20);
            capacities.add(kind < 10 ? 0 : kind < 16 ? 1 : kind < 19 ? 2 : Program.NIL);
        }
        int goroutines = 2 + random.nextInt(3);
        for (int i = 0; i < goroutines; i++) {
            bodies.add(new ArrayList<>());
        }
        int pieces = 2 + random.nextInt(4);
        for (int i = 0; i < pieces; i++) {
            addPiece();
        }
        for (var body : bodies) {
            decorate(body);
        }
        boolean joined = chance(50);
        for (int i = goroutines - 1; i > 0; i--) {
            start(i, joined);
        }
        if (joined) {
            bodies.getFirst().add(new Wait(joinGroup()));
        }
        bodies.getFirst().addAll(0, counted);
        return new Program(List.copyOf(capacities), mutexes, groups, goroutines, bodies.getFirst());
    }

    /** Puts the go statement of a goroutine into the body of an earlier one; a joined one is counted by the first group. */
    private void start(int goroutine, boolean joined) {
        int parent = chance(75) ? 0 : random.nextInt(goroutine);
        var body = bodies.get(goroutine);
        var into = bodies.get(parent);
        int at = chance(80) ? 0 : random.nextInt(into.size() + 1);
        if (!joined) {
            into.add(at, new Go(goroutine, body));
        } else if (chance(60)) {
            into.add(at, new GroupGo(joinGroup(), goroutine, body));
        } else {
            if (chance(50)) {
                body = List.of(new Deferred(body, List.of(new Add(joinGroup(), -1))));
            } else {
                body.add(new Add(joinGroup(), -1));
            }
            into.add(at, new Go(goroutine, body));
            into.add(chance(95) ? at : at + 1, new Add(joinGroup(), 1));
        }
    }

    private void addPiece() {
        int kind = random.nextInt(100);
        if (kind < 38) { // a message
            int from = goroutine();
            int to = otherGoroutine(from);
            int channel = channel();
            put(from, new Send(channel, value()));
            put(to, new Receive(channel));
        } else if (kind < 48) { // a producer and a consumer
            int from = goroutine();
            int to = otherGoroutine(from);
            int channel = channel();
            if (chance(50)) {
                put(from, new Loop(2 + random.nextInt(2), List.of(new Send(channel, value()))));
            } else {
                put(from, new Send(channel, value()));
            }
            if (chance(90)) {
                put(from, new Close(channel));
            }
            put(to, new Range(channel, chance(15) ? List.of(stray()) : List.of()));
        } else if (kind < 58) { // sections under a lock
            int mutex = mutex();
            int users = 1 + random.nextInt(2);
            for (int i = 0; i < users; i++) {
                lockedSection(goroutine(), mutex);
            }
        } else if (kind < 68) { // a group
            int group = group();
            int waiting = goroutine();
            int done = otherGoroutine(waiting);
            int tasks = 1 + random.nextInt(2);
            if (chance(80)) {
                counted.add(new Add(group, tasks));
            } else {
                put(waiting, new Add(group, tasks));
            }
            for (int i = 0; i < tasks; i++) {
                put(done, new Add(group, -1));
            }
            put(waiting, new Wait(group));
        } else if (kind < 78) { // a select on both sides
            int one = goroutine();
            put(one, select());
            if (chance(60)) {
                put(otherGoroutine(one), select());
            }
        } else {
            put(goroutine(), stray());
        }
    }

    private void lockedSection(int goroutine, int mutex) {
        int kind = random.nextInt(10);
        if (kind < 4) {
            put(goroutine, new Deferred(listOf(new Lock(mutex), stray()), List.of(new Unlock(mutex))));
        } else if (kind < 6) {
            put(goroutine, new TryLock(mutex));
        } else {
            put(goroutine, new Lock(mutex));
            if (chance(50)) {
                put(goroutine, stray());
            }
            if (chance(95)) {
                put(goroutine, new Unlock(mutex));
            }
        }
    }

    /** One statement, whatever it may lead to. */
    private Statement stray() {
        int kind = random.nextInt(100);
        if (kind < 15) {
            return new Send(channel(), value());
        } else if (kind < 30) {
            return new Receive(channel());
        } else if (kind < 42) {
            return new Close(channel());
        } else if (kind < 54) {
            return new Len(channel());
        } else if (kind < 62) {
            return new TryLock(mutex());
        } else if (kind < 68) {
            return new Unlock(mutex());
        } else if (kind < 74) {
            return new Add(group(), chance(30) ? -1 : random.nextInt(3));
        } else if (kind < 78) {
            return new Wait(group());
        } else if (kind < 84) {
            return new Goexit();
        } else if (kind < 90) {
            return new Panic("boom " + value());
        } else if (kind < 94) {
            return new Gosched();
        } else {
            return select();
        }
    }

    private Select select() {
        var arms = new ArrayList<Arm>();
        int count = random.nextInt(10) == 0 ? 3 : 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            arms.add(arm(chance(50) ? new Send(channel(), value()) : new Receive(channel())));
        }
        boolean hasDefault = chance(count == 1 ? 80 : 25);
        return new Select(arms, hasDefault ? armBody() : null);
    }

    private Arm arm(Statement operation) {
        return new Arm(operation, armBody());
    }

    private List<Statement> armBody() {
        return chance(15) ? List.of(simple()) : List.of();
    }

    private Statement simple() {
        return switch (random.nextInt(4)) {
            case 0 -> new Close(channel());
            case 1 -> new Send(channel(), value());
            case 2 -> new Receive(channel());
            default -> new Len(channel());
        };
    }

    /** Wraps statements of {@code body}, and turns some operations into selects of that operation and another. */
    private void decorate(List<Statement> body) {
        for (int i = 0; i < body.size(); i++) {
            var statement = body.get(i);
            if ((statement instanceof Send || statement instanceof Receive) && chance(15)) {
                var arms = new ArrayList<>(List.of(arm(statement)));
                if (chance(70)) {
                    arms.add(
                            random.nextInt(2), arm(chance(50) ? new Send(channel(), value()) : new Receive(channel())));
                }
                body.set(i, new Select(arms, chance(30) ? armBody() : null));
            } else if (chance(6)) {
                body.set(i, new Loop(2, List.of(statement)));
            } else if (chance(12)) {
                int end = Math.min(body.size(), i + 1 + random.nextInt(2));
                var slice = new ArrayList<>(body.subList(i, end));
                body.subList(i, end).clear();
                body.add(i, chance(70) ? new Recover(slice) : new Deferred(slice, List.of(simple())));
            }
        }
    }

    private void put(int goroutine, Statement statement) {
        var body = bodies.get(goroutine);
        body.add(chance(80) ? body.size() : random.nextInt(body.size() + 1), statement);
    }

    private int goroutine() {
        return random.nextInt(bodies.size());
    }

    private int otherGoroutine(int than) {
        return (than + 1 + random.nextInt(bodies.size() - 1)) % bodies.size();
    }

    private int channel() {
        return random.nextInt(capacities.size());
    }

    private int mutex() {
        mutexes = Math.max(mutexes, 1);
        return 0;
    }

    /** A group for pieces; the one that joins goroutines is another. */
    private int group() {
        groups = Math.max(groups, 1);
        return 0;
    }

    private int joinGroup() {
        groups = 2;
        return 1;
    }

    private int value() {
        return 1 + values++ % 31;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private static List<Statement> listOf(Statement... statements) {
        return new ArrayList<>(List.of(statements));
    }
}
