package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.always;
import static dev.gofer.fetch.http.FaultServer.ok;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    @TempDir
    private Path folder;

    private Path netrc(String text, String permissions) throws IOException {
        var file = Files.writeString(folder.resolve("netrc"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private @Nullable String of(String netrc, String url, boolean isOwn) throws IOException {
        var value = Credentials.netrc(netrc(netrc, "rw-------")).authorization(HttpUrl.parse(url), isOwn);
        if (value == null) return null;
        assertTrue(value.startsWith("Basic "));
        return new String(Base64.getDecoder().decode(value.substring(6)), StandardCharsets.UTF_8);
    }

    @Test
    void netrcIsReadAsFtpReadsIt() throws IOException {
        var text = """
                # mine
                machine a.example login ann password "s p\\"x"
                machine b.example
                    login bob
                    account none
                    password pä:ss
                macdef init
                  machine fake.example login x password y

                machine A.example login second password x
                default login anonymous password me@
                """;
        assertEquals("ann:s p\"x", of(text, "http://a.example/", true));
        assertEquals("ann:s p\"x", of(text, "http://A.EXAMPLE:8080/", true));
        assertEquals("bob:pä:ss", of(text, "https://b.example/", true));
        assertEquals("anonymous:me@", of(text, "http://fake.example/", true));
        assertEquals("anonymous:me@", of(text, "http://sub.a.example/", true));
    }

    @Test
    void behindARedirectOnlyItsOwnEntryCountsAndOnlyOverTls() throws IOException {
        var text = "machine a.example login ann password x default login d password e";
        assertEquals("ann:x", of(text, "https://a.example/", false));
        assertNull(of(text, "http://a.example/", false));
        assertNull(of(text, "https://b.example/", false));
    }

    @Test
    void aFileThatOthersMayReadIsRefusedAndNoMessageHoldsAWordOfIt() throws IOException {
        for (var permissions : new String[] {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----"}) {
            var file = netrc("machine a login b password secret", permissions);
            var refused = assertThrows(IOException.class, () -> Credentials.netrc(file));
            assertTrue(String.valueOf(refused.getMessage()).contains("chmod 600"), refused.getMessage());
        }
        for (var text : new String[] {
            "secret", "machine a secret b", "machine a login secret:x password y", "machine a login \"secret"
        }) {
            var file = netrc(text, "rw-------");
            var refused = assertThrows(IOException.class, () -> Credentials.netrc(file), text);
            assertFalse(String.valueOf(refused.getMessage()).contains("secret"), refused.getMessage());
        }
        assertThrows(IOException.class, () -> Credentials.netrc(folder.resolve("missing")));
    }

    @Test
    void credentialsAreNeverShownNorSentWhereTheyWouldBreakARequest() {
        assertFalse(Credentials.basic("ann", "secret").toString().contains("ann"));
        assertFalse(Credentials.bearer("secret").toString().contains("secret"));
        assertThrows(IllegalArgumentException.class, () -> Credentials.basic("a:b", "c"));
        assertThrows(IllegalArgumentException.class, () -> Credentials.basic("a", "c\r\nX: y"));
        for (var token : new String[] {"", "a b", "a\nb", "ä"})
            assertThrows(IllegalArgumentException.class, () -> Credentials.bearer(token));
    }

    @Test
    void anotherOriginBehindARedirectIsToldNothing() throws IOException {
        try (var other = new FaultServer(always(ok("other")));
                var server = new FaultServer(always("HTTP/1.1 302 Found\r\nLocation: http://other.example:"
                        + other.port() + "/\r\nContent-Length: 0\r\n\r\n"));
                var transport = new Transport(
                        PATIENT.toBuilder()
                                .credentials(Credentials.basic("ann", "secret"))
                                .build(),
                        host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")})) {
            assertEquals("other", text(transport, server.url("/")));
            assertTrue(server.requests().getFirst().contains("\r\nAuthorization: Basic YW5uOnNlY3JldA==\r\n"));
            assertFalse(other.requests().getFirst().contains("uthorization"));
        }
    }

    @Test
    void aHeaderOfTheCallersTakesTheirPlace() throws IOException {
        try (var server = new FaultServer(always(ok("abc")));
                var transport = new Transport(PATIENT.toBuilder()
                        .headers(Map.of("authorization", "Mine"))
                        .credentials(Credentials.bearer("token"))
                        .build())) {
            text(transport, server.url("/"));
            var request = server.requests().getFirst();
            assertTrue(request.contains("authorization: Mine"), request);
            assertFalse(request.contains("token"), request);
        }
    }
}
