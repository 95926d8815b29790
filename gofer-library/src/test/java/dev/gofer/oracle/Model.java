package dev.gofer.oracle;

import dev.gofer.oracle.Code.Choice;
import dev.gofer.oracle.Code.Cure;
import dev.gofer.oracle.Code.Instruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All outcomes that Go's specification, and its documented {@code sync}, allow a {@link Program}: found by trying every interleaving. */
final class Model {
    /* A state is an array of numbers: for each goroutine its position, phase, mode and trace; then the channels, mutexes and groups.
     *
     * (1) Each operation is one step, but for those on a WaitGroup whose parts others can observe: counting to zero, releasing, going on.
     * (2) A goroutine writes a fact down after the operation and before its next one. So when the program ends, the newest fact of
     *     each goroutine may be missing (PENDING), but for the one that ends it, and in a deadlock.
     * (3) Who waits at a channel is PARKED only where somebody polls that channel: nobody else can tell parked from not yet there.
     *     A poll meets only the parked, and who parks has found nothing ready.
     * (4) Of several who wait at one channel, any may be served: Go serves them in turn, but nobody can tell who came first.
     * (5) tryLock may fail while somebody is about to lock, too (Go's memory model allows that).
     * (6) Whoever waits for a group, may be let go by a release that was meant for another who came earlier. */

    /** Thrown for a program that has too many states, or does what Java and Go are known to see differently. */
    static final class Unsuitable extends Exception {
        private static final long serialVersionUID = 1;

        Unsuitable(String message) {
            super(message, null, false, false);
        }
    }

    private static final int MOST_STATES = 20_000;
    private static final int MOST_OUTCOMES = 100;
    private static final int NOBODY = -1;

    // fields of a goroutine
    private static final int POSITION = 0;
    private static final int PHASE = 1;
    private static final int MODE =
            2; // 0, EXITING, or FIRST_TEXT + a text while a panic goes outwards or ends the program
    private static final int TRACE = 3;
    private static final int FIELDS = 4;

    // phases
    private static final int UNBORN = 0;
    private static final int RUNNING = 1;
    private static final int PARKED = 2;
    private static final int WAITING = 3; // for a group
    private static final int RETURNING = 4; // from main: about to end the program
    private static final int DYING = 5; // about to end the program with a panic or a fatal error
    private static final int OVER = 6;
    private static final int RELEASING = 7; // a group of (phase - RELEASING) waiters

    // states of a mutex
    private static final int UNLOCKED = 0;
    private static final int LOCKED = 1;
    private static final int BROKEN =
            2; // unlocked once too often: the program is about to die, and meanwhile tryLock may fail

    // fields of a group, after its counter
    private static final int WAITERS = 1;
    private static final int TOKENS = 2; // its semaphore: as many waiters may go on
    private static final int CELLS = 3;

    private static final int EXITING = 1;
    private static final int FIRST_TEXT = 2;

    private static final int PENDING = 1; // in a trace: the newest fact may not be written down yet
    private static final int VALUE_BITS = 5;
    private static final int CLOSED = 1 << 30;
    private static final int CONTENT = CLOSED - 1; // a channel's values, oldest lowest, above them a 1

    private static final class State {
        final int[] cells;
        private final int hash;

