package dev.gofer;

import static dev.gofer.Deadlocks.weakly;
import static dev.gofer.Go.go;
import static dev.gofer.NearByThreads.daemon;

import com.sun.net.httpserver.HttpServer;
import dev.gofer.Deadlocks.Near;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardWatchEventKinds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Main will be woken by what comes in: from a socket, a pipe, another process, the file system. */
final class NearByInput {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private NearByInput() {}

    /** A task that may fail with what input and output fails with. */
    private interface Reading {
        void run() throws Exception;
    }

    static List<Near> all() {
        return List.of(
                new Near("accept in a platform thread", woken -> {
                    var server = new ServerSocket(0, 1, LOOPBACK);
                    daemon(unchecked(() -> {
                        server.accept().close();
                        server.close();
                        woken.send("woken");
                    }));
                    int port = server.getLocalPort();
                    return () -> new Socket(LOOPBACK, port).close();
                }),
                new Near("accept in a plain virtual thread", woken -> {
                    var server = new ServerSocket(0, 1, LOOPBACK);
                    Thread.startVirtualThread(unchecked(() -> {
                        server.accept().close();
                        server.close();
                        woken.send("woken");
                    }));
                    int port = server.getLocalPort();
                    return () -> new Socket(LOOPBACK, port).close();
                }),
                new Near("accept in a goroutine", woken -> {
                    var server = new ServerSocket(0, 1, LOOPBACK);
                    go(() -> {
                        server.accept().close();
                        server.close();
                        woken.send("woken");
                    });
                    int port = server.getLocalPort();
                    return () -> new Socket(LOOPBACK, port).close();
                }),
                new Near("read of a socket in a plain virtual thread", woken -> {
                    var server = new ServerSocket(0, 1, LOOPBACK);
                    var client = new Socket(LOOPBACK, server.getLocalPort());
                    Thread.startVirtualThread(unchecked(() -> {
                        int _ = client.getInputStream().read();
                        client.close();
                        woken.send("woken");
                    }));
                    return () -> {
                        server.accept().close();
                        server.close();
                    };
                }),
                new Near("read of a pipe in a plain virtual thread", woken -> {
                    var pipe = Pipe.open();
                    Thread.startVirtualThread(unchecked(() -> {
                        int _ = pipe.source().read(ByteBuffer.allocate(1));
                        woken.send("woken");
                    }));
                    var sink = pipe.sink();
                    return sink::close;
                }),
                new Near("read of a pipe of streams", woken -> {
                    var out = new PipedOutputStream();
                    var in = new PipedInputStream(out);
                    daemon(unchecked(() -> {
                        int _ = in.read();
                        woken.send("woken");
                    }));
                    return () -> {
                        out.write(1);
                        out.flush();
                    };
                }),
                new Near("a selector", woken -> {
                    var pipe = Pipe.open();
                    pipe.source().configureBlocking(false);
                    daemon(unchecked(() -> {
                        try (var selector = Selector.open()) {
                            pipe.source().register(selector, SelectionKey.OP_READ, woken);
                            selector.select(key -> woken.send("woken"));
                        }
                    }));
                    var sink = pipe.sink();
                    return sink::close;
                }),
                new Near("an asynchronous channel", woken -> {
                    var server = AsynchronousServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
                    server.accept(null, new CompletionHandler<AsynchronousSocketChannel, @Nullable Void>() {
                        @Override
                        public void completed(AsynchronousSocketChannel connection, @Nullable Void nothing) {
                            woken.send("woken");
                        }

                        @Override
                        public void failed(Throwable failure, @Nullable Void nothing) {}
                    });
                    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
                    return () -> new Socket(LOOPBACK, port).close();
                }),
                new Near("a callback of the HTTP client", woken -> {
                    var server = new ServerSocket(0, 1, LOOPBACK);
                    var client = HttpClient.newHttpClient();
                    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort()))
                            .build();
                    var _ = client.sendAsync(request, BodyHandlers.ofString())
                            .thenAccept(response -> woken.send(response.body()));
                    return () -> {
                        try (server;
                                var connection = server.accept()) {
                            answer(connection);
                        }
                    };
                }),
                new Near("a goroutine in a call of the HTTP client", woken -> {
                    var server = new ServerSocket(0, 1, LOOPBACK);
                    var uri = URI.create("http://127.0.0.1:" + server.getLocalPort());
                    go(() -> {
                        try (var client = HttpClient.newHttpClient()) {
                            var request = HttpRequest.newBuilder(uri).build();
                            woken.send(client.send(request, BodyHandlers.ofString())
                                    .body());
                        }
                    });
                    return () -> {
                        try (server;
                                var connection = server.accept()) {
                            answer(connection);
                        }
                    };
                }),
                new Near("a handler of the HTTP server", woken -> {
                    var server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 1);
                    server.createContext("/", exchange -> {
                        exchange.sendResponseHeaders(204, -1);
                        exchange.close();
                        woken.send("woken");
                    });
                    server.start();
                    int port = server.getAddress().getPort();
                    var kept = weakly(server);
                    return () -> {
                        try (var socket = new Socket(LOOPBACK, port)) {
                            write(socket, "GET / HTTP/1.0\r\n\r\n");
                            int _ = socket.getInputStream().read();
                        }
                        kept.get().stop(0);
                    };
                }),
                new Near("the exit of a process", woken -> {
                    var process = new ProcessBuilder("cat").start();
                    var _ = process.onExit().thenRun(() -> woken.send("woken"));
                    var in = process.getOutputStream();
                    return in::close;
                }),
                new Near("Process.waitFor in a plain virtual thread", woken -> {
                    var process = new ProcessBuilder("cat").start();
                    Thread.startVirtualThread(unchecked(() -> {
                        process.waitFor();
                        woken.send("woken");
                    }));
                    var in = process.getOutputStream();
                    return in::close;
                }),
                new Near("the output of a process", woken -> {
                    var process = new ProcessBuilder("cat").start();
                    daemon(unchecked(() -> {
                        int _ = process.getInputStream().read();
                        woken.send("woken");
                    }));
                    var in = process.getOutputStream();
                    return in::close;
                }),
                new Near("the output of a process in a plain virtual thread", woken -> {
                    var process = new ProcessBuilder("cat").start();
                    Thread.startVirtualThread(unchecked(() -> {
                        int _ = process.getInputStream().read();
                        woken.send("woken");
                    }));
                    var in = process.getOutputStream();
                    return in::close;
                }),
                new Near("a change of a folder", woken -> {
                    var folder = Files.createTempDirectory("gofer-watch");
                    var watch = folder.getFileSystem().newWatchService();
                    folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
                    daemon(unchecked(() -> {
                        try (watch) {
                            watch.take();
                        }
                        Files.delete(folder.resolve("file"));
                        Files.delete(folder);
                        woken.send("woken");
                    }));
                    return () -> Files.createFile(folder.resolve("file"));
                }),
                new Near("a lock of a file that another process holds", woken -> {
                    var file = Files.createTempFile("gofer-lock", null);
                    var holder = new ProcessBuilder(
                                    "python3",
                                    "-c",
                                    "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX);"
                                            + " print(flush=True); sys.stdin.read()",
                                    file.toString())
                            .start();
                    int _ = holder.getInputStream().read(); // it has the lock
                    daemon(unchecked(() -> {
                        try (var channel = java.nio.channels.FileChannel.open(
                                        file, java.nio.file.StandardOpenOption.WRITE);
                                var lock = channel.lock()) {
                            woken.send(lock.isValid() ? "woken" : "no lock");
                        }
                        Files.delete(file);
                    }));
                    var in = holder.getOutputStream();
                    return in::close;
                }));
    }

    private static void answer(Socket connection) throws IOException {
        var in = connection.getInputStream();
        for (int newlines = 0; newlines < 2; ) { // to the end of the head
            int next = in.read();
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
        write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwoken");
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Runnable unchecked(Reading task) {
        return () -> {
            try {
                task.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
    }
}
