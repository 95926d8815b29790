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
import java.util.List;

/** {@link Program}s as Go source. */
final class GoText {
    /* One file for all programs, so that one run of the compiler is enough; it imports little, so that the run is short. Which program,
     * how often, and the seed of the pauses come from the environment. Every fact is written out at once: what a program
     * that dies has written is all it did. A goroutine that is left over from an earlier run stops at its next fact. */
    private static final String HARNESS = """
            // Program number $ORACLE_PROGRAM is run $ORACLE_RUNS times. Prints what its goroutines observe.
            package main

            import (
            	"runtime"
            	"sync"
            	"syscall"
            )

            type run struct {
            	mu     sync.Mutex // guards all below
            	over   bool
            	random uint32
            }

            func main() {
            	program, runs, seed := number("ORACLE_PROGRAM"), number("ORACLE_RUNS"), number("ORACLE_SEED")
            	for i := 0; i < runs; i++ {
            		r := &run{random: uint32(seed+i)*2654435761 | 1}
            		write("run\\n")
            		programs[program](r)
            		r.mu.Lock()
            		r.over = true
            		write("end\\n")
            		r.mu.Unlock()
            	}
            }

            // say writes down what a goroutine observed, and lets others go first now and then.
            func (r *run) say(goroutine int, fact string) {
            	r.mu.Lock()
            	if r.over {
            		r.mu.Unlock()
            		select {}
            	}
            	write(digits(goroutine) + " " + fact + "\\n")
            	r.mu.Unlock()
            	r.pause()
            }

            func (r *run) got(goroutine int, fact string, value int, ok bool) {
            	if ok {
            		r.say(goroutine, fact+digits(value))
            	} else {
            		r.say(goroutine, fact+"-")
            	}
            }

            // recovered is to be deferred.
            func (r *run) recovered(goroutine int) {
            	switch e := recover().(type) {
            	case nil:
            	case error:
            		r.say(goroutine, "~"+e.Error())
            	case string:
            		r.say(goroutine, "~"+e)
            	}
            }

            func (r *run) pause() {
            	r.mu.Lock()
            	r.random ^= r.random << 13
            	r.random ^= r.random >> 17
            	r.random ^= r.random << 5
            	random := r.random
            	r.mu.Unlock()
            	switch random % 8 {
            	case 0, 1:
            		runtime.Gosched()
            	case 2:
            		for i := uint32(0); i < random>>3%64; i++ {
            			runtime.Gosched()
            		}
            	}
            }

            func write(line string) {
            	syscall.Write(1, []byte(line))
            }

            func digits(n int) string {
            	if n < 10 {
            		return string(rune('0' + n))
            	}
            	return digits(n/10) + digits(n%10)
            }

            func yes(b bool) string {
            	if b {
            		return "1"
            	}
            	return "0"
            }

            func number(variable string) int {
            	text, _ := syscall.Getenv(variable)
            	n := 0
            	for _, digit := range text {
            		n = n*10 + int(digit-'0')
            	}
            	return n
            }
            """;

    private final Lines lines = new Lines("\t");

    private GoText() {}

    /** One file of all {@code programs}. */
    static String of(List<Program> programs) {
        var text = new GoText();
        text.lines.add("").open("var programs = []func(*run){");
        for (int i = 0; i < programs.size(); i++) {
            text.lines.add("program" + i + ",");
        }
        text.lines.close("}");
        for (int i = 0; i < programs.size(); i++) {
            text.function("program" + i, programs.get(i));
        }
        return HARNESS + text.lines;
    }

    /** The part of the file that is about one program. */
    static String of(Program program) {
        var text = new GoText();
        text.function("program", program);
        return text.lines.toString();
    }

    private void function(String name, Program program) {
        lines.add("").open("func " + name + "(r *run) {");
        for (int i = 0; i < program.capacities().size(); i++) {
            int capacity = program.capacities().get(i);
            var channel = Facts.channel(i);
            lines.add(
                    capacity == Program.NIL
                            ? "var " + channel + " chan int"
                            : channel + " := make(chan int" + (capacity == 0 ? "" : ", " + capacity) + ")");
            lines.add("_ = " + channel);
        }
        for (int i = 0; i < program.mutexes(); i++) {
            lines.add("var " + Facts.mutex(i) + " sync.Mutex");
            lines.add("_ = &" + Facts.mutex(i));
        }
        for (int i = 0; i < program.groups(); i++) {
            lines.add("var " + Facts.group(i) + " sync.WaitGroup");
            lines.add("_ = &" + Facts.group(i));
        }
        block(program.main(), 0);
        lines.close("}");
    }

