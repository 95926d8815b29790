package dev.gofer.fetch.http;

import static dev.gofer.fetch.http.FaultServer.once;
import static dev.gofer.fetch.http.Fetching.failure;
import static dev.gofer.fetch.http.Fetching.transport;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTest {
    private static FetchException answered(String head) throws IOException {
        try (var server = new FaultServer(once("HTTP/1.1 " + head + "\r\nContent-Length: 0\r\n\r\n"));
                var transport = transport()) {
            return failure(transport, server.url("/"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,false", "401,false", "403,false", "404,false", "408,true", "410,false", "425,true", "429,true",
                "451,false",
        "500,true", "501,false", "502,true", "503,true", "504,true", "505,false", "507,true", "599,true", "999,true"
    })
    void sayWhetherAnotherAttemptMaySucceed(int status, boolean retryable) throws IOException {
        var failure = answered(status + " Some Reason");
        assertEquals(Reason.HTTP_STATUS, failure.reason());
        assertEquals(status, failure.status());
        assertEquals("http-" + status, failure.word());
        assertEquals(status + " Some Reason", failure.getMessage());
        assertEquals(retryable, failure.retryable());
    }

    private static @Nullable Duration retryAfter(String value) throws IOException {
        return answered("503 Busy\r\nRetry-After: " + value).retryAfter();
    }

    @Test
    void retryAfterIsReadAsSecondsOrAsADate() throws IOException {
        assertEquals(Duration.ofSeconds(17), retryAfter("17"));
        assertEquals(Duration.ZERO, retryAfter("0"));
        assertEquals(Duration.ZERO, retryAfter("Wed, 21 Oct 2015 07:28:00 GMT"));
        var far = retryAfter("Wed, 21 Oct 2099 07:28:00 GMT");
        assertTrue(far != null && far.toDays() > 10_000);
        assertEquals(Duration.ofSeconds(99_999_999_999L), retryAfter("99999999999"));
        for (String nonsense :
                new String[] {"", "-1", "soon", "1.5", "9".repeat(30), "Wed, 99 Oct 2015 07:28:00 GMT"}) {
            assertEquals(Duration.ZERO, retryAfter(nonsense), nonsense);
        }
    }

    @Test
    void reasonsHaveWordsOfTheirOwn() {
        var words = Arrays.stream(Reason.values()).map(Reason::word).toList();
        assertEquals(words.size(), words.stream().distinct().count());
        assertTrue(words.stream().allMatch(word -> word.matches("[a-z]+(-[a-z]+)*")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\0b", "caf\u00e9", "a\u007f"})
    void headersThatWouldBreakARequestAreRefused(String value) {
        var builder = TransportOptions.builder();
        assertThrows(
                IllegalArgumentException.class,
                () -> builder.headers(Map.of("X", value)).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> builder.headers(Map.of(value, "x")).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> builder.headers(Map.of()).userAgent(value).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host", "content-length", "Transfer-Encoding", "Connection", "X:", "X Y"})
    void headersThatAreNotTheCallersAreRefused(String name) {
        var builder = TransportOptions.builder().headers(Map.of(name, "x"));
        assertThrows(IllegalArgumentException.class, builder::build);
    }

    @Test
    void optionsBelowNothingAreRefused() {
        var builder = TransportOptions.builder();
        assertThrows(
                IllegalArgumentException.class,
                () -> builder.maxTime(Duration.ZERO).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> builder.maxTime(null).stallTimeout(Duration.ofSeconds(-1)).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> TransportOptions.builder().maxRedirects(-1).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> TransportOptions.builder().maxBytes(-1).build());
    }
}