        State(int[] cells) {
            this.cells = cells;
            this.hash = Arrays.hashCode(cells);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State state && Arrays.equals(cells, state.cells);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** A trace is the number of its newest fact here. */
    private record Fact(int earlier, String text) {}

    private final Program program;
    private final Code code;
    private final int channels; // where the channels begin
    private final int mutexes;
    private final int groups;
    private final List<Fact> facts = new ArrayList<>();
    private final Map<Fact, Integer> traces = new HashMap<>();
    private final List<String> texts = new ArrayList<>(); // ends of programs
    private final Set<State> seen = new HashSet<>();
    private final ArrayDeque<State> left = new ArrayDeque<>();
    private final Set<String> outcomes = new TreeSet<>();
    private int[] next = {}; // the state that a step makes

    private Model(Program program) {
        this.program = program;
        this.code = new Code(program);
        this.channels = program.goroutines() * FIELDS;
        this.mutexes = channels + program.capacities().size();
        this.groups = mutexes + program.mutexes();
        facts.add(new Fact(0, ""));
    }

    /** The allowed outcomes, in order. */
    static Set<String> outcomes(Program program) throws Unsuitable {
        return new Model(program).explore();
    }

    private Set<String> explore() throws Unsuitable {
        var first = new int[groups + CELLS * program.groups()];
        Arrays.fill(first, channels, mutexes, 1);
        next = first;
        begin(0);
        push();
        while (!left.isEmpty()) {
            var state = left.pop().cells;
            boolean moved = false;
            for (int g = 0; g < program.goroutines(); g++) {
                moved |= step(state, g);
            }
            if (!moved) {
                end(state, isAnyLeft(state) ? Facts.DEADLOCK : Facts.NO_GOROUTINES, NOBODY);
            }
            if (outcomes.size() > MOST_OUTCOMES) {
                throw new Unsuitable("too many outcomes");
            }
        }
        return outcomes;
    }

    private boolean isAnyLeft(int[] state) {
        for (int g = 0; g < program.goroutines(); g++) {
            int phase = state[g * FIELDS + PHASE];
            if (phase != UNBORN && phase != OVER) {
                return true;
            }
        }
        return false;
    }

    private void push() throws Unsuitable {
        var state = new State(next);
        if (seen.add(state)) {
            if (seen.size() > MOST_STATES) {
                throw new Unsuitable("too many states");
            }
            left.push(state);
        }
    }

    /** Pushes all states that a step of {@code g} leads to; whether there is one, or {@code g} could end the program. */
    private boolean step(int[] state, int g) throws Unsuitable {
        int phase = state[g * FIELDS + PHASE];
        return switch (phase) {
            case UNBORN, PARKED, OVER -> false;
            case RETURNING -> {
                end(state, Facts.OK, g);
                yield true;
            }
            case DYING -> {
                end(state, texts.get(state[g * FIELDS + MODE] - FIRST_TEXT), g);
                yield true;
            }
            case WAITING -> acquire(state, g, group(instruction(state, g)));
            case RUNNING -> perform(state, g, instruction(state, g));
            default -> {
                release(state, g, phase - RELEASING);
                yield true;
            }
        };
    }

    private boolean perform(int[] state, int g, Instruction instruction) throws Unsuitable {
        int object = instruction.object();
        switch (instruction.kind()) {
            case COMMUNICATE -> {
                return communicate(state, g, instruction);
            }
            case CLOSE -> {
                copy(state, g);
                if (program.capacities().get(object) == Program.NIL) {
                    panic(g, Facts.CLOSE_OF_NIL);
                } else if ((next[channels + object] & CLOSED) != 0) {
                    panic(g, Facts.CLOSE_OF_CLOSED);
                } else {
                    next[channels + object] |= CLOSED;
                    proceed(g, Facts.closed(object));
                    wakeAll(object);
                }
            }
            case LEN -> {
                copy(state, g);
                proceed(g, Facts.len(object) + lenOf(object));
            }
            case ADD -> {
                copy(state, g);
                add(g, group(instruction), instruction.value());
            }
            case WAIT -> {
                copy(state, g);
                if (next[group(instruction)] == 0) {
                    proceed(g, Facts.waited(object));
                } else {
                    next[group(instruction) + WAITERS]++;
                    next[g * FIELDS + PHASE] = WAITING;
                }
            }
            case LOCK -> {
                if (state[mutexes + object] == LOCKED) {
                    return false;
                }
                copy(state, g);
                next[mutexes + object] = LOCKED;
                proceed(g, Facts.locked(object));
            }
            case TRY_LOCK -> {
                if (state[mutexes + object] != UNLOCKED || isAboutToLock(state, g, object)) {
                    copy(state, g);
                    proceed(g, Facts.tried(object) + "0");
                    push();
                }
                if (state[mutexes + object] == LOCKED) {
                    return true;
                }
                copy(state, g);
                next[mutexes + object] = LOCKED;
                proceed(g, Facts.tried(object) + "1");
            }
            case UNLOCK -> {
                copy(state, g);
                if (next[mutexes + object] != LOCKED) {
                    next[mutexes + object] = BROKEN;
                    fatal(g, instruction, Facts.UNLOCKED);
                } else {
                    next[mutexes + object] = UNLOCKED;
                    proceed(g, null);
                }
            }
            case GO -> {
                copy(state, g);
                begin(object);
                proceed(g, null);
            }
            case PANIC -> {
                copy(state, g);
                panic(g, instruction.text());
            }
            case EXIT -> {
                copy(state, g);
                unwind(g, EXITING, instruction.handler());
                settle(g);
            }
            case JUMP, END_DEFERRED, END -> throw new AssertionError("no step: " + instruction);
        }
        push();
        return true;
    }

    // Channels

    private boolean communicate(int[] state, int g, Instruction instruction) throws Unsuitable {
        boolean polls = instruction.target() != Code.NOWHERE;
        boolean ready = false; // for sure: not only if somebody has come already
        boolean moved = false;
        for (var choice : instruction.choices()) {
            int channel = state[channels + choice.channel()];
            if (program.capacities().get(choice.channel()) == Program.NIL) {
                continue;
            }
            if (choice.isSend() && (channel & CLOSED) != 0) {
                copy(state, g);
                panic(g, Facts.SEND_ON_CLOSED);
                push();
                ready = true;
            } else if (choice.isSend()
                    && len(channel) < program.capacities().get(choice.channel())
                    && !isAnyParked(state, g, choice)) {
                copy(state, g);
                next[channels + choice.channel()] = appended(channel, choice.value());
                proceed(g, choice.fact(), choice.target());
                push();
                ready = true;
            } else if (!choice.isSend() && len(channel) > 0) {
                take(state, g, choice);
                ready = true;
            } else if (!choice.isSend() && (channel & CLOSED) != 0) {
                copy(state, g);
                proceed(g, choice.fact() + "-", choice.ifClosed());
                push();
                ready = true;
            } else if (len(channel) == 0) {
                moved |= meet(state, g, choice);
                ready |= isAnyParked(state, g, choice);
            }
        }
        if (!ready && polls) {
            copy(state, g);
            proceed(g, Facts.DEFAULT, instruction.target());
            push();
            moved = true;
        } else if (!ready && code.isPolled(instruction)) { // (3)
            copy(state, g);
            next[g * FIELDS + PHASE] = PARKED;
            push();
            moved = true;
        }
        return moved || ready;
    }

    /** Receives the oldest value; a parked sender's value takes the room at once. */
    private void take(int[] state, int g, Choice choice) throws Unsuitable {
        int at = channels + choice.channel();
        int taken = (state[at] & CLOSED) | ((state[at] & CONTENT) >> VALUE_BITS);
        var fact = choice.fact() + (state[at] & ((1 << VALUE_BITS) - 1));
        boolean refilled = false;
        for (int h = 0; h < program.goroutines(); h++) {
            if (h == g || state[h * FIELDS + PHASE] != PARKED) {
                continue;
            }
            for (var other : instruction(state, h).choices()) {
                if (other.channel() == choice.channel() && other.isSend()) {
                    copy(state, g);
                    next[at] = appended(taken, other.value());
                    proceed(g, fact, choice.target());
                    proceed(h, other.fact(), other.target());
                    push();
                    refilled = true;
                }
            }
        }
        if (!refilled) {
            copy(state, g);
            next[at] = taken;
            proceed(g, fact, choice.target());
            push();
        }
    }

    /** Hands a value over, between {@code g} and each who may wait for that; whether there is one. */
    private boolean meet(int[] state, int g, Choice mine) throws Unsuitable {
        boolean met = false;
        for (int h = 0; h < program.goroutines(); h++) {
            if (h == g || !mayBeParked(state, h)) {
                continue;
            }
            for (var theirs : instruction(state, h).choices()) {
                if (isCounterpart(mine, theirs)) {
                    int value = mine.value() + theirs.value(); // one of them is 0
                    copy(state, g);
                    proceed(g, mine.isSend() ? mine.fact() : mine.fact() + value, mine.target());
                    proceed(h, theirs.isSend() ? theirs.fact() : theirs.fact() + value, theirs.target());
                    push();
                    met = true;
                }
            }
        }
        return met;
    }

    private boolean isAnyParked(int[] state, int g, Choice mine) {
        for (int h = 0; h < program.goroutines(); h++) {
            if (h != g
                    && state[h * FIELDS + PHASE] == PARKED
                    && instruction(state, h).choices().stream().anyMatch(theirs -> isCounterpart(mine, theirs))) {
                return true;
            }
        }
        return false;
    }

    private boolean mayBeParked(int[] state, int h) {
        int phase = state[h * FIELDS + PHASE];
        if (phase != RUNNING) {
            return phase == PARKED;
        }
        var instruction = instruction(state, h);
        return instruction.kind() == Code.Kind.COMMUNICATE
                && instruction.target() == Code.NOWHERE
                && !code.isPolled(instruction);
    }

    private static boolean isCounterpart(Choice mine, Choice theirs) {
        return mine.channel() == theirs.channel() && mine.isSend() != theirs.isSend();
    }

    /** In the next state {@code channel} has just been closed. */
    private void wakeAll(int channel) throws Unsuitable {
        for (int h = 0; h < program.goroutines(); h++) {
            if (next[h * FIELDS + PHASE] != PARKED) {
                continue;
            }
            var instruction = instruction(next, h);
            var woken = instruction.choices().stream()
                    .filter(choice -> choice.channel() == channel)
                    .toList();
            if (woken.size() > 1) {
                throw new Unsuitable(
                        "a close of a channel in two cases of a select: which it chooses is not specified");
            }
            for (var choice : woken) {
                if (choice.isSend()) {
                    panic(h, Facts.SEND_ON_CLOSED);
                } else {
                    proceed(h, choice.fact() + "-", choice.ifClosed());
                }
            }
        }
    }

    private static int len(int channel) {
        return (31 - Integer.numberOfLeadingZeros(channel & CONTENT)) / VALUE_BITS;
    }

    private static int appended(int channel, int value) {
        int end = 1 << (len(channel) * VALUE_BITS);
        return channel - end + value * end + (end << VALUE_BITS);
    }

    private int lenOf(int channel) {
        return program.capacities().get(channel) == Program.NIL ? 0 : len(next[channels + channel]);
    }

    // Groups

    private int group(Instruction instruction) {
        return groups + CELLS * instruction.object(); // the counter
    }

    private void add(int g, int counter, int delta) throws Unsuitable {
        next[counter] += delta;
        int now = next[counter];
        int waiters = next[counter + WAITERS];
        if (now < 0) {
            panic(g, Facts.NEGATIVE);
        } else if (waiters > 0 && delta > 0 && now == delta) {
            panic(g, Facts.MISUSE);
        } else if (now > 0 || waiters == 0) {
            proceed(g, null);
        } else {
            next[g * FIELDS + PHASE] = RELEASING + waiters;
        }
    }

    private void release(int[] state, int g, int waiters) throws Unsuitable {
        var instruction = instruction(state, g);
        int counter = group(instruction);
        if (state[counter] != 0 || state[counter + WAITERS] != waiters) {
            copy(state, g);
            panic(g, Facts.MISUSE);
            push();
        }
        copy(state, g); // what changed meanwhile is lost, if it came after Go's check
        next[counter] = 0;
        next[counter + WAITERS] = 0;
        next[counter + TOKENS] += waiters;
        proceed(g, null);
        push();
    }

    /** (6) */
    private boolean acquire(int[] state, int g, int counter) throws Unsuitable {
        if (state[counter + TOKENS] == 0) {
            return false;
        }
        copy(state, g);
        next[counter + TOKENS]--;
        if (next[counter] != 0 || next[counter + WAITERS] != 0) {
            panic(g, Facts.REUSED);
        } else {
            proceed(g, Facts.waited(instruction(state, g).object()));
        }
        push();
        return true;
    }

    private boolean isAboutToLock(int[] state, int g, int mutex) {
        for (int h = 0; h < program.goroutines(); h++) {
            if (h != g && state[h * FIELDS + PHASE] == RUNNING) {
                var instruction = instruction(state, h);
                if (instruction.kind() == Code.Kind.LOCK && instruction.object() == mutex) {
                    return true;
                }
            }
        }
        return false;
    }

    // Goroutines, in the next state

    private Instruction instruction(int[] state, int g) {
        return code.at(state[g * FIELDS + POSITION]);
    }

    /** Makes the next state a copy in which {@code g} has begun its next operation: so its facts are written down. */
    private void copy(int[] state, int g) {
        next = state.clone();
        next[g * FIELDS + TRACE] &= ~PENDING; // (2)
    }

    private void begin(int g) throws Unsuitable {
        next[g * FIELDS + POSITION] = code.start(g);
        next[g * FIELDS + PHASE] = RUNNING;
        settle(g);
    }

    private void proceed(int g, @Nullable String fact) throws Unsuitable {
        proceed(g, fact, next[g * FIELDS + POSITION] + 1);
    }

    private void proceed(int g, @Nullable String fact, int position) throws Unsuitable {
        if (fact != null) {
            write(g, fact);
        }
        next[g * FIELDS + POSITION] = position;
        next[g * FIELDS + PHASE] = RUNNING;
        settle(g);
    }

    private void write(int g, String text) {
        var fact = new Fact(next[g * FIELDS + TRACE] >> 1, text);
        var trace = traces.get(fact);
        if (trace == null) {
            trace = facts.size();
            facts.add(fact);
            traces.put(fact, trace);
        }
        next[g * FIELDS + TRACE] = trace << 1 | PENDING;
    }

    /** Goes past what is no step of its own. */
    private void settle(int g) throws Unsuitable {
        while (next[g * FIELDS + PHASE] == RUNNING) {
            var instruction = instruction(next, g);
            int mode = next[g * FIELDS + MODE];
            switch (instruction.kind()) {
                case JUMP -> next[g * FIELDS + POSITION] = instruction.target();
                case END_DEFERRED -> {
                    if (mode == 0) {
                        next[g * FIELDS + POSITION]++;
                    } else {
                        unwind(g, mode, instruction.handler());
                    }
                }
                case END -> next[g * FIELDS + PHASE] = g == 0 ? RETURNING : OVER;
                default -> {
                    return;
                }
            }
        }
    }

    private void panic(int g, String text) throws Unsuitable {
        if (next[g * FIELDS + MODE] != 0) {
            throw new Unsuitable("a panic in a deferred part: Java forgets the first, Go prints both");
        }
        next[g * FIELDS + TRACE] &= ~PENDING;
        unwind(g, FIRST_TEXT + text(text), instruction(next, g).handler());
        settle(g);
    }

    private void fatal(int g, Instruction instruction, String text) throws Unsuitable {
        for (int at = instruction.handler();
                at != Code.NOWHERE;
                at = code.handler(at).outer()) {
            if (code.handler(at).cure() == Cure.DEFER) {
                throw new Unsuitable("a fatal error under a deferred part: Go ends at once, Gofer runs finally blocks");
            }
        }
        next[g * FIELDS + PHASE] = DYING;
        next[g * FIELDS + MODE] = FIRST_TEXT + text(Facts.fatal(text));
    }

    /** A panic or a Goexit goes outwards from {@code handler} on. */
    private void unwind(int g, int mode, int handler) throws Unsuitable {
        next[g * FIELDS + PHASE] = RUNNING;
        for (int at = handler; at != Code.NOWHERE; at = code.handler(at).outer()) {
            boolean exits = mode == EXITING;
            var cure = code.handler(at).cure();
            if (cure == Cure.RECOVER && !exits) {
                var text = texts.get(mode - FIRST_TEXT);
                if (text.equals(Facts.MISUSE) || text.equals(Facts.REUSED)) {
                    throw new Unsuitable("a group in use by two rounds, recovered: the rest is undefined");
                }
                next[g * FIELDS + POSITION] = code.handler(at).target();
                next[g * FIELDS + MODE] = 0;
                write(g, Facts.recovered(text));
                return;
            }
            if (cure == Cure.DEFER || (cure == Cure.DONE && exits)) {
                next[g * FIELDS + POSITION] = code.handler(at).target();
                next[g * FIELDS + MODE] = mode;
                return;
            }
        }
        if (mode == EXITING) {
            next[g * FIELDS + PHASE] = OVER;
        } else {
            next[g * FIELDS + PHASE] = DYING;
            next[g * FIELDS + MODE] = FIRST_TEXT + text(Facts.panic(texts.get(mode - FIRST_TEXT)));
        }
    }

    private int text(String text) {
        int index = texts.indexOf(text);
        if (index < 0) {
            index = texts.size();
            texts.add(text);
        }
        return index;
    }

    // Outcomes

    /** The program ends; {@code by} ends it, NOBODY in a deadlock. */
    private void end(int[] state, String text, int by) {
        expand(state, text, by, new ArrayList<>());
    }

    private void expand(int[] state, String text, int by, List<String> told) {
        int g = told.size();
        if (g == program.goroutines()) {
            outcomes.add(Facts.outcome(text, told));
            return;
        }
        int trace = state[g * FIELDS + TRACE] >> 1;
        told.add(tell(trace));
        expand(state, text, by, told);
        told.removeLast();
        if ((state[g * FIELDS + TRACE] & PENDING) != 0 && by != NOBODY && by != g) { // (2)
            told.add(tell(facts.get(trace).earlier()));
            expand(state, text, by, told);
            told.removeLast();
        }
    }

    private String tell(int trace) {
        var words = new ArrayList<String>();
        for (int at = trace; at != 0; at = facts.get(at).earlier()) {
            words.add(facts.get(at).text());
        }
        return String.join(" ", words.reversed());
    }
}
