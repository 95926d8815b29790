package dev.gofer.oracle;

import static dev.gofer.Go.go;
import static dev.gofer.Go.goexit;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;

import dev.gofer.Asleep;
import dev.gofer.Case;
import dev.gofer.Chan;
import dev.gofer.Mutex;
import dev.gofer.Uncaught;
import dev.gofer.WaitGroup;
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
import dev.gofer.runtime.Goroutine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Program} with the library's own primitives, inside this JVM: what ends a program ends the run. */
final class GoferRun {
    /* Facts, and then the end, are pushed onto one stack; nothing can be pushed onto the end. So the first end wins, and the outcome is
     * what was written down before it.
     *
     * A deadlock is seen from outside: two looks in a row find every goroutine over or in the same sleep, so there was an instant at
     * which all slept. Afterwards all that are left are interrupted, and the run waits for them: nothing leaks. */
    private static final long GLANCE = 20_000; // nanoseconds between two looks
    private static final long TOO_LONG = 30_000_000_000L; // nanoseconds; a safety net: no run takes a second

    /** Thrown in goroutines that the end of the run has overtaken. */
    private static final class Stopped extends Error {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("the run is over", null, false, false);
        }
    }

    /** A fact; or the end, of goroutine {@link #END}. */
    private record Event(@Nullable Event before, int goroutine, String text) {}

    private static final int END = -1;

    private final Program program;
    private final SplittableRandom random; // of the watching thread
    private final boolean usesTrySend; // where a select only polls for one send
    private final List<Chan<Integer>> channels = new ArrayList<>();
    private final List<Mutex> mutexes = new ArrayList<>();
    private final List<WaitGroup> groups = new ArrayList<>();
    private final AtomicReference<@Nullable Event> log = new AtomicReference<>();
    private final AtomicIntegerArray started; // 1: the go statement has been reached
    private final AtomicReferenceArray<@Nullable Thread> threads; // of goroutines; set by each itself
    private final SplittableRandom[] pauses; // of goroutines
    private final Thread watcher = Thread.currentThread();

    private GoferRun(Program program, long seed) {
        this.program = program;
        this.random = new SplittableRandom(seed);
        this.usesTrySend = random.nextBoolean();
        this.started = new AtomicIntegerArray(program.goroutines());
        this.threads = new AtomicReferenceArray<>(program.goroutines());
        this.pauses = new SplittableRandom[program.goroutines()];
        for (int i = 0; i < program.goroutines(); i++) {
            pauses[i] = random.split();
        }
        for (int capacity : program.capacities()) {
            channels.add(capacity == Program.NIL ? Chan.nil() : new Chan<>(capacity));
        }
        for (int i = 0; i < program.mutexes(); i++) {
            mutexes.add(new Mutex());
        }
        for (int i = 0; i < program.groups(); i++) {
            groups.add(new WaitGroup());
        }
    }

    /** Runs {@code program}; gives its outcome. The seed decides about pauses only. */
    static String outcome(Program program, long seed) {
        var run = new GoferRun(program, seed);
        var outcome = new AtomicReference<String>();
        Uncaught.during(run::uncaught, () -> outcome.set(run.run()));
        return outcome.get();
    }

    private String run() {
        started.set(0, 1);
        go(() -> {
            body(0, program.main());
            end(Facts.OK);
        });
        long begun = System.nanoTime();
        while (!isOver()) {
            LockSupport.parkNanos(GLANCE);
            var sleeps = sleeps();
            if (!isOver() && sleeps != null && sleeps.equals(sleeps())) {
                end(sleeps.isEmpty() ? Facts.NO_GOROUTINES : Facts.DEADLOCK);
            }
            if (System.nanoTime() - begun > TOO_LONG) {
                throw neverEnds();
            }
        }
        stop();
        return told();
    }

    /** What each goroutine that is left sleeps in; null if one is awake. */
    private @Nullable Map<Thread, Object> sleeps() {
        var left = new ArrayList<Thread>();
        for (int g = 0; g < program.goroutines(); g++) {
            if (started.get(g) != 0) {
                var thread = threads.get(g);
                if (thread == null) {
                    return null;
                }
                if (thread.getState() != Thread.State.TERMINATED) {
                    left.add(thread);
                }
            }
        }
        return Asleep.episodes(left);
    }

    private void stop() {
        for (int g = 0; g < program.goroutines(); g++) {
            while (started.get(g) != 0 && threads.get(g) == null) {
                Thread.onSpinWait(); // it is about to begin, or was refused
            }
            var thread = threads.get(g);
            if (thread != null) {
                thread.interrupt();
                join(thread);
            }
        }
    }

    private void join(Thread thread) {
        try {
            if (!thread.join(Duration.ofNanos(TOO_LONG))) {
                throw neverEnds();
            }
        } catch (InterruptedException e) {
            throw new AssertionError("the time is over, and a goroutine still runs", e);
        }
    }

    /** A wake-up that got lost, or a lock: neither asleep for the library nor to be interrupted. */
    private AssertionError neverEnds() {
        return new AssertionError("never ends: " + GoText.of(program) + JavaText.of(program));
    }

    private String told() {
        var traces = new ArrayList<List<String>>();
        for (int g = 0; g < program.goroutines(); g++) {
            traces.add(new ArrayList<>());
        }
        var end = Objects.requireNonNull(log.get());
        for (var event = end.before(); event != null; event = event.before()) {
            traces.get(event.goroutine()).add(event.text());
        }
        return Facts.outcome(
                end.text(),
                traces.stream().map(trace -> String.join(" ", trace.reversed())).toList());
    }

    private boolean isOver() {
        var newest = log.get();
        return newest != null && newest.goroutine() == END;
    }

    private boolean push(int goroutine, String text) {
        while (true) {
            var newest = log.get();
            if (newest != null && newest.goroutine() == END) {
                return false;
            }
            if (log.compareAndSet(newest, new Event(newest, goroutine, text))) {
                return true;
            }
        }
    }

    private void end(String text) {
        push(END, text);
        LockSupport.unpark(watcher);
    }

    private void uncaught(Throwable exception) {
        end(Facts.endOf(String.valueOf(exception.getMessage())));
    }

    // What goroutines do

    private void body(int me, List<Statement> statements) {
        threads.set(me, Thread.currentThread());
        try {
            pause(me);
            block(me, statements);
        } catch (Throwable e) { // here, not in the handler: a group must not count a task as done that ends the program
            if (Goroutine.isExit(e)) {
                throw e;
            }
            uncaught(e);
            throw new Stopped();
        }
    }

    private void say(int me, String fact) {
        if (!push(me, fact)) {
            throw new Stopped();
        }
        pause(me);
    }

    private void pause(int me) {
        switch (pauses[me].nextInt(8)) {
            case 0, 1 -> gosched();
            case 2 -> {
                for (int i = pauses[me].nextInt(64); i > 0; i--) {
                    Thread.onSpinWait();
                }
            }
            case 3 -> {
                for (int i = pauses[me].nextInt(8); i > 0; i--) {
                    gosched();
                }
            }
            default -> {}
        }
    }

    private void block(int me, List<Statement> statements) {
        for (var statement : statements) {
            execute(me, statement);
        }
    }

    private void execute(int me, Statement statement) {
        switch (statement) {
            case Send(int channel, int value) -> {
                channels.get(channel).send(value);
                say(me, Facts.sent(channel, value));
            }
            case Receive(int channel) ->
                say(me, Facts.received(channel, channels.get(channel).receive()));
            case Range(int channel, var body) -> {
                for (int value : channels.get(channel)) {
                    say(me, Facts.received(channel, value));
                    block(me, body);
                }
                say(me, Facts.received(channel, null));
            }
            case Select select -> choose(me, select);
            case Close(int channel) -> {
                channels.get(channel).close();
                say(me, Facts.closed(channel));
            }
            case Len(int channel) ->
                say(me, Facts.len(channel) + channels.get(channel).len());
            case Add(int group, int delta) -> {
                if (delta == -1) {
                    groups.get(group).done();
                } else {
                    groups.get(group).add(delta);
                }
            }
            case Wait(int group) -> {
                groups.get(group).await();
                say(me, Facts.waited(group));
            }
            case Lock(int mutex) -> {
                mutexes.get(mutex).lock();
                say(me, Facts.locked(mutex));
            }
            case TryLock(int mutex) ->
                say(me, Facts.tried(mutex) + (mutexes.get(mutex).tryLock() ? 1 : 0));
            case Unlock(int mutex) -> mutexes.get(mutex).unlock();
            case Go(int goroutine, var body) -> {
                started.set(goroutine, 1);
                go(() -> body(goroutine, body));
            }
            case GroupGo(int group, int goroutine, var body) -> startIn(groups.get(group), goroutine, body);
            case Recover(var body) -> {
                try {
                    block(me, body);
                } catch (IllegalStateException e) {
                    var text = Facts.goWords(String.valueOf(e.getMessage()));
                    if (text.equals(Facts.UNLOCKED)) { // in Go nobody can recover from it
                        throw e;
                    }
                    say(me, Facts.recovered(text));
                }
            }
            case Deferred(var body, var after) -> {
                try {
                    block(me, body);
                } finally {
                    block(me, after);
                }
            }
            case Loop(int times, var body) -> {
                for (int i = 0; i < times; i++) {
                    block(me, body);
                }
            }
            case Gosched _ -> gosched();
            case Goexit _ -> goexit();
            case Panic(String text) -> throw new IllegalStateException(text);
        }
    }

    private void startIn(WaitGroup group, int goroutine, List<Statement> body) {
        started.set(goroutine, 1);
        try {
            group.go(() -> body(goroutine, body));
        } catch (IllegalStateException e) { // misuse: it was not started
            started.set(goroutine, 0);
            throw e;
        }
    }

    private void choose(int me, Select select) {
        var arms = select.arms();
        if (usesTrySend
                && arms.size() == 1
                && select.otherwise() != null
                && arms.getFirst().operation() instanceof Send(int channel, int value)) {
            if (channels.get(channel).trySend(value)) {
                chosen(me, 0, arms.getFirst(), Facts.sent(channel, value));
            } else {
                passOver(me, select.otherwise());
            }
            return;
        }
        var cases = new ArrayList<Case>();
        for (var arm : arms) {
            cases.add(
                    switch (arm.operation()) {
                        case Send(int channel, int value) -> onSend(channels.get(channel), value);
                        case Receive(int channel) -> onReceive(channels.get(channel));
                        default -> throw new IllegalArgumentException("not a case of a select: " + arm);
                    });
        }
        if (select.otherwise() != null) {
            cases.add(otherwise());
        }
        int index = select(cases.toArray(Case[]::new));
        if (index == arms.size()) {
            passOver(me, select.otherwise() == null ? Collections.emptyList() : select.otherwise());
        } else if (arms.get(index).operation() instanceof Send(int channel, int value)) {
            chosen(me, index, arms.get(index), Facts.sent(channel, value));
        } else if (arms.get(index).operation() instanceof Receive(int channel)
                && cases.get(index) instanceof Case.Receive<?> receive) {
            chosen(me, index, arms.get(index), Facts.received(channel, (Integer) receive.value()));
        }
    }

    private void chosen(int me, int index, Arm arm, String fact) {
        say(me, Facts.arm(index) + fact);
        block(me, arm.body());
    }

    private void passOver(int me, List<Statement> body) {
        say(me, Facts.DEFAULT);
        block(me, body);
    }
}
