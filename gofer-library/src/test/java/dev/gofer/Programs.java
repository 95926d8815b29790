package dev.gofer;

import static dev.gofer.Go.fatal;
import static dev.gofer.Go.go;
import static dev.gofer.Go.goexit;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Small programs, one per name, for {@link ProgramTest} to run in JVMs of their own. */
final class Programs {
    private static final Queue<byte[]> HOARD = new ArrayDeque<>();

    public static void main(String[] args) {
        Go.main(program(args[0]));
    }

    private static Task program(String name) {
        return switch (name) {
            case "returns" ->
                () -> {
                    go(() -> {
                        sleep(Duration.ofDays(1));
                        System.out.println("not reached");
                    });
                    System.out.println("main ends");
                };
            case "telling what it died of fails" ->
                () -> {
                    throw new IllegalStateException() {
                        private static final long serialVersionUID = 1;

                        @Override
                        public String getMessage() {
                            throw new AssertionError("no message");
                        }
                    };
                };
            case "nobody reads" ->
                () -> {
                    while (!System.out.checkError()) {
                        System.out.println("anybody?");
                    }
                    System.err.println("nobody reads");
                };
            case "panic while another writes" ->
                () -> {
                    System.setOut(new PrintStream(new Stuck()));
                    go(() -> System.out.println("never read"));
                    Asleep.until(() -> Stuck.isFull);
                    throw new IOException("boom");
                };
            case "main returns while another writes" ->
                () -> {
                    System.setOut(new PrintStream(new Stuck()));
                    go(() -> System.out.println("never read"));
                    Asleep.until(() -> Stuck.isFull);
                };
            case "deadlock while another thread writes" ->
                () -> {
                    System.setOut(new PrintStream(new Stuck()));
                    Thread.ofPlatform().daemon().start(() -> System.out.println("never read"));
                    Asleep.until(() -> Stuck.isFull);
                    new Chan<Integer>().receive();
                };
            case "fatal with a standard error stream that is stuck" ->
                () -> {
                    System.setErr(new PrintStream(new Stuck(), true));
                    throw fatal("no such list");
                };
            case "panic without streams" ->
                () -> {
                    System.setOut(null);
                    System.setErr(null);
                    throw new IOException("boom");
                };
            case "main returns without streams" ->
                () -> {
                    System.setOut(null);
                    System.setErr(null);
                };
            case "main returns with a stream that throws" ->
                () -> System.setOut(new PrintStream(new ByteArrayOutputStream()) {
                    @Override
                    public void flush() {
                        throw new IllegalStateException("no flush");
                    }
                });
            case "telling what it died of never ends" ->
                () -> {
                    throw dying(Go::select);
                };
            case "telling what it died of is fatal" ->
                () -> {
                    throw dying(() -> fatal("of its own"));
                };
            case "telling what it died of exits" ->
                () -> {
                    throw dying(() -> System.exit(7));
                };
            case "all processors are taken when main returns" ->
                () -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
                    takeAllProcessors();
                };
            case "all processors are taken when a goroutine panics" ->
                () -> {
                    takeAllProcessors();
                    throw new IOException("boom");
                };
            case "fatal in a hook" ->
                () -> Runtime.getRuntime().addShutdownHook(new Thread(() -> fatal("cannot clean up")));
            case "panic in a hook's goroutine" ->
                () -> Runtime.getRuntime().addShutdownHook(new Thread(Programs::awaitAPanic));
            case "panic in a hook's goroutine when another exits" ->
                () -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(Programs::awaitAPanic));
                    System.exit(7);
                };
            case "fatal in a hook when another exits" ->
                () -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> fatal("cannot clean up")));
                    System.exit(7);
                };
            case "deadlock in a hook" ->
                () -> Runtime.getRuntime().addShutdownHook(new Thread(() -> new Chan<Integer>().receive()));
            case "deadlock in a hook when another exits" ->
                () -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> new Chan<Integer>().receive()));
                    System.exit(7);
                };
            case "a hook waits for a goroutine that dies" ->
                () -> {
                    var group = new WaitGroup();
                    var dying = new Chan<Integer>();
                    group.go(() -> {
                        dying.receive();
                        throw new IOException("boom");
                    });
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                        dying.close();
                        group.await();
                    }));
                };
            case "a goroutine dies while hooks run" ->
                () -> {
                    var dying = new Chan<Integer>();
                    go(() -> {
                        dying.receive();
                        throw new IOException("boom");
                    });
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                        var dead = new WaitGroup();
                        dead.go(dying::close);
                        dead.await();
                        Asleep.until(() -> Go.dump().contains("waiting on the end of the program"));
                        System.out.println("hook");
                    }));
                };
            case "platform thread lives on" ->
                () -> {
                    Thread.ofPlatform().start(() -> await(new CountDownLatch(1)));
                    System.out.println("main ends");
                };
            case "panic in main" ->
                () -> {
                    try {
                        throw new IllegalStateException("boom", new IOException("disk"));
                    } finally {
                        System.out.println("deferred");
                    }
                };
            case "panic in goroutine" ->
                () -> {
                    go(() -> {
                        throw new IOException("boom");
                    });
                    select();
                };
            case "panic while main returns" ->
                () -> {
                    var dying = new Chan<Integer>();
                    go(() -> {
                        dying.close();
                        throw new IOException("boom");
                    });
                    dying.receive();
                    select();
                };
            case "panic in a task of a WaitGroup" ->
                () -> {
                    var group = new WaitGroup();
                    group.go(() -> {
                        throw new IOException("boom");
                    });
                    group.await();
                    System.out.println("main went on");
                };
            case "stack overflow" -> Programs::recurse;
            case "traceback system" ->
                () -> {
                    Go.setTraceback("system");
                    throw new IOException("boom");
                };
            case "traceback none" ->
                () -> {
                    Go.setTraceback("none");
                    go(() -> {
                        throw new IOException("boom");
                    });
                    select();
                };
            case "traceback crash" ->
                () -> {
                    Go.setTraceback("crash");
                    throw new IOException("boom");
                };
            case "panic of several lines" ->
                () -> {
                    throw new IOException("one\ngoroutine 7 [running]:\nthree");
                };
            case "dump for jcmd" ->
                () -> {
                    sendForever();
                    var folder = Files.createTempDirectory("gofer");
                    var jar = folder.resolve("agent.jar"); // the classes are on the class path
                    var manifest = new Manifest();
                    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
                    manifest.getMainAttributes().putValue("Agent-Class", "dev.gofer.DumpAgent");
                    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
                    var file = folder.resolve("goroutines.txt");
                    command(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            pid(),
                            "JVMTI.agent_load",
                            jar.toString(),
                            file.toString());
                    System.out.print(Files.readString(file));
                    Files.delete(file);
                    Files.delete(jar);
                    Files.delete(folder);
                };
            case "gomaxprocs" ->
                () -> {
                    System.out.print(Go.gomaxprocs(0) + " " + Go.gomaxprocs(1) + " " + Go.gomaxprocs(5) + " ");
                    System.out.print(Go.gomaxprocs(-1) + " ");
                    Go.setDefaultGomaxprocs();
                    System.out.println(Go.gomaxprocs(0));
                };
            case "hog" ->
                () -> {
                    var err = System.err;
                    var said = new ByteArrayOutputStream();
                    System.setErr(new PrintStream(said, true));
                    var done = new Chan<Integer>();
                    go(() -> {
                        System.out.println("the other");
                        done.close();
                    });
                    while (said.size() == 0) {
                        Thread.onSpinWait();
                    }
                    err.print(said);
                    done.receive();
                };
            case "full heap: a queue" ->
                () -> {
                    var in = new Chan<byte[]>();
                    go(() -> {
                        for (var block : in) {
                            HOARD.add(block);
                        }
                    });
                    while (true) {
                        in.send(new byte[1000]);
                    }
                };
            case "full heap: a foreign thread" ->
                () -> {
                    Thread.ofPlatform().start(() -> {
                        while (true) {
                            HOARD.add(new byte[1000]);
                        }
                    });
                    sleep(Duration.ofHours(1));
                };
            case "second main" -> () -> Go.main(() -> {});
            case "fatal" ->
                () -> {
                    go(() -> {
                        throw fatal(new IOException("no such list: urls.txt"));
                    });
                    select();
                };
            case "close of closed" ->
                () -> {
                    var ch = new Chan<Integer>();
                    ch.close();
                    ch.close();
                };
            case "recovered" ->
                () -> {
                    try {
                        new Chan<Integer>(1).close();
                        Chan.<Integer>nil().close();
                    } catch (MisuseException e) {
                        System.out.println(e.getMessage());
                    }
                };
            case "deadlock: receive" -> () -> new Chan<Integer>().receive();
            case "deadlock: select" ->
                () -> {
                    var ch = new Chan<Integer>();
                    select(onReceive(ch), onSend(ch, 1));
                };
            case "deadlock: two goroutines" ->
                () -> {
                    var a = new Chan<Integer>();
                    var b = new Chan<Integer>();
                    go(() -> {
                        a.receive();
                        b.send(1);
                    });
                    b.receive();
                    a.send(1);
                };
            case "deadlock: with a foreign thread" ->
                () -> {
                    Thread.ofPlatform().daemon().start(() -> await(new CountDownLatch(1)));
                    new Chan<Integer>().receive();
                };
            case "deadlock: stopped ticker" ->
                () -> {
                    var ticker = new Ticker(Duration.ofDays(1));
                    GoTimer.afterFunc(Duration.ofMillis(50), ticker::stop);
                    Go.select(Go.onReceive(ticker.channel()), Go.onReceive(new Chan<Integer>()));
                };
            case "no deadlock: timers wake main" ->
                () -> {
                    var ch = new Chan<String>();
                    GoTimer.afterFunc(Duration.ofMillis(300), () -> ch.send("woken"));
                    System.out.println(ch.receive());
                    var timer = new GoTimer(Duration.ofDays(1));
                    GoTimer.afterFunc(Duration.ofMillis(300), () -> timer.reset(Duration.ofMillis(300)));
                    timer.channel().receive();
                    try (var ctx = Context.background().withTimeout(Duration.ofMillis(300))) {
                        ctx.done().receive();
                    }
                };
            case "goexit in main" ->
                () -> {
                    go(() -> System.out.println("the last goroutine"));
                    try {
                        goexit();
                    } finally {
                        System.out.println("deferred");
                    }
                };
            case "goexit in main, others asleep" ->
                () -> {
                    go(() -> new Chan<Integer>().receive());
                    goexit();
                };
            case "goexit in main, another ends the program" ->
                () -> {
                    go(() -> System.exit(7));
                    goexit();
                };
            case "panic after goexit" ->
                () -> {
                    go(() -> {
                        throw new IllegalStateException("boom");
                    });
                    goexit();
                };
            case "dump" ->
                () -> {
                    var ch = new Chan<Integer>();
                    go(() -> ch.send(1));
                    while (!ch.toString().contains("1 waiting to send")) {
                        Go.gosched();
                    }
                    System.out.print(Go.dump());
                };
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** A stream into which nobody can write. */
    private static final class Stuck extends OutputStream {
        static volatile boolean isFull;

        @Override
        public void write(int b) {
            isFull = true;
            await(new CountDownLatch(1));
        }
    }

    private static Exception dying(Runnable message) {
        return new IllegalStateException() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                message.run();
                return "not reached";
            }
        };
    }

    private static void takeAllProcessors() {
        int processors = 2 * Go.gomaxprocs(0);
        for (int i = 0; i < processors; i++) {
            go(() -> {
                while (true) {
                    Thread.onSpinWait();
                }
            });
        }
    }

    private static void awaitAPanic() {
        var group = new WaitGroup();
        group.go(() -> {
            throw new IOException("boom");
        });
        group.await();
    }

    private static void sendForever() {
        var channel = new Chan<Integer>();
        go(() -> channel.send(1));
        Asleep.untilSending(channel, 1);
    }

    private static String pid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static void command(String... command) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        if (exit != 0) {
            throw new IOException("exit code " + exit);
        }
    }

    @SuppressWarnings("InfiniteRecursion") // that is the test
    private static void recurse() {
        recurse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Programs() {}
}
