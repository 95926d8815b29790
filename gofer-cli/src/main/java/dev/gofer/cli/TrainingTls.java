package dev.gofer.cli;

import static dev.gofer.Go.go;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server inside this process, on loopback, that speaks TLS and HTTP/1.1: so that {@link StartTraining} sees a whole handshake. */
final class TrainingTls implements AutoCloseable {
    /* The key is no secret and protects nothing: only the training ever trusts its certificate. To make one for each training takes a keytool's
     * process, and a second of the processor's time. */
    private static final String KEY = """
            MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCDOr6BikqDRKTy2k+2w
            wEpU/R5Yg6EwOUALoQUkfFiJNw==
            """;
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBUDCB9qADAgECAggWLDEC0t9YNDAKBggqhkjOPQQDAzATMREwDwYDVQQDEwh0
            cmFpbmluZzAgFw0yMDAxMDEwMDAwMDBaGA8yMTE5MTIwODAwMDAwMFowEzERMA8G
            A1UEAxMIdHJhaW5pbmcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQrRUdIS9X1
            U0zcH02cwJfzf2NCgo6tee/ZDiJIAD12LrKKpLNV792JL13VVLQsYvaJGkSv/7FG
            eUJP4LPVpUm8ozIwMDAdBgNVHQ4EFgQU7IGtnMgcX+s+8dkR8UMTdN4YbM0wDwYD
            VR0RBAgwBocEfwAAATAKBggqhkjOPQQDAwNJADBGAiEAyAg+3lZ9cHlbB4Ap1dRR
            NGh3sJVEhAz5t8K6H1JkPxoCIQDgMOQK1rlT1tVaIjIaGCJ6Cbk4p7wHlLnSManr
            zOPsbw==
            -----END CERTIFICATE-----
            """;
    private static final char[] PASSWORD = "training".toCharArray();

    private final ServerSocket socket;

    /**
     * A server that runs until it is closed.
     *
     * @throws IOException no port is free
     * @throws GeneralSecurityException this Java lacks something of TLS
     */
    TrainingTls() throws IOException, GeneralSecurityException {
        var certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(CERTIFICATE.getBytes(StandardCharsets.US_ASCII)));
        var key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(KEY)));
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("training", key, PASSWORD, new Certificate[] {certificate});
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var loopback = InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
        socket = context.getServerSocketFactory().createServerSocket(0, 16, loopback);
        go(this::accept);
    }

    /** The URL of one of its pictures. */
    String url(int number) {
        return "https://127.0.0.1:" + socket.getLocalPort() + "/" + number + ".jpg";
    }

    /** Writes its certificate to a file, for {@code --cacert}. */
    static Path certificate(Path file) throws IOException {
        return Files.writeString(file, CERTIFICATE);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        try {
            while (true) {
                var connection = socket.accept();
                go(() -> serve(connection));
            }
        } catch (IOException e) {
            // It was closed: the training is over.
        }
    }

    private static void serve(Socket connection) {
        try (connection) {
            var in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isEmpty()) continue; // within a request's head
                var lines = List.of(
                        "HTTP/1.1 200 OK",
                        "Content-Type: image/jpeg",
                        "Content-Length: 10240",
                        "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT");
                var head = String.join("\r\n", lines) + "\r\n\r\n";
                connection.getOutputStream().write((head + "x".repeat(10240)).getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The client went away.
        }
    }
}
