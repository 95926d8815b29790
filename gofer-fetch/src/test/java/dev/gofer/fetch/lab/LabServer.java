package dev.gofer.fetch.lab;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server on loopback that plays, for each request, what its owner makes of the path: down to the byte, and to how it hangs up. */
public final class LabServer implements AutoCloseable {
    /** What is done about one request. */
    public interface Play {
        /**
         * Answers it.
         *
         * @param nth how often this path was asked for, from 1
         * @return whether the connection serves another request
         */
        boolean answer(Request request, int nth, Peer peer) throws Exception;
    }

    /** What was asked for; {@code head} is the whole head as it came. */
    public record Request(String path, String head) {
        /** {@return the value of a header; null where there is none} */
        public @Nullable String header(String name) {
            for (var line : head.split("\r\n", -1)) {
                var colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name))
                    return line.substring(colon + 1).strip();
            }
            return null;
        }
    }

    private final ServerSocket listener;
    private final Play play;
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final Set<Socket> live = ConcurrentHashMap.newKeySet();

    public LabServer(Play play) throws IOException {
        this(new ServerSocket(0, 1024, InetAddress.ofLiteral("127.0.0.1")), play);
    }

    /** The same on a listener of one's own, one for TLS say. */
    public LabServer(ServerSocket listener, Play play) {
        this.listener = listener;
        this.play = play;
        Thread.ofPlatform().daemon().name("lab-server").start(this::accept);
    }

    /** {@return the port it listens at} */
    public int port() {
        return listener.getLocalPort();
    }

    /** {@return host and port} */
    public String authority() {
        return "127.0.0.1:" + port();
    }

    /** {@return how often a path was asked for} */
    public int asked(String path) {
        var count = asked.get(path);
        return count == null ? 0 : count.get();
    }

    /** {@return how many requests there were} */
    public int asked() {
        return asked.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    private void accept() {
        try {
            while (true) {
                var socket = listener.accept();
                live.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream(), 4096);
            var peer = new Peer(socket, in);
            while (true) {
                var head = head(in);
                if (head == null) return;
                var words = head.split(" ", 3);
                var path = words.length > 1 ? words[1] : "";
                var nth = asked.computeIfAbsent(path, p -> new AtomicInteger()).incrementAndGet();
                if (!play.answer(new Request(path, head), nth, peer)) return;
            }
        } catch (Exception e) {
            // The client went away, as it may; or it did not like the handshake.
        } finally {
            live.remove(socket);
        }
    }

    private static @Nullable String head(InputStream in) throws IOException {
        var head = new StringBuilder(256);
        while (true) {
            var b = in.read();
            if (b < 0) return null;
            head.append((char) b);
            var n = head.length();
            if (b == '\n' && n >= 4 && head.charAt(n - 3) == '\n') return head.substring(0, n - 4);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : live) socket.close();
    }

    /** The client's end of a connection. */
    public static final class Peer {
        private final Socket socket;
        private final InputStream in;

        private Peer(Socket socket, InputStream in) {
            this.socket = socket;
            this.in = in;
        }

        /** Sends characters up to 255, a byte each. */
        public Peer send(String latin1) throws IOException {
            return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Sends bytes. */
        public Peer send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            return this;
        }

        /** Sends a whole answer, with its length, in one piece. */
        public Peer ok(byte[] body) throws IOException {
            var head = ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
            var all = new byte[head.length + body.length];
            System.arraycopy(head, 0, all, 0, head.length);
            System.arraycopy(body, 0, all, head.length, body.length);
            return send(all);
        }

        /** Says nothing more until the client has gone. */
        public void hang() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }

        /** Will not send any more, but listens. */
        public void halfClose() throws IOException {
            socket.shutdownOutput();
        }

        /** Ends the connection by RST. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
