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

/** A {@link Program} as Java source for Gofer: a file that can be run by itself, with the library on the class path. */
final class JavaText {
    private static final String HEAD = """
            import static dev.gofer.Go.go;
            import static dev.gofer.Go.goexit;
            import static dev.gofer.Go.gosched;
            import static dev.gofer.Go.onReceive;
            import static dev.gofer.Go.onSend;
            import static dev.gofer.Go.otherwise;
            import static dev.gofer.Go.select;

            import dev.gofer.Chan;
            import dev.gofer.Go;
            import dev.gofer.Mutex;
            import dev.gofer.WaitGroup;
            import java.util.concurrent.ThreadLocalRandom;

            /** Prints what its goroutines observe. */
            public final class NAME {
                public static void main(String[] args) {
                    Go.main(NAME::program);
                }
            """;

    private static final String TAIL = """

                private static void say(int goroutine, String fact) {
                    System.out.println(goroutine + " " + fact);
                    pause();
                }

                private static void got(int goroutine, String fact, Integer value) {
                    say(goroutine, fact + (value == null ? "-" : value));
                }

                private static void recovered(int goroutine, IllegalStateException e) {
                    if (e.getMessage().startsWith("sync: unlock of unlocked mutex")) {
                        throw e; // in Go nobody can recover from it
                    }
                    say(goroutine, "~" + e.getMessage());
                }

                private static void panic(String text) {
                    throw new IllegalStateException(text);
                }

                private static String yes(boolean b) {
                    return b ? "1" : "0";
                }

                private static void pause() {
                    if (ThreadLocalRandom.current().nextInt(4) == 0) {
                        gosched();
                    }
                }
            }
            """;

    private final Lines lines = new Lines("    ");

    private JavaText() {}

    /** A whole file, of one class of this name. */
    static String of(Program program, String name) {
        return HEAD.replace("NAME", name) + of(program) + TAIL;
    }

    /** The method that is the program. */
    static String of(Program program) {
        var text = new JavaText();
        text.method(program);
        return text.lines.toString();
    }

    private void method(Program program) {
        lines.indent().add("").open("private static void program() {");
        for (int i = 0; i < program.capacities().size(); i++) {
            int capacity = program.capacities().get(i);
            var channel = Facts.channel(i);
            lines.add(
                    capacity == Program.NIL
                            ? "Chan<Integer> " + channel + " = Chan.nil();"
                            : "var " + channel + " = new Chan<Integer>(" + (capacity == 0 ? "" : capacity) + ");");
        }
        for (int i = 0; i < program.mutexes(); i++) {
            lines.add("var " + Facts.mutex(i) + " = new Mutex();");
        }
        for (int i = 0; i < program.groups(); i++) {
            lines.add("var " + Facts.group(i) + " = new WaitGroup();");
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
                lines.add(Facts.channel(channel) + ".send(" + value + ");");
                say(me, Facts.sent(channel, value));
            }
            case Receive(int channel) -> got(me, Facts.received(channel), Facts.channel(channel) + ".receive()");
            case Range(int channel, var body) -> {
                lines.open("for (var " + value() + " : " + Facts.channel(channel) + ") {");
                got(me, Facts.received(channel), "v" + (lines.depth() - 1));
                block(body, me);
                lines.close("}");
                say(me, Facts.received(channel, null));
            }
            case Select select -> select(select, me);
            case Close(int channel) -> {
                lines.add(Facts.channel(channel) + ".close();");
                say(me, Facts.closed(channel));
            }
            case Len(int channel) ->
                lines.add("say(%d, \"%s\" + %s.len());".formatted(me, Facts.len(channel), Facts.channel(channel)));
            case Add(int group, int delta) ->
                lines.add(Facts.group(group) + (delta == -1 ? ".done();" : ".add(" + delta + ");"));
            case Wait(int group) -> {
                lines.add(Facts.group(group) + ".await();");
                say(me, Facts.waited(group));
            }
            case Lock(int mutex) -> {
                lines.add(Facts.mutex(mutex) + ".lock();");
                say(me, Facts.locked(mutex));
            }
            case TryLock(int mutex) ->
                lines.add("say(%d, \"%s\" + yes(%s.tryLock()));".formatted(me, Facts.tried(mutex), Facts.mutex(mutex)));
            case Unlock(int mutex) -> lines.add(Facts.mutex(mutex) + ".unlock();");
            case Go(int goroutine, var body) -> lambda("go(() -> {", body, goroutine);
            case GroupGo(int group, int goroutine, var body) ->
                lambda(Facts.group(group) + ".go(() -> {", body, goroutine);
            case Recover(var body) -> {
                lines.open("try {");
                block(body, me);
                lines.close("} catch (IllegalStateException e) {").indent();
                lines.add("recovered(" + me + ", e);").close("}");
            }
            case Deferred(var body, var after) -> {
                lines.open("try {");
                block(body, me);
                lines.close("} finally {").indent();
                block(after, me);
                lines.close("}");
            }
            case Loop(int times, var body) -> {
                lines.open("for (int i" + lines.depth() + " = " + times + "; i" + lines.depth() + " > 0; i"
                        + lines.depth() + "--) {");
                block(body, me);
                lines.close("}");
            }
            case Gosched _ -> lines.add("gosched();");
            case Goexit _ -> lines.add("goexit();");
            case Panic(String text) -> lines.add("panic(\"" + text + "\");");
        }
    }

    private void select(Select select, int me) {
        lines.open("select(").indent();
        int last = select.arms().size() - 1;
        for (int i = 0; i <= last; i++) {
            var arm = select.arms().get(i);
            var end = i == last && select.otherwise() == null ? "}));" : "}),";
            switch (arm.operation()) {
                case Send(int channel, int value) -> {
                    lines.open("onSend(%s, %d, () -> {".formatted(Facts.channel(channel), value));
                    say(me, Facts.arm(i) + Facts.sent(channel, value));
                }
                case Receive(int channel) -> {
                    lines.open("onReceive(%s, %s -> {".formatted(Facts.channel(channel), value()));
                    got(me, Facts.arm(i) + Facts.received(channel), "v" + (lines.depth() - 1));
                }
                default -> throw new IllegalArgumentException("not a case of a select: " + arm);
            }
            block(arm.body(), me);
            lines.close(end);
        }
        if (select.otherwise() != null) {
            lines.open("otherwise(() -> {");
            say(me, Facts.DEFAULT);
            block(select.otherwise(), me);
            lines.close("}));");
        }
        lines.leave().leave();
    }

    /** A variable, to be used one level deeper: no variable may have the name of one around it. */
    private String value() {
        return "v" + lines.depth();
    }

    private void lambda(String open, List<Statement> body, int goroutine) {
        lines.open(open).add("pause(); // goroutine " + goroutine);
        block(body, goroutine);
        lines.close("});");
    }

    private void say(int me, String fact) {
        lines.add("say(%d, \"%s\");".formatted(me, fact));
    }

    private void got(int me, String fact, String value) {
        lines.add("got(%d, \"%s\", %s);".formatted(me, fact, value));
    }
}