    private void block(List<Statement> statements, int me) {
        for (var statement : statements) {
            add(statement, me);
        }
    }

    private void add(Statement statement, int me) {
        switch (statement) {
            case Send(int channel, int value) -> {
                lines.add(Facts.channel(channel) + " <- " + value);
                say(me, Facts.sent(channel, value));
            }
            case Receive(int channel) -> {
                lines.open("{");
                lines.add("v, ok := <-" + Facts.channel(channel));
                got(me, Facts.received(channel));
                lines.close("}");
            }
            case Range(int channel, var body) -> {
                lines.open("for v := range " + Facts.channel(channel) + " {");
                lines.add("r.got(%d, \"%s\", v, true)".formatted(me, Facts.received(channel)));
                block(body, me);
                lines.close("}");
                say(me, Facts.received(channel, null));
            }
            case Select select -> {
                lines.add("select {");
                for (int i = 0; i < select.arms().size(); i++) {
                    var arm = select.arms().get(i);
                    switch (arm.operation()) {
                        case Send(int channel, int value) -> {
                            lines.open("case %s <- %d:".formatted(Facts.channel(channel), value));
                            say(me, Facts.arm(i) + Facts.sent(channel, value));
                        }
                        case Receive(int channel) -> {
                            lines.open("case v, ok := <-%s:".formatted(Facts.channel(channel)));
                            got(me, Facts.arm(i) + Facts.received(channel));
                        }
                        default -> throw new IllegalArgumentException("not a case of a select: " + arm);
                    }
                    block(arm.body(), me);
                    lines.leave();
                }
                if (select.otherwise() != null) {
                    lines.open("default:");
                    say(me, Facts.DEFAULT);
                    block(select.otherwise(), me);
                    lines.leave();
                }
                lines.add("}");
            }
            case Close(int channel) -> {
                lines.add("close(" + Facts.channel(channel) + ")");
                say(me, Facts.closed(channel));
            }
            case Len(int channel) ->
                lines.add(
                        "r.say(%d, \"%s\"+digits(len(%s)))".formatted(me, Facts.len(channel), Facts.channel(channel)));
            case Add(int group, int delta) ->
                lines.add(Facts.group(group) + (delta == -1 ? ".Done()" : ".Add(" + delta + ")"));
            case Wait(int group) -> {
                lines.add(Facts.group(group) + ".Wait()");
                say(me, Facts.waited(group));
            }
            case Lock(int mutex) -> {
                lines.add(Facts.mutex(mutex) + ".Lock()");
                say(me, Facts.locked(mutex));
            }
            case TryLock(int mutex) ->
                lines.add("r.say(%d, \"%s\"+yes(%s.TryLock()))".formatted(me, Facts.tried(mutex), Facts.mutex(mutex)));
            case Unlock(int mutex) -> lines.add(Facts.mutex(mutex) + ".Unlock()");
            case Go(int goroutine, var body) -> function("go func() {", body, goroutine, "}()");
            case GroupGo(int group, int goroutine, var body) ->
                function(Facts.group(group) + ".Go(func() {", body, goroutine, "})");
            case Recover(var body) -> {
                lines.open("func() {").add("defer r.recovered(" + me + ")");
                block(body, me);
                lines.close("}()");
            }
            case Deferred(var body, var after) -> {
                lines.open("func() {").open("defer func() {");
                block(after, me);
                lines.close("}()");
                block(body, me);
                lines.close("}()");
            }
            case Loop(int times, var body) -> {
                lines.open("for range " + times + " {");
                block(body, me);
                lines.close("}");
            }
            case Gosched _ -> lines.add("runtime.Gosched()");
            case Goexit _ -> lines.add("runtime.Goexit()");
            case Panic(String text) -> lines.add("panic(\"" + text + "\")");
        }
    }

    private void function(String open, List<Statement> body, int goroutine, String close) {
        lines.open(open).add("r.pause() // goroutine " + goroutine);
        block(body, goroutine);
        lines.close(close);
    }

    private void say(int me, String fact) {
        lines.add("r.say(%d, \"%s\")".formatted(me, fact));
    }

    private void got(int me, String fact) {
        lines.add("r.got(%d, \"%s\", v, ok)".formatted(me, fact));
    }
}
