package dev.gofer.cli;

import static dev.gofer.Go.go;
import static dev.gofer.Go.sleep;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A web server inside this process, on loopback, with a few hundred pictures: most take a moment, one takes long, one is answered only at the
 * second request, one is not there. One goroutine accepts, one more serves each connection.
 */
final class DemoServer implements AutoCloseable {
    static final int PICTURES = 300;
    private static final int SLOW = 7;
    private static final int BUSY = 23;
    private static final int MISSING = 42;
    private static final Duration MOMENT = Duration.ofMillis(10);
    private static final Duration LONG = Duration.ofMillis(1100);

    private final ServerSocket socket;
    private final AtomicBoolean wasBusy = new AtomicBoolean();

    /**
     * A server that runs until it is closed.
     *
     * @throws IOException no port is free
     */
    DemoServer() throws IOException {
        socket = new ServerSocket(0, 128, InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1}));
        go(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** The URLs of all pictures, that of the missing one, too. */
    List<String> urls() {
        var urls = new ArrayList<String>();
        for (var number = 1; number <= PICTURES; number++) urls.add(address() + path(number));
        return urls;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String path(int number) {
        var what = number == SLOW ? "-slow" : number == BUSY ? "-busy" : number == MISSING ? "-missing" : "";
        return String.format("/%s%03d%s%s", DemoCommand.PREFIX, number, what, DemoImages.ending(number));
    }

    private void accept() {
        try {
            while (true) {
                var connection = socket.accept();
                go(() -> serve(connection));
            }
        } catch (IOException e) {
            // It was closed: the demo is over.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            var in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            var out = new BufferedOutputStream(connection.getOutputStream(), 32 * 1024);
            for (var request = in.readLine(); request != null; request = in.readLine()) {
                for (var header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {}
                answer(request.split(" ", -1)[1], out);
                out.flush();
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    private void answer(String path, OutputStream out) throws IOException {
        sleep(MOMENT);
        var name = path.substring(1 + DemoCommand.PREFIX.length());
        var number = Integer.parseInt(name, 0, 3, 10);
        if (number == MISSING) {
            head(out, "404 Not Found", 0, "");
        } else if (number == BUSY && wasBusy.compareAndSet(false, true)) {
            head(out, "503 Service Unavailable", 0, "");
        } else {
            var picture = DemoImages.image(number);
            head(out, "200 OK", picture.length, name.endsWith(".jpg") ? "image/jpeg" : "image/png");
            if (number == SLOW) trickle(picture, out);
            else out.write(picture);
        }
    }

    private static void head(OutputStream out, String status, int length, String type) throws IOException {
        var head = "HTTP/1.1 " + status + "\r\nContent-Length: " + length + "\r\n";
        if (!type.isEmpty()) head += "Content-Type: " + type + "\r\n";
        out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void trickle(byte[] picture, OutputStream out) throws IOException {
        var pieces = 30;
        for (var piece = 0; piece < pieces; piece++) {
            var from = piece * picture.length / pieces;
            out.write(picture, from, (piece + 1) * picture.length / pieces - from);
            out.flush();
            sleep(LONG.dividedBy(pieces));
        }
    }
}
