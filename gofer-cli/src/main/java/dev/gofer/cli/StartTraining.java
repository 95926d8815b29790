package dev.gofer.cli;

import static dev.gofer.Go.go;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * What {@code gofer} runs under {@code -XX:AOTCacheOutput}: a little of all that a short command does, so that the cache which the JVM makes of it
 * holds the classes, in the state in which they are needed. Its argument is an empty folder to work in.
 */
final class StartTraining {
    private static final int ROUNDS = 3;

    private StartTraining() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        var folder = Path.of(args[0]);
        var silence = new PrintStream(OutputStream.nullOutputStream());
        System.setOut(silence);
        System.setErr(silence);
        try (var server = new DemoServer();
                var tls = new TrainingTls();
                var notTls = notTls()) {
            var urls = server.urls().subList(0, 4);
            var list = Files.write(folder.resolve("urls.txt"), urls).toString();
            var archive = folder.resolve("a.zip").toString();
            var authority = TrainingTls.certificate(folder.resolve("ca.pem")).toString();
            var https = "https://127.0.0.1:" + notTls.getLocalPort();
            for (var round = 0; round < ROUNDS; round++) {
                run("--help");
                run("fetch", "--help");
                run("fetch", "-f", "-o", archive, urls.get(0), urls.get(1), urls.get(2));
                run("fetch", "-f", "-q", "-o", archive, "-i", list, "--allow-private");
                run(
                        "fetch",
                        "-f",
                        "--retry",
                        "0",
                        "-o",
                        folder.resolve("none.zip").toString(),
                        https);
                run("fetch", "-f", "-o", archive, "--cacert", authority, tls.url(1), tls.url(2), tls.url(3));
                run("verify", archive);
                run("plan", "-i", list);
                run("fecth");
            }
        }
        new Version().getVersion();
        Exit.underscoreExit();
        System.exit(0);
    }

    /** A server whose first word is not TLS. One that waited for more of the client's hello would keep the training until the limit of a handshake. */
    private static ServerSocket notTls() throws IOException {
        var socket = new ServerSocket(0, ROUNDS, InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1}));
        go(() -> {
            while (!socket.isClosed()) {
                try (var connection = socket.accept()) {
                    connection.getOutputStream().write("HTTP/1.1 400 \r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        });
        return socket;
    }

    private static void run(String... args) {
        var silence = new PrintWriter(Writer.nullWriter());
        Main.commandLine(args).setOut(silence).setErr(silence).execute(args);
    }
}
