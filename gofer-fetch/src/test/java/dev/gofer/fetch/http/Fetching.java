package dev.gofer.fetch.http;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gofer.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What the tests of the transport have in common. */
final class Fetching {
    /** Far more than any test needs, so that a test that would hang fails instead. */
    static final TransportOptions PATIENT =
            TransportOptions.builder().maxTime(Duration.ofSeconds(20)).build();

    private Fetching() {}

    static Transport transport() throws IOException {
        return new Transport(PATIENT, host -> InetAddress.getAllByName("127.0.0.1"));
    }

    static Response get(Transport transport, String url) throws FetchException {
        return transport.get(HttpUrl.parse(url), AddressPolicy.ANY, Context.background());
    }

    static String text(Transport transport, String url) throws IOException {
        try (var response = get(transport, url)) {
            return new String(response.body().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    static FetchException failure(Transport transport, String url) {
        return assertThrows(FetchException.class, () -> text(transport, url));
    }
}
