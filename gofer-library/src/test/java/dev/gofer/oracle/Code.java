package dev.gofer.oracle;

import dev.gofer.oracle.Statement.Add;
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
import java.util.BitSet;
import java.util.List;

/** A {@link Program} as a list of instructions with jumps, for {@link Model}: so where a goroutine is, is one number. */
final class Code {
    /* Loops are unrolled. What is to be done about a panic or a Goexit is known from where it happens: there are no function calls. */
    static final int NOWHERE = -1;

    enum Kind {
        /** A channel operation, or a select: sends, receives and maybe a default. */
        COMMUNICATE,
        CLOSE,
        LEN,
        ADD,
        WAIT,
        LOCK,
        TRY_LOCK,
        UNLOCK,
        GO,
        PANIC,
        EXIT,
        /** Goes on at the target. */
        JUMP,
        /** The end of a deferred part: a panic or Goexit that came here goes on outwards. */
        END_DEFERRED,
        /** The end of a goroutine. */
        END
    }

    /**
     * One instruction.
     *
     * @param object the channel, mutex, group or goroutine
     * @param target where to go on, {@link #NOWHERE} for the default of a select that has none
     * @param handler index of the innermost handler around it, or {@link #NOWHERE}
     */
    record Instruction(Kind kind, int object, int value, List<Choice> choices, int target, String text, int handler) {}

    /**
     * One case of a communication.
     *
     * @param value to send; 0 receives
     * @param fact what is written down; a receive adds the value
     * @param ifClosed where a receive goes on that finds the channel closed
     */
    record Choice(int channel, int value, String fact, int target, int ifClosed) {
        boolean isSend() {
            return value != 0;
        }
    }

    enum Cure {
        /** A panic is written down, and the goroutine goes on at the target. */
        RECOVER,
        /** The deferred part at the target runs, for a panic and for Goexit. */
        DEFER,
        /** The same for Goexit only: what a group does when its task has ended. */
        DONE
    }

    record Handler(Cure cure, int target, int outer) {}

    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Handler> handlers = new ArrayList<>();
    private final int[] starts; // the first instructions of goroutines
    private final BitSet polled = new BitSet(); // channels of selects with a default
    private final List<Runnable> later = new ArrayList<>(); // bodies of goroutines, to be laid out after their parents

    Code(Program program) {
        starts = new int[program.goroutines()];
        body(0, program.main(), NOWHERE);
        while (!later.isEmpty()) {
            later.removeLast().run();
        }
    }

    Instruction at(int position) {
        return instructions.get(position);
    }

    Handler handler(int index) {
        return handlers.get(index);
    }

    int start(int goroutine) {
        return starts[goroutine];
    }

    /** Whether somebody looks at one of these channels without waiting. */
    boolean isPolled(Instruction communication) {
        return communication.choices().stream().anyMatch(choice -> polled.get(choice.channel()));
    }

    /** {@code group} counts the goroutine as its task; or {@link #NOWHERE}. */
    private void body(int goroutine, List<Statement> statements, int group) {
        starts[goroutine] = instructions.size();
        if (group == NOWHERE) {
            block(statements, NOWHERE);
        } else {
            int handler = reserveHandler();
            block(statements, handler);
            handlers.set(handler, new Handler(Cure.DONE, instructions.size(), NOWHERE));
            simple(Kind.ADD, group, -1, NOWHERE);
            simple(Kind.END_DEFERRED, 0, 0, NOWHERE);
        }
        simple(Kind.END, goroutine, 0, NOWHERE);
    }

    private void block(List<Statement> statements, int handler) {
        for (var statement : statements) {
            lay(statement, handler);
        }
    }

