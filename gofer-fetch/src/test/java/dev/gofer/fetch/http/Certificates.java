package dev.gofer.fetch.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Certificates for tests, made by the JDK's own keytool: {@code ca}, in {@code ca.pem} too, and {@code good}, signed by it. */
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    Certificates(Path folder) throws Exception {
        this.folder = folder;
        make("ca", "-ext", "bc:c");
        make("good", "-signer", "ca", "-ext", "san=dns:good.example,ip:127.0.0.1", "-validity", "30");
        writePem("ca");
    }

    void make(String name, String... more) throws Exception {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = new ArrayList<>(List.of(tool, "-J-XX:TieredStopAtLevel=1", "-genkeypair", "-keyalg", "EC"));
        command.addAll(List.of("-alias", name, "-dname", "CN=" + name));
        command.addAll(List.of("-keystore", folder.resolve("store.p12").toString(), "-storepass", "changeit"));
        command.addAll(List.of(more));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
        assertEquals(0, process.waitFor(), said);
    }

    Path writePem(String name) throws Exception {
        String base64 = Base64.getMimeEncoder()
                .encodeToString(store().getCertificate(name).getEncoded());
        return Files.writeString(
                folder.resolve(name + ".pem"),
                "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }

    private KeyStore store() throws Exception {
        return KeyStore.getInstance(folder.resolve("store.p12").toFile(), PASSWORD);
    }

    /** TLS that shows this certificate. */
    SSLContext context(String certificate) throws Exception {
        var own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        own.setKeyEntry(
                "own", store().getKey(certificate, PASSWORD), PASSWORD, store().getCertificateChain(certificate));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** A socket on loopback that shows this certificate; no protocols: the usual ones. */
    SSLServerSocket listen(String certificate, String... protocols) throws Exception {
        var listener = (SSLServerSocket) context(certificate)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        if (protocols.length > 0) listener.setEnabledProtocols(protocols);
        return listener;
    }
}
