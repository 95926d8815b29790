package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code go(ctx, task)}: what a goroutine may be blocked in when its context ends. It goes on, and its end is a normal one. */
@Timeout(60)
class BlockedIoTest {
    /** Starts {@code task}, ends its context once it is blocked in {@code method}, and waits for the end of the goroutine. */
    private static void endWhileIn(String method, Task task) {
        var uncaught = new Chan<Throwable>(1);
        Uncaught.during(uncaught::trySend, () -> {
            try (var ctx = Context.background().withCancel()) {
                var threads = new Chan<Thread>(1);
                Go.go(ctx, () -> {
                    threads.send(Thread.currentThread());
                    task.run();
                    throw new IllegalStateException("it returned"); // only what interrupts throw is a normal end
                });
                var thread = Crew.next(threads);
                Asleep.until(() -> isIn(method, thread));
                ctx.cancel();
                Asleep.until(() -> !thread.isAlive());
            }
        });
        assertNull(uncaught.tryReceive());
    }

    private static boolean isIn(String method, Thread thread) {
        var state = thread.getState();
        if (state != Thread.State.WAITING && state != Thread.State.TIMED_WAITING && state != Thread.State.RUNNABLE) {
            return false;
        }
        for (var frame : thread.getStackTrace()) {
            if ((frame.getClassName() + "." + frame.getMethodName()).endsWith(method)) {
                return true;
            }
        }
        return false;
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void aSocketsRead() throws Exception {
        try (var server = listening();
                var socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            endWhileIn("NioSocketImpl.park", () -> socket.getInputStream().read());
            assertTrue(socket.isClosed());
        }
    }

    @Test
    void aSocketsWrite() throws Exception {
        try (var server = listening();
                var socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            endWhileIn("NioSocketImpl.park", () -> {
                while (true) {
                    socket.getOutputStream().write(new byte[1 << 16]);
                }
            });
        }
    }

    @Test
    void aSocketChannelsRead() throws Exception {
        try (var server = listening();
                var channel = SocketChannel.open(server.getLocalSocketAddress())) {
            endWhileIn("SocketChannelImpl.read", () -> channel.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void aDatagramSocketsReceive() throws Exception {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            endWhileIn("DatagramSocket.receive", () -> socket.receive(new DatagramPacket(new byte[1], 1)));
        }
    }

    @Test
    void aPipesRead() throws Exception {
        var pipe = Pipe.open();
        try (var source = pipe.source();
                var sink = pipe.sink()) {
            endWhileIn("SourceChannelImpl.read", () -> source.read(ByteBuffer.allocate(1)));
            assertTrue(sink.isOpen());
        }
    }

    @Test
    void aPipedStreamsRead() throws Exception {
        try (var out = new PipedOutputStream();
                var in = new PipedInputStream(out)) {
            endWhileIn("PipedInputStream.read", in::read);
        }
    }

    @Test
    void ourPipesReadAndWrite() {
        var pipe = new BytePipe();
        endWhileIn("In.read", () -> pipe.in().read());
        endWhileIn("Out.write", () -> pipe.out().write(1));
    }

    @Test
    void aProcess() throws Exception {
        var process = new ProcessBuilder("sleep", "3600").start();
        try {
            endWhileIn("waitFor", process::waitFor);
            assertTrue(process.isAlive());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theOutputOfAProcessThatTheContextDestroys() throws Exception {
        var process = new ProcessBuilder("sleep", "3600").start();
        var read = new Chan<Integer>(1);
        try (var ctx = Context.background().withCancel()) {
            ctx.afterFunc(process::destroy);
            Go.go(() -> {
                int end = -1;
                try {
                    end = process.getInputStream().read();
                } catch (IOException e) {
                    // destroyed, and so closed, before it could read
                }
                read.send(end);
            });
            ctx.cancel();
            assertEquals(-1, read.receive());
        } finally {
            process.destroyForcibly();
        }
    }

    /** As the JDK's HTTP client does it for the body, and a pipe for what its writer was closed with. */
    @Test
    void whatWrapsAnInterruptOnceMore() {
        for (var wrapper : List.<Function<Exception, Exception>>of(
                IOException::new, e -> new UncheckedIOException(new IOException(e)))) {
            endWhileIn("CountDownLatch.await", () -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw wrapper.apply(e);
                }
            });
        }
    }

    @Test
    void aBlockingQueue() {
        endWhileIn("LinkedBlockingQueue.take", new LinkedBlockingQueue<Integer>()::take);
    }

    @Test
    void aWatchService() throws Exception {
        try (var watch = FileSystems.getDefault().newWatchService()) {
            endWhileIn("take", watch::take);
        }
    }

    @Test
    void aFutureAndItsGoroutine() {
        endWhileIn("CompletableFuture.get", () -> {
            try {
                new CompletableFuture<Integer>().get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** A selector returns when it is interrupted; the next operation throws. */
    @Test
    void aSelector() throws Exception {
        try (var selector = Selector.open()) {
            endWhileIn("SelectorImpl.select", () -> {
                selector.select();
                new Chan<Integer>().receive();
            });
        }
    }
}