    private void lay(Statement statement, int handler) {
        int here = instructions.size();
        switch (statement) {
            case Send send -> communicate(List.of(choice(send, "", here + 1)), NOWHERE, handler);
            case Receive receive -> communicate(List.of(choice(receive, "", here + 1)), NOWHERE, handler);
            case Range range -> {
                int receive = reserve();
                block(range.body(), handler);
                jump(receive);
                var choice = new Choice(range.channel(), 0, Facts.received(range.channel()), receive + 1, next());
                fill(receive, communication(List.of(choice), NOWHERE, handler));
            }
            case Select select -> select(select, handler);
            case Close(int channel) -> simple(Kind.CLOSE, channel, 0, handler);
            case Len(int channel) -> simple(Kind.LEN, channel, 0, handler);
            case Add(int group, int delta) -> simple(Kind.ADD, group, delta, handler);
            case Wait(int group) -> simple(Kind.WAIT, group, 0, handler);
            case Lock(int mutex) -> simple(Kind.LOCK, mutex, 0, handler);
            case TryLock(int mutex) -> simple(Kind.TRY_LOCK, mutex, 0, handler);
            case Unlock(int mutex) -> simple(Kind.UNLOCK, mutex, 0, handler);
            case Go(int goroutine, var body) -> {
                simple(Kind.GO, goroutine, 0, handler);
                later.add(() -> body(goroutine, body, NOWHERE));
            }
            case GroupGo(int group, int goroutine, var body) -> {
                simple(Kind.ADD, group, 1, handler);
                simple(Kind.GO, goroutine, 0, handler);
                later.add(() -> body(goroutine, body, group));
            }
            case Recover(var body) -> {
                int inner = reserveHandler();
                block(body, inner);
                handlers.set(inner, new Handler(Cure.RECOVER, next(), handler));
                jump(next() + 1); // so that the target is not an instruction of the block
            }
            case Deferred(var body, var after) -> {
                int inner = reserveHandler();
                block(body, inner);
                handlers.set(inner, new Handler(Cure.DEFER, next(), handler));
                block(after, handler);
                simple(Kind.END_DEFERRED, 0, 0, handler);
            }
            case Loop(int times, var body) -> {
                for (int i = 0; i < times; i++) {
                    block(body, handler);
                }
            }
            case Gosched _ -> {}
            case Goexit _ -> simple(Kind.EXIT, 0, 0, handler);
            case Panic(String text) ->
                instructions.add(new Instruction(Kind.PANIC, 0, 0, List.of(), NOWHERE, text, handler));
        }
    }

    private void select(Select select, int handler) {
        int here = reserve();
        var choices = new ArrayList<Choice>();
        var jumps = new ArrayList<Integer>();
        for (int i = 0; i < select.arms().size(); i++) {
            var arm = select.arms().get(i);
            choices.add(choice(arm.operation(), Facts.arm(i), next()));
            block(arm.body(), handler);
            jumps.add(reserve());
        }
        int otherwise = NOWHERE;
        if (select.otherwise() != null) {
            otherwise = next();
            block(select.otherwise(), handler);
            choices.forEach(choice -> polled.set(choice.channel()));
        }
        for (int jump : jumps) {
            fill(jump, new Instruction(Kind.JUMP, 0, 0, List.of(), next(), "", NOWHERE));
        }
        fill(here, communication(choices, otherwise, handler));
    }

    private static Choice choice(Statement operation, String prefix, int target) {
        return switch (operation) {
            case Send(int channel, int value) ->
                new Choice(channel, value, prefix + Facts.sent(channel, value), target, NOWHERE);
            case Receive(int channel) -> new Choice(channel, 0, prefix + Facts.received(channel), target, target);
            default -> throw new IllegalArgumentException("not a case of a select: " + operation);
        };
    }

    private void communicate(List<Choice> choices, int otherwise, int handler) {
        instructions.add(communication(choices, otherwise, handler));
    }

    private static Instruction communication(List<Choice> choices, int otherwise, int handler) {
        return new Instruction(Kind.COMMUNICATE, 0, 0, List.copyOf(choices), otherwise, "", handler);
    }

    private void simple(Kind kind, int object, int value, int handler) {
        instructions.add(new Instruction(kind, object, value, List.of(), NOWHERE, "", handler));
    }

    private void jump(int target) {
        instructions.add(new Instruction(Kind.JUMP, 0, 0, List.of(), target, "", NOWHERE));
    }

    private int next() {
        return instructions.size();
    }

    private int reserve() {
        jump(NOWHERE);
        return instructions.size() - 1;
    }

    private void fill(int position, Instruction instruction) {
        instructions.set(position, instruction);
    }

    private int reserveHandler() {
        handlers.add(new Handler(Cure.DEFER, NOWHERE, NOWHERE));
        return handlers.size() - 1;
    }
}
