package dev.gofer.fetch.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A server on loopback that follows a script for each connection, down to the byte and the way it hangs up. */
final class FaultServer implements AutoCloseable {
    /** What happens on one connection; it is closed when the script ends. */
    interface Script {
        void play(Peer client) throws IOException;
    }

    private final ServerSocket listener;
    private final List<Script> scripts;
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** The n-th connection meets the n-th script; all later ones meet the last. */
    FaultServer(Script... scripts) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), scripts);
    }

    FaultServer(ServerSocket listener, Script... scripts) {
        this.listener = listener;
        this.scripts = List.of(scripts);
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers each request on a connection with the same text. */
    static Script always(String answer) {
        return client -> {
            while (client.request() != null) client.send(answer);
        };
    }

    /** Answers one request, then closes in good order. */
    static Script once(String answer) {
        return client -> {
            client.request();
            client.send(answer);
        };
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private void accept() {
        while (true) {
            try {
                var socket = listener.accept();
                var peer = new Peer(socket);
                int n = peers.size();
                peers.add(peer);
                var script = scripts.get(Math.min(n, scripts.size() - 1));
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        script.play(peer);
                    } catch (IOException e) {
                        // The client went away, as it may.
                    }
                });
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    int connections() {
        return peers.size();
    }

    /** The heads of all requests, in order. */
    List<String> requests() {
        return requests;
    }

    /** Ends every connection by RST. */
    void resetAll() throws IOException {
        for (var peer : peers) peer.reset();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var peer : peers) peer.socket.close();
    }

    /** The client's end of a connection. */
    final class Peer {
        final Socket socket;

        Peer(Socket socket) {
            this.socket = socket;
        }

        /** The next request's head; null when the client has closed. */
        @Nullable
        String request() throws IOException {
            var head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = socket.getInputStream().read();
                if (b < 0) return null;
                head.write(b);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            requests.add(text);
            return text;
        }

        Peer send(String latin1) throws IOException {
            socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        /** Says nothing more until the client has gone. */
        void hang() throws IOException {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }

        /** Ends the connection by RST. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
