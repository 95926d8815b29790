package dev.gofer;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;
import static dev.gofer.Go.selectInOrder;

import dev.gofer.Deadlocks.Dead;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** All sleep on channels. */
final class DeadByChannels {
    private static final Chan<Integer> FIELD = new Chan<>();

    private DeadByChannels() {}

    static List<Dead> all() {
        return List.of(
                // reachable through a field for ever: only proven where nobody else is there, so these come first
                new Dead("a channel in a static field", "[chan receive]", () -> FIELD.receive()),
                new Dead("two goroutines and a static field", "[chan send]", () -> {
                    go(() -> FIELD.send(1));
                    new Chan<Integer>().receive();
                }),
                new Dead("in a class that is being initialised", "[chan receive]", Stuck::touch),
                new Dead("receive", "[chan receive]", () -> new Chan<Integer>().receive()),
                new Dead("send", "[chan send]", () -> new Chan<Integer>().send(1)),
                new Dead(
                        "receive from a nil channel",
                        "[chan receive (nil chan)]",
                        () -> Chan.nil().receive()),
                new Dead(
                        "send to a nil channel",
                        "[chan send (nil chan)]",
                        () -> Chan.<Integer>nil().send(1)),
                new Dead("send to a full channel", "[chan send]", () -> {
                    var channel = new Chan<Integer>(2);
                    for (int i = 0; i < 3; i++) {
                        channel.send(i);
                    }
                }),
                new Dead("range over a channel that nobody closes", "[chan receive]", () -> {
                    var channel = new Chan<Integer>(2);
                    channel.send(1);
                    channel.send(2);
                    int sum = 0;
                    for (int value : channel) {
                        sum += value;
                    }
                    System.out.println(sum);
                }),
                new Dead("select without cases", "[select (no cases)]", Go::select),
                new Dead(
                        "select of nil channels",
                        "[select (no cases)]",
                        () -> select(onReceive((Chan<Integer>) null), onSend(Chan.<Integer>nil(), 1))),
                new Dead(
                        "select that receives",
                        "[select]",
                        () -> select(onReceive(new Chan<Integer>()), onReceive(new Chan<String>()))),
                new Dead(
                        "select that sends",
                        "[select]",
                        () -> select(onSend(new Chan<Integer>(), 1), onSend(new Chan<String>(), ""))),
                new Dead("select that sends to itself", "[select]", () -> {
                    var channel = new Chan<Integer>();
                    select(onReceive(channel), onSend(channel, 1));
                }),
                new Dead(
                        "select in order",
                        "[select]",
                        () -> selectInOrder(onReceive(new Chan<Integer>()), onReceive(new Chan<Integer>()))),
                new Dead("select with a case that is off", "[select", () -> {
                    var full = new Chan<Integer>(1);
                    full.send(1);
                    select(onReceive(full).when(false), onSend(full, 2));
                }),
                new Dead(
                        "select on a future that nobody completes",
                        "[select]",
                        () -> select(onDone(new CompletableFuture<String>()), onReceive(new Chan<Integer>()))),
                new Dead(
                        "a context that never ends",
                        "[chan receive (nil chan)]",
                        () -> Context.background().done().receive()),
                new Dead(
                        "a context that nobody cancels",
                        "[chan receive]",
                        () -> Context.background().withCancel().done().receive()),
                new Dead("each waits for the other", "[chan receive]", () -> {
                    var a = new Chan<Integer>();
                    var b = new Chan<Integer>();
                    go(() -> {
                        a.receive();
                        b.send(1);
                    });
                    b.receive();
                    a.send(1);
                }),
                new Dead("a ring of three", "[chan receive]", () -> ring(3)),
                new Dead("a ring of a hundred", "[chan receive]", () -> ring(100)),
                new Dead("a thousand at one channel", "[chan send]", () -> {
                    var channel = new Chan<Integer>();
                    for (int i = 0; i < 1000; i++) {
                        go(() -> channel.send(1));
                    }
                    new Chan<Integer>().receive();
                }),
                new Dead("both send", "[chan send]", () -> {
                    var channel = new Chan<Integer>();
                    go(() -> channel.send(1));
                    channel.send(2);
                }),
                new Dead("a pipeline whose source is not closed", "[chan receive]", () -> {
                    var source = new Chan<Integer>();
                    var squares = new Chan<Integer>();
                    go(() -> {
                        for (int value : source) {
                            squares.send(value * value);
                        }
                        squares.close();
                    });
                    go(() -> source.send(2));
                    for (int square : squares) {
                        System.out.println(square);
                    }
                }),
                new Dead("workers that answer nobody", "[sync.WaitGroup.Wait]", () -> {
                    var results = new Chan<Integer>();
                    var group = new WaitGroup();
                    for (int i = 0; i < 3; i++) {
                        int number = i;
                        group.go(() -> results.send(number));
                    }
                    group.await();
                    results.receive();
                }));
    }

    private static void ring(int length) {
        var first = new Chan<Integer>();
        var in = first;
        for (int i = 1; i < length; i++) {
            var from = in;
            var to = new Chan<Integer>();
            go(() -> to.send(Crew.next(from)));
            in = to;
        }
        first.send(Crew.next(in));
    }

    private static final class Stuck {
        static {
            new Chan<Integer>().receive();
        }

        static void touch() {}
    }
}
