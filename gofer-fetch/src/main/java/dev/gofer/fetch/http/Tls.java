package dev.gofer.fetch.http;

import dev.gofer.OnceValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS 1.2 or later over a connected socket; certificate and host name are always verified. */
final class Tls {
    /** With one session cache, so later connections to a host resume. The system's certificates take long to read: not before the first https. */
    private final OnceValue<SSLSocketFactory> factory;

    /**
     * Trusts the certificates of a PEM file, or the system's where there is none.
     *
     * @throws IOException where the file cannot be read or holds no certificate
     */
    Tls(@Nullable Path caFile) throws IOException {
        try {
            var trust = caFile == null ? null : trust(caFile);
            factory = new OnceValue<>(() -> factory(trust));
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + Failures.text(e), e);
        }
    }

    private static SSLSocketFactory factory(TrustManager @Nullable [] trust) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS cannot be set up: " + Failures.text(e), e);
        }
    }

    private static TrustManager[] trust(Path file) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int count = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + count++, certificate);
            }
            if (count == 0) throw new IOException("no certificate in " + file);
        } catch (CertificateException e) {
            throw new IOException("no certificate in PEM form in " + file + ": " + Failures.text(e), e);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }

    /** The TLS side of a connected socket, shaken hands; the attempt goes on to hold the raw one. */
    Socket over(Socket connected, String host, int port, boolean isName, boolean offersHttp2, Attempt attempt)
            throws FetchException {
        try {
            var socket = (SSLSocket) factory.get().createSocket(new BufferedSocket(connected), host, port, true);
            var parameters = new SSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (isName) parameters.setServerNames(List.of(new SNIHostName(host)));
            if (offersHttp2) parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException
                | IllegalArgumentException e) { // a name that SNI does not allow, as one with an underscore
            if (attempt.isEnded() || Thread.currentThread().isInterrupted()) throw attempt.explain(new IOException(e));
            if (e instanceof IOException io) throw Failures.handshake(io, host + ":" + port);
            throw new FetchException(Reason.TLS, "TLS with " + host + ": " + Failures.text(e), e);
        }
    }
}
