package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.always;
import static dev.gofer.fetch.http.FaultServer.once;
import static dev.gofer.fetch.http.Fetching.PATIENT;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.get;
import static dev.gofer.fetch.http.Fetching.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Bodies that come gzip'd: unpacked where that was asked for, within limits. */
class UnpackedTest {
    private static final TransportOptions GZIP =
            PATIENT.toBuilder().gzip(true).maxUndeclaredBytes(64 << 20).build();

    private static String gzip(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String gzip(String plain) throws IOException {
        return gzip(plain.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String answer(String coding, String body) {
        return "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    @Test
    void isStoredAsItComesUnlessAskedFor() throws IOException {
        var packed = gzip("abc");
        try (var server = new FaultServer(always(answer("gzip", packed)));
                var plain = new Transport(PATIENT);
                var unpacking = new Transport(GZIP)) {
            assertEquals(packed, text(plain, server.url("/")));
            assertTrue(server.requests().getFirst().contains("Accept-Encoding: identity\r\n"));
            assertEquals("abc", text(unpacking, server.url("/")));
            assertTrue(server.requests().getLast().contains("Accept-Encoding: gzip, identity\r\n"));
            try (var response = get(unpacking, server.url("/"))) {
                assertEquals(-1, response.declaredLength());
            }
        }
    }

    @Test
    void theConnectionServesAgainAndSeveralMembersAreOneBody() throws IOException {
        var packed = gzip("abc") + gzip("def");
        try (var server = new FaultServer(always(answer("X-GZip", packed)));
                var transport = new Transport(GZIP)) {
            for (int i = 0; i < 3; i++) assertEquals("abcdef", text(transport, server.url("/")));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void whatIsDamagedOrCutOrPackedOtherwiseIsMalformed() throws IOException {
        var packed = gzip("abc".repeat(100));
        var flipped = packed.substring(0, 20) + (char) (packed.charAt(20) ^ 1) + packed.substring(21);
        for (var answer : new String[] {
            answer("gzip", packed.substring(0, packed.length() - 4)),
            answer("gzip", flipped),
            answer("gzip", packed + "x"),
            answer("gzip", "no gzip"),
            answer("br", packed),
            answer("gzip, gzip", packed)
        }) {
            try (var server = new FaultServer(once(answer));
                    var transport = new Transport(GZIP)) {
                assertEquals(
                        Reason.MALFORMED_RESPONSE,
                        failure(transport, server.url("/")).reason());
            }
        }
        try (var server = new FaultServer(once("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n"
                        + packed.substring(0, 20)));
                var transport = new Transport(GZIP)) {
            assertEquals(Reason.CUT_SHORT, failure(transport, server.url("/")).reason());
        }
    }

    @Test
    void aBombIsTooLarge() throws IOException {
        var bomb = gzip(new byte[40 << 20]); // to 40 KB
        try (var server = new FaultServer(always(answer("gzip", bomb)));
                var transport = new Transport(GZIP);
                var small = new Transport(GZIP.toBuilder().maxBytes(1 << 20).build())) {
            var failure = failure(transport, server.url("/"));
            assertEquals(Reason.TOO_LARGE, failure.reason());
            assertTrue(failure.getMessage().contains("bomb"), failure.getMessage());
            assertFalse(failure.retryable());
            failure = failure(small, server.url("/"));
            assertEquals(Reason.TOO_LARGE, failure.reason());
            assertEquals("the body unpacks to more than 1048576 bytes", failure.getMessage());
        }
    }
}
