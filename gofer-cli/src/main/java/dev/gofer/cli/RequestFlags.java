package dev.gofer.cli;

import dev.gofer.fetch.http.Credentials;
import dev.gofer.fetch.http.Proxies;
import dev.gofer.fetch.http.TransportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Turns {@link RequestOptions} and the environment into options of the transport. No message holds a secret. */
final class RequestFlags {
    private final RequestOptions requests;
    private final Map<String, String> environment;

    RequestFlags(RequestOptions requests, Map<String, String> environment) {
        this.requests = requests;
        this.environment = environment;
    }

    /**
     * Sets what the flags say.
     *
     * @throws IllegalArgumentException where one of them is wrong; the message says what to write
     */
    TransportOptions.Builder apply(TransportOptions.Builder http) {
        var cacert = requests.cacert;
        if (cacert != null && !Files.isReadable(cacert))
            throw new IllegalArgumentException("no such file with certificates: " + cacert);
        if (cacert != null) requireCertificate(cacert);
        if (requests.userAgent != null) http.userAgent(requests.userAgent);
        return http.headers(headers())
                .caFile(cacert)
                .credentials(credentials())
                .proxies(proxies())
                .schemes(schemes())
                .http2(!requests.http11)
                .gzip(requests.compressed);
    }

    /** The transport finds out, too, but as of a file that it cannot read. */
    private static void requireCertificate(Path file) {
        try (var in = Files.newInputStream(file)) {
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .isEmpty()) return;
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("no certificate in PEM form in " + file, e);
        }
        throw new IllegalArgumentException("no certificate in PEM form in " + file);
    }

    private Map<String, String> headers() {
        var headers = new LinkedHashMap<String, String>();
        for (var header : requests.headers) {
            var colon = header.indexOf(':');
            if (colon < 1) throw new IllegalArgumentException("a header is written -H 'Name: value'");
            headers.put(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        return headers;
    }

    private Set<String> schemes() {
        var schemes = new HashSet<String>();
        for (var scheme : requests.proto) schemes.add(scheme.startsWith("=") ? scheme.substring(1) : scheme);
        if (schemes.isEmpty()) schemes.addAll(TransportOptions.defaults().schemes());
        return schemes;
    }

    private Proxies proxies() {
        var given = requests.proxy;
        return given != null
                ? Proxies.of(given, requests.noproxy)
                : Proxies.fromEnvironment(environment).except(requests.noproxy);
    }

    private Credentials credentials() {
        var file = requests.netrcFile != null
                ? requests.netrcFile
                : requests.netrc ? Path.of(environment.getOrDefault("HOME", "."), ".netrc") : null;
        var ways = (requests.user == null ? 0 : 1) + (requests.bearer == null ? 0 : 1) + (file == null ? 0 : 1);
        if (ways > 1) throw new IllegalArgumentException("--user, --bearer and --netrc rule each other out: give one");
        try {
            if (file != null) return Credentials.netrc(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (requests.bearer != null) return Credentials.bearer(secret(requests.bearer));
        if (requests.user == null) return Credentials.none();
        var both = secret(requests.user);
        var colon = both.indexOf(':');
        if (colon < 0) throw new IllegalArgumentException("--user is written USER:PASSWORD, or @FILE with that in it");
        return Credentials.basic(both.substring(0, colon), both.substring(colon + 1));
    }

    /** What is written on the command line can be seen by every user of the machine; in a file it cannot. */
    private static String secret(String text) {
        if (!text.startsWith("@")) return text;
        try {
            return Files.readString(Path.of(text.substring(1))).strip();
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("cannot be read: the file of " + text, e);
        }
    }
}
