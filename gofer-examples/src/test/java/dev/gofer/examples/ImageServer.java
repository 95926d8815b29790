package dev.gofer.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A web server on loopback with three pictures and one file that is none. It answers no request before {@link #open}. {@code /moved.jpg} sends
 * on to a picture, {@code /torn.jpg} breaks off in the middle; whatever else is asked for is a 404.
 */
final class ImageServer implements AutoCloseable {
    private final Map<String, byte[]> pictures = new TreeMap<>();
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch asked;
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /** Starts; {@code expected} is the number of requests that {@link #awaitRequests} waits for. */
    ImageServer(int expected) throws IOException {
        asked = new CountDownLatch(expected);
        var random = new Random(7);
        for (int i = 0; i < 3; i++) {
            var picture = new byte[100_000 * i + 1];
            random.nextBytes(picture);
            pictures.put("picture" + i + ".jpg", picture);
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(handlers);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.countDown();
            open.await();
            var name = exchange.getRequestURI().getPath().substring(1);
            var picture = pictures.get(name);
            if (picture != null) {
                exchange.sendResponseHeaders(200, picture.length);
                exchange.getResponseBody().write(picture);
            } else if (name.equals("notes.txt")) {
                exchange.sendResponseHeaders(200, 1);
                exchange.getResponseBody().write('n');
            } else if (name.equals("moved.jpg")) {
                exchange.getResponseHeaders().set("Location", "/picture2.jpg");
                exchange.sendResponseHeaders(302, -1);
            } else if (name.equals("torn.jpg")) {
                exchange.sendResponseHeaders(200, 1_000);
                exchange.getResponseBody().write(new byte[500]);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close stops the held-back handlers
        }
    }

    /** Name and content of each picture. */
    Map<String, byte[]> pictures() {
        return pictures;
    }

    /** The URLs of all pictures, and then of {@code others}. */
    String[] urls(String... others) {
        return Stream.concat(pictures.keySet().stream(), Stream.of(others))
                .map(name -> "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name)
                .toArray(String[]::new);
    }

    /** Waits until the expected requests are all here, at the same time: none of them is answered yet. */
    void awaitRequests() throws InterruptedException {
        assertTrue(asked.await(60, SECONDS), "still missing: " + asked.getCount() + " requests");
    }

    /** Lets every request go ahead, those that wait and those to come. */
    ImageServer open() {
        open.countDown();
        return this;
    }

    @Override
    public void close() {
        server.stop(0);
        handlers.shutdownNow();
        handlers.close();
    }
}
