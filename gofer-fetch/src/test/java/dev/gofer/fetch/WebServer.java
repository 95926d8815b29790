package dev.gofer.fetch;

import static dev.gofer.Go.go;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback whose answer to each path is a piece of code. It closes each connection after one answer. */
final class WebServer implements AutoCloseable {
    /** What is sent for one request; {@code n} counts the requests for that path, from 1. */
    interface Page {
        void send(OutputStream out, int n) throws Exception;
    }

    private final ServerSocket socket = new ServerSocket(0, 200, InetAddress.ofLiteral("127.0.0.1"));
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    final Map<String, List<String>> heads = new ConcurrentHashMap<>(); // of the last request for a path
    final List<String> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger live = new AtomicInteger();
    final AtomicInteger mostLive = new AtomicInteger();

    WebServer() throws IOException {
        go(this::accept);
    }

    static Page ok(String body) {
        return (out, n) -> answer(out, "200 OK", body);
    }

    static Page status(String status) {
        return (out, n) -> answer(out, status, "");
    }

    static void answer(OutputStream out, String status, String body, String... headers) throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n");
        for (var header : headers) head.append(header).append("\r\n");
        out.write((head + "\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
    }

    WebServer page(String path, Page page) {
        pages.put(path, page);
        return this;
    }

    String url(String path) {
        return "http://127.0.0.1:" + socket.getLocalPort() + path;
    }

    int count(String path) {
        var count = counts.get(path);
        return count == null ? 0 : count.get();
    }

    private void accept() {
        try {
            while (true) {
                var connection = socket.accept();
                go(() -> serve(connection));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket connection) throws Exception {
        try (connection) {
            var in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            var request = in.readLine();
            if (request == null) return;
            var head = new ArrayList<String>();
            for (var header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine())
                head.add(header);
            var path = request.split(" ", -1)[1];
            heads.put(path, head);
            asked.add(path);
            mostLive.accumulateAndGet(live.incrementAndGet(), Math::max);
            var n = counts.computeIfAbsent(path, p -> new AtomicInteger()).incrementAndGet();
            try {
                var page = pages.getOrDefault(path, pages.getOrDefault("*", status("404 Not Found")));
                page.send(connection.getOutputStream(), n);
            } finally {
                live.decrementAndGet();
            }
        } catch (IOException e) {
            // the client went away
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
