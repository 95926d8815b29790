package dev.gofer.conformance;

import static dev.gofer.Go.go;
import static dev.gofer.Go.goexit;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.select;
import static dev.gofer.Go.sleep;

import dev.gofer.Chan;
import dev.gofer.Go;
import dev.gofer.GoTimer;
import dev.gofer.Task;
import dev.gofer.WaitGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the tests of {@code src/runtime/crash_test.go} are about, as programs for {@link CrashTest}. */
final class CrashPrograms {
    private CrashPrograms() {}

    public static void main(String[] args) {
        Go.main(Objects.requireNonNull(all().get(args[0])));
    }

    static Map<String, Task> all() {
        var all = new TreeMap<String, Task>();
        all.put("SimpleDeadlock", Go::select);
        all.put("InitDeadlock", InClassInitialiser::touch);
        all.put("LockedDeadlock2", () -> {
            go(InClassInitialiser::touch);
            sleep(Duration.ofMillis(1));
            select();
        });
        all.put("GoexitDeadlock", () -> {
            go(() -> {});
            go(() -> {});
            goexit();
        });
        all.put("GoexitExit", () -> {
            go(() -> sleep(Duration.ofMillis(1)));
            var _ = ByteBuffer.allocateDirect(1); // is freed when it is garbage, by a thread of the JVM
            System.gc();
            goexit();
        });
        all.put("GoexitInPanic", () -> {
            go(() -> {
                try {
                    throw new IllegalStateException("hello");
                } finally {
                    goexit();
                }
            });
            goexit();
        });
        all.put("PanicAfterGoexit", () -> {
            try {
                goexit();
            } finally {
                fail("hello");
            }
        });
        all.put("RecoveredPanicAfterGoexit", () -> {
            try {
                goexit();
            } finally {
                recover("hello");
            }
        });
        all.put("RecoverBeforePanicAfterGoexit", () -> {
            try {
                try {
                    goexit();
                } finally {
                    recover("hello");
                }
            } finally {
                System.out.println("outer");
            }
        });
        all.put("StackOverflow", CrashPrograms::recurse);
        all.put("RecursivePanic", () -> {
            try {
                try {
                    fail("bad");
                } catch (IllegalStateException e) {
                    throw new IllegalStateException("wrap: " + e.getMessage(), e);
                }
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            fail("again");
        });
        all.put("RecursivePanic2", () -> {
            try {
                try {
                    recover("first panic");
                } finally {
                    fail("second panic");
                }
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            fail("third panic");
        });
        all.put("RecursivePanic3", () -> {
            try {
                fail("first panic");
            } finally {
                recover("second panic");
            }
        });
        all.put("RecursivePanic4", () -> {
            try {
                fail("first panic");
            } catch (IllegalStateException e) {
                throw new IllegalStateException("second panic", e);
            }
        });
        all.put("RecursivePanic5", () -> {
            try {
                try {
                    fail("first panic");
                } catch (IllegalStateException e) {
                    System.out.println(e.getMessage());
                    fail("second panic");
                }
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            fail("third panic");
        });
        all.put("RepanickedPanic", () -> {
            try {
                fail("message");
            } catch (IllegalStateException e) {
                throw e;
            }
        });
        all.put("RepanickedMiddlePanic", () -> {
            try {
                try {
                    fail("inner");
                } catch (IllegalStateException e) {
                    throw new IllegalStateException("middle", e);
                }
            } catch (IllegalStateException e) {
                throw new IllegalStateException("outer", e);
            }
        });
        all.put("PanicTraceback", () -> {
            try {
                inner();
            } finally {
                fail("panic pt1");
            }
        });
        all.put("DoublePanic", () -> {
            try {
                fail("XXX");
            } catch (IllegalStateException e) {
                var second = new IllegalStateException("YYY");
                second.addSuppressed(e);
                throw second;
            }
        });
        all.put("MainGoroutineID", () -> fail("test"));
        all.put("NoHelperGoroutines", () -> {
            GoTimer.afterFunc(Duration.ofHours(1), () -> {});
            fail("oops");
        });
        all.put("GoschedInPanic", () -> {
            throw new Talking(() -> gosched());
        });
        all.put("SyscallInPanic", () -> {
            throw new Talking(() -> {
                System.out.println("1");
                System.out.println("2");
            });
        });
        all.put("PanicLoop", () -> {
            throw new Talking(() -> fail("double error"));
        });
        all.put("CircularPanic", () -> {
            throw new Circular();
        });
        all.put("PanicRace", () -> {
            var group = new WaitGroup();
            group.go(() -> fail("crash"));
            group.await(); // main would end the program, if a task that fails were done
        });
        all.put("RuntimePanic", () -> new Chan<Integer>(-1).close());
        all.put("TracebackRuntimeFunction", () -> Go.select(nothing()));
        all.put("TracebackRuntimeMethod", () -> new WaitGroup().go(nothing()));
        all.put("NetpollDeadlock", () -> {
            InGo.touch();
            System.out.println("done");
        });
        all.put("NetpollWaiters", CrashPrograms::converse);
        return all;
    }

    private static void fail(String message) {
        throw new IllegalStateException(message);
    }

    private static void recover(String message) {
        try {
            fail(message);
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void inner() {
        try {
            fail("hello");
        } finally {
            fail("panic pt2");
        }
    }

    @SuppressWarnings("InfiniteRecursion") // that is the test
    private static void recurse() {
        recurse();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // the mistake that the program makes
    private static <T> T nothing() {
        return null;
    }

    /** Two goroutines talk over a socket; nobody waits for it in the end. */
    private static void converse() throws IOException {
        var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var group = new WaitGroup();
        group.go(() -> {
            try (server;
                    var connection = server.accept()) {
                System.out.println(connection.getInputStream().readAllBytes().length);
            }
        });
        group.go(() -> {
            try (var socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                for (int i = 0; i < 10; i++) {
                    socket.getOutputStream().write(i);
                    sleep(Duration.ofMillis(1));
                }
            }
        });
        group.await();
        System.out.println("OK");
        new Chan<Integer>().receive();
    }

    /** An exception that does something when it is asked for its message. */
    private static final class Talking extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Runnable before;

        Talking(Runnable before) {
            this.before = before;
        }

        @Override
        public String getMessage() {
            before.run();
            return "3";
        }
    }

    /** An exception whose message is an exception whose message … */
    private static final class Circular extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable String getMessage() {
            return new Circular().toString();
        }
    }

    private static final class InClassInitialiser {
        static {
            select();
        }

        static void touch() {}
    }

    /** Looks for a server that is not there, before the program proper. */
    private static final class InGo {
        static {
            System.out.println("dialing");
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), 1)) {
                System.out.println(socket);
            } catch (IOException e) {
                System.out.println("error");
            }
        }

        static void touch() {}
    }
}
